import { addressOf, hostCidr, inCidr, lengthOf } from '../net/cidr.ts'
import { compareIp, type Family, familyOf, type Ip, isLinkLocal } from '../net/ip.ts'
import type { RouteView } from '../trace/event.ts'
import type { Link, Netns, Route } from './machine.ts'
import { routesTowards } from './route-index.ts'
import { type Flow, type IpRule, ownRules, ruleFits } from './rules.ts'

const linksByName = new WeakMap<Netns, ReadonlyMap<string, Link>>()

export function linkOf(netns: Netns, dev: string): Link | undefined {
  const known = linksByName.get(netns)
  if (known) return known.get(dev)
  const links = new Map(netns.links.map((l) => [l.dev, l]))
  linksByName.set(netns, links)
  return links.get(dev)
}

/** By table and address; null: no route. */
const known = new WeakMap<Netns, Map<string, Map<Ip, Route | null>>>()

/** As search: a walk asks for few addresses, again and again. */
function best(netns: Netns, table: string, dst: Ip, oif?: string): Route | undefined {
  if (oif !== undefined) return search(netns, table, dst, oif)
  const tables = known.get(netns) ?? new Map<string, Map<Ip, Route | null>>()
  const routes = tables.get(table) ?? new Map<Ip, Route | null>()
  const old = routes.get(dst)
  if (old !== undefined) return old ?? undefined
  const route = search(netns, table, dst)
  known.set(netns, tables.set(table, routes.set(dst, route ?? null)))
  return route
}

/** Longest prefix first, then the lowest metric, then the one installed first (fib_table_lookup). */
function search(netns: Netns, table: string, dst: Ip, oif?: string): Route | undefined {
  let won: Route | undefined
  for (const route of routesTowards(netns.routes, table, dst)) {
    if (oif !== undefined && route.dev !== oif) continue
    if (!inCidr(dst, route.dst)) continue
    // an address stays ours while its device is down: kube-ipvs0 never comes up
    if (route.type !== 'local' && route.dev !== undefined && linkOf(netns, route.dev)?.up === false) continue
    const longer = won === undefined || lengthOf(route.dst) > lengthOf(won.dst)
    if (longer || (won && lengthOf(route.dst) === lengthOf(won.dst) && route.metric < won.metric)) won = route
  }
  return won
}

/** What a rule without a table says (FR_ACT_BLACKHOLE, FR_ACT_PROHIBIT). */
const refusedBy = (rule: IpRule, dst: Ip): Route | undefined =>
  rule.action === 'blackhole' || rule.action === 'prohibit'
    ? {
        type: rule.action,
        dst: hostCidr(dst),
        table: `rule ${rule.priority}`,
        protocol: 'boot',
        scope: 'global',
        metric: 0,
        onlink: false,
        ...(rule.because === undefined ? {} : { because: rule.because }),
      }
    : undefined

const ANY: Flow = {}
/** By address, where the rules are the kernel's own, which ask for nothing else of a packet; null: no route. */
const ways = new WeakMap<Netns, Map<Ip, Route | null>>()

/** The route that the kernel takes to an address, by the rules of policy routing; undefined: network unreachable. */
export function lookup(netns: Netns, dst: Ip, flow: Flow = ANY): Route | undefined {
  if (netns.ipRules !== undefined || flow.oif !== undefined) return byRules(netns, dst, flow)
  const mine = ways.get(netns) ?? new Map<Ip, Route | null>()
  const old = mine.get(dst)
  if (old !== undefined) return old ?? undefined
  const route = byRules(netns, dst, flow)
  ways.set(netns, mine.set(dst, route ?? null))
  return route
}

function byRules(netns: Netns, dst: Ip, flow: Flow): Route | undefined {
  const family = familyOf(dst)
  for (const rule of netns.ipRules ?? ownRules(family)) {
    if (rule.family !== family || !ruleFits(rule, dst, flow)) continue
    if (rule.action !== 'lookup') return refusedBy(rule, dst)
    const route = best(netns, rule.table, dst, flow.oif)
    if (route && route.type !== 'throw' && !(rule.suppress !== undefined && lengthOf(route.dst) <= rule.suppress)) return route
  }
  return undefined
}

/** What connect() and send() return when this is the way; undefined: there is one (fib_props, fib_nl_fill_rule). */
export function errnoOf(route: Route | undefined): string | undefined {
  switch (route?.type) {
    case undefined:
    case 'throw':
      return 'ENETUNREACH'
    case 'blackhole':
      return 'EINVAL'
    case 'prohibit':
      return 'EACCES'
    case 'unreachable':
      return 'EHOSTUNREACH'
    case 'unicast':
    case 'local':
    case 'broadcast':
      return undefined
  }
}

/** As isLocal, for addresses that will hardly be asked for again: nothing is kept. */
export const isLocalOnce = (netns: Netns, address: Ip): boolean => search(netns, 'local', address)?.type === 'local'

export const isLocal = (netns: Netns, address: Ip): boolean => best(netns, 'local', address)?.type === 'local'

/** 224.0.0.0/4, ff00::/8. */
const isMulticast = (address: Ip): boolean => /^(22[4-9]|23\d)\.|^ff/.test(address)

export function addressType(
  netns: Netns,
  address: Ip,
): 'LOCAL' | 'BROADCAST' | 'MULTICAST' | 'UNICAST' | 'BLACKHOLE' | 'UNREACHABLE' | 'PROHIBIT' {
  if (isMulticast(address)) return 'MULTICAST'
  if (address === '255.255.255.255') return 'BROADCAST'
  const route = lookup(netns, address)
  switch (route?.type) {
    case 'local':
      return 'LOCAL'
    case 'broadcast':
      return 'BROADCAST'
    case 'blackhole':
      return 'BLACKHOLE'
    case 'prohibit':
      return 'PROHIBIT'
    case 'unreachable':
    case 'throw':
    case undefined:
      return 'UNREACHABLE'
    case 'unicast':
      return 'UNICAST'
  }
}

/** Addresses of a device in one family, link-local IPv6 last. */
export function addressesOf(link: Link | undefined, family: Family): readonly Ip[] {
  return (link?.addrs ?? []).filter((a) => familyOf(a) === family).map(addressOf)
}

/** The address of the next hop: the gateway, or the destination itself. */
export const nextHop = (route: Route, dst: Ip): Ip => route.via ?? dst

const globals = (netns: Netns, family: Family): readonly Ip[] =>
  [...netns.links]
    .sort((a, b) => a.ifindex - b.ifindex)
    // an IPv4 address is there while its device is down, an IPv6 address is not
    .filter((l) => l.kind !== 'loopback' && (l.up || family === 4))
    .flatMap((l) => addressesOf(l, family))

/**
 * The source that a packet made here gets: the route's `src`, else the device's address whose net holds the next hop,
 * else its first, else the first global address of another device (inet_select_addr).
 */
export function sourceFor(netns: Netns, route: Route, dst: Ip): Ip | undefined {
  if (route.type === 'local') return route.src ?? dst
  return route.src ?? addressTowards(netns, route.dev, nextHop(route, dst), dst)
}

/** MASQUERADE's choice: as sourceFor, but never the route's `src` hint. */
export function addressTowards(netns: Netns, dev: string | undefined, hop: Ip, dst = hop): Ip | undefined {
  const family = familyOf(hop)
  // RFC 6724, rule 2: a link-local IPv6 address speaks to link-local ones alone, where there is another
  const narrow = (a: Ip): boolean => family === 6 && isLinkLocal(a) && !isLinkLocal(dst)
  const link = dev === undefined ? undefined : linkOf(netns, dev)
  // 127.0.0.1 has scope host: inet_select_addr passes it over and takes a machine's first address that others can reach.
  if (link?.kind === 'loopback') return family === 6 && isLocal(netns, hop) ? hop : globals(netns, family)[0]
  const onNet = link?.addrs.find((a) => familyOf(a) === family && inCidr(hop, a) && !narrow(addressOf(a)))
  if (onNet !== undefined) return addressOf(onNet)
  const own = addressesOf(link, family)
  return own.find((a) => !narrow(a)) ?? globals(netns, family).find((a) => !narrow(a)) ?? own[0]
}

/** One line as `ip route` prints it. */
export function printRoute(route: Route): string {
  const all = lengthOf(route.dst) === 0
  const host = lengthOf(route.dst) === (familyOf(route.dst) === 4 ? 32 : 128)
  const words: string[] = []
  if (route.type !== 'unicast') words.push(route.type)
  words.push(all ? 'default' : host ? addressOf(route.dst) : route.dst)
  if (route.via !== undefined) words.push('via', route.via)
  if (route.dev !== undefined) words.push('dev', route.dev)
  if (route.table !== 'main' && route.table !== 'local' && !route.table.startsWith('rule ')) words.push('table', route.table)
  if (route.protocol !== 'boot') words.push('proto', route.protocol)
  if (route.scope !== 'global') words.push('scope', route.scope)
  if (route.src !== undefined) words.push('src', route.src)
  if (route.metric !== 0) words.push('metric', `${route.metric}`)
  if (route.onlink) words.push('onlink')
  if (route.mtu !== undefined) words.push('mtu', `${route.mtu}`)
  return words.join(' ')
}

export function routeView(route: Route): RouteView {
  return {
    table: route.table,
    text: printRoute(route),
    type: route.type,
    ...(route.dev === undefined ? {} : { dev: route.dev }),
    ...(route.via === undefined ? {} : { via: route.via }),
    ...(route.src === undefined ? {} : { src: route.src }),
  }
}

export const byAddress = (a: Route, b: Route): number => compareIp(addressOf(a.dst), addressOf(b.dst)) || lengthOf(a.dst) - lengthOf(b.dst)

const settings = new WeakMap<Netns, Map<string, Map<string, number>>>()

/** What a netns' settings say of a device, which every packet asks: worked out once for each. */
function setting(netns: Netns, dev: string, name: string, make: () => number): number {
  const mine = settings.get(netns) ?? new Map<string, Map<string, number>>()
  const byDevice = mine.get(name) ?? new Map<string, number>()
  const old = byDevice.get(dev)
  if (old !== undefined) return old
  const made = make()
  settings.set(netns, mine.set(name, byDevice.set(dev, made)))
  return made
}

/** rp_filter in force: the greater of conf.all and the device's own; 0 off, 1 strict, 2 loose. */
export const rpFilter = (netns: Netns, dev: string): number =>
  setting(netns, dev, 'rp_filter in force', () =>
    Math.max(netns.sysctls['net/ipv4/conf/all/rp_filter'] ?? 0, netns.sysctls[`net/ipv4/conf/${dev}/rp_filter`] ?? 0),
  )

export const routeLocalnet = (netns: Netns, dev: string): boolean => eitherSysctl(netns, dev, 'route_localnet')

/** Whether what comes in by this device may be forwarded. In IPv4 that is the device's own setting, to which ip_forward is copied. */
export const forwards = (netns: Netns, family: Family, dev: string): boolean =>
  (family === 4
    ? setting(netns, dev, 'forwarding', () => netns.sysctls[`net/ipv4/conf/${dev}/forwarding`] ?? netns.sysctls['net/ipv4/ip_forward'] ?? 0)
    : (netns.sysctls['net/ipv6/conf/all/forwarding'] ?? 0)) !== 0

/** Settings that are on when conf.all or the device says so (IN_DEV_ORCONF). */
export const eitherSysctl = (netns: Netns, dev: string, name: string): boolean =>
  setting(netns, dev, name, () => netns.sysctls[`net/ipv4/conf/all/${name}`] || netns.sysctls[`net/ipv4/conf/${dev}/${name}`] || 0) !== 0
