import { addToIp, bitsOf, type Cidr, compareIp, familyOf, fromBigInt, type Ip, parseIp, toBigInt, v4Number } from './ip.ts'

/** Reads ADDRESS/LENGTH of either family; undefined when it is none. Host bits are kept. */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/')
  if (slash < 0) return undefined
  const address = parseIp(text.slice(0, slash))
  const length = text.slice(slash + 1)
  if (address === undefined || !/^(0|[1-9]\d{0,2})$/.test(length)) return undefined
  if (Number(length) > bitsOf(familyOf(address))) return undefined
  return `${address}/${length}` as Cidr
}

/** As parseCidr, for text that our own code wrote. Throws: a bug of ours. */
export function cidr(text: string): Cidr {
  const found = parseCidr(text)
  if (found === undefined) throw new Error(`not a CIDR: ${text}`)
  return found
}

export const hostCidr = (address: Ip): Cidr => `${address}/${bitsOf(familyOf(address))}` as Cidr
export const addressOf = (net: Cidr): Ip => net.slice(0, net.indexOf('/')) as Ip
export const lengthOf = (net: Cidr): number => Number(net.slice(net.indexOf('/') + 1))

const hostBits = (net: Cidr): bigint => BigInt(bitsOf(familyOf(net)) - lengthOf(net))

/** The first address of the net (host bits zero). */
export function networkOf(net: Cidr): Ip {
  const host = hostBits(net)
  return fromBigInt((toBigInt(addressOf(net)) >> host) << host, familyOf(net))
}

/** The net itself with its host bits zeroed, as a route prints it. */
export const maskedCidr = (net: Cidr): Cidr => `${networkOf(net)}/${lengthOf(net)}` as Cidr

/** The last address; for IPv4 nets shorter than /31 it is the broadcast address. */
export function lastOf(net: Cidr): Ip {
  return fromBigInt(toBigInt(networkOf(net)) + (1n << hostBits(net)) - 1n, familyOf(net))
}

/** Whether the address lies in the net; false across families. */
export function inCidr(address: Ip, net: Cidr): boolean {
  const slash = net.indexOf('/')
  const a = v4Number(address)
  const b = v4Number(net, slash)
  if ((a === undefined) !== (b === undefined)) return false
  const length = Number(net.slice(slash + 1))
  if (a !== undefined && b !== undefined) return length === 0 || (a ^ b) >>> (32 - length) === 0
  const host = BigInt(128 - length)
  return toBigInt(address) >> host === toBigInt(net.slice(0, slash) as Ip) >> host
}

export const overlaps = (a: Cidr, b: Cidr): boolean => inCidr(networkOf(a), b) || inCidr(networkOf(b), a)

/** The n-th address of the net, counted from its first. */
export const nthOf = (net: Cidr, n: number): Ip => addToIp(networkOf(net), n)

/** How many addresses the net has. */
export const sizeOf = (net: Cidr): bigint => 1n << hostBits(net)

/** First and last address of `10.0.0.0/24`, `10.0.0.1-10.0.0.9` or one address, as a pool of addresses is written; undefined for anything else. */
export function poolRange(text: string): { readonly first: Ip; readonly last: Ip } | undefined {
  const net = parseCidr(text.trim())
  if (net !== undefined) return { first: networkOf(net), last: lastOf(net) }
  const [first, last, more] = text.split('-').map((word) => parseIp(word.trim()))
  if (first === undefined || more !== undefined) return undefined
  if (last === undefined) return text.includes('-') ? undefined : { first, last: first }
  return familyOf(first) === familyOf(last) && compareIp(first, last) <= 0 ? { first, last } : undefined
}
