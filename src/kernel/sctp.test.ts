import { describe, expect, test } from 'vitest'
import { connect, icmpAbout, lab, packet, send, told, tracked } from '../testing/kernel-lab.ts'
import { assures, nextSctp } from './conntrack-sctp.ts'
import { Moment } from './moment.ts'

/** client - router that masquerades nothing but tracks - server. */
const world = (rules = '*nat\n-A PREROUTING -i nowhere -j ACCEPT\nCOMMIT\n') =>
  lab([
    {
      name: 'c',
      kind: 'client',
      links: [{ dev: 'eth0', kind: 'veth', addrs: ['10.0.0.1/24'], peer: ['r', 'eth0'] }],
      routes: ['default via 10.0.0.254'],
    },
    {
      name: 'r',
      kind: 'node',
      links: [
        { dev: 'eth0', kind: 'veth', addrs: ['10.0.0.254/24'], peer: ['c', 'eth0'] },
        { dev: 'eth1', kind: 'veth', addrs: ['10.1.0.254/24'], peer: ['s', 'eth0'] },
      ],
      sysctls: { 'net/ipv4/ip_forward': 1 },
      rules,
    },
    {
      name: 's',
      kind: 'pod',
      links: [{ dev: 'eth0', kind: 'veth', addrs: ['10.1.0.1/24'], peer: ['r', 'eth1'] }],
      routes: ['default via 10.1.0.254'],
      listens: ['sctp 3868'],
    },
  ])

const chunks = (titles: readonly string[]): readonly string[] => titles.map((t) => /\[(\w+)\]/.exec(t)?.[1] ?? t)

test('four chunks, and the association is up', () => {
  const moment = new Moment()
  const { result, journeys } = connect(world(), 'c', 'sctp', '10.1.0.1:3868', { moment })
  expect(result).toBe('connected')
  expect(chunks(journeys.map((j) => j.title))).toEqual(['INIT', 'INIT_ACK', 'COOKIE_ECHO', 'COOKIE_ACK'])
  expect(tracked(moment, 'r').map((t) => t.replace(/:\d{5}/g, ':P'))).toEqual([
    'sctp 10.0.0.1:P>10.1.0.1:3868 10.1.0.1:3868>10.0.0.1:P ESTABLISHED ASSURED 210',
  ])
})

test('nobody listens: ABORT; a rule drops: silence', () => {
  const { result, journeys } = connect(world(), 'c', 'sctp', '10.1.0.1:3869')
  expect(result).toBe('ECONNREFUSED')
  expect(chunks(journeys.map((j) => j.title))).toEqual(['INIT', 'ABORT'])
  expect(connect(world('*filter\n-A FORWARD -p sctp -m sctp --dport 3868 -j DROP\nCOMMIT\n'), 'c', 'sctp', '10.1.0.1:3868').result).toBe(
    'ETIMEDOUT',
  )
})

test('an ICMP error does not end an attempt, unless the machine does not know SCTP at all', () => {
  const reject = (type: string): string =>
    connect(world(`*filter\n-A FORWARD -p sctp -j REJECT --reject-with ${type}\nCOMMIT\n`), 'c', 'sctp', '10.1.0.1:3868').result
  expect(reject('icmp-port-unreachable')).toBe('ETIMEDOUT')
  expect(reject('icmp-host-unreachable')).toBe('ETIMEDOUT')
  expect(reject('icmp-proto-unreachable')).toBe('ENOPROTOOPT')
})

test('an ABORT is never answered, and errors about SCTP carry its ports', () => {
  const { journeys } = send(world(), 'c', {
    ...packet('sctp 10.0.0.1:5 > 10.1.0.1:9'),
    headers: packet('sctp 10.0.0.1:5 > 10.1.0.1:9').headers.map((h) => (h.kind === 'sctp' ? { ...h, chunk: 'ABORT' as const } : h)),
  })
  expect(journeys).toHaveLength(1)
  expect(told(journeys[0]).at(-1)).toBe('delivered to kernel')
  const about = icmpAbout('10.1.0.254', 3, 3, packet('sctp 10.0.0.1:5 > 10.1.0.1:9'))
  expect(told(send(world(), 'r', about).journeys[0]).at(-1)).toBe('delivered to kernel')
})

describe('states of conntrack', () => {
  const walk = (...steps: readonly (readonly ['original' | 'reply', Parameters<typeof nextSctp>[1]])[]): readonly string[] => {
    let state = 'NONE'
    return steps.map(([dir, chunk]) => {
      state = nextSctp(state, chunk, dir)
      return state
    })
  }
  test('the handshake and an end by ABORT', () => {
    expect(
      walk(
        ['original', 'INIT'],
        ['reply', 'INIT_ACK'],
        ['original', 'COOKIE_ECHO'],
        ['reply', 'COOKIE_ACK'],
        ['original', 'DATA'],
        ['reply', 'ABORT'],
      ),
    ).toEqual(['CLOSED', 'COOKIE_WAIT', 'COOKIE_ECHOED', 'ESTABLISHED', 'ESTABLISHED', 'CLOSED'])
  })
  test('an end by SHUTDOWN from either side', () => {
    const up = [
      ['original', 'INIT'],
      ['reply', 'INIT_ACK'],
      ['original', 'COOKIE_ECHO'],
      ['reply', 'COOKIE_ACK'],
    ] as const
    expect(walk(...up, ['original', 'SHUTDOWN']).at(-1)).toBe('SHUTDOWN_SENT')
    expect(walk(...up, ['reply', 'SHUTDOWN']).at(-1)).toBe('SHUTDOWN_RECD')
  })
  test('what begins in the middle is CLOSED; only the acknowledged cookie assures', () => {
    expect(walk(['original', 'DATA'])).toEqual(['CLOSED'])
    expect([assures('COOKIE_ECHOED', 'ESTABLISHED', 'reply'), assures('CLOSED', 'COOKIE_WAIT', 'reply')]).toEqual([true, false])
  })
})
