/** One element of DER (X.690, 8.1): its tag, and where its content stands. */
interface Element {
  readonly tag: number
  readonly from: number
  readonly to: number
}

function elementAt(bytes: readonly number[], at: number): Element | undefined {
  const [tag, first] = [bytes[at], bytes[at + 1]]
  if (tag === undefined || first === undefined) return undefined
  let length = first
  let from = at + 2
  if (first & 0x80) {
    const count = first & 0x7f
    if (count === 0 || count > 4) return undefined
    length = 0
    for (let i = 0; i < count; i++) length = length * 256 + (bytes[from + i] ?? 0)
    from += count
  }
  return from + length <= bytes.length ? { tag, from, to: from + length } : undefined
}

/** The elements side by side in another one; undefined when they do not fill it. */
function inside(bytes: readonly number[], { from, to }: Element): readonly Element[] | undefined {
  const out: Element[] = []
  for (let at = from; at < to; ) {
    const one = elementAt(bytes, at)
    if (!one || one.to > to) return undefined
    out.push(one)
    at = one.to
  }
  return out
}

const textOf = (bytes: readonly number[], { from, to }: Element): string => String.fromCharCode(...bytes.slice(from, to))
const isOid = (bytes: readonly number[], e: Element | undefined, oid: readonly number[]): boolean =>
  e?.tag === 0x06 && e.to - e.from === oid.length && oid.every((b, i) => bytes[e.from + i] === b)

const COMMON_NAME = [0x55, 0x04, 0x03]
const ALT_NAMES = [0x55, 0x1d, 0x11]
const DNS_NAME = 0x82
const EXTENSIONS = 0xa3

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** undefined: no base64. */
export function fromBase64(text: string): readonly number[] | undefined {
  const clean = text.replace(/\s+/g, '').replace(/=+$/, '')
  const out: number[] = []
  let [held, bits] = [0, 0]
  for (const c of clean) {
    const value = ALPHABET.indexOf(c)
    if (value < 0) return undefined
    held = ((held << 6) | value) & 0xffffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      out.push((held >> bits) & 0xff)
    }
  }
  return out
}

/**
 * dNSNames of the subjectAltName of the first certificate in a PEM text, without them its commonName (RFC 5280, 4.2.1.6 and 4.1.2.6). Signatures,
 * chains and dates are not looked at. undefined: no certificate can be read.
 */
export function certificateNames(pem: string): readonly string[] | undefined {
  const body = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/.exec(pem)?.[1]
  const bytes = body === undefined ? undefined : fromBase64(body)
  const whole = bytes && elementAt(bytes, 0)
  const signed = bytes && whole?.tag === 0x30 ? inside(bytes, whole)?.[0] : undefined
  const parts = bytes && signed?.tag === 0x30 ? inside(bytes, signed) : undefined
  if (!bytes || !parts) return undefined
  const alt = altNames(bytes, parts.find((e) => e.tag === EXTENSIONS)) // biome-ignore format: one thing
  return alt.length > 0 ? alt : commonNames(bytes, parts)
}

function altNames(bytes: readonly number[], extensions: Element | undefined): readonly string[] {
  const list = extensions && inside(bytes, extensions)?.[0]
  for (const one of (list && inside(bytes, list)) ?? []) {
    const fields = inside(bytes, one) ?? []
    if (!isOid(bytes, fields[0], ALT_NAMES)) continue
    const value = fields[fields.length - 1]
    const names = value && elementAt(bytes, value.from)
    return ((names && inside(bytes, names)) ?? []).flatMap((e) => (e.tag === DNS_NAME ? [textOf(bytes, e)] : []))
  }
  return []
}

/** The subject is the third SEQUENCE behind the serial number: algorithm, issuer, validity, subject. */
function commonNames(bytes: readonly number[], parts: readonly Element[]): readonly string[] {
  const subject = parts.filter((e) => e.tag === 0x30)[3]
  return ((subject && inside(bytes, subject)) ?? []).flatMap((set) => {
    const pair = elementAt(bytes, set.from)
    const [oid, value] = (pair && inside(bytes, pair)) ?? []
    return value && isOid(bytes, oid, COMMON_NAME) ? [textOf(bytes, value)] : []
  })
}
