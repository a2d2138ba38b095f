import { lengthOf, networkOf } from '../../net/cidr.ts'
import type { Cidr, Ip } from '../../net/ip.ts'
import { ipOf, l4Of, type Packet } from '../../net/packet.ts'
import type { Skb } from '../../trace/event.ts'
import { type Dim, type Ipset, type Ipsets, keyOf, type SetEntry, type SetHead } from './ast.ts'
import { markText, masked } from './entry.ts'
import { TYPES } from './types.ts'

export type Direction = 'src' | 'dst'

/** What a rule or a set in a list asks for. `now` in ns of the lab's clock. */
export interface Asked {
  readonly skb: Skb
  readonly dirs: readonly Direction[]
  readonly iif?: string
  readonly oif?: string
  readonly now: number
}

const SECOND = 1_000_000_000
/** The kernel refuses a list in a list; a text that has one anyway ends here. */
const DEEPEST = 1

/** `tcp:80`: TCP, UDP, SCTP have ports, ICMP its type and code, others 0 (ip_set_get_ip4_port, ip_set_get_ip6_port). */
function portText(packet: Packet, dir: Direction): string | undefined {
  const [ip, l4] = [ipOf(packet), l4Of(packet)]
  if (!ip) return undefined
  if (l4 === undefined) return `${ip.proto}:0`
  if (l4.kind === 'icmp') return `${ip.family === 4 ? 'icmp' : 'icmpv6'}:${l4.type}/${l4.code}`
  return `${l4.kind}:${dir === 'src' ? l4.sport : l4.dport}`
}

/** bitmap:port knows TCP and UDP alone (ip_set_get_ip_port). */
function barePort(packet: Packet, dir: Direction): string | undefined {
  const l4 = l4Of(packet)
  return l4?.kind === 'tcp' || l4?.kind === 'udp' ? `${dir === 'src' ? l4.sport : l4.dport}` : undefined
}

/** What the packet has for one dimension; several for a device, which may be named as a bridge port; undefined: nothing that could be in a set. */
function seen(set: SetHead, dim: Exclude<Dim, 'mac' | 'set'>, dir: Direction, asked: Asked): readonly string[] | undefined {
  const { packet, mark, bridged } = asked.skb
  const ip = ipOf(packet)
  if (!ip) return undefined
  const address: Ip = dir === 'src' ? ip.src : ip.dst
  switch (dim) {
    case 'ip':
      return [masked(set, address)]
    case 'net':
      return [address]
    case 'port': {
      const text = set.type === 'bitmap:port' ? barePort(packet, dir) : portText(packet, dir)
      return text === undefined ? undefined : [text]
    }
    case 'mark':
      return [markText(mark, set.markmask)]
    case 'iface': {
      const dev = dir === 'src' ? asked.iif : asked.oif
      const port = dir === 'src' ? bridged?.physin : bridged?.physout
      return [...(dev === undefined ? [] : [dev]), ...(port === undefined ? [] : [`physdev:${port}`])]
    }
  }
}

const combos = new WeakMap<ReadonlyMap<string, SetEntry>, readonly (readonly number[])[]>()

/** The prefix lengths that elements have, the longest first: the first one that is found decides (mtype_test_cidrs). */
function lengthsOf(set: Ipset, at: readonly number[]): readonly (readonly number[])[] {
  const old = combos.get(set.entries)
  if (old) return old
  const found = new Map<string, readonly number[]>()
  for (const { values } of set.entries.values()) {
    const lengths = at.map((i) => lengthOf(values[i] as Cidr))
    found.set(lengths.join(), lengths)
  }
  const sorted = [...found.values()].sort((a, b) => b.reduce((d, n, i) => d || n - (a[i] ?? 0), 0))
  combos.set(set.entries, sorted)
  return sorted
}

const alive = (e: SetEntry, now: number): boolean => e.timeout === undefined || e.timeout === 0 || e.timeout * SECOND > now

/** Every way to take one value of each list. */
const products = (lists: readonly (readonly string[])[]): readonly (readonly string[])[] =>
  lists.reduce<readonly (readonly string[])[]>((all, list) => all.flatMap((a) => list.map((v) => [...a, v])), [[]])

/** The element of a set that a packet finds; of a list that of the set in it. undefined: none. `{ unknown }`: the set can't be asked. */
export function elementFor(sets: Ipsets, name: string, asked: Asked, depth = 0): SetEntry | undefined | { readonly unknown: string } {
  const set = sets.get(name)
  if (!set) return { unknown: `ipset ${name} (it does not exist here)` }
  const dims = TYPES[set.type]?.dims
  if (!dims) return { unknown: `ipset type ${set.type}` }
  if (dims.includes('mac')) return { unknown: `ipset type ${set.type}` }
  if (dims[0] === 'set') {
    if (depth > DEEPEST) return { unknown: `ipset ${name} in itself` }
    for (const e of set.entries.values()) {
      const found = alive(e, asked.now) ? elementFor(sets, e.values[0] ?? '', asked, depth + 1) : undefined
      if (found !== undefined && ('unknown' in found || found.nomatch !== true)) return found
    }
    return undefined
  }
  // fewer directions than the type has dimensions, or the other family: never in it (ip_set_test)
  if (asked.dirs.length < dims.length) return undefined
  if (set.family !== undefined && ipOf(asked.skb.packet)?.family !== set.family) return undefined
  const values: (readonly string[])[] = []
  for (const [i, dim] of dims.entries()) {
    const found = seen(set, dim as Exclude<Dim, 'mac' | 'set'>, asked.dirs[i] as Direction, asked)
    if (!found || found.length === 0) return undefined
    values.push(found)
  }
  const at = dims.flatMap((d, i) => (d === 'net' ? [i] : []))
  for (const lengths of lengthsOf(set, at)) {
    for (const one of products(values)) {
      const cut = one.map((v, i) => (at.includes(i) ? netText(v, lengths[at.indexOf(i)] as number) : v))
      const found = set.entries.get(keyOf(cut))
      if (found && alive(found, asked.now)) return found
    }
  }
  return undefined
}

/** Whether a packet is in a set; an element with nomatch says no. `{ unknown }`: the set can't be asked. */
export function inSet(sets: Ipsets, name: string, asked: Asked): boolean | { readonly unknown: string } {
  const found = elementFor(sets, name, asked)
  if (found === undefined) return false
  return 'unknown' in found ? found : found.nomatch !== true
}

const netText = (address: string, length: number): string => `${networkOf(`${address}/${length}` as Cidr)}/${length}`

/** What a packet is looked up by, in the form of an element: `10.96.0.10,udp:53`; empty when it has nothing of the kind. */
export function lookedUp(sets: Ipsets, name: string, asked: Asked): string {
  const set = sets.get(name)
  const dims = (set && TYPES[set.type]?.dims) ?? []
  const parts = dims.map((dim, i) =>
    !set || dim === 'mac' || dim === 'set' ? undefined : seen(set, dim, asked.dirs[i] ?? 'src', asked)?.[0],
  )
  return parts.some((p) => p === undefined) ? '' : parts.join(',')
}

/** `ipset test`: whether an element stands in the set as it is, or in one of its nets. */
export function hasElement(set: Ipset, values: readonly string[]): boolean {
  const dims = TYPES[set.type]?.dims ?? []
  const at = dims.flatMap((d, i) => (d === 'net' ? [i] : []))
  for (const lengths of lengthsOf(set, at)) {
    const fits = at.every((i, n) => lengthOf(values[i] as Cidr) >= (lengths[n] as number))
    if (!fits) continue
    const cut = values.map((v, i) => (at.includes(i) ? netText(v.split('/')[0] ?? '', lengths[at.indexOf(i)] as number) : v))
    const found = set.entries.get(keyOf(cut))
    if (found) return found.nomatch !== true
  }
  return false
}
