/** The first 64 primes, of whose roots SHA-256 takes its constants (FIPS 180-4, 4.2.2 and 5.3.3). */
function primes(count: number): readonly number[] {
  const found: number[] = []
  for (let n = 2; found.length < count; n++) if (found.every((p) => n % p !== 0)) found.push(n)
  return found
}
/** First 32 bits behind the point. */
const fractionBits = (x: number): number => ((x % 1) * 2 ** 32) | 0

const K = Int32Array.from(primes(64), (p) => fractionBits(Math.cbrt(p)))
const START = Int32Array.from(primes(8), (p) => fractionBits(Math.sqrt(p)))
/** Used by one call at a time; nothing of it outlives the call. */
const words = new Int32Array(64)
const state = new Int32Array(8)

/** One round of 64 steps over the 16 words at the head of `words`. */
function block(): void {
  const w = words
  for (let i = 16; i < 64; i++) {
    const a = w[i - 15] as number
    const b = w[i - 2] as number
    const s0 = ((a >>> 7) | (a << 25)) ^ ((a >>> 18) | (a << 14)) ^ (a >>> 3)
    const s1 = ((b >>> 17) | (b << 15)) ^ ((b >>> 19) | (b << 13)) ^ (b >>> 10)
    w[i] = ((w[i - 16] as number) + s0 + (w[i - 7] as number) + s1) | 0
  }
  let [a, b, c, d] = [state[0] as number, state[1] as number, state[2] as number, state[3] as number]
  let [e, f, g, h] = [state[4] as number, state[5] as number, state[6] as number, state[7] as number]
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (K[i] as number) + (w[i] as number)) | 0
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  state[0] = ((state[0] as number) + a) | 0
  state[1] = ((state[1] as number) + b) | 0
  state[2] = ((state[2] as number) + c) | 0
  state[3] = ((state[3] as number) + d) | 0
  state[4] = ((state[4] as number) + e) | 0
  state[5] = ((state[5] as number) + f) | 0
  state[6] = ((state[6] as number) + g) | 0
  state[7] = ((state[7] as number) + h) | 0
}

/**
 * SHA-256 of a text of ASCII characters, as eight words of 32 bits that are good until the next call. Written out because a first sync
 * of a large cluster hashes a hundred thousand short names, and a general one spends more on its buffers than on the hash. Throws for
 * other characters: no name of the API has them.
 */
export function sha256Words(text: string): Int32Array {
  state.set(START)
  const length = text.length
  const end = (length + 9 + 63) & ~63
  for (let at = 0; at < end; at += 64) {
    for (let i = 0; i < 16; i++) {
      let word = 0
      for (let j = at + i * 4; j < at + i * 4 + 4; j++) {
        const code = j < length ? text.charCodeAt(j) : j === length ? 0x80 : 0
        if (code > 127 && j < length) throw new Error(`not ASCII: ${text}`)
        word = (word << 8) | code
      }
      words[i] = word
    }
    if (at + 64 === end) {
      words[14] = Math.floor(length / 0x2000_0000)
      words[15] = length << 3
    }
    block()
  }
  return state
}
