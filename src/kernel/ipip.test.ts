import { describe, expect, test } from 'vitest'
import { ipOf } from '../net/packet.ts'
import { type Little, lab, lastPacket, send, told } from '../testing/kernel-lab.ts'

/** Two machines with a pod each behind them, joined by tunl0; the first one's tunnel can be given settings. */
const world = (
  tunnel: Partial<Little['links'][number]> = {},
  route = '10.2.0.0/24 via 192.168.0.2 dev tunl0 onlink',
): ReturnType<typeof lab> => {
  const machine = (n: 1 | 2): Little => ({
    name: `n${n}`,
    kind: 'node',
    links: [
      { dev: 'eth0', kind: 'veth', addrs: [`192.168.0.${n}/24`], peer: [`n${3 - n}`, 'eth0'] },
      { dev: 'cali', kind: 'veth', addrs: [`10.${n}.0.254/24`], peer: [`p${n}`, 'eth0'] },
      { dev: 'tunl0', kind: 'ipip', addrs: [`10.${n}.255.1/32`], mtu: 1480, ...(n === 1 ? tunnel : {}) },
    ],
    routes: n === 1 ? [route] : ['10.1.0.0/24 via 192.168.0.1 dev tunl0 onlink'],
    sysctls: { 'net/ipv4/ip_forward': 1 },
  })
  const pod = (n: 1 | 2): Little => ({
    name: `p${n}`,
    kind: 'pod',
    links: [{ dev: 'eth0', kind: 'veth', addrs: [`10.${n}.0.1/24`], peer: [`n${n}`, 'cali'] }],
    routes: [`default via 10.${n}.0.254`],
    listens: ['tcp 80', 'udp 53'],
  })
  return lab([machine(1), machine(2), pod(1), pod(2)])
}
const SYN = 'tcp 10.1.0.1:4000 > 10.2.0.1:80 [S]'
const outer = (journey: ReturnType<typeof send>['journeys'][number] | undefined): readonly string[] =>
  (journey?.events ?? []).flatMap((e) => {
    const ip = e.kind === 'encap' && e.after.kind === 'skb' ? ipOf(e.after.skb.packet) : undefined
    return ip ? [`${ip.src} > ${ip.dst} ttl=${ip.ttl}${ip.df ? ' DF' : ''}`] : []
  })

describe('a packet through tunl0', () => {
  test('goes to the gateway of its route, with its own TTL, and makes a pass of its own on both machines', () => {
    const [journey] = send(world(), 'p1', SYN).journeys
    const words = told(journey)
    expect(outer(journey)).toEqual(['192.168.0.1 > 192.168.0.2 ttl=63'])
    const wanted = ['n1 forward', 'n1 encap 192.168.0.2', 'n1 output', 'n2 input', 'n2 decap tunl0', 'n2 forward', 'p2 input']
    expect(words.filter((w) => wanted.includes(w))).toEqual(wanted)
    expect(words.at(-1)).toBe('delivered to server tcp 80')
    expect(lastPacket(journey)).toMatch(/ttl=62$/)
  })

  test.each([
    [{ ttl: 64 }, '', '192.168.0.1 > 192.168.0.2 ttl=64'],
    [{}, ' df', '192.168.0.1 > 192.168.0.2 ttl=63 DF'],
    [{ remote: '192.168.0.2', local: '192.168.0.1' }, '', '192.168.0.1 > 192.168.0.2 ttl=63'],
  ])('with %o%s the outer packet is %s', (tunnel, more, told) => {
    expect(outer(send(world(tunnel), 'p1', `udp 10.1.0.1:4000 > 10.2.0.1:53${more}`).journeys[0])).toEqual([told])
  })

  test('20 bytes are the tunnel’s: what does not fit is told, or cut', () => {
    const long = (size: number, df: string): ReturnType<typeof send> =>
      send(world(), 'p1', `udp 10.1.0.1:4000 > 10.2.0.1:53 size=${size}${df}`)
    expect(told(long(1452, ' df').journeys[0]).at(-1)).toBe('delivered to server udp 53')
    const [lost, error] = long(1453, ' df').journeys
    expect(told(lost).at(-1)).toBe('dropped: mtu')
    expect(lastPacket(error)).toBe('icmp 10.1.0.254 > 10.1.0.1 3/4 mtu=1480 ttl=64')
    expect(told(long(1453, '').journeys[0])).toContain('n1 cut 2 mtu 1480')
  })

  test('a tunnel between two others does not take it', () => {
    const machines = world()
    const n2 = machines.netns('n2')
    const links = n2?.links.map((l) => (l.dev === 'tunl0' ? { ...l, remote: '192.168.0.9' as never } : l)) ?? []
    const other = { ...machines, netns: (name: string) => (name === 'n2' && n2 ? { ...n2, links } : machines.netns(name)) }
    expect(told(send(other, 'p1', SYN).journeys[0]).at(-1)).toBe('unmodelled: ipip sockets')
  })
})
