/**
 * IP addresses of both families as branded canonical text: `10.0.0.1`, `fd00::1` (RFC 5952).
 * Text crosses every door; numbers stay inside the room that matches on them.
 */
declare const brand: unique symbol
export type Ip = string & { readonly [brand]: 'Ip' }
/** ADDRESS/LENGTH. The address part keeps its host bits: an interface's `10.244.1.1/24` is a Cidr too. */
export type Cidr = string & { readonly [brand]: 'Cidr' }
/** Six lower-case hex pairs. */
export type Mac = string & { readonly [brand]: 'Mac' }
export type Family = 4 | 6

/**
 * The 32 bits as an unsigned number, or undefined when the text (up to `end`) is no dotted quad (leading zeros are refused, as Go's net/netip
 * does). Read letter by letter, for a walk asks this of every rule that it tries.
 */
export function v4Number(text: string, end = text.length): number | undefined {
  let n = 0
  let byte = 0
  let digits = 0
  let dots = 0
  for (let i = 0; i < end; i++) {
    const c = text.charCodeAt(i)
    if (c >= 48 && c <= 57) {
      if (digits > 0 && byte === 0) return undefined
      byte = byte * 10 + c - 48
      digits++
      if (byte > 255) return undefined
    } else if (c === 46 && digits > 0 && dots < 3) {
      n = n * 256 + byte
      byte = 0
      digits = 0
      dots++
    } else return undefined
  }
  return dots === 3 && digits > 0 ? n * 256 + byte : undefined
}

function v6Groups(text: string): number[] | undefined {
  let rest = text
  const tail: number[] = []
  const dot = rest.lastIndexOf(':')
  if (rest.includes('.')) {
    const quad = v4Number(rest.slice(dot + 1))
    if (dot < 0 || quad === undefined) return undefined
    tail.push(quad >>> 16, quad & 0xffff)
    rest = rest.slice(0, dot)
    if (rest.endsWith(':')) rest += ':'
    if (rest === '') return undefined
  }
  const halves = rest.split('::')
  if (halves.length > 2) return undefined
  const groups = (half: string): number[] | undefined => {
    if (half === '') return []
    const out: number[] = []
    for (const word of half.split(':')) {
      if (!/^[0-9a-fA-F]{1,4}$/.test(word)) return undefined
      out.push(Number.parseInt(word, 16))
    }
    return out
  }
  const head = groups(halves[0] as string)
  const end = halves.length === 2 ? groups(halves[1] as string) : []
  if (!head || !end) return undefined
  const known = head.length + end.length + tail.length
  if (halves.length === 2 ? known > 7 : known !== 8) return undefined
  return [...head, ...new Array<number>(8 - known).fill(0), ...end, ...tail]
}

/** All 128 bits, or undefined when the text is no IPv6 address. */
export function v6Number(text: string): bigint | undefined {
  const groups = v6Groups(text)
  if (!groups) return undefined
  return groups.reduce((n, g) => (n << 16n) | BigInt(g), 0n)
}

function v4Text(n: number): Ip {
  return `${(n >>> 24) & 255}.${(n >>> 16) & 255}.${(n >>> 8) & 255}.${n & 255}` as Ip
}

function v6Text(n: bigint): Ip {
  const groups: number[] = []
  for (let i = 7n; i >= 0n; i--) groups.push(Number((n >> (i * 16n)) & 0xffffn))
  let at = -1
  let length = 1 // a single zero group is never shortened (RFC 5952, 4.2.2)
  for (let i = 0; i < 8; i++) {
    let j = i
    while (j < 8 && groups[j] === 0) j++
    if (j - i > length) [at, length] = [i, j - i]
    if (j > i) i = j
  }
  const hex = (part: readonly number[]): string => part.map((g) => g.toString(16)).join(':')
  if (at < 0) return hex(groups) as Ip
  return `${hex(groups.slice(0, at))}::${hex(groups.slice(at + length))}` as Ip
}

/** Reads either family; undefined when it is neither. Zones (`%eth0`) are refused. */
export function parseIp(text: string): Ip | undefined {
  const four = v4Number(text)
  if (four !== undefined) return text as Ip
  if (!text.includes(':')) return undefined
  const six = v6Number(text)
  return six === undefined ? undefined : v6Text(six)
}

/** As parseIp, for text that our own code wrote. Throws: a bug of ours. */
export function ip(text: string): Ip {
  const found = parseIp(text)
  if (found === undefined) throw new Error(`not an IP address: ${text}`)
  return found
}

export const familyOf = (address: Ip | Cidr): Family => (address.includes(':') ? 6 : 4)
export const bitsOf = (family: Family): number => (family === 4 ? 32 : 128)

/** The address as one whole number (32 or 128 bits). */
export function toBigInt(address: Ip): bigint {
  return familyOf(address) === 4 ? BigInt(v4Number(address) as number) : (v6Number(address) as bigint)
}

export function fromBigInt(n: bigint, family: Family): Ip {
  return family === 4 ? v4Text(Number(n)) : v6Text(n)
}

/** The address n further on; wraps at the end of the family's space. */
export function addToIp(address: Ip, n: number): Ip {
  const family = familyOf(address)
  return fromBigInt(BigInt.asUintN(bitsOf(family), toBigInt(address) + BigInt(n)), family)
}

/** Order by family, then by value. */
export function compareIp(a: Ip, b: Ip): number {
  const family = familyOf(a) - familyOf(b)
  if (family !== 0) return family
  const [x, y] = [toBigInt(a), toBigInt(b)]
  return x < y ? -1 : x > y ? 1 : 0
}

export const isLoopback = (address: Ip): boolean => (familyOf(address) === 4 ? address.startsWith('127.') : address === '::1')
export const isMulticast = (address: Ip): boolean =>
  familyOf(address) === 4 ? (v4Number(address) as number) >>> 28 === 14 : /^ff[0-9a-f]{2}:/.test(address)
export const isLinkLocal = (address: Ip): boolean =>
  familyOf(address) === 4 ? address.startsWith('169.254.') : /^fe[89ab][0-9a-f]:/.test(address)
