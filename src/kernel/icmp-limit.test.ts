import { describe, expect, test } from 'vitest'
import { connect, type Little, lab, lastPacket, send, told } from '../testing/kernel-lab.ts'
import { Moment } from './moment.ts'

/** A client and two routers on one wire; the client's way out leads by the wrong one. */
const world = (router: Partial<Little> = {}): ReturnType<typeof lab> =>
  lab([
    {
      name: 'c',
      kind: 'client',
      links: [{ dev: 'eth0', kind: 'veth', mac: '02:00:00:00:00:01', addrs: ['10.0.0.1/24'], peer: ['w', 'p1'] }],
      routes: ['default via 10.0.0.254'],
    },
    {
      name: 'w',
      kind: 'underlay',
      links: [
        { dev: 'br', kind: 'bridge', mac: '02:00:00:00:00:0f' },
        { dev: 'p1', kind: 'veth', mac: '02:00:00:00:00:11', master: 'br', peer: ['c', 'eth0'] },
        { dev: 'p2', kind: 'veth', mac: '02:00:00:00:00:12', master: 'br', peer: ['r', 'eth0'] },
        { dev: 'p3', kind: 'veth', mac: '02:00:00:00:00:13', master: 'br', peer: ['s', 'eth0'] },
      ],
    },
    {
      name: 'r',
      kind: 'node',
      links: [{ dev: 'eth0', kind: 'veth', mac: '02:00:00:00:00:02', addrs: ['10.0.0.254/24'], peer: ['w', 'p2'] }],
      routes: ['10.5.0.0/24 via 10.0.0.9'],
      sysctls: { 'net/ipv4/ip_forward': 1 },
      ...router,
    },
    {
      name: 's',
      kind: 'client',
      links: [{ dev: 'eth0', kind: 'veth', mac: '02:00:00:00:00:03', addrs: ['10.0.0.9/24', '10.5.0.1/32'], peer: ['w', 'p3'] }],
      listens: ['tcp 80'],
    },
  ])
const SYN = 'tcp 10.0.0.1:4000 > 10.5.0.1:80 [S]'

describe('an ICMP redirect', () => {
  const redirects = (machines: ReturnType<typeof lab>): readonly string[] =>
    send(machines, 'c', SYN)
      .journeys.filter((j) => j.parent?.as === 'icmp-error')
      .map(lastPacket)

  test('tells a sender on the same wire who is nearer, and the packet goes on', () => {
    const { journeys } = send(world(), 'c', SYN)
    expect(told(journeys[0]).at(-1)).toBe('delivered to server tcp 80')
    expect(redirects(world())).toEqual(['icmp 10.0.0.254 > 10.0.0.1 5/1 ttl=64'])
  })

  test('is sent unless both send_redirects are 0', () => {
    const off = { 'net/ipv4/ip_forward': 1, 'net/ipv4/conf/all/send_redirects': 0 }
    expect(redirects(world({ sysctls: { ...off, 'net/ipv4/conf/eth0/send_redirects': 1 } }))).toHaveLength(1)
    expect(redirects(world({ sysctls: { ...off, 'net/ipv4/conf/eth0/send_redirects': 0 } }))).toEqual([])
  })

  test('is not sent to somebody further away', () => {
    expect(redirects(world({ routes: ['10.5.0.0/24 via 10.0.0.9', '10.0.0.1/32 via 10.0.0.8'] }))).toEqual([])
  })

  test('does not leave a machine whose conntrack may yet translate the connection', () => {
    const { journeys } = send(world({ rules: '*nat\n-A PREROUTING -j ACCEPT\nCOMMIT\n' }), 'c', SYN)
    expect(told(journeys.find((j) => j.parent?.as === 'icmp-error')).at(-1)).toBe('dropped: redirect-of-nat')
  })

  test('uses up what the sender may be told of errors', () => {
    const reject = '*filter\n-A FORWARD -j REJECT\nCOMMIT\n'
    const [syn] = send(world({ rules: reject }), 'c', SYN).journeys
    expect(told(syn)).toContain('r icmp 3/3 icmp-port-unreachable held back')
    expect(connect(world({ rules: reject }), 'c', 'tcp', '10.5.0.1:80').result).toBe('ETIMEDOUT')
    const quiet = { 'net/ipv4/ip_forward': 1, 'net/ipv4/conf/all/send_redirects': 0, 'net/ipv4/conf/eth0/send_redirects': 0 }
    expect(connect(world({ rules: reject, sysctls: quiet }), 'c', 'tcp', '10.5.0.1:80').result).toBe('ECONNREFUSED')
  })
})

describe('errors to one address', () => {
  const closed = (count: number, sysctls: Record<string, number> = {}, pause = 0): readonly string[] => {
    const machines = world({ sysctls: { 'net/ipv4/ip_forward': 1, ...sysctls } })
    const moment = new Moment()
    return Array.from({ length: count }, () => {
      moment.clock += pause
      return send(machines, 'c', 'udp 10.0.0.1:4000 > 10.0.0.254:9', moment).journeys.length > 1 ? 'told' : 'silent'
    })
  }

  test('six at once, then silence', () => {
    expect(closed(8)).toEqual(['told', 'told', 'told', 'told', 'told', 'told', 'silent', 'silent'])
  })

  test('one a second for ever', () => {
    expect(closed(12, {}, 1e9).every((t) => t === 'told')).toBe(true)
  })

  test('icmp_ratelimit 0, or a mask without the type: no limit', () => {
    expect(closed(8, { 'net/ipv4/icmp_ratelimit': 0 })).not.toContain('silent')
    expect(closed(8, { 'net/ipv4/icmp_ratemask': 6160 })).not.toContain('silent')
  })

  test('to the machine itself there is no limit', () => {
    const machines = world()
    const moment = new Moment()
    const counts = Array.from({ length: 8 }, () => send(machines, 'c', 'udp 10.0.0.1:4000 > 10.0.0.1:9', moment).journeys.length)
    expect(new Set(counts)).toEqual(new Set([2]))
  })
})
