import type { LinkJson, NamespaceJson } from '../../kernel/topology.ts'
import { mix } from '../../trace/luck.ts'

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

/** One thing that makes a network different. `rules`: lines of iptables-restore by table, at a machine. */
interface Extra {
  readonly sysctls?: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly link?: Readonly<Record<string, Readonly<Record<string, Partial<LinkJson>>>>>
  readonly routes?: Readonly<Record<string, readonly string[]>>
  readonly policy?: Readonly<Record<string, readonly string[]>>
  readonly rules?: Readonly<Record<string, readonly (readonly [table: string, line: string])[]>>
  /** Not for this family. */
  readonly only?: 4 | 6
}

const SERVICE = { 4: '10.96.0.1', 6: 'fd96::1' } as const
const CLIENT = { 4: '10.0.0.1', 6: 'fd00::1' } as const
const P1 = { 4: '10.1.0.1', 6: 'fd01::1' } as const
const P2 = { 4: '10.1.0.2', 6: 'fd01::2' } as const
const NODE = { 4: '10.1.0.254', 6: 'fd01::fe' } as const

const rule = (where: string, ...lines: readonly (readonly [string, string])[]): Extra => ({ rules: { [where]: lines } })
const filter = (where: string, line: string): Extra => rule(where, ['filter', line])

/** Everything that can be drawn, by name. */
export function extrasOf(f: 4 | 6): Readonly<Record<string, Extra>> {
  const dnat = (to: string): readonly (readonly [string, string])[] =>
    (['PREROUTING', 'OUTPUT'] as const).map(
      (chain) =>
        ['nat', `-A ${chain} -d ${SERVICE[f]} -p tcp -m tcp --dport 80 -j DNAT --to-destination ${f === 6 ? `[${to}]` : to}:80`] as const,
    )
  const udp = (to: string): readonly [string, string] => [
    'nat',
    `-A PREROUTING -d ${SERVICE[f]} -p udp -m udp --dport 53 -j DNAT --to-destination ${f === 6 ? `[${to}]` : to}:53`,
  ]
  const rejects =
    f === 4
      ? [
          'icmp-port-unreachable',
          'icmp-net-unreachable',
          'icmp-host-unreachable',
          'icmp-proto-unreachable',
          'icmp-net-prohibited',
          'icmp-host-prohibited',
          'icmp-admin-prohibited',
        ]
      : ['icmp6-port-unreachable', 'icmp6-no-route', 'icmp6-adm-prohibited', 'icmp6-addr-unreachable']
  return {
    'service at p1': rule('n', ...dnat(P1[f]), udp(P1[f])),
    'service at p2': rule('n', ...dnat(P2[f]), udp(P2[f])),
    'service on the router': rule('r', ...dnat(P1[f])),
    'masquerade all': rule('n', ['nat', '-A POSTROUTING -j MASQUERADE']),
    'masquerade random': rule('n', ['nat', '-A POSTROUTING -j MASQUERADE --random-fully']),
    'masquerade the pods': rule('n', [
      'nat',
      `-A POSTROUTING -s ${f === 4 ? '10.1.0.0/24' : 'fd01::/64'} ! -d ${f === 4 ? '10.1.0.0/24' : 'fd01::/64'} -j MASQUERADE`,
    ]),
    'masquerade by mark': rule(
      'n',
      ['mangle', '-A PREROUTING -p tcp -j MARK --set-xmark 0x4000/0x4000'],
      ['nat', '-A POSTROUTING -m mark --mark 0x4000/0x4000 -j MASQUERADE'],
    ),
    'snat on the router': rule('r', ['nat', `-A POSTROUTING -o eth1 -j SNAT --to-source ${f === 4 ? '10.9.0.1' : 'fd09::1'}`]),
    redirect: rule('n', ['nat', '-A PREROUTING -p tcp -m tcp --dport 81 -j REDIRECT --to-ports 80']),
    'conntrack on the router': filter('r', '-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT'),
    'invalid is dropped': filter('n', '-A FORWARD -m conntrack --ctstate INVALID -j DROP'),
    'new is dropped': filter('n', '-A FORWARD -m conntrack --ctstate NEW -j DROP'),
    'only established': rule(
      'r',
      ['filter', '-A FORWARD -i eth0 -j ACCEPT'],
      ['filter', '-A FORWARD -m conntrack ! --ctstate RELATED,ESTABLISHED -j DROP'],
    ),
    'notrack on the node': rule('n', ['raw', '-A PREROUTING -p tcp -j NOTRACK']),
    'notrack by CT': rule('n', ['raw', '-A PREROUTING -p udp -j CT --notrack']),
    multiport: filter('n', '-A FORWARD -p tcp -m multiport --dports 79,80:82 -j DROP'),
    'local addresses': filter('n', '-A INPUT -p udp -m addrtype --dst-type LOCAL -j DROP'),
    'syn only': filter('n', '-A FORWARD -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j DROP'),
    'bridged frames': { ...filter('n', '-A FORWARD -m physdev --physdev-is-bridged -j DROP') },
    'goto and return': rule(
      'n',
      ['filter', ':A - [0:0]'],
      ['filter', ':B - [0:0]'],
      ['filter', '-A FORWARD -j A'],
      ['filter', '-A A -g B'],
      ['filter', '-A A -j DROP'],
      ['filter', '-A B -p udp -j DROP'],
      ['filter', '-A B -j RETURN'],
    ),
    'marks of the connection': rule(
      'n',
      ['mangle', '-A PREROUTING -p tcp -j MARK --set-xmark 0x7/0xffffffff'],
      ['mangle', '-A PREROUTING -j CONNMARK --save-mark'],
      ['mangle', '-A FORWARD -m connmark --mark 0x7 -j MARK --set-xmark 0x9/0xffffffff'],
      ['mangle', '-A POSTROUTING -j CONNMARK --restore-mark'],
    ),
    ...Object.fromEntries(rejects.map((w) => [`reject ${w}`, filter('n', `-A FORWARD -j REJECT --reject-with ${w}`)])),
    'reject with a reset': filter('n', '-A FORWARD -p tcp -j REJECT --reject-with tcp-reset'),
    'reject to the node': filter('n', `-A INPUT -p tcp -j REJECT --reject-with ${rejects[0]}`),
    'reject on the way out': filter('n', `-A OUTPUT -p udp -j REJECT --reject-with ${rejects[0]}`),
    'errors are dropped': filter(
      'r',
      f === 4 ? '-A OUTPUT -p icmp -m icmp --icmp-type 3 -j DROP' : '-A OUTPUT -p ipv6-icmp -m icmp6 --icmpv6-type 1 -j DROP',
    ),
    'narrow link': { link: { r: { eth1: { mtu: 1400 } }, n: { eth0: { mtu: 1400 } } } },
    'narrow towards the pods': { link: { n: { br0: { mtu: 1400 }, v1: { mtu: 1400 }, v2: { mtu: 1400 } } } },
    'a narrow pod': { link: { p1: { eth0: { mtu: 1300 } } } },
    'a narrow port': { link: { n: { v1: { mtu: 1300 } } } },
    'a narrow route': { routes: { r: [`${P1[f]} via ${f === 4 ? '10.9.0.2' : 'fd09::2'} mtu 1350`] } },
    'bridge without iptables': { sysctls: { n: { 'net/bridge/bridge-nf-call-iptables': 0, 'net/bridge/bridge-nf-call-ip6tables': 0 } } },
    hairpin: { link: { n: { v1: { hairpin: true }, v2: { hairpin: true } } } },
    'isolated pods': { link: { n: { v1: { isolated: true }, v2: { isolated: true } } } },
    'no forwarding': { sysctls: { n: { 'net/ipv4/ip_forward': 0, 'net/ipv6/conf/all/forwarding': 0 } } },
    strict: { sysctls: { n: { 'net/ipv4/conf/all/rp_filter': 1 }, r: { 'net/ipv4/conf/all/rp_filter': 1 } }, only: 4 },
    loose: { sysctls: { n: { 'net/ipv4/conf/all/rp_filter': 2 } }, only: 4 },
    'the way back is another': { routes: { n: [`${CLIENT[f]} via ${f === 4 ? '10.8.0.1' : 'fd08::1'}`] } },
    'no redirects': { sysctls: { r: { 'net/ipv4/conf/all/send_redirects': 0, 'net/ipv4/conf/eth0/send_redirects': 0 } }, only: 4 },
    blackhole: { routes: { r: [`blackhole ${P1[f]}`] } },
    unreachable: { routes: { r: [`unreachable ${P1[f]}`] } },
    prohibit: { routes: { r: [`prohibit ${P1[f]}`] } },
    'no way to the pods': { routes: { r: [`unreachable ${f === 4 ? '10.1.0.0/24' : 'fd01::/64'} metric 50`] } },
    'a blackhole at the sender': { routes: { c: [`blackhole ${P1[f]}`] } },
    'rule: unreachable': { policy: { r: [`from ${CLIENT[f]} unreachable`] } },
    'rule: prohibit': { policy: { r: [`to ${P1[f]} prohibit`] } },
    'rule: blackhole': { policy: { r: [`from ${CLIENT[f]} to ${P1[f]} blackhole`] } },
    'rule: a table by mark': {
      ...rule('r', ['mangle', '-A PREROUTING -p tcp -j MARK --set-xmark 0x1/0xffffffff']),
      policy: { r: f === 4 ? ['fwmark 0x1 lookup 100'] : ['from fd00::/64 fwmark 0x1 lookup 100'] },
      routes: { r: [`blackhole ${P1[f]} table 100`] },
    },
    'a loop': {
      routes: {
        n: [`${f === 4 ? '10.5.0.0/24 via 10.9.0.1' : 'fd05::/64 via fd09::1'}`],
        r: [`${f === 4 ? '10.5.0.0/24 via 10.9.0.2' : 'fd05::/64 via fd09::2'}`],
      },
    },
    'an upper drop': filter('r', `-A FORWARD -d ${P2[f]} -j DROP`),
    'a policy of DROP': rule('n', ['filter', ':FORWARD DROP [0:0]'], ['filter', '-A FORWARD -p udp -j ACCEPT']),
  }
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

function changedBy(n: NamespaceJson, extra: Extra): NamespaceJson {
  const links = n.links.map((l) => ({ ...l, ...extra.link?.[n.name]?.[l.dev] }))
  const sysctls = { ...n.sysctls, ...extra.sysctls?.[n.name] }
  return {
    ...n,
    links,
    ...(Object.keys(sysctls).length > 0 ? { sysctls } : {}),
    routes: [...(n.routes ?? []), ...(extra.routes?.[n.name] ?? [])],
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
  const drawn = pick('to', [P1, P1, P1, P2, SERVICE, SERVICE, NODE])[family]
  // without a rule for it a Service's address is sent to and fro until its TTL is over; how long that takes IPv6 is chance
  const to = family === 6 && drawn === SERVICE[6] && !extras.some((e) => e.startsWith('service at')) ? P1[6] : drawn
  const sized = proto === 'udp' && number('sized', 3) > 0
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
