import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cidr } from '../../net/cidr.ts'
import { ip } from '../../net/ip.ts'
import { fraction } from '../../trace/luck.ts'
import type { Match, Not, Part, Target, Written } from './ast.ts'
import { load } from './load.ts'
import { parseRestore } from './parse.ts'
import { printRule, printWritten } from './print.ts'

const not: fc.Arbitrary<Not> = fc.constantFrom({}, { not: true as const })
const withNot = <T extends object>(of: fc.Arbitrary<T>): fc.Arbitrary<T & Not> => fc.tuple(of, not).map(([a, n]) => ({ ...a, ...n }))
const byte = fc.integer({ min: 0, max: 255 })
const net = fc.tuple(byte, byte, byte, byte, fc.integer({ min: 1, max: 32 })).map(([a, b, c, d, l]) => cidr(`${a}.${b}.${c}.${d}/${l}`))
const range = fc
  .tuple(fc.integer({ min: 0, max: 65535 }), fc.integer({ min: 0, max: 65535 }))
  .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }))
const u32 = fc.integer({ min: 0, max: 0xffffffff })
const name = fc.constantFrom('KUBE-SEP-1', 'A', 'cali-x')

const match: fc.Arbitrary<Match> = fc.oneof(
  // a lone ! without quotes is a negation to iptables, never a comment
  fc
    .string({ minLength: 0, maxLength: 20, unit: 'grapheme-ascii' })
    .filter((text) => text !== '!')
    .map((text): Match => ({ kind: 'comment', text })),
  withNot(
    fc
      .uniqueArray(fc.constantFrom('NEW', 'ESTABLISHED', 'RELATED', 'INVALID', 'DNAT'), { minLength: 1 })
      .map((states) => ({ kind: 'conntrack' as const, states })),
  ),
  withNot(fc.tuple(u32, u32).map(([value, mask]) => ({ kind: 'mark' as const, value, mask }))),
  fc.record({ kind: fc.constant('addrtype' as const), dst: fc.constantFrom('LOCAL' as const, 'UNICAST' as const) }),
  withNot(fc.integer({ min: 1, max: 5000 }).map((k) => ({ kind: 'statistic' as const, probability: fraction(1, k) }))),
  withNot(
    fc.record({
      kind: fc.constant('recent' as const),
      name,
      op: fc.constantFrom('set' as const, 'rcheck' as const),
      mask: fc.constant('255.255.255.255'),
      side: fc.constantFrom('rsource' as const, 'rdest' as const),
    }),
  ),
)
const target: fc.Arbitrary<Target> = fc.oneof(
  fc.constantFrom<Target>(
    { kind: 'accept' },
    { kind: 'drop' },
    { kind: 'return' },
    { kind: 'masquerade', randomFully: true },
    { kind: 'notrack' },
  ),
  name.map((chain): Target => ({ kind: 'jump', chain })),
  name.map((chain): Target => ({ kind: 'goto', chain })),
  fc.tuple(u32, u32).map(([value, mask]): Target => ({ kind: 'mark', value, mask })),
  fc
    .integer({ min: 1, max: 65535 })
    .map((p): Target => ({ kind: 'dnat', to: `10.0.0.1:${p}`, address: ip('10.0.0.1'), ports: { from: p, to: p } })),
)

/** A rule as some writer may have it: word groups in any order, port options behind the protocol, the target last. */
const written: fc.Arbitrary<Written> = fc
  .record({
    free: fc.array(
      match.map((m): Part => ({ part: 'match', match: m })),
      { maxLength: 3 },
    ),
    src: fc.option(withNot(net.map((n) => ({ part: 'src' as const, net: n }))), { nil: undefined }),
    out: fc.option(withNot(fc.constantFrom('eth0', 'cni+').map((dev) => ({ part: 'out' as const, dev }))), { nil: undefined }),
    l4: fc.option(
      fc.record({
        proto: fc.constantFrom('tcp' as const, 'udp' as const),
        module: fc.boolean(),
        dport: fc.option(withNot(range.map((ports) => ({ part: 'dport' as const, ports }))), { nil: undefined }),
      }),
      { nil: undefined },
    ),
    target: fc.option(target, { nil: undefined }),
    turn: fc.integer({ min: 0, max: 5 }),
  })
  .map(({ free, src, out, l4, target: t, turn }) => {
    const ports: Part[] = l4
      ? [
          ...(l4.module ? [{ part: 'module' as const, name: l4.proto }] : []),
          { part: 'proto', proto: l4.proto },
          ...(l4.dport ? [l4.dport] : []),
        ]
      : []
    const groups: Part[][] = [...free.map((p) => [p]), ...(src ? [[src]] : []), ...(out ? [[out]] : []), ports]
    const turned = [...groups.slice(turn % groups.length), ...groups.slice(0, turn % groups.length)].flat()
    return { parts: [...turned, ...(t ? [{ part: 'target' as const, target: t }] : [])] }
  })

function back(line: string): Written {
  const { commands, problems } = parseRestore(line, { table: 'nat' })
  expect(problems).toEqual([])
  const [c] = commands
  if (c?.op !== 'append' || commands.length !== 1) throw new Error(`not one rule: ${line}`)
  return c.rule
}

test('what iptables-save prints of a rule reads back as the same rule', () => {
  fc.assert(
    fc.property(written, (w) => {
      const line = printRule('C', load(w))
      expect(printRule('C', load(back(line)))).toBe(line)
    }),
    { numRuns: 1000 },
  )
})

test("a writer's own text means the same rule", () => {
  fc.assert(
    fc.property(written, (w) => {
      expect(printRule('C', load(back(printWritten('C', w))))).toBe(printRule('C', load(w)))
    }),
    { numRuns: 1000 },
  )
})
