import { describe, expect, test } from 'vitest'
import { type Little, lab, lastPacket, send, told } from '../testing/kernel-lab.ts'

const on = { 'net/ipv4/ip_forward': 1, 'net/ipv6/conf/all/forwarding': 1 }
const NAT = '*nat\n-A PREROUTING -j ACCEPT\nCOMMIT\n'

/** c - r1 - r2 - s; between the routers the way is narrow. */
const world = ({
  r1 = {},
  r2 = {},
  mtu = 1400,
}: {
  readonly r1?: Partial<Little>
  readonly r2?: Partial<Little>
  readonly mtu?: number
} = {}): ReturnType<typeof lab> =>
  lab([
    {
      name: 'c',
      kind: 'client',
      links: [{ dev: 'eth0', kind: 'veth', addrs: ['10.0.0.1/24', 'fd00::1/64'], peer: ['r1', 'eth0'] }],
      routes: ['default via 10.0.0.254', '::/0 via fd00::fe'],
    },
    {
      name: 'r1',
      kind: 'node',
      links: [
        { dev: 'eth0', kind: 'veth', addrs: ['10.0.0.254/24', 'fd00::fe/64'], peer: ['c', 'eth0'] },
        { dev: 'eth1', kind: 'veth', addrs: ['10.9.0.1/24', 'fd09::1/64'], peer: ['r2', 'eth1'], mtu },
      ],
      routes: ['10.1.0.0/24 via 10.9.0.2', 'fd01::/64 via fd09::2'],
      sysctls: on,
      ...r1,
    },
    {
      name: 'r2',
      kind: 'node',
      links: [
        { dev: 'eth0', kind: 'veth', addrs: ['10.1.0.254/24', 'fd01::fe/64'], peer: ['s', 'eth0'] },
        { dev: 'eth1', kind: 'veth', addrs: ['10.9.0.2/24', 'fd09::2/64'], peer: ['r1', 'eth1'], mtu },
      ],
      routes: ['default via 10.9.0.1', '::/0 via fd09::1'],
      sysctls: on,
      ...r2,
    },
    {
      name: 's',
      kind: 'pod',
      links: [{ dev: 'eth0', kind: 'veth', addrs: ['10.1.0.1/24', 'fd01::1/64'], peer: ['r2', 'eth0'] }],
      routes: ['default via 10.1.0.254', '::/0 via fd01::fe'],
      listens: ['udp 53'],
    },
  ])

const LONG = 'udp 10.0.0.1:4000 > 10.1.0.1:53 size=1460'
const seen = (words: readonly string[], ...what: readonly string[]): readonly string[] => words.filter((w) => what.includes(w))

describe('an IPv4 packet that is too long for a device on its way', () => {
  test('without conntrack the pieces stay pieces until they arrive', () => {
    const words = told(send(world(), 'c', LONG).journeys[0])
    expect(words.at(-1)).toBe('delivered to server udp 53')
    expect(seen(words, 'r1 cut 2 mtu 1400', 'r2 prerouting', 'r2 whole 2', 's prerouting', 's whole 2', 's input')).toEqual([
      'r1 cut 2 mtu 1400',
      'r2 prerouting',
      'r2 prerouting',
      's prerouting',
      's prerouting',
      's whole 2',
      's input',
    ])
  })

  test('conntrack joins them before PREROUTING, and they are cut again as short as they came', () => {
    const words = told(send(world({ r2: { rules: NAT } }), 'c', LONG).journeys[0])
    expect(seen(words, 'r2 prerouting', 'r2 whole 2', 'r2 cut 2 mtu 1396', 's whole 2')).toEqual([
      'r2 whole 2',
      'r2 prerouting',
      'r2 cut 2 mtu 1396',
      's whole 2',
    ])
  })

  test('only the first piece has ports: a rule for a port lets the others through, and one for the protocol does not', () => {
    const ends = (rule: string): readonly (string | undefined)[] => {
      const words = told(send(world({ r2: { rules: `*filter\n-A FORWARD ${rule} -j DROP\nCOMMIT\n` } }), 'c', LONG).journeys[0])
      return [...words.filter((w) => w.includes('drop ')), words.at(-1)]
    }
    expect(ends('-p udp --dport 53')).toEqual(['r2 drop rule', 's drop fragments', 'dropped: fragments'])
    expect(ends('-p udp')).toEqual(['r2 drop rule', 'r2 drop rule', 'dropped: rule'])
    expect(ends('-p udp --dport 54')).toEqual(['delivered to server udp 53'])
  })

  test('a long ping is answered whole', () => {
    const [request, reply] = send(world(), 'c', 'icmp 10.0.0.1 > 10.1.0.1 8/0 size=1460').journeys
    expect(told(request).at(-1)).toBe('answered: echo-reply')
    expect(told(reply)).toContain('r2 cut 2 mtu 1400')
    expect(lastPacket(reply)).toBe('icmp 10.1.0.1 > 10.0.0.1 0/0 ttl=62')
  })
})

describe('IPv6', () => {
  const V6 = 'udp [fd00::1]:4000 > [fd01::1]:53'
  test('is cut by its source alone', () => {
    const words = told(send(world(), 'c', `${V6} size=3000`).journeys[0])
    expect(seen(words, 'c cut 3 mtu 1500')).toEqual(['c cut 3 mtu 1500'])
    // 1496 bytes do not fit into 1400 either: two pieces are lost on the way, and the third waits for them in vain
    expect(words.filter((w) => w.includes('drop '))).toEqual(['r1 drop mtu', 'r1 drop mtu', 's drop fragments'])
    expect(told(send(world({ mtu: 1500 }), 'c', `${V6} size=3000`).journeys[0]).at(-1)).toBe('delivered to server udp 53')
  })

  test('pieces that conntrack joined go on in pieces, where they are short enough', () => {
    const words = told(send(world({ mtu: 1500, r1: { rules6: NAT } }), 'c', `${V6} size=3000`).journeys[0])
    expect(seen(words, 'r1 whole 3', 'r1 cut 3 mtu 1496', 's whole 3')).toEqual(['r1 whole 3', 'r1 cut 3 mtu 1496', 's whole 3'])
  })
})

describe('a bridge', () => {
  const bridged = (brnf: number): ReturnType<typeof lab> =>
    lab([
      {
        name: 'a',
        kind: 'pod',
        links: [{ dev: 'eth0', kind: 'veth', mac: '02:00:00:00:00:01', addrs: ['10.0.0.1/24'], peer: ['n', 'v1'] }],
      },
      {
        name: 'n',
        kind: 'node',
        links: [
          { dev: 'br', kind: 'bridge', mac: '02:00:00:00:00:09' },
          { dev: 'v1', kind: 'veth', mac: '02:00:00:00:00:11', master: 'br', peer: ['a', 'eth0'] },
          { dev: 'v2', kind: 'veth', mac: '02:00:00:00:00:12', master: 'br', peer: ['b', 'eth0'], mtu: 1400 },
        ],
        sysctls: { 'net/bridge/bridge-nf-call-iptables': brnf },
      },
      {
        name: 'b',
        kind: 'pod',
        links: [{ dev: 'eth0', kind: 'veth', mac: '02:00:00:00:00:02', addrs: ['10.0.0.2/24'], peer: ['n', 'v2'], mtu: 1400 }],
        listens: ['udp 53'],
      },
    ])
  const TO = 'udp 10.0.0.1:4000 > 10.0.0.2:53'

  test.each([
    [0, 1376, '', 'delivered to server udp 53'],
    [0, 1377, '', 'dropped: mtu'],
    [1, 1372, ' df', 'delivered to server udp 53'],
    [1, 1373, ' df', 'dropped: mtu'],
    [1, 1373, '', 'delivered to server udp 53'],
  ])('with br_netfilter %i, %i bytes%s: %s, and nobody is told', (brnf, size, df, ending) => {
    const { journeys } = send(bridged(brnf), 'a', `${TO} size=${size}${df}`)
    expect(told(journeys[0]).at(-1)).toBe(ending)
    expect(journeys).toHaveLength(1)
  })
})
