import { cidr, lengthOf, networkOf, parseCidr } from '../../net/cidr.ts'
import { bitsOf, familyOf, fromBigInt, parseIp, toBigInt } from '../../net/ip.ts'
import { portNumber } from '../iptables/parse-services.ts'
import type { Value } from './ast.ts'

/** Protocol numbers by the names of /etc/protocols (Debian 12), as nft prints them. */
const PROTOCOLS: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  ipencap: 4,
  tcp: 6,
  udp: 17,
  dccp: 33,
  gre: 47,
  esp: 50,
  ah: 51,
  'ipv6-icmp': 58,
  ospf: 89,
  pim: 103,
  ipcomp: 108,
  vrrp: 112,
  sctp: 132,
  udplite: 136,
}
const ICMP: Readonly<Record<string, number>> = {
  'echo-reply': 0,
  'destination-unreachable': 3,
  'source-quench': 4,
  redirect: 5,
  'echo-request': 8,
  'router-advertisement': 9,
  'router-solicitation': 10,
  'time-exceeded': 11,
  'parameter-problem': 12,
  'timestamp-request': 13,
  'timestamp-reply': 14,
}
const ICMP6: Readonly<Record<string, number>> = {
  'destination-unreachable': 1,
  'packet-too-big': 2,
  'time-exceeded': 3,
  'parameter-problem': 4,
  'echo-request': 128,
  'echo-reply': 129,
  'mld-listener-query': 130,
  'mld-listener-report': 131,
  'mld-listener-done': 132,
  'nd-router-solicit': 133,
  'nd-router-advert': 134,
  'nd-neighbor-solicit': 135,
  'nd-neighbor-advert': 136,
  'nd-redirect': 137,
  'router-renumbering': 138,
  'mld2-listener-report': 143,
}
const CT_STATE: Readonly<Record<string, number>> = { invalid: 1, established: 2, related: 4, new: 8, untracked: 64 }
const CT_STATUS: Readonly<Record<string, number>> = {
  expected: 1,
  'seen-reply': 2,
  assured: 4,
  confirmed: 8,
  snat: 16,
  dnat: 32,
  dying: 512,
}
const CT_DIR: Readonly<Record<string, number>> = { original: 0, reply: 1 }
const NFPROTO: Readonly<Record<string, number>> = { ipv4: 2, ipv6: 10 }
const ETHER: Readonly<Record<string, number>> = { ip: 0x800, arp: 0x806, vlan: 0x8100, ip6: 0x86dd }
const FIB: Readonly<Record<string, number>> = {
  unspec: 0,
  unicast: 1,
  local: 2,
  broadcast: 3,
  anycast: 4,
  multicast: 5,
  blackhole: 6,
  unreachable: 7,
  prohibit: 8,
}

/** Types whose values are words; the number is the kernel's, by which nft sorts. */
export const WORDS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  inet_proto: PROTOCOLS,
  icmp_type: ICMP,
  icmpv6_type: ICMP6,
  ct_state: CT_STATE,
  ct_status: CT_STATUS,
  ct_dir: CT_DIR,
  nf_proto: NFPROTO,
  ether_type: ETHER,
  fib_addrtype: FIB,
}

const ALIAS: Readonly<Record<string, string>> = { icmpv6: 'ipv6-icmp', ipip: 'ipencap', ipv4: 'ip', ipv6: 'ip6' }

export const hex8 = (n: number): string => `0x${(n >>> 0).toString(16).padStart(8, '0')}`
/** A whole number as nft reads it: decimal or with 0x. */
export function wholeNumber(text: string): number | undefined {
  if (!/^(0x[0-9a-fA-F]{1,8}|\d{1,10})$/.test(text)) return undefined
  const n = Number(text)
  return n <= 0xffffffff ? n : undefined
}

function word(text: string, type: string): string | undefined {
  const names = WORDS[type] as Readonly<Record<string, number>>
  if (Object.hasOwn(names, text)) return text
  const alias = ALIAS[text]
  if (alias !== undefined && Object.hasOwn(names, alias)) return alias
  const n = wholeNumber(text)
  if (n === undefined) return undefined
  return Object.entries(names).find(([, value]) => value === n)?.[0] ?? `${n}`
}

/** One value without ranges, in nft's own words; undefined when it is none of this type. */
export function oneOf(text: string, type: string): string | undefined {
  if (Object.hasOwn(WORDS, type)) return word(text, type)
  switch (type) {
    case 'ipv4_addr':
    case 'ipv6_addr': {
      const address = parseIp(text)
      return address !== undefined && (familyOf(address) === 4) === (type === 'ipv4_addr') ? address : undefined
    }
    case 'inet_service': {
      const n = wholeNumber(text) ?? portNumber(text)
      return n === undefined || n > 65535 ? undefined : `${n}`
    }
    case 'mark': {
      const n = wholeNumber(text)
      return n === undefined ? undefined : hex8(n)
    }
    case 'integer': {
      const n = wholeNumber(text)
      return n === undefined ? undefined : `${n}`
    }
    case 'ifname':
    case 'iface_index':
      return text === '' || text.length > 15 ? undefined : text
    default:
      return undefined
  }
}

const isAddress = (type: string): boolean => type === 'ipv4_addr' || type === 'ipv6_addr'

/** A range of addresses that is a net becomes one, as nft lists it in a set. */
export function netOf(from: string, to: string): Value | undefined {
  const [a, b] = [parseIp(from), parseIp(to)]
  if (a === undefined || b === undefined) return undefined
  const size = toBigInt(b) - toBigInt(a) + 1n
  if (size <= 0n || (size & (size - 1n)) !== 0n || toBigInt(a) % size !== 0n) return undefined
  const length = bitsOf(familyOf(a)) - (size.toString(2).length - 1)
  return length === bitsOf(familyOf(a))
    ? { kind: 'one', text: a }
    : { kind: 'net', net: cidr(`${fromBigInt(toBigInt(a), familyOf(a))}/${length}`) }
}

/** One value as it stands in a text. `quoted`: it had quotes. undefined: no value of this type. */
export function valueFrom(text: string, type: string, quoted = false): Value | undefined {
  if (text === '*' && !quoted) return { kind: 'any' }
  if (type === 'ifname' && text.endsWith('*')) return { kind: 'start', text: text.slice(0, -1) }
  if (isAddress(type) && text.includes('/')) {
    const net = parseCidr(text)
    if (net === undefined || oneOf(net.slice(0, net.indexOf('/')), type) === undefined) return undefined
    const base = networkOf(net)
    return lengthOf(net) === bitsOf(familyOf(base)) ? { kind: 'one', text: base } : { kind: 'net', net: cidr(`${base}/${lengthOf(net)}`) }
  }
  const one = oneOf(text, type)
  if (one !== undefined) return { kind: 'one', text: one }
  const dash = text.indexOf('-')
  if (dash > 0 && !Object.hasOwn(WORDS, type) && type !== 'ifname') {
    const [from, to] = [oneOf(text.slice(0, dash), type), oneOf(text.slice(dash + 1), type)]
    if (from !== undefined && to !== undefined) return { kind: 'range', from, to }
  }
  return undefined
}

/** The kernel's number behind a value of a type, for order and comparison. Device names have none. */
export function numberOf(text: string, type: string): bigint | undefined {
  const names = WORDS[type]
  if (names !== undefined) return BigInt(names[text] ?? wholeNumber(text) ?? 0)
  if (isAddress(type)) {
    const address = parseIp(text)
    return address === undefined ? undefined : toBigInt(address)
  }
  if (type === 'ether_addr') return /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(text) ? BigInt(`0x${text.replaceAll(':', '')}`) : undefined
  const n = wholeNumber(text)
  return n === undefined ? undefined : BigInt(n)
}

/** Bytes of a type's value in the kernel; undefined: of no fixed size. */
export function bytesOf(type: string): number | undefined {
  switch (type) {
    case 'ipv4_addr':
    case 'mark':
    case 'ct_state':
    case 'iface_index':
      return 4
    case 'ipv6_addr':
      return 16
    case 'inet_service':
    case 'ether_type':
      return 2
    case 'inet_proto':
    case 'icmp_type':
    case 'icmpv6_type':
    case 'nf_proto':
      return 1
    default:
      return undefined
  }
}

/** `1d2h3m4s` in seconds; a bare number counts seconds. */
export function secondsOf(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text)
  const m = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/.exec(text)
  if (!m || text === '') return undefined
  const [d, h, min, s, ms] = m.slice(1).map((w) => Number(w ?? 0)) as [number, number, number, number, number]
  return d * 86400 + h * 3600 + min * 60 + s + ms / 1000
}

export function durationText(seconds: number): string {
  const ms = Math.round(seconds * 1000)
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(ms / 86_400_000), 'd'],
    [Math.floor(ms / 3_600_000) % 24, 'h'],
    [Math.floor(ms / 60_000) % 60, 'm'],
    [Math.floor(ms / 1000) % 60, 's'],
    [ms % 1000, 'ms'],
  ]
  return (
    parts
      .filter(([n]) => n > 0)
      .map(([n, unit]) => `${n}${unit}`)
      .join('') || '0s'
  )
}
