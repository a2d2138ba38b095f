/**
 * What Go's math/rand gives first for a seed: Calico lets it choose the block of the pool with which a node begins
 * (libcalico-go/lib/ipam randomBlockGenerator, seeded with the node's name). Only that choice is made, so only those places of the
 * generator's register are kept that it reads: the two terms of the first outputs, as its additive recurrence stands after the
 * 7.8e12 steps of its definition.
 */
const TERMS: readonly (readonly [feed: bigint, tap: bigint])[] = `
  3fb2f4d968b759c3 39a00a3a31c025c6
  3b7fc3ad0d1cd36b 7e57a19b735ef03b
  711bfbb3ba3e0841 74535a96cc7adfd7
  031089e87fbab9a7 61de048dc78b382e
  167e3cd0f12b1c5f 28de655829aab207
  3d640b6140802b1e 7bba1e4a59b0c60c
  32a31118a95e425f 65b5e9385b202824
  08137c3380f32523 7579e080162896e9
  1024ebcbf8b8e6af 51d3a3c351be10ec
  24e5a10d28659104 27f503a28f431ca9
  57e75a07542451da 445166d9f6935ff8
  49a9cd708372db93 4977d592999f2194
  331786d5a126f97f 1516361749f6428a
  2536b7a7602f6b4d 287fea4c9695f3f4
  4444cf11f9840608 395c6750aa42e65e
  0b821c0b10054c75 180aab2fff6bc784
  7e61315458970ccb 64fcbfa01dca3978
  0e7f5452a8c91ee0 640a711eb0e49b41
  3fddae4163e010e4 2848cc5d9cb0e150
  4aeaccb927b0cb5c 7c997227a4f07f8f
  536a1f70d4f9a2ff 2af677bd80e30ac5
  43385b68e51dbffc 0358c5bb1248ac23
  5ee41cb40ca81e2c 58143117e4e16555
  048311a7625eabd9 2c43fd0a9eaec04d
  3c7c1de5b3cc1dca 4bd671b124b5701a
  53431110cdd7a998 689a66ba46d1c3bd
  4f37aef6caf41c5d 1266fbf77386b1db
  1cbbb4be9a92c216 4c7c533a7fca95d8
  552d69f0428dce6a 7c91d10a8d75740e
  772709f96b28a3c7 59e4a152525b1b29
  5556d17adcc5f6fb 324fca6af2b5c1d1
  79edb9a2a6a387df 1f9eabdfdbe2b7bd
  473eddfe111385e2 12d7bb47a4afe838
  1c910136c9fdf9c3 6e37e3669f7e9c66
  2aea572af8467560 637e086dc78cf522
  59d6a8cc7a082707 22673e39d43ff99b
  0c0621f768220a97 628dfe635c795586
  036d8003387dd6db 4947dddd6f3e9e07
  01fe31d8c7df7dc4 77c265a71aebbe54
  6ac40d3f519d2893 6b8d82b15491d607
  3faf8d9c775ca781 5572e7ce34288668
  639ba81c88d888a6 666eb88d8701e16f
  0f89c0d3396a3b53 1a77d2f2ef3bd843
  0495a07683903295 79753148c0e6c59f
  3d78cc365badbce1 1d17558f6164030c
  175ee40f58fbd971 077e19b9a3f76000
  080ec57577219247 400e2ba01968e7c4
  43e0d0254b84715e 5962428553d20814
  636925f5baf870cd 7d45aa734f760b6d
  4b336a1611227dbd 05b650480fd8c2f4
  585a90375e64310d 55f0bb8816e7e8fb
  2b2b1fced929c282 0c3787282349e832
  1fb7a7e17b9eccb0 6cdedd4ff0dd641b
  2fa7be3ccf9d1645 0417b417b011aec1
  53d7e2863218d979 058ccf98dc1843f7
  5d436ca7585d28ca 6079b0531ec90376
  1de1979bf5654dd5 6242bb6bb4da36de
  457eacfbb049eb22 0a467ca8709a2bb6
  5396fc0d89f6e211 53c639c2087dc079
  7e67d3bdb81bb611 020547300a5d8af4
  11c1fb790e0d3a54 2a0ffc0f7b301e5c
  1c9c6cd28e91b74d 5e542c137b8384a4
  1427685b19caecdd 2d6e587f47afe7a6
  4d39a909d7e68027 04fc4ea5fb446c97
  16b63342b7c96e77 592740a0e5b8c3dd
  231fb1a0dc8ce079 2f1b99e27d410520
  20b7fd74703947d8 44f752a0eb5e5403
  38c63fa50ae3677b 721cbedc44c049cb
  7f7c07645ca7b232 631f344f666361e6
  6b36496357247bd9 186ea60fe6b39a32
  69ca7ca110533802 793aafa07373d926
  4a959c2a8b4eea29 3af4eba543f33d0a
  7bf01ad4922b1d62 4c9ee5e4931d3231
  40977fe842527877 4b3dad048bed47a1
  2f02dd3eea4e7841 6d9f14b04d77e77e
  7464e98a72f8d634 18a7d04ca29ade2f
  5d3c2b40a076f653 7a7376b640136c80
  425f26b683ca1487 34c2118df1f5857e
  28766bd0dd9b35db 1982abe519c8c867
  2b3b5debcad25c86 3aa278a62172db76
  051bc82f174b90d9 4ff95dd9926b62d1
  633a56962759ec00 7aab76adabeee96b
  577938d516862fe1 7e023d467b37b61f
  487fdb1b629e32ab 3f9d2212e5c94b1d
  0558daf780426657 2af1cfe563eff7ad
  50c603b9879bd360 0c6d78f5619e8324
  762694c4cb82ed09 1f1a1675f28959c3
  5ddf03b3edd1c4b8 52539ac587ad97d0
  0839baf8f3ac9f09 536d4c40116f3239
  4bd691b061b30cbd 1a74c74315758aa3
  03a20cb89512fee4 2611c59795db7099
  39a28389cb2fe563 1e04907834879dad
  059e3d4d58ba3aa6 57f47607c92f30f1
  222b4c80d2c0e464 716a28bba3f09c65
  5a183b8f81665a24 15bff6623ba91eb7
  7a403280a96cea51 0e5d5db3b1c10b44
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

/**
 * `new(big.Int).Rand(rand.New(rand.NewSource(seed)), limit)` for a limit that is a power of two: words of 64 bits, each of two outputs, the
 * low half first, until one round of them is small enough.
 */
export function goRand(seed: number, limit: bigint): bigint {
  const own = seeded(seed)
  const output = (nth: number): bigint => {
    const [feed, tap] = TERMS[nth - 1] as readonly [bigint, bigint]
    return BigInt.asUintN(32, ((own(LENGTH - TAP - nth) ^ feed) + (own(LENGTH - nth) ^ tap)) >> 31n)
  }
  // one bit more than needed: what is too large is thrown again
  const mask = limit * 2n - 1n
  const halves = 2 * Math.ceil(mask.toString(2).length / 64)
  for (let nth = 1; nth + halves <= TERMS.length + 1; nth += halves) {
    let found = 0n
    for (let half = 0; half < halves; half++) found |= output(nth + half) << BigInt(32 * half)
    found &= mask
    if (found < limit) return found
  }
  // one node's name in 2^48 gets here, with words of more than 64 bits one in 2^24
  return 0n
}
