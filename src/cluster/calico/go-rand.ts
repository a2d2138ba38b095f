/**
 * What Go's math/rand gives first for a seed: Calico lets it choose the block of the pool with which a node begins
 * (libcalico-go/lib/ipam randomBlockGenerator, seeded with the node's name). Only that choice is made, so only those places of the
 * generator's register are kept that it reads: the two terms of every second output, as its additive recurrence stands after the
 * 7.8e12 steps of its definition.
 */
const TERMS: readonly (readonly [feed: bigint, tap: bigint])[] = `
  3fb2f4d968b759c3 39a00a3a31c025c6
  711bfbb3ba3e0841 74535a96cc7adfd7
  167e3cd0f12b1c5f 28de655829aab207
  32a31118a95e425f 65b5e9385b202824
  1024ebcbf8b8e6af 51d3a3c351be10ec
  57e75a07542451da 445166d9f6935ff8
  331786d5a126f97f 1516361749f6428a
  4444cf11f9840608 395c6750aa42e65e
  7e61315458970ccb 64fcbfa01dca3978
  3fddae4163e010e4 2848cc5d9cb0e150
  536a1f70d4f9a2ff 2af677bd80e30ac5
  5ee41cb40ca81e2c 58143117e4e16555
  3c7c1de5b3cc1dca 4bd671b124b5701a
  4f37aef6caf41c5d 1266fbf77386b1db
  552d69f0428dce6a 7c91d10a8d75740e
  5556d17adcc5f6fb 324fca6af2b5c1d1
  473eddfe111385e2 12d7bb47a4afe838
  2aea572af8467560 637e086dc78cf522
  0c0621f768220a97 628dfe635c795586
  01fe31d8c7df7dc4 77c265a71aebbe54
  3faf8d9c775ca781 5572e7ce34288668
  0f89c0d3396a3b53 1a77d2f2ef3bd843
  3d78cc365badbce1 1d17558f6164030c
  080ec57577219247 400e2ba01968e7c4
  636925f5baf870cd 7d45aa734f760b6d
  585a90375e64310d 55f0bb8816e7e8fb
  1fb7a7e17b9eccb0 6cdedd4ff0dd641b
  53d7e2863218d979 058ccf98dc1843f7
  1de1979bf5654dd5 6242bb6bb4da36de
  5396fc0d89f6e211 53c639c2087dc079
  11c1fb790e0d3a54 2a0ffc0f7b301e5c
  1427685b19caecdd 2d6e587f47afe7a6
  16b63342b7c96e77 592740a0e5b8c3dd
  20b7fd74703947d8 44f752a0eb5e5403
  7f7c07645ca7b232 631f344f666361e6
  69ca7ca110533802 793aafa07373d926
  7bf01ad4922b1d62 4c9ee5e4931d3231
  2f02dd3eea4e7841 6d9f14b04d77e77e
  5d3c2b40a076f653 7a7376b640136c80
  28766bd0dd9b35db 1982abe519c8c867
  051bc82f174b90d9 4ff95dd9926b62d1
  577938d516862fe1 7e023d467b37b61f
  0558daf780426657 2af1cfe563eff7ad
  762694c4cb82ed09 1f1a1675f28959c3
  0839baf8f3ac9f09 536d4c40116f3239
  03a20cb89512fee4 2611c59795db7099
  059e3d4d58ba3aa6 57f47607c92f30f1
  5a183b8f81665a24 15bff6623ba91eb7
`
  .trim()
  .split('\n')
  .map((line) => line.trim().split(' '))
  .map(([feed, tap]) => [BigInt(`0x${feed}`), BigInt(`0x${tap}`)])

const LENGTH = 607
const TAP = 273
const MODULUS = 2 ** 31 - 1

/** Lehmer's generator, which fills the register. Its products stay below 2^47. */
const next = (x: number): number => (x * 48271) % MODULUS

/** The register's own part of a place: three numbers of Lehmer's generator. */
function seeded(seed: number): (place: number) => bigint {
  const start = seed % MODULUS || 89482311
  const made: bigint[] = []
  let x = start
  for (let i = -20; i < LENGTH; i++) {
    x = next(x)
    if (i < 0) continue
    const high = BigInt(x)
    x = next(x)
    const middle = BigInt(x)
    x = next(x)
    made.push((high << 40n) ^ (middle << 20n) ^ BigInt(x))
  }
  return (place) => made[place] ?? 0n
}

/** FNV-1 of an ASCII text, 32 bits (hash/fnv New32). */
export function fnv32(text: string): number {
  let hash = 0x811c9dc5
  for (const letter of text) hash = (Math.imul(hash, 0x01000193) ^ (letter.codePointAt(0) ?? 0)) >>> 0
  return hash
}

/** `new(big.Int).Rand(rand.New(rand.NewSource(seed)), limit)` for a limit that is a power of two, up to 2^31. */
export function goRand(seed: number, limit: number): number {
  const own = seeded(seed)
  // one bit more than needed: what is too large is thrown again
  const mask = BigInt(limit * 2 - 1)
  for (const [round, [feed, tap]] of TERMS.entries()) {
    const nth = 2 * round + 1
    const sum = (own(LENGTH - TAP - nth) ^ feed) + (own(LENGTH - nth) ^ tap)
    const found = Number((BigInt.asUintN(63, sum) >> 31n) & mask)
    if (found < limit) return found
  }
  // one node's name in 2^48 gets here
  return 0
}
