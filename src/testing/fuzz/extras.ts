import type { LinkJson } from '../../kernel/topology.ts'

/** One thing that makes a network different. `rules`: lines of iptables-restore by table, at a machine. */
export interface Extra {
  readonly sysctls?: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly link?: Readonly<Record<string, Readonly<Record<string, Partial<LinkJson>>>>>
  readonly routes?: Readonly<Record<string, readonly string[]>>
  readonly policy?: Readonly<Record<string, readonly string[]>>
  readonly rules?: Readonly<Record<string, readonly (readonly [table: string, line: string])[]>>
  /** Not for this family. */
  readonly only?: 4 | 6
}

export const SERVICE = { 4: '10.96.0.1', 6: 'fd96::1' } as const
const CLIENT = { 4: '10.0.0.1', 6: 'fd00::1' } as const
export const P1 = { 4: '10.1.0.1', 6: 'fd01::1' } as const
export const P2 = { 4: '10.1.0.2', 6: 'fd01::2' } as const
export const NODE = { 4: '10.1.0.254', 6: 'fd01::fe' } as const

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
    'notrack on the node': { ...rule('n', ['raw', '-A PREROUTING -p icmp -j NOTRACK']), only: 4 },
    'notrack by CT': rule('n', ['raw', '-A PREROUTING -p udp -j CT --notrack']),
    multiport: filter('n', '-A FORWARD -p tcp -m multiport --dports 79,80:82 -j DROP'),
    'local addresses': filter('n', '-A INPUT -p udp -m addrtype --dst-type LOCAL -j DROP'),
    'syn only': filter('n', '-A FORWARD -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j DROP'),
    'bridged frames': filter('n', `-A FORWARD ${f === 6 ? '-p tcp ' : ''}-m physdev --physdev-is-bridged -j DROP`),
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
    ...Object.fromEntries(
      rejects.map((w) => [`reject ${w}`, filter('n', `-A FORWARD ${f === 6 ? '-p tcp ' : ''}-j REJECT --reject-with ${w}`)]),
    ),
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
    'rule: a table with a throw': {
      policy: { r: [`from ${CLIENT[f]} lookup 100`] },
      routes: { r: [`throw ${P1[f]} table 100`, `unreachable ${P2[f]} table 100`] },
    },
    'mss clamped': rule('r', ['mangle', '-A FORWARD -p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu']),
    'mss set': rule('n', ['mangle', '-A POSTROUTING -p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss 600']),
    'a limit that is wide': filter('n', '-A FORWARD -m limit --limit 100/sec --limit-burst 100 -j ACCEPT'),
    'a loop': {
      routes: {
        n: [`${f === 4 ? '10.5.0.0/24 via 10.9.0.1' : 'fd05::/64 via fd09::1'}`],
        r: [`${f === 4 ? '10.5.0.0/24 via 10.9.0.2' : 'fd05::/64 via fd09::2'}`],
      },
    },
    'an upper drop': filter('r', `-A FORWARD -d ${P2[f]} -j DROP`),
    'a policy of DROP': rule(
      'n',
      ['filter', ':FORWARD DROP [0:0]'],
      ['filter', `-A FORWARD -p ${f === 6 ? 'ipv6-icmp' : 'udp'} -j ACCEPT`],
    ),
  }
}
