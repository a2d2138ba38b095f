import { sha256Words } from './sha256.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const CODES = Uint8Array.from(ALPHABET, (c) => c.charCodeAt(0))
const letter = (bits: number): number => CODES[bits & 31] as number

/** The first 16 characters of base32(sha256(text)) (RFC 4648), by which kube-proxy tells chains apart; nftables uses the first 8 of them. */
export function freshNameHash(text: string): string {
  const words = sha256Words(text)
  const [a, b, c] = [words[0] as number, words[1] as number, words[2] as number]
  // five bits each: 6 letters and 2 bits of the first word, 3 bits and 5 letters and 4 bits of the second, the rest of the third
  return String.fromCharCode(
    letter(a >>> 27),
    letter(a >>> 22),
    letter(a >>> 17),
    letter(a >>> 12),
    letter(a >>> 7),
    letter(a >>> 2),
    letter((a << 3) | (b >>> 29)),
    letter(b >>> 24),
    letter(b >>> 19),
    letter(b >>> 14),
    letter(b >>> 9),
    letter(b >>> 4),
    letter((b << 1) | (c >>> 31)),
    letter(c >>> 26),
    letter(c >>> 21),
    letter(c >>> 16),
  )
}

/** Hashes are asked for again by every node and after every edit. Dropped as a whole when it grows past a very large cluster. */
const known = new Map<string, string>()
const MOST = 400_000

/** The same, remembered: for names that a walk asks for again and again. */
export function nameHash(text: string): string {
  const old = known.get(text)
  if (old !== undefined) return old
  if (known.size >= MOST) known.clear()
  const made = freshNameHash(text)
  known.set(text, made)
  return made
}
