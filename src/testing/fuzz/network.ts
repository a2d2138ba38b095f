import type { NamespaceJson } from '../../kernel/topology.ts'
import { mix } from '../../trace/luck.ts'
import { type Extra, extrasOf, NODE, P1, P2, SERVICE } from './extras.ts'

/**
 * A network without Kubernetes: a client, a router, a node with two pods on a bridge, and what is drawn for it. A smaller case has fewer extras.
 * `client 10.0.0.1 - r 10.9.0.0/24 - n - br 10.1.0.0/24 - p1, p2`; in IPv6 fd00, fd09 and fd01.
 */
export interface NetworkCase {
  readonly family: 4 | 6
  readonly extras: readonly string[]
  readonly from: string
  readonly to: string
  readonly proto: 'tcp' | 'udp' | 'icmp'
  readonly port: number
  readonly size?: number
  readonly pmtudisc?: 'do' | 'want' | 'dont'
}

const MACS = { c: '01', r0: '02', r1: '03', n0: '04', n2: '05', br: '06', v1: '07', v2: '08', p1: '09', p2: '0a', c1: '0b' } as const
const mac = (w: keyof typeof MACS): string => `02:00:00:00:00:${MACS[w]}`

function plain(f: 4 | 6): readonly NamespaceJson[] {
  const a = (net: string, host: string): readonly string[] => [
    f === 4 ? `10.${net}.0.${host}/24` : `fd0${net}::${Number(host) === 254 ? 'fe' : host}/64`,
  ]
  const via = (net: string, host: string): string => (f === 4 ? `10.${net}.0.${host}` : `fd0${net}::${Number(host) === 254 ? 'fe' : host}`)
  const all = (to: string): string => (f === 4 ? `default via ${to}` : `::/0 via ${to}`)
  const net = (n: string): string => (f === 4 ? `10.${n}.0.0/24` : `fd0${n}::/64`)
  const on = { 'net/ipv4/ip_forward': 1, 'net/ipv6/conf/all/forwarding': 1, 'net/netfilter/nf_conntrack_events': 1 }
  const service = f === 4 ? '10.96.0.0/16' : 'fd96::/64'
  const pod = (name: 'p1' | 'p2', host: string, port: string): NamespaceJson => ({
    name,
    kind: 'pod',
    links: [{ dev: 'eth0', kind: 'veth', mac: mac(name), addrs: a('1', host), peer: ['n', port] }],
    routes: [all(via('1', '254'))],
  })
  return [
    {
      name: 'c',
      kind: 'client',
      links: [
        { dev: 'eth0', kind: 'veth', mac: mac('c'), addrs: a('0', '1'), peer: ['r', 'eth0'] },
        { dev: 'eth1', kind: 'veth', mac: mac('c1'), addrs: a('8', '1'), peer: ['n', 'eth2'] },
      ],
      routes: [all(via('0', '254'))],
    },
    {
      name: 'r',
      kind: 'node',
      links: [
        { dev: 'eth0', kind: 'veth', mac: mac('r0'), addrs: a('0', '254'), peer: ['c', 'eth0'] },
        { dev: 'eth1', kind: 'veth', mac: mac('r1'), addrs: a('9', '1'), peer: ['n', 'eth0'] },
      ],
      routes: [`${net('1')} via ${via('9', '2')}`, `${service} via ${via('9', '2')}`],
      sysctls: on,
    },
    {
      name: 'n',
      kind: 'node',
      links: [
        { dev: 'eth0', kind: 'veth', mac: mac('n0'), addrs: a('9', '2'), peer: ['r', 'eth1'] },
        { dev: 'eth2', kind: 'veth', mac: mac('n2'), addrs: a('8', '254'), peer: ['c', 'eth1'] },
        { dev: 'br0', kind: 'bridge', mac: mac('br'), addrs: a('1', '254') },
        { dev: 'v1', kind: 'veth', mac: mac('v1'), master: 'br0', peer: ['p1', 'eth0'] },
        { dev: 'v2', kind: 'veth', mac: mac('v2'), master: 'br0', peer: ['p2', 'eth0'] },
      ],
      routes: [all(via('9', '1'))],
      sysctls: on,
    },
    pod('p1', '1', 'v1'),
    pod('p2', '2', 'v2'),
  ]
}

/** Destination, table and metric of a route: the kernel has one for each. */
const placeOf = (route: string): string =>
  `${route.replace(/^(blackhole|unreachable|prohibit) /, '').split(' ')[0]}${/ (table|metric) \S+/.exec(route)?.[0] ?? ''}`

function changedBy(n: NamespaceJson, extra: Extra): NamespaceJson {
  const links = n.links.map((l) => ({ ...l, ...extra.link?.[n.name]?.[l.dev] }))
  const sysctls = { ...n.sysctls, ...extra.sysctls?.[n.name] }
  return {
    ...n,
    links,
    ...(Object.keys(sysctls).length > 0 ? { sysctls } : {}),
    // one way to a place: what was drawn first stays
    routes: [...new Map([...(extra.routes?.[n.name] ?? []), ...(n.routes ?? [])].map((r) => [placeOf(r), r])).values()],
    rules: [...(n.rules ?? []), ...(extra.policy?.[n.name] ?? [])],
  }
}

/** Lines by table as one text: declarations first, as iptables-save has them. */
function restoreText(lines: readonly (readonly [string, string])[]): readonly string[] {
  const out: string[] = []
  for (const table of ['raw', 'mangle', 'nat', 'filter']) {
    const mine = lines.filter(([t]) => t === table).map(([, l]) => l)
    if (mine.length > 0)
      out.push(`*${table}`, ...mine.filter((l) => l.startsWith(':')), ...mine.filter((l) => !l.startsWith(':')), 'COMMIT')
  }
  return out
}

/** The case for the recorder: `packetwalk-kernel-golden/1` without what was expected. */
export function scenarioOfNetwork(c: NetworkCase): object {
  const known = extrasOf(c.family)
  const extras = c.extras.flatMap((name) => known[name] ?? [])
  const namespaces = extras.reduce<readonly NamespaceJson[]>((all, extra) => all.map((n) => changedBy(n, extra)), plain(c.family))
  const rules = (['r', 'n'] as const).flatMap((where) => {
    const text = restoreText(extras.flatMap((e) => e.rules?.[where] ?? []))
    return text.length > 0 ? [[where, { backend: 'iptables-nft', ...(c.family === 6 ? { family: 'IPv6' } : {}), text }] as const] : []
  })
  const address = { p1: P1, p2: P2, n: NODE } as const
  return {
    format: 'packetwalk-kernel-golden/1',
    scenario: `network: ${c.extras.join(', ')}`,
    topology: { ...(c.family === 6 ? { ipv6: true } : {}), namespaces },
    rules: Object.fromEntries(rules),
    servers: (['p1', 'p2', 'n'] as const).flatMap((ns) => [
      { ns, proto: 'tcp', ip: address[ns][c.family], port: 80 },
      { ns, proto: 'udp', ip: address[ns][c.family], port: 53 },
    ]),
    probe: {
      from: c.from,
      proto: c.proto,
      dst: c.to,
      ...(c.proto === 'icmp' ? {} : { dport: c.port, sport: 40_001 }),
      ...(c.size === undefined ? {} : { size: c.size }),
      ...(c.pmtudisc === 'do' ? { df: true } : c.pmtudisc === 'want' ? { df: 'want' } : c.pmtudisc === 'dont' ? { nodf: true } : {}),
    },
    repeat: 1,
  }
}

/** Draws a case. Mostly IPv4, one to four extras, mostly something that listens. */
export function networkCase(seed: number): NetworkCase {
  const number = (name: string, below: number): number => mix(seed, name) % below
  const pick = <T>(name: string, from: readonly T[]): T => from[number(name, from.length)] as T
  const family = number('family', 10) < 7 ? 4 : 6
  const known = Object.entries(extrasOf(family)).filter(([, e]) => e.only === undefined || e.only === family)
  const extras = [...new Set(Array.from({ length: 1 + number('extras', 4) }, (_, i) => pick(`extra ${i}`, known)[0]))]
  const proto = pick('proto', ['tcp', 'tcp', 'tcp', 'udp', 'udp', 'icmp'] as const)
  const from = pick('from', ['c', 'c', 'c', 'p1', 'p2', 'n', 'r'])
  const unknown = family === 4 ? '10.5.0.1' : 'fd05::1'
  // the answer names the port that it was sent to: a random one may have a digit less
  const sized = proto === 'udp' && !extras.includes('masquerade random') && number('sized', 3) > 0
  const drawn = pick('to', [P1, P1, P1, P2, SERVICE, SERVICE, NODE])[family]
  // without a rule for it a Service's address is sent to and fro until its TTL is over; how long that takes IPv6 is chance
  const to = (family === 6 || sized) && drawn === SERVICE[family] && !extras.some((e) => e.startsWith('service at')) ? P1[family] : drawn
  return {
    family,
    extras,
    from,
    to: family === 4 && extras.includes('a loop') && number('loop', 2) === 0 ? unknown : to,
    proto,
    port: proto === 'tcp' ? pick('port', [80, 80, 80, 81]) : pick('port', [53, 53, 53, 54]),
    // of IPv6 pieces the recorder sees next to nothing: the ports are not where it looks for them
    ...(sized ? { size: 200 + number('size', family === 4 ? 2800 : 1000) } : {}),
    ...(sized && family === 4 ? { pmtudisc: pick('pmtudisc', ['do', 'want', 'dont'] as const) } : {}),
  }
}

/** Cases with one thing less. */
export function smallerNetwork(c: NetworkCase): readonly NetworkCase[] {
  const out: NetworkCase[] = c.extras.map((_, i) => ({ ...c, extras: c.extras.filter((_e, j) => j !== i) }))
  if (c.size !== undefined && c.size > 20) {
    const { size: _size, pmtudisc: _p, ...bare } = c
    out.push(bare)
  }
  return out
}
