import { expect, test } from 'vitest'
import { connect, type Little, lab, send, told } from '../../testing/kernel-lab.ts'
import { Moment } from '../moment.ts'

const cold = (): Moment => {
  const moment = new Moment()
  moment.cold = { neighbours: new Map(), ports: new Map() }
  return moment
}

const A = '02:00:00:00:00:0a'
const B = '02:00:00:00:00:0b'
const NODE = '02:00:00:00:00:01'

/** Two pods on a bridge. */
const pod = (name: string, mac: string, address: string, peer: string): Little => ({
  name,
  kind: 'pod',
  links: [{ dev: 'eth0', kind: 'veth', mac, addrs: [`${address}/24`], peer: ['n', peer] }],
  routes: ['default via 10.0.0.254'],
  listens: ['tcp 80'],
})
const bridged = lab([
  pod('a', A, '10.0.0.1', 'v1'),
  pod('b', B, '10.0.0.2', 'v2'),
  {
    name: 'n',
    kind: 'node',
    links: [
      { dev: 'br0', kind: 'bridge', mac: NODE, addrs: ['10.0.0.254/24'] },
      { dev: 'v1', kind: 'veth', mac: '02:00:00:00:00:11', master: 'br0', peer: ['a', 'eth0'] },
      { dev: 'v2', kind: 'veth', mac: '02:00:00:00:00:12', master: 'br0', peer: ['b', 'eth0'] },
    ],
    routes: [],
    sysctls: { 'net/bridge/bridge-nf-call-iptables': 0 },
  },
])

test('the first packet waits, the question is flooded, the answer goes to who asked, and the packet goes on', () => {
  const { journeys, copies = [], moment, result } = connect(bridged, 'a', 'tcp', '10.0.0.2:80', { moment: cold() })
  expect(result).toBe('connected')
  const arp = journeys.filter((j) => j.phase === 'arp')
  expect(arp.map((j) => [j.title, j.parent?.as, told(j).at(-1)])).toEqual([
    ['arp who-has 10.0.0.2 tell 10.0.0.1', 'look-up', 'answered: arp-reply'],
    [`arp 10.0.0.2 is-at ${B}`, 'reply', 'delivered to arp'],
  ])
  expect(told(arp[0])).toContain('n fdb unknown')
  expect(told(arp[1])).toContain('n fdb v1')
  // the node hears the question as well, and has nothing to say
  expect(copies.map((c) => told(c).at(-1))).toEqual(['dropped: no-neighbour'])
  expect(told(journeys[0]).filter((t) => t.includes('neighbour'))).toEqual(['a neighbour 10.0.0.2 waits', 'a neighbour 10.0.0.2 known'])
  expect([...(moment.cold?.ports ?? [])]).toEqual([
    [`n br0 ${A}`, 'v1'],
    [`n br0 ${B}`, 'v2'],
  ])
})

test('who was asked knows who asked: the answer of the connection needs no question', () => {
  const { journeys } = connect(bridged, 'a', 'tcp', '10.0.0.2:80', { moment: cold() })
  expect(journeys.filter((j) => j.title.startsWith('arp who-has'))).toHaveLength(1)
})

test('nobody there: three questions, then the sender hears of it', () => {
  const { journeys, result, moment } = connect(bridged, 'a', 'tcp', '10.0.0.9:80', { moment: cold(), wait: 9 })
  expect(journeys.filter((j) => j.title === 'arp who-has 10.0.0.9 tell 10.0.0.1')).toHaveLength(3)
  expect(result).toBe('EHOSTUNREACH')
  expect(Math.round(moment.clock / 1e9)).toBe(3)
  expect(told(journeys[0]).at(-1)).toBe('dropped: no-neighbour')
})

test('who gives up earlier leaves the packet waiting, which is then lost', () => {
  const { journeys, result } = connect(bridged, 'a', 'tcp', '10.0.0.9:80', { moment: cold(), wait: 0.5 })
  expect(result).toBe('ETIMEDOUT')
  expect(told(journeys[0]).at(-1)).toBe('dropped: no-neighbour')
})

const routed = (proxy: number): ReturnType<typeof lab> =>
  lab([
    {
      name: 'p',
      kind: 'pod',
      links: [{ dev: 'eth0', kind: 'veth', mac: A, addrs: ['10.0.0.1/32'], peer: ['n', 'cali1'] }],
      routes: ['169.254.1.1 dev eth0 scope link', 'default via 169.254.1.1 dev eth0'],
    },
    {
      name: 'n',
      kind: 'node',
      links: [
        { dev: 'cali1', kind: 'veth', mac: 'ee:ee:ee:ee:ee:ee', addrs: [], peer: ['p', 'eth0'] },
        { dev: 'eth0', kind: 'veth', mac: NODE, addrs: ['192.168.0.1/24'], peer: ['r', 'eth0'] },
      ],
      routes: ['10.0.0.1 dev cali1 scope link', 'default via 192.168.0.254'],
      sysctls: { 'net/ipv4/ip_forward': 1, 'net/ipv4/conf/cali1/proxy_arp': proxy },
    },
    {
      name: 'r',
      kind: 'client',
      links: [{ dev: 'eth0', kind: 'veth', mac: B, addrs: ['192.168.0.254/24'], peer: ['n', 'eth0'] }],
      routes: ['10.0.0.0/24 via 192.168.0.1'],
      listens: ['tcp 80'],
    },
  ])

test('a device with proxy_arp answers for an address that nobody has, and asks from the address of another device', () => {
  const { journeys, result } = connect(routed(1), 'p', 'tcp', '192.168.0.254:80', { moment: cold() })
  expect(result).toBe('connected')
  expect(journeys.filter((j) => j.phase === 'arp').map((j) => j.title)).toEqual([
    'arp who-has 169.254.1.1 tell 10.0.0.1',
    'arp 169.254.1.1 is-at ee:ee:ee:ee:ee:ee',
    'arp who-has 192.168.0.254 tell 192.168.0.1',
    `arp 192.168.0.254 is-at ${B}`,
  ])
  const off = connect(routed(0), 'p', 'tcp', '192.168.0.254:80', { moment: cold(), wait: 9 })
  expect(off.result).toBe('EHOSTUNREACH')
})

test('two packets that wait for the same neighbour ask once', () => {
  const moment = cold()
  const first = send(bridged, 'a', 'udp 10.0.0.1:1 > 10.0.0.2:53', moment)
  expect(first.journeys.filter((j) => j.phase === 'arp')).toHaveLength(2)
  const second = send(bridged, 'a', 'udp 10.0.0.1:2 > 10.0.0.2:53', moment)
  expect(second.journeys.filter((j) => j.phase === 'arp')).toHaveLength(0)
})

test('warm tables ask nobody', () => {
  expect(connect(bridged, 'a', 'tcp', '10.0.0.2:80').journeys.filter((j) => j.phase === 'arp')).toEqual([])
})
