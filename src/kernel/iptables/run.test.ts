import { describe, expect, test } from 'vitest'
import { eventText, lab, packet } from '../../testing/kernel-lab.ts'
import type { Hook, TableName } from '../../trace/event.ts'
import { hashLuck } from '../../trace/luck.ts'
import type { Netns } from '../machine.ts'
import { Moment } from '../moment.ts'
import type { Body, Run } from '../run.ts'
import { runTable, type TableVerdict } from './run.ts'

const SYN = 'tcp 10.0.0.1:4000 > 10.96.0.1:80 [S]'

interface Ran {
  readonly verdict: TableVerdict | undefined
  readonly words: readonly string[]
  readonly over: readonly number[]
  readonly moment: Moment
}

/** One packet through one table's base chain. */
function run(
  rules: string,
  {
    table = 'filter',
    hook = 'forward',
    mark = 0,
    moment = new Moment(),
    sent = SYN,
  }: { table?: TableName; hook?: Hook; mark?: number; moment?: Moment; sent?: string } = {},
): Ran {
  const netns = lab([{ name: 'n', kind: 'node', links: [], rules }]).netns('n') as Netns
  const bodies: Body[] = []
  const kernel = { luck: hashLuck(1), moment, emit: (_journey: number, body: Body) => bodies.push(body) } as unknown as Run
  const verdict = runTable({ run: kernel, journey: 0, netns, family: 4, table, hook, priority: 0 }, { packet: packet(sent), mark })
  const events = bodies as unknown as Parameters<typeof eventText>[0][]
  return {
    verdict,
    words: events.flatMap((e) => eventText(e)?.slice(2) ?? []),
    over: bodies.flatMap((b) => (b.kind === 'rule' || b.kind === 'chain-end' ? [b.passedOver] : [])),
    moment,
  }
}

const filter = (...lines: string[]): string => `*filter\n${lines.join('\n')}\nCOMMIT\n`

describe('the way through chains', () => {
  const rows: readonly (readonly [name: string, rules: string, verdict: string, words: readonly string[], over: readonly number[]])[] = [
    ['an empty chain ends by its policy', filter(':FORWARD ACCEPT'), 'accept', ['FORWARD policy accept'], [0]],
    ['also by DROP', filter(':FORWARD DROP'), 'drop', ['FORWARD policy drop'], [0]],
    [
      'rules that do not match are counted',
      filter('-A FORWARD -p udp -j DROP', '-A FORWARD -p icmp -j DROP', '-A FORWARD -p tcp -j ACCEPT', '-A FORWARD -j DROP'),
      'accept',
      ['FORWARD[2] accept'],
      [2],
    ],
    [
      'a rule without a target only counts',
      filter('-A FORWARD -p tcp', '-A FORWARD -j DROP'),
      'drop',
      ['FORWARD[0] continue', 'FORWARD[1] drop'],
      [0, 0],
    ],
    [
      'LOG goes on',
      filter('-A FORWARD -j LOG --log-prefix "x"', '-A FORWARD -j ACCEPT'),
      'accept',
      ['FORWARD[0] continue', 'FORWARD[1] accept'],
      [0, 0],
    ],
    [
      'a user chain that runs out comes back',
      filter(':A -', '-A A -p udp -j DROP', '-A FORWARD -j A', '-A FORWARD -j ACCEPT'),
      'accept',
      ['FORWARD[0] jump A', 'A ends', 'FORWARD[1] accept'],
      [0, 1, 0],
    ],
    [
      'RETURN in a user chain comes back',
      filter(':A -', '-A A -j RETURN', '-A A -j DROP', '-A FORWARD -j A', '-A FORWARD -j ACCEPT'),
      'accept',
      ['FORWARD[0] jump A', 'A[0] return', 'FORWARD[1] accept'],
      [0, 0, 0],
    ],
    [
      'RETURN in the base chain is its policy',
      filter(':FORWARD DROP', '-A FORWARD -j RETURN', '-A FORWARD -j ACCEPT'),
      'drop',
      ['FORWARD[0] return', 'FORWARD policy drop'],
      [0, 0],
    ],
    [
      'ACCEPT in a user chain ends it all',
      filter(':FORWARD DROP', ':A -', '-A A -j ACCEPT', '-A FORWARD -j A'),
      'accept',
      ['FORWARD[0] jump A', 'A[0] accept'],
      [0, 0],
    ],
    [
      'after a goto one comes back to the caller of the caller',
      filter(':A -', ':B -', '-A A -g B', '-A A -j DROP', '-A B -p udp -j DROP', '-A FORWARD -j A', '-A FORWARD -j ACCEPT'),
      'accept',
      ['FORWARD[0] jump A', 'A[0] goto B', 'B ends', 'FORWARD[1] accept'],
      [0, 0, 1, 0],
    ],
    [
      'a goto out of the base chain returns to its policy',
      filter(':FORWARD DROP', ':B -', '-A B -j RETURN', '-A FORWARD -g B', '-A FORWARD -j ACCEPT'),
      'drop',
      ['FORWARD[0] goto B', 'B[0] return', 'FORWARD policy drop'],
      [0, 0, 0],
    ],
    [
      'two jumps deep and back',
      filter(':A -', ':B -', '-A FORWARD -j A', '-A FORWARD -j DROP', '-A A -j B', '-A A -p tcp -j ACCEPT', '-A B -p udp -j DROP'),
      'accept',
      ['FORWARD[0] jump A', 'A[0] jump B', 'B ends', 'A[1] accept'],
      [0, 0, 1, 0],
    ],
    [
      'one chain entered twice',
      filter(':A -', '-A FORWARD -j A', '-A FORWARD -j A', '-A A -m mark --mark 1 -j DROP', '-A A -j MARK --set-mark 1'),
      'drop',
      ['FORWARD[0] jump A', 'A[1] continue', 'A ends', 'FORWARD[1] jump A', 'A[0] drop'],
      [0, 1, 0, 0, 0],
    ],
    ['REJECT ends it', filter('-A FORWARD -j REJECT --reject-with tcp-reset -p tcp', '-A FORWARD -j ACCEPT'), 'reject', [], []],
  ]
  test.each(rows)('%s', (_name, rules, verdict, words, over) => {
    const ran = run(rules)
    expect(ran.verdict?.kind).toBe(verdict)
    expect(ran.words).toEqual(words)
    expect(ran.over).toEqual(over)
  })

  test('a loop of chains is never accepted', () => {
    const ran = run(filter(':A -', ':B -', '-A FORWARD -j A', '-A A -j B', '-A B -j A'))
    expect(ran.verdict).toMatchObject({ kind: 'unmodelled' })
  })

  test('a table without rules is not asked', () =>
    expect(run(filter('-A FORWARD -j DROP'), { table: 'nat', hook: 'prerouting' }).words).toEqual(['PREROUTING policy accept']))

  test('a target that is not modelled is said', () => {
    expect(run(filter('-A FORWARD -j NFQUEUE --queue-num 1')).verdict).toMatchObject({
      kind: 'unmodelled',
      what: expect.stringContaining('NFQUEUE'),
    })
  })
})

test.each([
  ['--set-xmark 0x4000/0x4000', 0, 0x4000],
  ['--or-mark 0x4000', 0x1, 0x4001],
  ['--set-xmark 0x4000/0x0', 0x4000, 0],
  ['--xor-mark 0x4000', 0x4001, 0x1],
  ['--set-mark 0x5', 0xff, 0x5],
  ['--set-mark 0x5/0xf', 0xff, 0xf5],
  ['--and-mark 0xf0', 0xff, 0xf0],
  ['--set-xmark 0x80000000/0x80000000', 0x1, 0x80000001],
])('-j MARK %s of %i is %i', (words, mark, after) => {
  const ran = run(filter(`-A FORWARD -j MARK ${words}`), { mark })
  expect(ran.verdict).toMatchObject({ kind: 'accept', skb: { mark: after } })
})

describe('NAT targets', () => {
  const nat = (line: string, hook: Hook): TableVerdict | undefined => run(`*nat\n${line}\nCOMMIT\n`, { table: 'nat', hook }).verdict
  test.each([
    [
      '-A PREROUTING -p tcp -j DNAT --to-destination 10.0.1.5:8080',
      'prerouting',
      { kind: 'dst', wanted: { address: '10.0.1.5', port: 8080 } },
    ],
    ['-A PREROUTING -j DNAT --to-destination 10.0.1.5', 'prerouting', { kind: 'dst', wanted: { address: '10.0.1.5' } }],
    ['-A POSTROUTING -j SNAT --to-source 10.0.9.9', 'postrouting', { kind: 'src', wanted: { address: '10.0.9.9', randomFully: false } }],
    ['-A POSTROUTING -j MASQUERADE --random-fully', 'postrouting', { kind: 'masquerade', randomFully: true }],
    ['-A POSTROUTING -j MASQUERADE', 'postrouting', { kind: 'masquerade', randomFully: false }],
    ['-A PREROUTING -p tcp -j REDIRECT --to-ports 99', 'prerouting', { kind: 'redirect', port: 99 }],
  ] as const)('%s', (line, hook, target) => expect(nat(line, hook)).toMatchObject({ kind: 'nat', target }))

  test('a port of a range is drawn out of it, the same for the same connection', () => {
    const port = (): unknown => nat('-A PREROUTING -p tcp -j DNAT --to-destination 10.0.1.5:8080-8090', 'prerouting')
    const first = port()
    expect(first).toEqual(port())
    const drawn = (first as { target: { wanted: { port: number } } }).target.wanted.port
    expect(drawn).toBeGreaterThanOrEqual(8080)
    expect(drawn).toBeLessThanOrEqual(8090)
  })
})

test('NOTRACK marks the packet, and the rest of the table is still asked', () => {
  const raw = '*raw\n-A PREROUTING -j CT --notrack\n-A PREROUTING -p tcp -j DROP\nCOMMIT\n'
  const ran = run(raw, { table: 'raw', hook: 'prerouting' })
  expect([ran.verdict?.kind, ran.verdict?.skb.ct?.state]).toEqual(['drop', 'untracked'])
  expect(ran.words).toEqual(['PREROUTING[0] continue', 'PREROUTING[1] drop'])
})

test('counters count packets and bytes, of policies too', () => {
  const moment = new Moment()
  const rules = filter(':FORWARD DROP', '-A FORWARD -p tcp', '-A FORWARD -p udp')
  run(rules, { moment })
  run(rules, { moment, sent: `${SYN} size=100` })
  expect(Object.fromEntries(moment.counters)).toEqual({
    'n 4 filter FORWARD 0': { packets: 2, bytes: 220 },
    'n 4 filter FORWARD policy': { packets: 2, bytes: 220 },
  })
})
