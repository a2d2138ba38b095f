import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** First `length` characters of the RFC 4648 base32 text of the bytes; five bits each. */
function base32(bytes: Uint8Array, length: number): string {
  let out = ''
  for (let i = 0; i < length; i++) {
    const bit = i * 5
    const pair = ((bytes[bit >> 3] ?? 0) << 8) | (bytes[(bit >> 3) + 1] ?? 0)
    out += ALPHABET[(pair >> (11 - (bit & 7))) & 31]
  }
  return out
}

/** Hashes are asked for again by every node and after every edit. Dropped as a whole when it grows past a very large cluster. */
const known = new Map<string, string>()
const MOST = 400_000

/** The first 16 characters of base32(sha256(text)), by which kube-proxy tells chains apart; nftables uses the first 8 of them. */
export function nameHash(text: string): string {
  const old = known.get(text)
  if (old !== undefined) return old
  if (known.size >= MOST) known.clear()
  const made = base32(sha256(utf8ToBytes(text)), 16)
  known.set(text, made)
  return made
}
