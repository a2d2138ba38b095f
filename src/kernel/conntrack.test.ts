import { describe, expect, test } from 'vitest'
import { ip } from '../net/ip.ts'
import type { Packet, TcpHeader } from '../net/packet.ts'
import { icmpAbout, lab, packet, send, told, tracked } from '../testing/kernel-lab.ts'
import { newNetns } from './apply.ts'
import { confirm, entriesOf, track, viewOf } from './conntrack.ts'
import { WIDEST } from './conntrack-window.ts'
import type { Netns } from './machine.ts'
import { Moment } from './moment.ts'

const C = '10.0.0.1:4000'
const S = '10.0.0.2:80'
const there = (flags: string): string => `tcp ${C} > ${S} [${flags}]`
const back = (flags: string): string => `tcp ${S} > ${C} [${flags}]`

const withSysctls = (sysctls: Record<string, number>): Netns => {
  const netns = newNetns('n', 'node')
  return { ...netns, sysctls: { ...netns.sysctls, ...sysctls } }
}

/** One packet through PREROUTING and out again: what rules see, then what the table holds. */
function pass(moment: Moment, what: string | Packet, netns: Netns = newNetns('n', 'node')): string {
  const found = track(moment, netns, { packet: typeof what === 'string' ? packet(what) : what, mark: 0 })
  if (!found) return 'not asked'
  const told = confirm(moment, 'n', found.skb)
  return `${found.skb.ct?.state} ${found.skb.ct?.dir}${told ? ` ${told.what}` : ''}`
}

/** Seconds to wait before a packet; the packet; what rules see; the entry afterwards. */
type Row = readonly [wait: number, packet: string, state: string, table: readonly string[]]

const stories: readonly (readonly [name: string, rows: readonly Row[]])[] = [
  [
    'a handshake: ASSURED with the third packet',
    [
      [0, there('S'), 'new original confirmed', [`tcp ${C}>${S} ${S}>${C} SYN_SENT UNREPLIED 120`]],
      [0, back('SA'), 'established reply changed', [`tcp ${C}>${S} ${S}>${C} SYN_RECV 60`]],
      [0, there('A'), 'established original changed', [`tcp ${C}>${S} ${S}>${C} ESTABLISHED ASSURED 432000`]],
      [0, there('PA'), 'established original', [`tcp ${C}>${S} ${S}>${C} ESTABLISHED ASSURED 432000`]],
    ],
  ],
  [
    'a clean close',
    [
      [0, there('S'), 'new original confirmed', [`tcp ${C}>${S} ${S}>${C} SYN_SENT UNREPLIED 120`]],
      [0, back('SA'), 'established reply changed', [`tcp ${C}>${S} ${S}>${C} SYN_RECV 60`]],
      [0, there('A'), 'established original changed', [`tcp ${C}>${S} ${S}>${C} ESTABLISHED ASSURED 432000`]],
      [0, there('FA'), 'established original changed', [`tcp ${C}>${S} ${S}>${C} FIN_WAIT ASSURED 120`]],
      [0, back('FA'), 'established reply changed', [`tcp ${C}>${S} ${S}>${C} LAST_ACK ASSURED 30`]],
      [0, there('A'), 'established original changed', [`tcp ${C}>${S} ${S}>${C} TIME_WAIT ASSURED 120`]],
      // the same ports again: another connection
      [0, there('S'), 'new original confirmed', [`tcp ${C}>${S} ${S}>${C} SYN_SENT UNREPLIED 120`]],
    ],
  ],
  [
    'the FIN of one side acknowledged on its own',
    [
      [0, there('S'), 'new original confirmed', [`tcp ${C}>${S} ${S}>${C} SYN_SENT UNREPLIED 120`]],
      [0, back('SA'), 'established reply changed', [`tcp ${C}>${S} ${S}>${C} SYN_RECV 60`]],
      [0, there('A'), 'established original changed', [`tcp ${C}>${S} ${S}>${C} ESTABLISHED ASSURED 432000`]],
      [0, there('FA'), 'established original changed', [`tcp ${C}>${S} ${S}>${C} FIN_WAIT ASSURED 120`]],
      [0, back('A'), 'established reply changed', [`tcp ${C}>${S} ${S}>${C} CLOSE_WAIT ASSURED 60`]],
    ],
  ],
  [
    'a SYN answered by RST leaves nothing',
    [
      [0, there('S'), 'new original confirmed', [`tcp ${C}>${S} ${S}>${C} SYN_SENT UNREPLIED 120`]],
      [0, back('AR'), 'established reply', []],
      [0, there('S'), 'new original confirmed', [`tcp ${C}>${S} ${S}>${C} SYN_SENT UNREPLIED 120`]],
    ],
  ],
  [
    'RST on an open connection: CLOSE for ten seconds',
    [
      [0, there('S'), 'new original confirmed', [`tcp ${C}>${S} ${S}>${C} SYN_SENT UNREPLIED 120`]],
      [0, back('SA'), 'established reply changed', [`tcp ${C}>${S} ${S}>${C} SYN_RECV 60`]],
      [0, there('A'), 'established original changed', [`tcp ${C}>${S} ${S}>${C} ESTABLISHED ASSURED 432000`]],
      [0, there('AR'), 'established original changed', [`tcp ${C}>${S} ${S}>${C} CLOSE ASSURED 10`]],
      [11, back('A'), 'new original confirmed', [`tcp ${S}>${C} ${C}>${S} ESTABLISHED UNREPLIED 300`]],
    ],
  ],
  ['SYN-ACK without an entry', [[0, back('SA'), 'invalid original', []]]],
  ['RST without an entry', [[0, there('R'), 'invalid original', []]]],
  ['FIN without an entry', [[0, there('FA'), 'invalid original', []]]],
  [
    'a plain ACK without an entry is picked up (tcp_loose), ASSURED once it has been answered',
    [
      [0, there('A'), 'new original confirmed', [`tcp ${C}>${S} ${S}>${C} ESTABLISHED UNREPLIED 300`]],
      [0, back('A'), 'established reply changed', [`tcp ${C}>${S} ${S}>${C} ESTABLISHED 432000`]],
      [0, back('A'), 'established reply changed', [`tcp ${C}>${S} ${S}>${C} ESTABLISHED ASSURED 432000`]],
    ],
  ],
  [
    'a SYN without answer is forgotten after two minutes',
    [
      [0, there('S'), 'new original confirmed', [`tcp ${C}>${S} ${S}>${C} SYN_SENT UNREPLIED 120`]],
      [119, there('S'), 'new original', [`tcp ${C}>${S} ${S}>${C} SYN_SENT UNREPLIED 120`]],
      [121, there('S'), 'new original confirmed', [`tcp ${C}>${S} ${S}>${C} SYN_SENT UNREPLIED 120`]],
    ],
  ],
  [
    'UDP: ASSURED with a packet later than two seconds after the first',
    [
      [
        0,
        'udp 10.0.0.1:5000 > 10.0.0.2:53',
        'new original confirmed',
        ['udp 10.0.0.1:5000>10.0.0.2:53 10.0.0.2:53>10.0.0.1:5000 UNREPLIED 30'],
      ],
      [0, 'udp 10.0.0.2:53 > 10.0.0.1:5000', 'established reply changed', ['udp 10.0.0.1:5000>10.0.0.2:53 10.0.0.2:53>10.0.0.1:5000 30']],
      [1, 'udp 10.0.0.1:5000 > 10.0.0.2:53', 'established original', ['udp 10.0.0.1:5000>10.0.0.2:53 10.0.0.2:53>10.0.0.1:5000 30']],
      [
        1.5,
        'udp 10.0.0.1:5000 > 10.0.0.2:53',
        'established original changed',
        ['udp 10.0.0.1:5000>10.0.0.2:53 10.0.0.2:53>10.0.0.1:5000 ASSURED 120'],
      ],
    ],
  ],
  [
    'UDP without an answer never becomes ASSURED',
    [
      [
        0,
        'udp 10.0.0.1:5000 > 10.0.0.2:53',
        'new original confirmed',
        ['udp 10.0.0.1:5000>10.0.0.2:53 10.0.0.2:53>10.0.0.1:5000 UNREPLIED 30'],
      ],
      [5, 'udp 10.0.0.1:5000 > 10.0.0.2:53', 'new original', ['udp 10.0.0.1:5000>10.0.0.2:53 10.0.0.2:53>10.0.0.1:5000 UNREPLIED 30']],
    ],
  ],
  [
    'ICMP echo: the id stands for the ports, never ASSURED',
    [
      [0, 'icmp 10.0.0.1 > 10.0.0.2 8/0', 'new original confirmed', ['icmp 10.0.0.1:7>10.0.0.2:7 10.0.0.2:7>10.0.0.1:7 UNREPLIED 30']],
      [0, 'icmp 10.0.0.2 > 10.0.0.1 0/0', 'established reply changed', ['icmp 10.0.0.1:7>10.0.0.2:7 10.0.0.2:7>10.0.0.1:7 30']],
      [5, 'icmp 10.0.0.1 > 10.0.0.2 8/0', 'established original', ['icmp 10.0.0.1:7>10.0.0.2:7 10.0.0.2:7>10.0.0.1:7 30']],
    ],
  ],
  ['an echo reply that nobody asked for', [[0, 'icmp 10.0.0.2 > 10.0.0.1 0/0', 'invalid original', []]]],
  [
    'ICMPv6 echo',
    [
      [
        0,
        'icmp6 fd00::1 > fd00::2 128/0',
        'new original confirmed',
        ['icmp6 [fd00::1]:7>[fd00::2]:7 [fd00::2]:7>[fd00::1]:7 UNREPLIED 30'],
      ],
    ],
  ],
]

describe.each(stories)('%s', (_name, rows) => {
  test('packet by packet', () => {
    const moment = new Moment()
    for (const [wait, what, state, table] of rows) {
      moment.clock += wait * 1e9
      expect([what, pass(moment, what)]).toEqual([what, state])
      expect([what, ...tracked(moment, 'n')]).toEqual([what, ...table])
    }
  })
})

describe('errors', () => {
  const syn = packet(there('S'))
  const port = (about: Packet): Packet => icmpAbout('10.0.0.9', 3, 3, about)

  test('belong to the connection of the packet inside, seen from the side that they go to', () => {
    const moment = new Moment()
    pass(moment, syn)
    expect(pass(moment, port(syn))).toBe('related reply')
    pass(moment, back('SA'))
    expect(pass(moment, icmpAbout('10.0.0.9', 11, 0, packet(back('A'))))).toBe('related original')
    expect(entriesOf(moment, 'n')).toHaveLength(1)
  })

  test('about a packet that nobody knows are INVALID', () => {
    expect(pass(new Moment(), port(syn))).toBe('invalid original')
  })

  test('do not keep an entry alive', () => {
    const moment = new Moment()
    pass(moment, syn)
    moment.clock += 100e9
    pass(moment, port(syn))
    expect(tracked(moment, 'n')).toEqual([`tcp ${C}>${S} ${S}>${C} SYN_SENT UNREPLIED 20`])
  })
})

describe('settings', () => {
  test('without tcp_loose an ACK opens nothing', () => {
    expect(pass(new Moment(), there('A'), withSysctls({ 'net/netfilter/nf_conntrack_tcp_loose': 0 }))).toBe('invalid original')
    expect(pass(new Moment(), there('S'), withSysctls({ 'net/netfilter/nf_conntrack_tcp_loose': 0 }))).toBe('new original confirmed')
  })

  test('time-outs are the namespace’s own', () => {
    const moment = new Moment()
    const netns = withSysctls({ 'net/netfilter/nf_conntrack_tcp_timeout_syn_sent': 5 })
    pass(moment, there('S'), netns)
    expect(tracked(moment, 'n')).toEqual([`tcp ${C}>${S} ${S}>${C} SYN_SENT UNREPLIED 5`])
  })

  test.each([
    [WIDEST + 1, 0, 'established original'],
    [WIDEST + 2, 0, 'invalid original'],
    [WIDEST + 2, 1, 'established original'],
  ])('a segment at %i, be_liberal %i: %s', (seq, liberal, state) => {
    const moment = new Moment()
    const netns = withSysctls({ 'net/netfilter/nf_conntrack_tcp_be_liberal': liberal })
    for (const p of [there('S'), back('SA'), there('A')]) pass(moment, p, netns)
    const far = packet(there('A'))
    const headers = far.headers.map((h) => (h.kind === 'tcp' ? ({ ...h, seq } satisfies TcpHeader) : h))
    expect(pass(moment, { ...far, headers }, netns)).toBe(state)
  })
})

test('a packet that came over lo keeps the entry that it has', () => {
  const ct = { id: 3, dir: 'original', state: 'new' } as const
  expect(track(new Moment(), newNetns('n', 'node'), { packet: packet(there('S')), mark: 0, ct })).toBeUndefined()
})

test('the view of an entry counts whole seconds down', () => {
  const moment = new Moment()
  pass(moment, 'udp 10.0.0.1:5000 > 10.0.0.2:53')
  moment.clock += 10.2e9
  const [entry] = entriesOf(moment, 'n')
  expect(entry && viewOf(entry, moment.clock)).toMatchObject({ timeout: 20, status: [], orig: { src: ip('10.0.0.1'), dport: 53 } })
})

test('a fork keeps the newer of two entries that had the same tuple', () => {
  const moment = new Moment()
  pass(moment, there('S'))
  moment.clock += 121e9
  pass(moment, there('S'))
  const copy = moment.fork()
  expect(tracked(copy, 'n')).toEqual(tracked(moment, 'n'))
  pass(copy, back('SA'))
  expect(tracked(moment, 'n')).toEqual([`tcp ${C}>${S} ${S}>${C} SYN_SENT UNREPLIED 120`])
})

test('to a machine that sees one direction only, all that follows the SYN is INVALID', () => {
  const rules = '*filter\n-A FORWARD -m conntrack --ctstate INVALID -j DROP\nCOMMIT\n'
  const machines = lab([
    {
      name: 'c',
      kind: 'client',
      links: [{ dev: 'eth0', kind: 'veth', addrs: ['10.0.0.1/24'], peer: ['n', 'eth0'] }],
      routes: ['default via 10.0.0.254'],
    },
    {
      name: 'n',
      kind: 'node',
      links: [
        { dev: 'eth0', kind: 'veth', addrs: ['10.0.0.254/24'], peer: ['c', 'eth0'] },
        { dev: 'eth1', kind: 'veth', addrs: ['10.1.0.254/24'], peer: ['s', 'eth0'] },
      ],
      sysctls: { 'net/ipv4/ip_forward': 1 },
      rules,
    },
    // no way back from here: what it answers is not seen
    { name: 's', kind: 'pod', links: [{ dev: 'eth0', kind: 'veth', addrs: ['10.1.0.1/24'], peer: ['n', 'eth1'] }] },
  ])
  const moment = new Moment()
  const ends = (flags: string, seq: number): string | undefined =>
    told(send(machines, 'c', `tcp 10.0.0.1:4000 > 10.1.0.1:80 [${flags}] seq=${seq}`, moment).journeys[0]).at(-1)
  expect(ends('S', 0)).toBe('answered: tcp-reset')
  expect(ends('A', 1)).toBe('dropped: rule')
  expect(ends('R', 2)).toBe('dropped: rule')
  expect(tracked(moment, 'n')[0]).toMatch(/SYN_SENT UNREPLIED/)
  expect(ends('R', 1)).not.toBe('dropped: rule')
  expect(tracked(moment, 'n')[0]).toMatch(/CLOSE UNREPLIED/)
})
