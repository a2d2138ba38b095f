import { addressOf, cidr } from '../net/cidr.ts'
import { familyOf, type Ip, ip, isLinkLocal, type Mac } from '../net/ip.ts'
import { applyOps, newNetns } from './apply.ts'
import { madeUpMac } from './mac.ts'
import type { Link, Netns, NetnsKind, Wire } from './machine.ts'
import type { Op } from './op.ts'
import { ownRules } from './rules.ts'
import { parseIpRule, ruleWords } from './rules-text.ts'
import { FRESH, SAME } from './sysctl.ts'
import type { LinkJson, NamespaceJson, TopologyJson } from './topology/format.ts'
import { fdbWords, neighbourWords, parseFdb, parseNeighbour, parseRoute, routeWords } from './topology/words.ts'

export type { LinkJson, NamespaceJson, TopologyJson } from './topology/format.ts'

const KINDS: Readonly<Record<string, Link['kind']>> = {
  veth: 'veth',
  bridge: 'bridge',
  vxlan: 'vxlan',
  ipip: 'ipip',
  dummy: 'dummy',
  physical: 'physical',
  loopback: 'loopback',
}
const PLACES: Readonly<Record<string, NetnsKind>> = { node: 'node', pod: 'pod', client: 'client', underlay: 'underlay' }

function known<T>(table: Readonly<Record<string, T>>, word: string, what: string): T {
  const found = table[word]
  if (found === undefined) throw new Error(`topology: unknown ${what} ${word}`)
  return found
}

/** Bytes that a device takes when nobody says so: a bridge as many as its narrowest port (br_mtu_auto_adjust), any other 1500. */
function ownMtu(l: Pick<LinkJson, 'dev' | 'kind'>, links: readonly Pick<LinkJson, 'master' | 'mtu'>[]): number {
  const ports = l.kind === 'bridge' ? links.filter((p) => p.master === l.dev) : []
  return ports.length === 0 ? 1500 : Math.min(...ports.map((p) => p.mtu ?? 1500))
}

function readLink(netns: string, l: LinkJson, links: readonly LinkJson[]): Omit<Link, 'ifindex'> {
  const [peerNs, peerDev] = l.peer ?? []
  return {
    dev: l.dev,
    kind: known(KINDS, l.kind, 'kind of link'),
    mac: (l.mac as Mac | undefined) ?? madeUpMac(netns, l.dev),
    addrs: (l.addrs ?? []).map(cidr),
    mtu: l.mtu ?? ownMtu(l, links),
    up: l.up ?? true,
    ...(l.master === undefined ? {} : { master: l.master }),
    ...(l.hairpin === undefined ? {} : { hairpin: l.hairpin }),
    ...(l.isolated === undefined ? {} : { isolated: l.isolated }),
    ...(peerNs === undefined || peerDev === undefined ? {} : { peer: [peerNs, peerDev] as const }),
    ...(l.wire === undefined ? {} : { wire: l.wire }),
    ...(l.vni === undefined ? {} : { vni: l.vni }),
    ...(l.local === undefined ? {} : { local: ip(l.local) as Ip }),
    ...(l.remote === undefined ? {} : { remote: ip(l.remote) }),
    ...(l.ttl === undefined ? {} : { ttl: l.ttl }),
    ...(l.underlay === undefined ? {} : { underlay: l.underlay }),
    ...(l.dstport === undefined ? {} : { dstport: l.dstport }),
    ...(l.kind === 'vxlan' && l.learning !== true ? { flags: ['nolearning'] } : {}),
  }
}

function readRule(text: string): Extract<Op, { do: 'rule' }>['rule'] {
  const found = parseIpRule(text, text.includes(':') ? 6 : 4)
  if ('unknown' in found) throw new Error(`topology: ip rule: unknown word ${found.unknown} in: ${text}`)
  return found.rule
}

const own = [...ownRules(4), ...ownRules(6)].map(ruleWords)
/** Rules that somebody added. */
const addedRules = (netns: Netns): readonly string[] => (netns.ipRules ?? []).map(ruleWords).filter((r) => !own.includes(r))

/**
 * Indexes of devices as the recorder makes them: namespace by namespace, a veth pair with its first end. Where nothing else decides, the kernel
 * takes the device with the lesser one.
 */
function indexes(json: TopologyJson): ReadonlyMap<string, number> {
  const made = new Map<string, number>()
  const next = new Map<string, number>()
  const make = (netns: string, dev: string): void => {
    const index = (next.get(netns) ?? 1) + 1
    next.set(netns, index)
    made.set(`${netns} ${dev}`, index)
  }
  for (const n of json.namespaces) {
    for (const l of n.links) {
      if (made.has(`${n.name} ${l.dev}`)) continue
      make(n.name, l.dev)
      if (l.kind === 'veth' && l.peer) make(l.peer[0] ?? '', l.peer[1] ?? '')
    }
  }
  return made
}

function readNamespace(n: NamespaceJson, index: ReadonlyMap<string, number>): Netns {
  const ops: Op[] = [
    ...n.links.map((l): Op => {
      const ifindex = index.get(`${n.name} ${l.dev}`)
      return { do: 'link', link: { ...readLink(n.name, l, n.links), ...(ifindex === undefined ? {} : { ifindex }) } }
    }),
    ...(n.routes ?? []).map((text): Op => ({ do: 'route', route: parseRoute(text) })),
    ...(n.rules ?? []).map((text): Op => ({ do: 'rule', rule: readRule(text) })),
    ...(n.neigh ?? []).map((text): Op => ({ do: 'neigh', neigh: parseNeighbour(text) })),
    ...(n.fdb ?? []).map((text): Op => ({ do: 'fdb', fdb: parseFdb(text) })),
    ...Object.entries(n.sysctls ?? {}).map(([name, value]): Op => ({ do: 'sysctl', name, value })),
  ]
  return applyOps(newNetns(n.name, known(PLACES, n.kind, 'kind of namespace')), ops)
}

/** Namespaces of a recorded topology, without rules. Its cables are veth pairs, so there are no wires. Throws on a word it does not know. */
export function readTopology(json: TopologyJson): { readonly netns: readonly Netns[]; readonly wires: readonly Wire[] } {
  const index = indexes(json)
  return { netns: json.namespaces.map((n) => readNamespace(n, index)), wires: [] }
}

function printLink(l: Link, links: readonly Link[], linkLocal: boolean): LinkJson {
  const addrs = l.addrs.filter((a) => linkLocal || familyOf(a) === 4 || !isLinkLocal(addressOf(a)))
  return {
    dev: l.dev,
    kind: l.kind,
    ...(l.peer === undefined ? {} : { peer: l.peer }),
    ...(l.wire === undefined ? {} : { wire: l.wire }),
    ...(l.vni === undefined ? {} : { vni: l.vni }),
    ...(l.local === undefined ? {} : { local: l.local }),
    ...(l.remote === undefined ? {} : { remote: l.remote }),
    ...(l.ttl === undefined ? {} : { ttl: l.ttl }),
    ...(l.underlay === undefined ? {} : { underlay: l.underlay }),
    ...(l.dstport === undefined ? {} : { dstport: l.dstport }),
    mac: l.mac,
    ...(l.master === undefined ? {} : { master: l.master }),
    ...(l.hairpin === undefined ? {} : { hairpin: l.hairpin }),
    ...(l.isolated === undefined ? {} : { isolated: l.isolated }),
    ...(addrs.length === 0 ? {} : { addrs }),
    ...(l.mtu === 1500 && ownMtu(l, links) === 1500 ? {} : { mtu: l.mtu }),
    ...(l.up ? {} : { up: false }),
    ...(l.kind === 'vxlan' && !l.flags?.includes('nolearning') ? { learning: true } : {}),
  }
}

/** Written settings; of the two files that show one value only ip_forward is told, as people write it. */
const written = (sysctls: Netns['sysctls']): Record<string, number> =>
  Object.fromEntries(Object.entries(sysctls).filter(([name, value]) => FRESH[name] !== value && !((SAME[name] ?? '') > name)))

/**
 * The inverse of readTopology: what a kernel does by itself (lo, connected and local routes, ports' own FDB entries, defaults) is left out.
 * `linkLocal`: with the link-local addresses of IPv6, for a reader that is no kernel: a route may lead to one (Calico's fe80::ecee:eeff:feee:eeee).
 */
export function printTopology(netns: readonly Netns[], linkLocal = false): TopologyJson {
  return {
    namespaces: netns.map((n) => ({
      name: n.name,
      kind: n.kind,
      links: n.links.filter((l) => l.kind !== 'loopback').map((l) => printLink(l, n.links, linkLocal)),
      routes: n.routes.filter((r) => r.protocol !== 'kernel').map(routeWords),
      ...(addedRules(n).length > 0 ? { rules: addedRules(n) } : {}),
      neigh: n.neigh.map(neighbourWords),
      fdb: n.fdb.filter((f) => f.dst !== undefined).map(fdbWords),
      sysctls: written(n.sysctls),
    })),
  }
}
