import { inCidr } from '../../net/cidr.ts'
import type { Ip } from '../../net/ip.ts'
import { ipOf, type L4Header, l4Of } from '../../net/packet.ts'
import type { Skb } from '../../trace/event.ts'
import { entryOf } from '../conntrack.ts'
import { ipset } from '../ipset/late.ts'
import { isOfType } from './addrtype.ts'
import type { AddrType, Match, PortRange, Rule } from './ast.ts'
import { devMatches } from './match.ts'
import type { Visit } from './run.ts'

/** A packet at a table, as far as `readersOf` reads it. */
export interface Seen {
  readonly visit: Visit
  readonly skb: Skb
  readonly src: Ip
  readonly dst: Ip
  readonly proto: string
  readonly l4: L4Header | undefined
}

/** Reads one thing of a packet. What it gives stands for all values of which the same is true, as far as some rules ask. */
export type Reader = (seen: Seen) => string | number | undefined

export function seenAt(visit: Visit, skb: Skb): Seen | undefined {
  const ip = ipOf(skb.packet)
  return ip && { visit, skb, src: ip.src, dst: ip.dst, proto: ip.proto, l4: l4Of(skb.packet) }
}

/** The answers to some questions about a value, of which there are few: each is looked at once. Values that are `named` are told from all others. */
function sorted<V>(pick: (seen: Seen) => V, named: ReadonlySet<V>, questions: readonly ((value: V, seen: Seen) => boolean)[]): Reader {
  const known = new Map<V, string>()
  return (seen) => {
    const value = pick(seen)
    const old = known.get(value)
    if (old !== undefined) return old
    const made = `${named.has(value) ? value : ''} ${questions.map((q) => (q(value, seen) ? 1 : 0)).join('')}`
    known.set(value, made)
    return made
  }
}

/** Of ports there are too many to be kept. */
function port(pick: (seen: Seen) => number | undefined, ranges: readonly PortRange[]): Reader {
  const named = new Set(ranges.filter((r) => r.from === r.to).map((r) => r.from))
  const wide = ranges.filter((r) => r.from !== r.to)
  return (seen) => {
    const value = pick(seen)
    if (value === undefined) return undefined
    const own = named.has(value) ? value : -1
    return wide.length === 0 ? own : `${own} ${wide.map((r) => (value >= r.from && value <= r.to ? 1 : 0)).join('')}`
  }
}

const HOST = /^(.*)\/(?:32|128)$/

type Side = 'src' | 'dst'

/** Matches of which `isPlain` can be true. */
type Plain = Extract<Match, { kind: 'comment' | 'tcp' | 'udp' | 'sctp' | 'multiport' | 'conntrack' | 'mark' | 'addrtype' | 'set' }>

/** What rules ask of a packet, gathered rule by rule. */
export class Asked {
  private readonly hosts = { src: new Set<Ip>(), dst: new Set<Ip>() }
  private readonly nets = { src: new Set<string>(), dst: new Set<string>() }
  private readonly types = { src: new Set<AddrType>(), dst: new Set<AddrType>() }
  private readonly sets = { src: new Set<string>(), dst: new Set<string>() }
  private readonly devices = { in: new Set<string>(), out: new Set<string>() }
  private readonly ports = { sport: [] as PortRange[], dport: [] as PortRange[] }
  private readonly whole = new Set<'proto' | 'l4' | 'flags' | 'state' | 'nat'>()

  /** Takes what a rule asks; false, and nothing is taken: it asks for more than is kept apart here, or what it does is more than its verdict. */
  take(rule: Rule, netns: Visit['netns']): boolean {
    const { matches } = rule
    if (!matches.every((m) => isPlain(m, netns)) || !onlyDecides(rule)) return false
    for (const side of ['src', 'dst'] as const) {
      const net = rule[side]?.net
      const host = net && HOST.exec(net)?.[1]
      if (host !== undefined) this.hosts[side].add(host as Ip)
      else if (net !== undefined) this.nets[side].add(net)
    }
    if (rule.in) this.devices.in.add(rule.in.dev)
    if (rule.out) this.devices.out.add(rule.out.dev)
    if (rule.proto) this.whole.add('proto')
    for (const match of matches) this.takeMatch(match)
    return true
  }

  private takeMatch(match: Plain): void {
    switch (match.kind) {
      case 'tcp':
      case 'udp':
      case 'sctp':
        this.whole.add('l4')
        if (match.sport) this.ports.sport.push(match.sport)
        if (match.dport) this.ports.dport.push(match.dport)
        if (match.flags) this.whole.add('flags')
        return
      case 'multiport':
        this.whole.add('l4')
        if (match.which !== 'dports') this.ports.sport.push(...match.ports)
        if (match.which !== 'sports') this.ports.dport.push(...match.ports)
        return
      case 'conntrack':
        this.whole.add('state')
        if (match.states.some((word) => word === 'DNAT' || word === 'SNAT')) this.whole.add('nat')
        return
      case 'addrtype':
        if (match.src !== undefined) this.types.src.add(match.src)
        if (match.dst !== undefined) this.types.dst.add(match.dst)
        return
      case 'set':
        for (const side of match.dirs) this.sets[side].add(match.name)
        return
      // the mark is always read
      case 'mark':
      case 'comment':
        return
    }
  }

  /** Packets of which these read the same are the same to all rules that were taken. */
  readers(): readonly Reader[] {
    const { devices, ports, whole } = this
    const found: Reader[] = [({ skb }) => skb.mark]
    for (const side of ['src', 'dst'] as const) {
      const questions = [
        ...[...this.nets[side]].map((net) => (a: Ip) => inCidr(a, net as never)),
        ...[...this.types[side]].map(
          (type) =>
            (a: Ip, { visit }: Seen) =>
              isOfType(visit.netns, a, type),
        ),
        ...[...this.sets[side]].map(
          (name) =>
            (_: Ip, { visit, skb }: Seen) =>
              isIn(visit, skb, name, side),
        ),
      ]
      if (questions.length > 0 || this.hosts[side].size > 0) found.push(sorted((seen) => seen[side], this.hosts[side], questions))
    }
    const none: ReadonlySet<string> = new Set()
    const named = (patterns: ReadonlySet<string>) => [...patterns].map((p) => (dev: string) => devMatches(p, dev))
    if (devices.in.size > 0) found.push(sorted(({ visit }) => visit.iif ?? '', none, named(devices.in)))
    if (devices.out.size > 0) found.push(sorted(({ visit }) => visit.oif ?? '', none, named(devices.out)))
    if (whole.has('proto')) found.push(({ proto }) => proto)
    if (whole.has('l4')) found.push(({ l4 }) => l4?.kind)
    if (ports.sport.length > 0) found.push(port(({ l4 }) => (l4 && 'sport' in l4 ? l4.sport : undefined), ports.sport))
    if (ports.dport.length > 0) found.push(port(({ l4 }) => (l4 && 'dport' in l4 ? l4.dport : undefined), ports.dport))
    if (whole.has('flags')) found.push(({ l4 }) => (l4?.kind === 'tcp' ? l4.flags.join('') : undefined))
    if (whole.has('state')) found.push(({ skb }) => skb.ct?.state)
    if (whole.has('nat')) found.push(({ visit, skb }) => natOf(visit, skb))
    return found
  }
}

/** What rules ask of a connection's NAT by `--ctstate DNAT` and SNAT. */
function natOf({ run, netns }: Visit, skb: Skb): number {
  const status = entryOf(run.moment, netns.name, skb)?.status
  return (status?.has('DST_NAT') ? 1 : 0) + (status?.has('SRC_NAT') ? 2 : 0)
}

const isIn = ({ netns, run }: Visit, skb: Skb, name: string, side: Side): boolean =>
  ipset.get().inSet(netns.ipsets ?? new Map(), name, { skb, dirs: [side], now: run.moment.clock }) === true

/** Sets of addresses that nobody forgets: whether an address is in one never changes. */
function isPlainSet({ name, dirs }: Extract<Match, { kind: 'set' }>, { ipsets }: Visit['netns']): boolean {
  const set = ipsets?.get(name)
  return set !== undefined && (set.type === 'hash:ip' || set.type === 'hash:net') && set.timeout === undefined && dirs.length === 1
}

/** Whether the answer hangs on what is read by the readers, and on nothing that comes and goes: dice, lists, counts, time, other connections. */
function isPlain(match: Match, netns: Visit['netns']): match is Plain {
  switch (match.kind) {
    case 'comment':
    case 'tcp':
    case 'udp':
    case 'sctp':
    case 'multiport':
    case 'conntrack':
    case 'mark':
      return true
    case 'addrtype':
      return match.limitIn === undefined && match.limitOut === undefined
    case 'set':
      return isPlainSet(match, netns)
    case 'connmark':
    case 'statistic':
    case 'nth':
    case 'rpfilter':
    case 'recent':
    case 'physdev':
    case 'icmp':
    case 'ipvs':
    case 'unknown':
      return false
  }
}

const onePort = (ports: PortRange | undefined): boolean => ports === undefined || ports.from === ports.to

/** A target that ends in a verdict or a mark. What it writes elsewhere, draws or sends would not happen again. */
function onlyDecides({ target }: Rule): boolean {
  switch (target?.kind) {
    case undefined:
    case 'jump':
    case 'goto':
    case 'accept':
    case 'drop':
    case 'return':
    case 'mark':
    case 'log':
      return true
    case 'dnat':
    case 'snat':
      return target.address !== undefined && onePort(target.ports)
    case 'masquerade':
    case 'redirect':
      return onePort(target.ports)
    case 'reject':
    case 'connmark':
    case 'notrack':
    case 'unknown':
      return false
  }
}
