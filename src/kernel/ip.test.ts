import { describe, expect, test } from 'vitest'
import { connect, icmpAbout, type Little, lab, lastPacket, packet, send, told } from '../testing/kernel-lab.ts'

const SYN = 'tcp 10.0.0.1:4000 > 10.1.0.1:80 [S]'

/** client - router - server; the router is what the test is about. */
const world = (router: Partial<Little> = {}, server: Partial<Little> = {}, client: Partial<Little> = {}): ReturnType<typeof lab> =>
  lab([
    {
      name: 'c',
      kind: 'client',
      links: [{ dev: 'eth0', kind: 'veth', addrs: ['10.0.0.1/24', 'fd00::1/64'], peer: ['r', 'eth0'] }],
      routes: ['default via 10.0.0.254', '::/0 via fd00::fe'],
      ...client,
    },
    {
      name: 'r',
      kind: 'node',
      links: [
        { dev: 'eth0', kind: 'veth', addrs: ['10.0.0.254/24', 'fd00::fe/64'], peer: ['c', 'eth0'] },
        { dev: 'eth1', kind: 'veth', addrs: ['10.1.0.254/24', 'fd01::fe/64'], peer: ['s', 'eth0'] },
      ],
      sysctls: { 'net/ipv4/ip_forward': 1, 'net/ipv6/conf/all/forwarding': 1 },
      ...router,
    },
    {
      name: 's',
      kind: 'pod',
      links: [{ dev: 'eth0', kind: 'veth', addrs: ['10.1.0.1/24', 'fd01::1/64'], peer: ['r', 'eth1'] }],
      routes: ['default via 10.1.0.254', '::/0 via fd01::fe'],
      listens: ['tcp 80', 'udp 53'],
      ...server,
    },
  ])

const on = { 'net/ipv4/ip_forward': 1, 'net/ipv6/conf/all/forwarding': 1 }
const links = (mtu: number): Little['links'] => [
  { dev: 'eth0', kind: 'veth', addrs: ['10.0.0.254/24', 'fd00::fe/64'], peer: ['c', 'eth0'] },
  { dev: 'eth1', kind: 'veth', addrs: ['10.1.0.254/24', 'fd01::fe/64'], peer: ['s', 'eth0'], mtu },
]
const drops = (chain: string): string => `*filter\n-A ${chain} -j DROP\nCOMMIT\n`

describe('what becomes of a packet', () => {
  const rows: readonly (readonly [
    name: string,
    machines: ReturnType<typeof lab>,
    sent: string,
    ending: string,
    telling: readonly string[],
  ])[] = [
    [
      'forwarded: TTL goes down',
      world(),
      SYN,
      'delivered to server tcp 80',
      ['r route 10.1.0.1 10.1.0.0/24 dev eth1 proto kernel scope link src 10.1.0.254', 'r ttl 63', 'r forward', 's input'],
    ],
    ['IPv6 too', world(), 'tcp [fd00::1]:4000 > [fd01::1]:80 [S]', 'delivered to server tcp 80', ['r ttl 63', 's input']],
    [
      'for the machine itself',
      world({ listens: ['tcp 22'] }),
      'tcp 10.0.0.1:4000 > 10.1.0.254:22 [S]',
      'delivered to server tcp 22',
      ['r input'],
    ],
    ['ip_forward 0', world({ sysctls: {} }), SYN, 'dropped: not-forwarding', ['r prerouting', 'r drop not-forwarding']],
    [
      'forwarding off for the device',
      world({ sysctls: { ...on, 'net/ipv4/conf/eth0/forwarding': 0 } }),
      SYN,
      'dropped: not-forwarding',
      [],
    ],
    [
      'IPv6 forwarding off',
      world({ sysctls: { 'net/ipv4/ip_forward': 1 } }),
      'tcp [fd00::1]:4000 > [fd01::1]:80 [S]',
      'dropped: not-forwarding',
      [],
    ],
    ['blackhole', world({ routes: ['blackhole 10.1.0.1/32'] }), SYN, 'dropped: blackhole', ['r route 10.1.0.1 blackhole']],
    ['TTL at its end', world(), `${SYN} ttl=1`, 'dropped: ttl', ['r prerouting']],
    ['TTL just enough', world(), `${SYN} ttl=2`, 'delivered to server tcp 80', ['r ttl 1']],
    [
      'TTL does not matter where it arrives',
      world({ listens: ['tcp 22'] }),
      'tcp 10.0.0.1:4000 > 10.1.0.254:22 [S] ttl=1',
      'delivered to server tcp 22',
      [],
    ],
    ['too big with DF', world({ links: links(1400) }), 'udp 10.0.0.1:4000 > 10.1.0.1:53 size=1373 df', 'dropped: mtu', []],
    ['just small enough', world({ links: links(1400) }), 'udp 10.0.0.1:4000 > 10.1.0.1:53 size=1372 df', 'delivered to server udp 53', []],
    [
      'too big without DF is cut',
      world({ links: links(1400) }),
      'udp 10.0.0.1:4000 > 10.1.0.1:53 size=1373',
      'delivered to server udp 53',
      ['r cut 2 mtu 1400', 's whole 2'],
    ],
    ['IPv6 is never cut on the way', world({ links: links(1400) }), 'udp [fd00::1]:4000 > [fd01::1]:53 size=1373', 'dropped: mtu', []],
    [
      'a route’s own MTU',
      world({ routes: ['10.1.0.1 dev eth1 mtu 1300'] }),
      'udp 10.0.0.1:4000 > 10.1.0.1:53 size=1300 df',
      'dropped: mtu',
      [],
    ],
    [
      'a device that is down',
      world({ links: links(1500).map((l) => (l.dev === 'eth1' ? { ...l, up: false } : l)) }),
      SYN,
      'dropped: no-route',
      [],
    ],
    [
      'the other end is down',
      world({}, { routes: [], links: [{ dev: 'eth0', kind: 'veth', addrs: ['10.1.0.1/24'], peer: ['r', 'eth1'], up: false }] }),
      SYN,
      'dropped: no-neighbour',
      ['r neighbour 10.1.0.1 failed'],
    ],
    ['nobody there', world(), 'tcp 10.0.0.1:4000 > 10.1.0.9:80 [S]', 'dropped: no-neighbour', ['r neighbour 10.1.0.9 failed']],
    [
      'a neighbour that is somebody else',
      world({ neigh: ['10.1.0.1 lladdr 02:00:00:00:00:99 dev eth1 nud permanent'] }),
      SYN,
      'dropped: not-my-mac',
      ['r neighbour 10.1.0.1 known'],
    ],
    ['broadcast', world(), 'udp 10.0.0.1:4000 > 10.1.0.255:53', 'unmodelled: broadcast', []],
    ['INPUT DROP has no say in forwarding', world({ rules: drops('INPUT') }), SYN, 'delivered to server tcp 80', []],
    ['FORWARD DROP has', world({ rules: drops('FORWARD') }), SYN, 'dropped: rule', ['r FORWARD[0] drop']],
    ['FORWARD by policy', world({ rules: '*filter\n:FORWARD DROP [0:0]\nCOMMIT\n' }), SYN, 'dropped: policy', ['r FORWARD policy drop']],
  ]
  test.each(rows)('%s', (_name, machines, sent, ending, telling) => {
    const [journey] = send(machines, 'c', sent).journeys
    const words = told(journey)
    expect(words.at(-1)).toBe(ending)
    expect(words.filter((w) => telling.includes(w))).toEqual(telling)
  })
})

describe('errors that come back', () => {
  const rows: readonly (readonly [name: string, machines: ReturnType<typeof lab>, sent: string, error: string])[] = [
    ['time exceeded', world(), `${SYN} ttl=1`, 'icmp 10.0.0.254 > 10.0.0.1 11/0 ttl=64'],
    ['no route', world(), 'tcp 10.0.0.1:4000 > 203.0.113.1:80 [S]', 'icmp 10.0.0.254 > 10.0.0.1 3/0 ttl=64'],
    ['unreachable', world({ routes: ['unreachable 10.1.0.1/32'] }), SYN, 'icmp 10.0.0.254 > 10.0.0.1 3/1 ttl=64'],
    ['prohibit', world({ routes: ['prohibit 10.1.0.1/32'] }), SYN, 'icmp 10.0.0.254 > 10.0.0.1 3/13 ttl=64'],
    [
      'fragmentation needed',
      world({ links: links(1400) }),
      'udp 10.0.0.1:4000 > 10.1.0.1:53 size=1373 df',
      'icmp 10.0.0.254 > 10.0.0.1 3/4 mtu=1400 ttl=64',
    ],
    ['host unreachable, after ARP', world(), 'tcp 10.0.0.1:4000 > 10.1.0.9:80 [S]', 'icmp 10.0.0.254 > 10.0.0.1 3/1 ttl=64'],
    ['port unreachable, from the address asked', world(), 'udp 10.0.0.1:4000 > 10.1.0.254:9', 'icmp 10.1.0.254 > 10.0.0.1 3/3 ttl=64'],
    ['IPv6 time exceeded', world(), 'tcp [fd00::1]:4000 > [fd01::1]:80 [S] ttl=1', 'icmp6 fd00::fe > fd00::1 3/0 ttl=64'],
    ['IPv6 no route', world(), 'tcp [fd00::1]:4000 > [fd99::1]:80 [S]', 'icmp6 fd00::fe > fd00::1 1/0 ttl=64'],
    [
      'IPv6 says no route for unreachable',
      world({ routes: ['unreachable fd01::1/128'] }),
      'tcp [fd00::1]:4000 > [fd01::1]:80 [S]',
      'icmp6 fd00::fe > fd00::1 1/0 ttl=64',
    ],
    [
      'IPv6 prohibit',
      world({ routes: ['prohibit fd01::1/128'] }),
      'tcp [fd00::1]:4000 > [fd01::1]:80 [S]',
      'icmp6 fd00::fe > fd00::1 1/1 ttl=64',
    ],
    [
      'IPv6 packet too big',
      world({ links: links(1400) }),
      'udp [fd00::1]:4000 > [fd01::1]:53 size=1373',
      'icmp6 fd00::fe > fd00::1 2/0 mtu=1400 ttl=64',
    ],
  ]
  test.each(rows)('%s', (_name, machines, sent, error) => {
    const { journeys } = send(machines, 'c', sent)
    expect(journeys).toHaveLength(2)
    expect(journeys[1]?.parent).toEqual({ journey: 0, as: 'icmp-error' })
    expect(lastPacket(journeys[1])).toBe(error)
    expect(told(journeys[1]).at(-1)).toBe('delivered to kernel')
  })

  const none: readonly (readonly [name: string, machines: ReturnType<typeof lab>, sent: Parameters<typeof send>[2]])[] = [
    ['blackhole', world({ routes: ['blackhole 10.1.0.1/32'] }), SYN],
    ['not forwarding', world({ sysctls: {} }), 'tcp 10.0.0.1:4000 > 203.0.113.1:80 [S]'],
    ['an error about an error', world(), { ...icmpAbout('10.0.0.1', 3, 3, packet('udp 203.0.113.1:53 > 10.0.0.1:4000')), size: 28 }],
  ]
  test.each(none)('none: %s', (_name, machines, sent) => expect(send(machines, 'c', sent).journeys).toHaveLength(1))
})

describe('sources that are not believed', () => {
  /** A second way from the client: the server's net is also reached by eth2. */
  const two = (sysctls: Record<string, number>, routes: readonly string[] = []): ReturnType<typeof lab> =>
    world({ sysctls: { ...on, ...sysctls }, routes })
  const forged = 'tcp 203.0.113.7:4000 > 10.1.0.1:80 [S]'
  const rows: readonly (readonly [name: string, machines: ReturnType<typeof lab>, sent: string, ending: string])[] = [
    ['rp_filter 0: any source', two({}), forged, 'delivered to server tcp 80'],
    [
      'strict: the way back is another device',
      two({ 'net/ipv4/conf/eth0/rp_filter': 1 }, ['203.0.113.0/24 via 10.1.0.1']),
      forged,
      'dropped: rp-filter',
    ],
    [
      'loose: any way back will do',
      two({ 'net/ipv4/conf/eth0/rp_filter': 2 }, ['203.0.113.0/24 via 10.1.0.1']),
      forged,
      'delivered to server tcp 80',
    ],
    ['loose: no way back', two({ 'net/ipv4/conf/eth0/rp_filter': 2 }), forged, 'dropped: rp-filter'],
    [
      'loose: a blackhole is no way back',
      two({ 'net/ipv4/conf/eth0/rp_filter': 2 }, ['blackhole 203.0.113.0/24']),
      forged,
      'dropped: rp-filter',
    ],
    ['strict: the right device', two({ 'net/ipv4/conf/all/rp_filter': 1 }), SYN, 'delivered to server tcp 80'],
    [
      'the greater of all and the device counts',
      two({ 'net/ipv4/conf/all/rp_filter': 1, 'net/ipv4/conf/eth0/rp_filter': 2 }, ['203.0.113.0/24 via 10.1.0.1']),
      forged,
      'delivered to server tcp 80',
    ],
    [
      'of another device: not asked',
      two({ 'net/ipv4/conf/eth1/rp_filter': 1 }, ['203.0.113.0/24 via 10.1.0.1']),
      forged,
      'delivered to server tcp 80',
    ],
    ['our own address from outside', two({}), 'tcp 10.1.0.254:4000 > 10.1.0.1:80 [S]', 'dropped: martian'],
    [
      'unless accept_local',
      two({ 'net/ipv4/conf/eth0/accept_local': 1 }),
      'tcp 10.1.0.254:4000 > 10.1.0.1:80 [S]',
      'delivered to server tcp 80',
    ],
    [
      'a blackhole is told before a forged source',
      two({ 'net/ipv4/conf/eth0/rp_filter': 2 }, ['blackhole 10.1.0.1/32']),
      forged,
      'dropped: blackhole',
    ],
    [
      'IPv6 has no rp_filter',
      two({ 'net/ipv4/conf/all/rp_filter': 1 }),
      'tcp [fd77::7]:4000 > [fd01::1]:80 [S]',
      'delivered to server tcp 80',
    ],
  ]
  test.each(rows)('%s', (_name, machines, sent, ending) => expect(told(send(machines, 'c', sent).journeys[0]).at(-1)).toBe(ending))
})

describe('127.0.0.0/8 stays on its machine', () => {
  const toLoopback = { rules: '*nat\n-A PREROUTING -p tcp --dport 80 -j DNAT --to-destination 127.0.0.1:80\nCOMMIT\n', listens: ['tcp 80'] }
  test.each([
    [0, 'dropped: martian'],
    [1, 'delivered to server tcp 80'],
  ])('DNAT to it with route_localnet %i: %s', (value, ending) => {
    const machines = world({ ...toLoopback, sysctls: { ...on, 'net/ipv4/conf/eth0/route_localnet': value } })
    expect(told(send(machines, 'c', 'tcp 10.0.0.1:4000 > 10.0.0.254:80 [S]').journeys[0]).at(-1)).toBe(ending)
  })

  test('it leaves by no other device, and IPv6 has no such setting', () => {
    const rules = '*nat\n-A OUTPUT -d 127.0.0.1 -p tcp --dport 80 -j DNAT --to-destination 10.0.0.254\nCOMMIT\n'
    const words = told(send(world({}, {}, { rules }), 'c', 'tcp 127.0.0.1:4000 > 127.0.0.1:80 [S]').journeys[0])
    expect(words.at(-1)).toBe('dropped: martian')
    expect(told(send(world(), 'c', 'tcp [::1]:4000 > [fd01::1]:80 [S]').journeys[0])).toContain('r drop martian')
  })
})

describe('what a program is told', () => {
  const rows: readonly (readonly [name: string, machines: ReturnType<typeof lab>, proto: 'tcp' | 'udp', to: string, result: string])[] = [
    ['a server', world(), 'tcp', '10.1.0.1:80', 'connected'],
    ['a server on IPv6', world(), 'tcp', '[fd01::1]:80', 'connected'],
    ['nobody on the port: RST', world(), 'tcp', '10.1.0.1:81', 'ECONNREFUSED'],
    ['nobody on the port: UDP', world(), 'udp', '10.1.0.1:54', 'ECONNREFUSED'],
    ['a UDP server', world(), 'udp', '10.1.0.1:53', 'data'],
    ['no route here: nothing is sent', world({}, {}, { routes: [] }), 'tcp', '10.1.0.1:80', 'ENETUNREACH'],
    [
      'no route there',
      world({ links: links(1500).slice(0, 1) }, { links: [{ dev: 'eth0', kind: 'physical' }], routes: [] }),
      'tcp',
      '10.1.0.1:80',
      'ENETUNREACH',
    ],
    ['unreachable', world({ routes: ['unreachable 10.1.0.1/32'] }), 'tcp', '10.1.0.1:80', 'EHOSTUNREACH'],
    ['unreachable: an ordinary UDP socket is not told', world({ routes: ['unreachable 10.1.0.1/32'] }), 'udp', '10.1.0.1:53', 'silence'],
    ['prohibit', world({ routes: ['prohibit 10.1.0.1/32'] }), 'udp', '10.1.0.1:53', 'EHOSTUNREACH'],
    ['blackhole: silence', world({ routes: ['blackhole 10.1.0.1/32'] }), 'tcp', '10.1.0.1:80', 'ETIMEDOUT'],
    ['DROP: silence', world({ rules: drops('FORWARD') }), 'tcp', '10.1.0.1:80', 'ETIMEDOUT'],
    ['REJECT', world({ rules: '*filter\n-A FORWARD -j REJECT\nCOMMIT\n' }), 'tcp', '10.1.0.1:80', 'ECONNREFUSED'],
    [
      'REJECT with RST',
      world({ rules: '*filter\n-A FORWARD -p tcp -j REJECT --reject-with tcp-reset\nCOMMIT\n' }),
      'tcp',
      '10.1.0.1:80',
      'ECONNREFUSED',
    ],
    [
      'REJECT as prohibited',
      world({ rules: '*filter\n-A FORWARD -j REJECT --reject-with icmp-admin-prohibited\nCOMMIT\n' }),
      'tcp',
      '10.1.0.1:80',
      'EHOSTUNREACH',
    ],
    ['a local blackhole', world({}, {}, { routes: ['blackhole 10.1.0.0/24'] }), 'tcp', '10.1.0.1:80', 'EINVAL'],
    ['itself over lo', world({}, {}, { listens: ['tcp 8080'] }), 'tcp', '127.0.0.1:8080', 'connected'],
    ['itself by its own address', world({}, {}, { listens: ['tcp 10.0.0.1:8080'] }), 'tcp', '10.0.0.1:8080', 'connected'],
    ['a socket bound to another address', world({}, {}, { listens: ['tcp 10.0.0.1:8080'] }), 'tcp', '127.0.0.1:8080', 'ECONNREFUSED'],
  ]
  test.each(rows)('%s', (_name, machines, proto, to, result) => expect(connect(machines, 'c', proto, to).result).toBe(result))

  test('IPv6: the first REJECT meets a locked socket, the second SYN is refused a second later', () => {
    const done = connect(world({ rules6: '*filter\n-A FORWARD -j REJECT\nCOMMIT\n' }), 'c', 'tcp', '[fd01::1]:80', { wait: 2 })
    expect(done.journeys.map((j) => [j.parent?.as, j.start >= 1e9, told(j).at(-2)])).toEqual([
      [undefined, false, 'r drop rule'],
      ['icmp-error', false, 'c socket ignored ECONNREFUSED'],
      ['retry', true, 'r drop rule'],
      ['icmp-error', true, 'c socket refused ECONNREFUSED'],
    ])
    expect(done.result).toBe('ECONNREFUSED')
  })
})
