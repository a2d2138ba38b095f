import { addressOf, lastOf, lengthOf, maskedCidr, networkOf, parseCidr } from '../../net/cidr.ts'
import { bitsOf, type Cidr, type Family, familyOf, fromBigInt, type Ip, parseIp, toBigInt } from '../../net/ip.ts'
import { port as portOf } from '../iptables/parse-values.ts'
import type { Dim, SetHead } from './ast.ts'
import { TYPES } from './types.ts'

/** More elements than this out of one range are a slip of the pen. */
const MOST = 65536
const PROTOCOLS: Readonly<Record<string, string>> = {
  '1': 'icmp',
  '6': 'tcp',
  '17': 'udp',
  '58': 'icmpv6',
  '132': 'sctp',
  '136': 'udplite',
  icmp6: 'icmpv6',
  'ipv6-icmp': 'icmpv6',
}
const PORTED = ['tcp', 'udp', 'sctp', 'udplite']

const familyOfSet = (head: SetHead): Family => head.family ?? (head.range && familyOf(head.range[0] as Ip)) ?? 4

/** The address cut to the set's netmask. */
export function masked(head: SetHead, address: Ip): Ip {
  return head.netmask === undefined ? address : networkOf(`${address}/${head.netmask}` as Cidr)
}

/** From, to and everything between, cut to the set's netmask. */
function between(head: SetHead, from: Ip, to: Ip): readonly string[] | undefined {
  const [a, b] = [toBigInt(from), toBigInt(to)]
  const step = head.netmask === undefined ? 1n : 1n << BigInt(bitsOf(familyOf(from)) - head.netmask)
  if (b < a || (b - a) / step >= BigInt(MOST)) return undefined
  const out: string[] = []
  for (let n = a - (a % step); n <= b; n += step) out.push(fromBigInt(n, familyOf(from)))
  return out
}

/** `A-B`, one end for a single address. */
function ends(text: string, family: Family): readonly [Ip, Ip] | undefined {
  const [a = '', b, ...more] = text.split('-')
  const from = parseIp(a)
  const to = b === undefined ? from : parseIp(b)
  if (from === undefined || to === undefined || more.length > 0 || familyOf(from) !== family || familyOf(to) !== family) return undefined
  return [from, to]
}

/** Addresses: one, A-B, or a net, which stands for all its addresses. */
function addresses(head: SetHead, text: string): readonly string[] | undefined {
  const family = familyOfSet(head)
  const net = parseCidr(text)
  const found = net ? (familyOf(net) === family ? ([networkOf(net), lastOf(net)] as const) : undefined) : ends(text, family)
  if (!found) return undefined
  const list = between(head, ...found)
  const range = head.range
  return range && list?.some((a) => toBigInt(a as Ip) < toBigInt(range[0] as Ip) || toBigInt(a as Ip) > toBigInt(range[1] as Ip))
    ? undefined
    : list
}

/** The nets that together are all addresses from `a` to `b`, as the kernel cuts a range (ip_set_range_to_cidr). */
function netsOf([from, to]: readonly [Ip, Ip]): readonly string[] | undefined {
  const family = familyOf(from)
  const bits = bitsOf(family)
  const out: string[] = []
  const last = toBigInt(to)
  for (let at = toBigInt(from); at <= last; ) {
    let host = 0
    while (host < bits && at % (1n << BigInt(host + 1)) === 0n && at + (1n << BigInt(host + 1)) - 1n <= last) host++
    out.push(`${fromBigInt(at, family)}/${bits - host}`)
    if (out.length > MOST) return undefined
    at += 1n << BigInt(host)
  }
  return out
}

function nets(head: SetHead, text: string): readonly string[] | undefined {
  const family = familyOfSet(head)
  const net = parseCidr(text)
  if (net !== undefined) {
    // only net,net types and net,iface hold 0.0.0.0/0
    const zero = lengthOf(net) === 0 && !/net,net|net,port,net|net,iface/.test(head.type)
    return familyOf(net) !== family || zero ? undefined : [maskedCidr(net)]
  }
  const found = ends(text, family)
  if (!found) return undefined
  return found[0] === found[1] ? [`${found[0]}/${bitsOf(family)}`] : netsOf(found)
}

/** `80`, `tcp:80-90`, `http`, `icmp:8/0`, `gre:0`. bitmap:port has bare numbers. */
function ports(head: SetHead, text: string): readonly string[] | undefined {
  const colon = text.indexOf(':')
  const word = colon < 0 ? 'tcp' : text.slice(0, colon).toLowerCase()
  const proto = PROTOCOLS[word] ?? word
  const rest = text.slice(colon + 1)
  if (proto === 'icmp' || proto === 'icmpv6') {
    const named = rest === 'ping' || rest === 'echo-request' ? (proto === 'icmp' ? '8/0' : '128/0') : rest
    return /^\d+\/\d+$/.test(named) ? [`${proto}:${named}`] : undefined
  }
  if (!PORTED.includes(proto)) return rest === '0' ? [`${proto}:0`] : undefined
  const [a = '', b, ...more] = /^[a-z]/.test(rest) ? [rest] : rest.split('-')
  const from = portOf(a)
  const to = b === undefined ? from : portOf(b)
  if (from === undefined || to === undefined || to < from || more.length > 0) return undefined
  const numbers = Array.from({ length: to - from + 1 }, (_, i) => from + i)
  if (!head.type.startsWith('bitmap')) return numbers.map((n) => `${proto}:${n}`)
  const [low, high] = head.range ?? ['0', '65535']
  return numbers.every((n) => n >= Number(low) && n <= Number(high)) ? numbers.map(String) : undefined
}

function mark(head: SetHead, text: string): readonly string[] | undefined {
  if (!/^(0x[0-9a-f]{1,8}|\d+)$/i.test(text)) return undefined
  return [markText(Number(text), head.markmask)]
}

/** A mark as its elements have it. */
export const markText = (mark: number, mask = 0xffffffff): string => `0x${((mark & mask) >>> 0).toString(16).padStart(8, '0')}`

function valuesOf(head: SetHead, dim: Dim, text: string): readonly string[] | undefined {
  switch (dim) {
    case 'ip':
      return addresses(head, text)
    case 'net':
      return nets(head, text)
    case 'port':
      return ports(head, text)
    case 'mark':
      return mark(head, text)
    case 'mac':
      return /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(text) ? [text.toLowerCase()] : undefined
    case 'iface':
    case 'set':
      return /^[^\s,]+$/.test(text) ? [text] : undefined
  }
}

/** The elements that a text stands for, each as its values; undefined: no element of this type. A range stands for many. */
export function elementsOf(head: SetHead, text: string): readonly (readonly string[])[] | undefined {
  const dims = TYPES[head.type]?.dims ?? []
  const words = text.split(',')
  if (words.length !== dims.length) return undefined
  let out: readonly (readonly string[])[] = [[]]
  for (const [i, dim] of dims.entries()) {
    const values = valuesOf(head, dim, words[i] as string)
    if (!values || out.length * values.length > MOST) return undefined
    out = out.flatMap((before) => values.map((v) => [...before, v]))
  }
  return out
}

/** An element as ipset prints it: a net of one address without its length. */
export function elementText(head: SetHead, values: readonly string[]): string {
  const dims = TYPES[head.type]?.dims ?? []
  return values
    .map((value, i) =>
      dims[i] === 'net' && lengthOf(value as Cidr) === bitsOf(familyOf(value as Cidr)) ? addressOf(value as Cidr) : value,
    )
    .join(',')
}
