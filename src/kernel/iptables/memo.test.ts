import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lab, packet } from '../../testing/kernel-lab.ts'
import type { CtState, Skb } from '../../trace/event.ts'
import { hashLuck } from '../../trace/luck.ts'
import type { Netns } from '../machine.ts'
import { Moment } from '../moment.ts'
import type { Run } from '../run.ts'
import { recalled } from './memo.ts'
import { runTable, type TableVerdict } from './run.ts'

/** Chains lead to later ones only, so that there is no way round; the second is a long one. */
const CHAINS = ['FORWARD', 'LONG', 'C', 'D', 'E']

const address = fc.integer({ min: 1, max: 4 }).map((n) => `10.0.0.${n}`)
const net = fc.oneof(address, fc.constantFrom('10.0.0.0/31', '10.0.0.2/31', '10.0.0.0/24', '0.0.0.0/0'))
const not = fc.constantFrom('', '', '! ')
const proto = fc.constantFrom('tcp', 'udp')
const port = fc.integer({ min: 80, max: 83 })
const words = fc.oneof(
  fc.tuple(not, fc.constantFrom('-s', '-d'), net).map((parts) => `${parts[0]}${parts[1]} ${parts[2]}`),
  fc.tuple(proto, not, fc.constantFrom('--dport', '--sport'), port, port).map(([p, n, side, a, b]) => {
    return `-p ${p} -m ${p} ${n}${side} ${Math.min(a, b)}:${Math.max(a, b)}`
  }),
  fc.tuple(proto, port).map(([p, a]) => `-p ${p} -m multiport --dports 22,${a}`),
  fc.tuple(not, fc.constantFrom('0x1', '0x2/0x2', '0x0')).map(([n, m]) => `-m mark ${n}--mark ${m}`),
  fc.tuple(not, fc.constantFrom('NEW', 'RELATED,ESTABLISHED', 'INVALID', 'DNAT')).map(([n, s]) => `-m conntrack ${n}--ctstate ${s}`),
  fc.tuple(not, fc.constantFrom('-i', '-o'), fc.constantFrom('eth0', 'eth+', 'cni0')).map((parts) => `${parts[0]}${parts[1]} ${parts[2]}`),
  fc.constantFrom('-m addrtype --dst-type LOCAL', '-m addrtype ! --src-type LOCAL', '-p tcp -m tcp --tcp-flags SYN,ACK SYN', '-p tcp', ''),
  // what is asked anew each time
  fc.constantFrom(
    '-m statistic --mode random --probability 0.5',
    '-m recent --name r --rcheck --seconds 10 --rsource',
    '-m recent --name r --set --rsource',
    '-m statistic --mode nth --every 2 --packet 0',
    '-m limit --limit 1/hour --limit-burst 2',
    '-m connmark --mark 0x1',
  ),
)
const target = (at: number) =>
  fc.oneof(
    fc.constantFrom('-j ACCEPT', '-j DROP', '-j RETURN', '-j REJECT', '-j MARK --set-xmark 0x1/0x1', '-j MARK --set-xmark 0x2/0xffffffff'),
    ...(at + 1 < CHAINS.length
      ? [fc.constantFrom('-j', '-j', '-g').chain((j) => fc.constantFrom(...CHAINS.slice(at + 1)).map((to) => `${j} ${to}`))]
      : []),
  )
const chain = (name: string, at: number) =>
  fc
    .array(fc.tuple(words, target(at)), { minLength: name === 'LONG' ? 26 : 0, maxLength: name === 'LONG' ? 30 : 4 })
    .map((rules) => rules.map(([w, t]) => `-A ${name} ${w} ${t}`))
const table = fc
  .tuple(fc.constantFrom('ACCEPT', 'DROP'), ...CHAINS.map(chain))
  .map(([policy, ...chains]) =>
    ['*filter', `:FORWARD ${policy}`, ...CHAINS.slice(1).map((c) => `:${c} -`), ...chains.flat(), 'COMMIT', ''].join('\n'),
  )

const sent = fc.record({
  words: fc
    .tuple(proto, address, port, address, port, fc.constantFrom('[S]', '[A]'))
    .map(([p, a, s, b, d, f]) => `${p} ${a}:${s} > ${b}:${d}${p === 'tcp' ? ` ${f}` : ''}`),
  mark: fc.constantFrom(0, 1, 2),
  state: fc.constantFrom<CtState | undefined>('new', 'established', 'related', 'invalid', undefined),
  iif: fc.constantFrom('eth0', 'eth1', 'cni0', undefined),
})

/** All of a verdict but the packet's other parts; which rule accepts makes no difference to anybody. */
const textOf = (verdict: TableVerdict | undefined): string =>
  JSON.stringify(verdict?.kind === 'accept' ? { kind: verdict.kind, skb: verdict.skb } : verdict, (key, v: unknown) =>
    key === 'skb' ? (v as Skb).mark : key === 'told' ? undefined : v,
  )

test('what is remembered is what the rules say', () => {
  let seen = 0
  fc.assert(
    fc.property(table, fc.array(sent, { minLength: 30, maxLength: 60 }), (rules, packets) => {
      const links = [{ dev: 'eth0', kind: 'physical' as const, addrs: ['10.0.0.1/24'] }]
      const netns = lab([{ name: 'n', kind: 'node', links, rules }]).netns('n') as Netns
      const [asked, remembered] = [new Moment(), new Moment()]
      for (const { words: text, mark, state, iif } of packets) {
        const skb: Skb = { packet: packet(text), mark, ...(state === undefined ? {} : { ct: { id: 0, dir: 'original', state } }) }
        const through = (run: Partial<Run>): TableVerdict | undefined =>
          runTable(
            {
              run: { luck: hashLuck(1), silent: true, ...run } as Run,
              journey: 0,
              netns,
              family: 4,
              table: 'filter',
              hook: 'forward',
              priority: 0,
              iif,
            },
            skb,
          )
        const verdict = through({ moment: asked })
        expect(textOf(through({ moment: remembered, tables: recalled }))).toBe(textOf(verdict))
        if (verdict?.kind === 'drop' && verdict.rule && verdict.rule.chain !== 'FORWARD') seen++
      }
      // lists, counts and buckets are where they would be
      expect([remembered.turns, remembered.recent]).toEqual([asked.turns, asked.recent])
    }),
    { numRuns: 60 },
  )
  expect(seen).toBeGreaterThan(20)
})
