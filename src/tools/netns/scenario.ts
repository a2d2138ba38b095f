import { ipset } from '../../kernel/ipset/late.ts'
import { printSave } from '../../kernel/iptables/print.ts'
import { serverLine, serviceLine } from '../../kernel/ipvs/print.ts'
import { madeUpMac } from '../../kernel/mac.ts'
import type { Machines, Netns } from '../../kernel/machine.ts'
import { nftLines } from '../../kernel/nft/print.ts'
import { type LinkJson, type NamespaceJson, printTopology, type TopologyJson } from '../../kernel/topology.ts'
import { addressOf } from '../../net/cidr.ts'
import { type Family, familyOf, type Ip } from '../../net/ip.ts'

/** What is sent: one connection from a namespace to an address. */
export interface ScenarioProbe {
  readonly from: string
  readonly proto: 'tcp' | 'udp' | 'icmp'
  readonly dst: Ip
  readonly dport: number
  readonly sport: number
}

export interface ScenarioServer {
  readonly ns: string
  readonly proto: 'tcp' | 'udp'
  readonly ip: Ip
  readonly port: number
}

/** What is loaded on a node: the text of iptables-restore, and tables of nft beside it. */
export interface ScenarioRules {
  readonly backend: 'iptables-nft'
  readonly family?: 'IPv6'
  readonly text: readonly string[]
  readonly nft?: readonly string[]
  /** Calls of ipset and ipvsadm, without the programs' names. */
  readonly ipset?: readonly string[]
  readonly ipvs?: readonly string[]
}

/** A lab as a real kernel can be given it, in the format of the recorded walks (`packetwalk-kernel-golden/1`), without what it did. */
export interface Scenario {
  readonly format: 'packetwalk-kernel-golden/1'
  readonly scenario: string
  readonly topology: TopologyJson
  readonly rules: Readonly<Record<string, ScenarioRules>>
  readonly servers: readonly ScenarioServer[]
  readonly probe: ScenarioProbe
  /** From empty neighbour tables and FDBs. */
  readonly cold?: true
  /** Sent once, though a choice is random. */
  readonly random_choice?: true
  /** Seconds. */
  readonly timeout?: number
  /** How often the probe is sent: more than once where a choice is random. */
  readonly repeat: number
}

/** The switch that every cable of the underlay leads to; nobody looks inside. */
const SWITCH = 'und'

/** `ip netns` takes no slash. Names of objects have no underscore, so nothing collides. */
export const safeName = (netns: string): string => netns.replaceAll('/', '_')

/** A wire becomes a bridge in a namespace of its own, and each card plugged into it one end of a veth pair. */
function plugged(spaces: readonly NamespaceJson[]): readonly NamespaceJson[] {
  const ports: LinkJson[] = []
  const port = (ns: string, l: LinkJson): LinkJson => {
    const dev = `u-${ports.length}`
    ports.push({ dev, kind: 'veth', mac: madeUpMac(SWITCH, dev), peer: [ns, l.dev], master: 'br0' })
    const { wire: _wire, ...bare } = l
    return { ...bare, kind: 'veth', peer: [SWITCH, dev] }
  }
  const all = spaces.map((n) => ({ ...n, links: n.links.map((l) => (l.kind === 'physical' ? port(n.name, l) : l)) }))
  const hub: NamespaceJson = {
    name: SWITCH,
    kind: 'underlay',
    observe: false,
    links: [{ dev: 'br0', kind: 'bridge', mac: madeUpMac(SWITCH, 'br0') }, ...ports],
  }
  return [hub, ...all]
}

/** A probe that is sent again and again would use up what each kernel says of errors in a second. */
const TOLD_EACH_TIME = { 'net/ipv4/icmp_ratelimit': 0, 'net/ipv6/icmp/ratelimit': 0 } as const

function renamed(n: NamespaceJson, repeat: number): NamespaceJson {
  const links = n.links.map((l) => (l.peer ? { ...l, peer: [safeName(l.peer[0] ?? ''), l.peer[1] ?? ''] } : l))
  // events of conntrack are only sent to a listener elsewhere when the namespace is told to
  const own = n.kind === 'node' ? { ...n.sysctls, 'net/netfilter/nf_conntrack_events': 1 } : n.sysctls
  const sysctls = repeat > 1 ? { ...own, ...TOLD_EACH_TIME } : own
  return { ...n, name: safeName(n.name), links, ...(sysctls ? { sysctls } : {}), ...(n.kind === 'underlay' ? { observe: false } : {}) }
}

const ownAddress = (netns: Netns, family: Family): Ip | undefined =>
  netns.links
    .filter((l) => l.kind !== 'loopback')
    .flatMap((l) => l.addrs)
    .filter((a) => familyOf(a) === family)
    .map(addressOf)[0]

function serversOf(all: readonly Netns[], family: Family): readonly ScenarioServer[] {
  const found = new Map<string, ScenarioServer>()
  for (const netns of all) {
    for (const l of netns.listeners) {
      const ip = l.address ?? ownAddress(netns, family)
      if (ip === undefined || l.proto === 'sctp' || familyOf(ip) !== family) continue
      const server: ScenarioServer = { ns: safeName(netns.name), proto: l.proto, ip, port: l.port }
      found.set(`${server.ns} ${server.proto} ${server.port}`, server)
    }
  }
  return [...found.values()]
}

/** Sets and virtual servers as they have to be made again: the kernel puts the server that is added last at the head. A set that nothing asks is left out. */
function setsOf(n: Netns, rules: readonly string[]): Pick<ScenarioRules, 'ipset' | 'ipvs'> {
  const all = [...(n.ipsets?.values() ?? [])].map((set) => ({ name: set.name, lines: [...ipset.get().saveLines(set, 0)] }))
  const asked = all.filter((one) => [...rules, ...all.flatMap((o) => (o === one ? [] : o.lines))].some((line) => line.includes(one.name)))
  const sets = asked.flatMap((one) => one.lines)
  const virtuals = [...(n.ipvs?.values() ?? [])].flatMap((v) => [serviceLine(v), ...v.dests.map((d) => serverLine(v, d)).reverse()])
  return { ...(sets.length > 0 ? { ipset: sets } : {}), ...(virtuals.length > 0 ? { ipvs: virtuals } : {}) }
}

/** Everything that a real kernel needs to walk the same probe: namespaces, links, routes, tables, rules, listening sockets. */
export function scenarioOf(machines: Machines, title: string, probe: ScenarioProbe, repeat: number, cold = false): Scenario {
  const all = machines.names
    .map((n) => machines.netns(n))
    .filter((n) => n !== undefined)
    // a machine outside with rules of its own (a load balancer) is watched as a node is
    .map((n) =>
      n.kind === 'client' && (n.ipvs !== undefined || [...printSave(n.rules[4]), ...printSave(n.rules[6])].length > 0)
        ? { ...n, kind: 'node' as const }
        : n,
    )
  const family = familyOf(probe.dst)
  const rules = all
    .filter((n) => n.kind === 'node')
    .map((n) => {
      const text = [...printSave(n.rules[family])]
      return [
        safeName(n.name),
        {
          backend: 'iptables-nft' as const,
          ...(family === 6 ? { family: 'IPv6' as const } : {}),
          text,
          ...(n.nft ? { nft: [...nftLines(n.nft)] } : {}),
          ...setsOf(n, text),
        },
      ] as const
    })
  return {
    format: 'packetwalk-kernel-golden/1',
    scenario: title,
    topology: {
      ...(family === 6 ? { ipv6: true } : {}),
      namespaces: plugged(printTopology(all, family === 6).namespaces.map((n) => renamed(n, repeat))),
    } as TopologyJson,
    rules: Object.fromEntries(rules.filter(([, r]) => r.text.length > 0 || r.nft !== undefined)),
    servers: serversOf(all, family),
    probe: { ...probe, from: safeName(probe.from) },
    // tables are cold once
    repeat: cold ? 1 : repeat,
    ...(cold && repeat > 1 ? { random_choice: true } : {}),
    // a neighbour that nobody is fails after three seconds
    ...(cold ? { cold: true, timeout: 4 } : {}),
  }
}
