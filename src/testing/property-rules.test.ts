import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { newNetns } from '../kernel/apply.ts'
import type { Part, Target, Written } from '../kernel/iptables/ast.ts'
import { leadsOf } from '../kernel/iptables/leads.ts'
import { load } from '../kernel/iptables/load.ts'
import { ruleMatches, type Sight } from '../kernel/iptables/match.ts'
import { parseRestore } from '../kernel/iptables/parse.ts'
import { printRule, printWritten } from '../kernel/iptables/print.ts'
import { emptyRuleset, withCalls } from '../kernel/iptables/ruleset.ts'
import { runTable } from '../kernel/iptables/run.ts'
import type { Netns } from '../kernel/machine.ts'
import { Moment } from '../kernel/moment.ts'
import type { Body, Run } from '../kernel/run.ts'
import { cidr } from '../net/cidr.ts'
import { ip } from '../net/ip.ts'
import type { Packet } from '../net/packet.ts'
import type { Skb } from '../trace/event.ts'
import { fraction, hashLuck } from '../trace/luck.ts'

const USER = ['C1', 'C2', 'C3'] as const

const not = fc.boolean().map((n) => (n ? { not: true as const } : {}))
const seldomNot = fc.integer({ min: 0, max: 7 }).map((n) => (n === 0 ? { not: true as const } : {}))
const address = fc.integer({ min: 0, max: 15 }).map((n) => ip(`10.0.0.${n}`))
const net = fc.oneof(
  { weight: 3, arbitrary: address.map((a) => cidr(`${a}/32`)) },
  { weight: 1, arbitrary: fc.constantFrom(cidr('10.0.0.0/29'), cidr('10.0.0.8/30'), cidr('0.0.0.0/0')) },
)
const range = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 2 })).map(([from, more]) => ({ from, to: from + more }))
const onePort = fc.integer({ min: 1, max: 6 }).map((p) => ({ from: p, to: p }))
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<readonly T[]> =>
  fc.option(arbitrary, { nil: undefined }).map((v) => (v === undefined ? [] : [v]))

const target = (chains: readonly string[]): fc.Arbitrary<Target> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom<Target>({ kind: 'accept' }, { kind: 'drop' }, { kind: 'return' }) },
    { weight: 2, arbitrary: fc.integer({ min: 0, max: 3 }).map((value): Target => ({ kind: 'mark', value, mask: 0xffffffff })) },
    ...(chains.length === 0
      ? []
      : [
          {
            weight: 3,
            arbitrary: fc
              .tuple(fc.constantFrom(...chains), fc.boolean())
              .map(([chain, go]): Target => ({ kind: go ? 'goto' : 'jump', chain })),
          },
        ]),
  )

/** Rules over so few addresses, ports and marks that many match; the order of the parts is a writer's. */
const rule = (chains: readonly string[]): fc.Arbitrary<Written> =>
  fc
    .record({
      ends: fc.tuple(
        maybe(fc.record({ part: fc.constant('src' as const), net, is: seldomNot })),
        maybe(fc.record({ part: fc.constant('dst' as const), net, is: seldomNot })),
      ),
      l4: maybe(
        fc.tuple(fc.constantFrom('tcp', 'udp'), fc.oneof({ weight: 3, arbitrary: onePort }, { weight: 1, arbitrary: range }), seldomNot),
      ),
      mark: maybe(fc.tuple(fc.integer({ min: 0, max: 3 }), not)),
      luck: fc.integer({ min: 0, max: 9 }),
      comment: maybe(fc.constantFrom('a', 'two words', 'with "quotes"')),
      target: fc.option(target(chains), { nil: undefined }),
    })
    .map(({ ends, l4, mark, luck, comment, target: to }) => {
      const parts: Part[] = [...ends[0], ...ends[1]].map(({ part, net: n, is }) => ({ part, net: n, ...is }))
      for (const [proto, ports, is] of l4)
        parts.push({ part: 'proto', proto }, { part: 'module', name: proto as 'tcp' }, { part: 'dport', ports, ...is })
      for (const text of comment) parts.push({ part: 'match', match: { kind: 'comment', text } })
      for (const [value, is] of mark) parts.push({ part: 'match', match: { kind: 'mark', value, mask: 3, ...is } })
      if (luck === 0) parts.push({ part: 'match', match: { kind: 'statistic', probability: fraction(1, 3) } })
      if (to) parts.push({ part: 'target', target: to })
      return { parts }
    })

const packet = fc
  .record({
    src: address,
    dst: address,
    proto: fc.constantFrom('tcp' as const, 'udp' as const, 'icmp' as const),
    port: fc.integer({ min: 1, max: 8 }),
  })
  .map(({ src, dst, proto, port }): Packet => {
    const head = { kind: 'ip' as const, family: 4 as const, src, dst, ttl: 64, proto }
    if (proto === 'icmp') return { headers: [head, { kind: 'icmp', type: 8, code: 0, id: port }], size: 56 }
    if (proto === 'udp') return { headers: [head, { kind: 'udp', sport: 40000, dport: port }], size: 10 }
    return { headers: [head, { kind: 'tcp', sport: 40000, dport: port, flags: ['S'], seq: 0, ack: 0 }], size: 0 }
  })

const chains = fc.record({
  FORWARD: fc.array(rule(USER), { minLength: 0, maxLength: 90, size: 'max' }),
  C1: fc.array(rule(['C2', 'C3']), { maxLength: 60, size: 'max' }),
  C2: fc.array(rule(['C3']), { maxLength: 40, size: 'max' }),
  C3: fc.array(rule([]), { maxLength: 40, size: 'max' }),
})
type Chains = typeof chains extends fc.Arbitrary<infer T> ? T : never

function netnsOf(all: Chains): Netns {
  const calls = [
    ...USER.map((chain) => ({ call: '-N' as const, table: 'filter' as const, chain })),
    ...Object.entries(all).flatMap(([chain, rules]) =>
      rules.map((r) => ({ call: '-A' as const, table: 'filter' as const, chain, rule: r })),
    ),
  ]
  return { ...newNetns('n', 'node'), rules: { 4: withCalls(emptyRuleset(), calls), 6: emptyRuleset() } }
}

interface Told {
  readonly events: readonly unknown[]
  readonly verdict: string
  readonly mark: number
}

const luck = hashLuck(1)

function indexed(netns: Netns, skb: Skb): Told {
  const events: Body[] = []
  const run = { luck, moment: new Moment(), emit: (_journey: number, body: Body) => events.push(body) } as unknown as Run
  const verdict = runTable({ run, journey: 0, netns, family: 4, table: 'filter', hook: 'forward', priority: 0, iif: 'a', oif: 'b' }, skb)
  const told = events.flatMap((e) => {
    if (e.kind === 'rule') return [[e.rule.chain, e.rule.index, e.passedOver]]
    return e.kind === 'chain-end' ? [[e.chain, 'end', e.passedOver]] : []
  })
  return { events: told, verdict: verdict?.kind ?? '', mark: verdict?.skb.mark ?? -1 }
}

/** The same, rule by rule, with nothing left out: what the kernel's loop does. */
function plain(netns: Netns, skb: Skb): Told {
  const events: unknown[] = []
  const moment = new Moment()
  const stack: { chain: string; next: number }[] = [{ chain: 'FORWARD', next: 0 }]
  let now = skb
  for (;;) {
    const frame = stack[stack.length - 1] as { chain: string; next: number }
    const chain = netns.rules[4].chain('filter', frame.chain)
    const rules = chain?.rules ?? []
    let over = 0
    let hit: (typeof rules)[number] | undefined
    for (; frame.next < rules.length; frame.next++) {
      const r = rules[frame.next] as (typeof rules)[number]
      // dice are named as the walk names them: who wins is not in question here
      const die = chain ? (leadsOf(chain)[frame.next] ?? '') : ''
      const sight: Sight = { netns, moment, luck, skb: now, place: `filter ${frame.chain}`, leadsTo: die, iif: 'a', oif: 'b' }
      if (ruleMatches(r, sight) === 'yes') {
        hit = r
        break
      }
      over++
    }
    if (!hit) {
      events.push([frame.chain, 'end', over])
      if (stack.length === 1) return { events, verdict: 'accept', mark: now.mark }
      stack.pop()
      continue
    }
    events.push([frame.chain, frame.next, over])
    frame.next++
    const to = hit.target
    if (!to) continue
    if (to.kind === 'accept' || to.kind === 'drop') return { events, verdict: to.kind, mark: now.mark }
    if (to.kind === 'mark') now = { ...now, mark: ((now.mark & ~to.mask) ^ to.value) >>> 0 }
    if (to.kind === 'jump') stack.push({ chain: to.chain, next: 0 })
    if (to.kind === 'goto') {
      // A goto from the base chain leaves it for good: its policy is next (net/ipv4/netfilter/ip_tables.c).
      if (stack.length === 1) frame.next = rules.length
      else stack.pop()
      stack.push({ chain: to.chain, next: 0 })
    }
    if (to.kind === 'return') {
      if (stack.length > 1) stack.pop()
      else {
        events.push([frame.chain, 'end', 0])
        return { events, verdict: 'accept', mark: now.mark }
      }
    }
  }
}

describe('rules', () => {
  test('index and plain walk find the same rules, and pass over as many', () => {
    let long = 0
    fc.assert(
      fc.property(chains, packet, fc.integer({ min: 0, max: 3 }), (all, sent, mark) => {
        const netns = netnsOf(all)
        const skb: Skb = { packet: sent, mark }
        expect(indexed(netns, skb)).toEqual(plain(netns, skb))
        if (all.FORWARD.length > 40) long++
      }),
      { numRuns: 400 },
    )
    // Short chains are tried rule by rule anyway.
    expect(long).toBeGreaterThan(50)
  })

  test('what a writer wrote is read back and printed the same, and means the same', () => {
    fc.assert(
      fc.property(rule(USER), (written) => {
        const text = printWritten('C', written)
        const { commands, problems } = parseRestore(text, { table: 'filter' })
        const [read] = commands
        expect(problems).toEqual([])
        if (read?.op !== 'append') throw new Error(`not read: ${text}`)
        expect(printWritten('C', read.rule)).toBe(text)
        expect(load(read.rule)).toEqual(load(written))
      }),
      { numRuns: 500 },
    )
  })

  test('a rule in the kernel form is printed, read and loaded as itself', () => {
    fc.assert(
      fc.property(rule(USER), (written) => {
        const loaded = load(written)
        const text = printRule('C', loaded)
        const { commands } = parseRestore(text, { table: 'filter' })
        const [read] = commands
        if (read?.op !== 'append') throw new Error(`not read: ${text}`)
        expect(load(read.rule)).toEqual(loaded)
        expect(printRule('C', load(read.rule))).toBe(text)
      }),
      { numRuns: 500 },
    )
  })
})
