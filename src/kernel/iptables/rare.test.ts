import { expect, test } from 'vitest'
import { connect, lab, packet, send, told } from '../../testing/kernel-lab.ts'
import { tokenTaken } from '../bucket.ts'
import { Moment } from '../moment.ts'
import { clamped } from './rare.ts'

const SECOND = 1_000_000_000

test('a bucket of two tokens, one a minute: two at once, the next after a minute', () => {
  const moment = new Moment()
  const take = (): boolean => tokenTaken(moment, 'x', 60 * SECOND, 2)
  expect([take(), take(), take()]).toEqual([true, true, false])
  moment.clock += 59 * SECOND
  expect(take()).toBe(false)
  moment.clock += SECOND
  expect([take(), take()]).toEqual([true, false])
  moment.clock += 3600 * SECOND
  expect([take(), take(), take()]).toEqual([true, true, false])
})

const world = (rules: string): ReturnType<typeof lab> =>
  lab([
    {
      name: 'a',
      kind: 'client',
      links: [{ dev: 'eth0', kind: 'veth', mac: '02:00:00:00:00:0a', addrs: ['10.0.0.1/24'], peer: ['b', 'eth0'] }],
      routes: [],
    },
    {
      name: 'b',
      kind: 'node',
      links: [{ dev: 'eth0', kind: 'veth', mac: '02:00:00:00:00:0b', addrs: ['10.0.0.2/24'], mtu: 1400, peer: ['a', 'eth0'] }],
      routes: [],
      listens: ['tcp 80'],
      rules,
    },
  ])

test('-m limit: the burst passes (a SYN, the reset after its answer, a SYN), what follows falls through to the next rule', () => {
  const machines = world('*filter\n-A INPUT -m limit --limit 1/min --limit-burst 3 -j ACCEPT\n-A INPUT -j DROP\nCOMMIT\n')
  const moment = new Moment()
  const ends = [1, 2, 3].map((n) => told(send(machines, 'a', `tcp 10.0.0.1:${n} > 10.0.0.2:80 [S]`, moment).journeys[0]).at(-1))
  expect(ends).toEqual(['delivered to server tcp 80', 'delivered to server tcp 80', 'dropped: rule'])
})

test('words of limit that are not understood end the walk', () => {
  const machines = world('*filter\n-A INPUT -m limit --limit 1/fortnight -j ACCEPT\nCOMMIT\n')
  expect(told(send(machines, 'a', 'tcp 10.0.0.1:1 > 10.0.0.2:80 [S]').journeys[0]).at(-1)).toMatch(/^unmodelled: iptables -m limit/)
})

test('TCPMSS: to a number, or to the narrower of both ways; never more than the packet says', () => {
  const netns = world('').netns('b')
  if (!netns) throw new Error('no b')
  const visit = { run: { moment: new Moment() }, netns, hook: 'forward' } as const
  const mss = (words: string, told: number): number | undefined => {
    const syn = packet('tcp 10.0.0.1:1 > 10.0.0.2:80 [S]')
    const skb = { mark: 0, packet: { ...syn, headers: syn.headers.map((h) => (h.kind === 'tcp' ? { ...h, mss: told } : h)) } }
    const after = clamped(words, visit, skb)?.packet.headers.find((h) => h.kind === 'tcp')
    return after?.mss
  }
  expect(mss('-j TCPMSS --set-mss 600', 1460)).toBe(600)
  expect(mss('-j TCPMSS --set-mss 1500', 1460)).toBe(1460)
  expect(mss('-j TCPMSS --clamp-mss-to-pmtu', 1460)).toBe(1360)
  expect(mss('-j TCPMSS --clamp-mss-to-pmtu', 500)).toBe(500)
  expect(clamped('-j TCPMSS --other', visit, { mark: 0, packet: packet('tcp 10.0.0.1:1 > 10.0.0.2:80 [S]') })).toBeUndefined()
})

test('a route of type throw is no way: the next rule is asked', () => {
  const machines = lab([
    {
      name: 'a',
      kind: 'client',
      links: [{ dev: 'eth0', kind: 'veth', mac: '02:00:00:00:00:0a', addrs: ['10.0.0.1/24'], peer: ['b', 'eth0'] }],
      routes: ['throw 10.0.0.2 table 100', 'unreachable 10.0.0.3 table 100'],
      policy: ['from all lookup 100 pref 100'],
    },
    {
      name: 'b',
      kind: 'node',
      links: [{ dev: 'eth0', kind: 'veth', mac: '02:00:00:00:00:0b', addrs: ['10.0.0.2/24', '10.0.0.3/24'], peer: ['a', 'eth0'] }],
      routes: [],
      listens: ['tcp 80'],
    },
  ])
  expect(connect(machines, 'a', 'tcp', '10.0.0.2:80').result).toBe('connected')
  expect(connect(machines, 'a', 'tcp', '10.0.0.3:80').result).toBe('EHOSTUNREACH')
})
