import { inCidr, lengthOf, maskedCidr } from '../net/cidr.ts'
import { type Cidr, familyOf, type Ip, type Mac } from '../net/ip.ts'
import { addressRoutes } from './addressroutes.ts'
import type { Bpf } from './bpf/ast.ts'
import type { Ipsets } from './ipset/ast.ts'
import { ipset } from './ipset/late.ts'
import { emptyRuleset, withCalls, withRestore } from './iptables/ruleset.ts'
import type { Virtuals } from './ipvs/ast.ts'
import { ipvs } from './ipvs/late.ts'
import type { FdbEntry, Link, Listener, Neighbour, Netns, NetnsKind, Route } from './machine.ts'
import type { NftRuleset } from './nft/ast.ts'
import { nft } from './nft/late.ts'
import type { Op } from './op.ts'
import { type IpRule, ownRules, withRule } from './rules.ts'
import { copiedFromDefault, FRESH, SAME } from './sysctl.ts'

const LO: Omit<Link, 'ifindex'> = {
  dev: 'lo',
  kind: 'loopback',
  mac: '00:00:00:00:00:00' as Mac,
  addrs: ['127.0.0.1/8' as Cidr, '::1/128' as Cidr],
  mtu: 65536,
  up: true,
}

/** What all namespaces have in common at first: made once, shared, never changed. */
let bare: Omit<Netns, 'name' | 'kind'> | undefined

function bareNetns(): Omit<Netns, 'name' | 'kind'> {
  const nothing = { links: [], routes: [], neigh: [], fdb: [], sysctls: FRESH, listeners: [], files: {} }
  const empty: Netns = { ...nothing, name: '', kind: 'node', rules: { 4: emptyRuleset(), 6: emptyRuleset() } }
  const { name: _name, kind: _kind, ...rest } = applyOps(empty, [{ do: 'link', link: LO }])
  return rest
}

/** A namespace as `ip netns add` leaves it, with `lo` up (index 1). */
export function newNetns(name: string, kind: NetnsKind): Netns {
  bare ??= bareNetns()
  return { name, kind, ...bare }
}

/** What changes while one list of ops is folded in. Arrays are copies of our own. */
interface Draft {
  readonly links: Link[]
  routes: Route[]
  ipRules?: readonly IpRule[]
  neigh: Neighbour[]
  fdb: FdbEntry[]
  readonly sysctls: Record<string, number>
  rules: Netns['rules']
  nft?: NftRuleset
  ipsets?: Ipsets
  ipvs?: Virtuals
  bpf?: Bpf
  readonly listeners: Listener[]
  readonly files: Record<string, string>
}

/** The bridge's own entries: its MAC and that of each port. A datapath has no such table. */
const ownFdb = (links: readonly Link[], link: Link): readonly FdbEntry[] => {
  const bridge = link.kind === 'bridge' ? link.dev : link.master
  if (bridge === undefined || links.some((l) => l.dev === bridge && l.datapath)) return []
  return [
    {
      mac: link.mac,
      dev: link.dev,
      flags: ['master', bridge, 'permanent'],
      ...(link.because === undefined ? {} : { because: link.because }),
    },
  ]
}

function putLink(d: Draft, given: Extract<Op, { do: 'link' }>['link']): void {
  const at = d.links.findIndex((l) => l.dev === given.dev)
  const next = d.links.reduce((n, l) => Math.max(n, l.ifindex), 0) + 1
  const link: Link = { ...given, ifindex: given.ifindex ?? d.links[at]?.ifindex ?? next }
  if (at >= 0) {
    d.links[at] = link
    d.routes = d.routes.filter((r) => r.dev !== link.dev || (link.up && r.protocol !== 'kernel'))
    d.fdb = d.fdb.filter((f) => f.dev !== link.dev || f.dst !== undefined)
  } else {
    d.links.push(link)
    Object.assign(d.sysctls, copiedFromDefault(d.sysctls, link.dev))
  }
  d.routes.push(...addressRoutes(link))
  d.fdb.push(...ownFdb(d.links, link))
}

/** The device behind which a gateway lies: that of the longest connected route that holds it. */
function deviceTo(routes: readonly Route[], via: Ip): string | undefined {
  let best: Route | undefined
  for (const r of routes) {
    if (r.table !== 'main' || r.via !== undefined || r.dev === undefined || !inCidr(via, r.dst)) continue
    if (best === undefined || lengthOf(r.dst) > lengthOf(best.dst)) best = r
  }
  return best?.dev
}

function scopeOf(route: Partial<Route>, family: 4 | 6): Route['scope'] {
  if (family === 6) return 'global'
  if (route.type === 'local') return 'host'
  return route.via === undefined && route.dev !== undefined ? 'link' : 'global'
}

/** Fills in what `ip route add` fills in. Throws when the gateway is not on a link: the kernel refuses such a route, its writer has to know. */
function wholeRoute(routes: readonly Route[], given: Extract<Op, { do: 'route' }>['route']): Route {
  const family = familyOf(given.dst)
  const dev = given.dev ?? (given.via === undefined ? undefined : deviceTo(routes, given.via))
  if (given.via !== undefined && dev === undefined) throw new Error(`no device leads to gateway ${given.via}`)
  const whole = {
    type: 'unicast',
    table: given.type === 'local' ? 'local' : 'main',
    protocol: 'boot',
    onlink: false,
    metric: family === 4 ? 0 : 1024,
    ...given,
  } as const
  return { ...whole, dst: maskedCidr(given.dst), scope: given.scope ?? scopeOf(given, family), ...(dev === undefined ? {} : { dev }) }
}

function putRoute(d: Draft, given: Extract<Op, { do: 'route' }>['route']): void {
  const route = wholeRoute(d.routes, given)
  const at = d.routes.findIndex(
    (r) => r.dst === route.dst && r.table === route.table && r.metric === route.metric && r.protocol !== 'kernel',
  )
  if (at >= 0) d.routes[at] = route
  else d.routes.push(route)
}

function putSysctl(d: Draft, name: string, value: number): void {
  d.sysctls[name] = value
  const same = SAME[name]
  if (same !== undefined) d.sysctls[same] = value
}

function put(d: Draft, op: Op): void {
  switch (op.do) {
    case 'link':
      putLink(d, op.link)
      return
    case 'route':
      putRoute(d, op.route)
      return
    case 'rule':
      d.ipRules = withRule(d.ipRules ?? [...ownRules(4), ...ownRules(6)], op.rule)
      return
    case 'neigh':
      d.neigh = d.neigh.filter((n) => n.address !== op.neigh.address || n.dev !== op.neigh.dev)
      d.neigh.push(op.neigh)
      return
    case 'fdb':
      d.fdb = d.fdb.filter((f) => f.mac !== op.fdb.mac || f.dev !== op.fdb.dev || f.dst !== op.fdb.dst)
      d.fdb.push(op.fdb)
      return
    case 'sysctl':
      putSysctl(d, op.name, op.value)
      return
    case 'iptables':
      d.rules = { ...d.rules, [op.family]: withCalls(d.rules[op.family], op.calls) }
      return
    case 'iptables-restore':
      d.rules = { ...d.rules, [op.family]: withRestore(d.rules[op.family], op.restore) }
      return
    case 'nft':
      d.nft = nft.get().withNft(d.nft ?? nft.get().emptyNft(), op.commands)
      return
    case 'nft-table':
      d.nft = nft.get().withTable(d.nft ?? nft.get().emptyNft(), op.table)
      return
    case 'ipset':
      d.ipsets = ipset.get().withIpsets(d.ipsets ?? ipset.get().noSets, op.commands)
      return
    case 'ipvs':
      d.ipvs = ipvs.get().withIpvs(d.ipvs ?? ipvs.get().noVirtuals, op.commands)
      return
    case 'bpf':
      d.bpf = op.bpf
      return
    case 'listen':
      d.listeners.push(op.listener)
      return
    case 'file':
      d.files[op.path] = op.text
      return
  }
}

/**
 * Folds changes into a namespace, in order, as its kernel would: indexes are given in the order of making, addresses bring
 * connected, local and broadcast routes, routes get iproute2's defaults. The namespace that came in stays as it was.
 */
export function applyOps(netns: Netns, ops: readonly Op[]): Netns {
  const d: Draft = {
    links: [...netns.links],
    routes: [...netns.routes],
    ...(netns.ipRules === undefined ? {} : { ipRules: netns.ipRules }),
    neigh: [...netns.neigh],
    fdb: [...netns.fdb],
    sysctls: { ...netns.sysctls },
    rules: netns.rules,
    ...(netns.nft === undefined ? {} : { nft: netns.nft }),
    ...(netns.ipsets === undefined ? {} : { ipsets: netns.ipsets }),
    ...(netns.ipvs === undefined ? {} : { ipvs: netns.ipvs }),
    ...(netns.bpf === undefined ? {} : { bpf: netns.bpf }),
    listeners: [...netns.listeners],
    files: { ...netns.files },
  }
  for (const op of ops) put(d, op)
  return { name: netns.name, kind: netns.kind, ...d }
}
