import { expect, test } from 'vitest'
import type { Restore, Written } from './ast.ts'
import { parseCalls } from './parse.ts'
import { printRule, printSave } from './print.ts'
import { emptyRuleset, withCalls, withRestore } from './ruleset.ts'
import { readRestoreText } from './ruleset-read.ts'

const calls = (text: string) => parseCalls(text).calls
const jump = (chain: string): Written => ({ parts: [{ part: 'target', target: { kind: 'jump', chain } }] })

/** A restore of table nat that notes which chains were asked for. */
function noted(chains: Readonly<Record<string, readonly Written[]>>): { restore: Restore; asked: string[]; listed: () => number } {
  const asked: string[] = []
  let listed = 0
  const restore: Restore = {
    tables: [
      {
        table: 'nat',
        declared: () => {
          listed++
          return Object.keys(chains)
        },
        chain: (name) => {
          asked.push(name)
          return chains[name]
        },
        lines: () => Object.entries(chains).flatMap(([c, rules]) => rules.map((r) => [c, r] as const)),
      },
    ],
  }
  return { restore, asked, listed: () => listed }
}

test('an empty ruleset: no table holds anything, built-in chains accept', () => {
  const r = emptyRuleset()
  expect(r.tables).toEqual([])
  expect(r.chainNames('nat')).toEqual(['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'])
  expect(r.chain('nat', 'INPUT')).toEqual({ name: 'INPUT', policy: 'ACCEPT', rules: [] })
  expect(r.chain('nat', 'FORWARD')).toBeUndefined()
  expect([...printSave(r)]).toEqual([])
})

test('calls: -I goes to the head unless an equal rule exists, -N leaves a chain that exists', () => {
  const text = '-N A\n-A A -j DROP\n-N A\n-I INPUT -j A\n-I INPUT -s 10.0.0.0/8 -j A\n-I INPUT -j A\n-P FORWARD DROP'
  const r = withCalls(emptyRuleset(), calls(text))
  expect([...printSave(r)]).toEqual([
    '*filter',
    ':INPUT ACCEPT [0:0]',
    ':FORWARD DROP [0:0]',
    ':OUTPUT ACCEPT [0:0]',
    ':A - [0:0]',
    '-A INPUT -s 10.0.0.0/8 -j A',
    '-A INPUT -j A',
    '-A A -j DROP',
    'COMMIT',
  ])
  expect(r.generation).toBe(1)
  expect(() => withCalls(r, calls('-A NOPE -j DROP'))).toThrow('no such chain')
})

test('restore --noflush: declared user chains are emptied, built-in and other chains keep their rules', () => {
  const before = withCalls(
    emptyRuleset(),
    calls('-t nat -N A\n-t nat -A A -j DROP\n-t nat -N B\n-t nat -A B -j DROP\n-t nat -A OUTPUT -j B'),
  )
  const { restore } = noted({ A: [jump('B')], OUTPUT: [jump('A')], C: [] })
  const r = withRestore(before, restore)
  expect(r.chainNames('nat').slice(4)).toEqual(['A', 'B', 'C'])
  const text = (name: string) => r.chain('nat', name)?.rules.map((rule) => printRule(name, rule))
  expect(text('A')).toEqual(['-A A -j B'])
  expect(text('B')).toEqual(['-A B -j DROP'])
  expect(text('C')).toEqual([])
  expect(text('OUTPUT')).toEqual(['-A OUTPUT -j B', '-A OUTPUT -j A'])
  expect(r.generation).toBe(before.generation + 1)
})

test('a restore is asked for a chain only when the chain is asked for, and once', () => {
  const before = withCalls(emptyRuleset(), calls('-t nat -N KUBE-SERVICES\n-t nat -I PREROUTING -j KUBE-SERVICES'))
  const { restore, asked, listed } = noted({ 'KUBE-SERVICES': [jump('KUBE-SVC-1')], 'KUBE-SVC-1': [jump('KUBE-SEP-1')], 'KUBE-SEP-1': [] })
  const r = withRestore(before, restore)
  expect(r.tables).toEqual(['nat'])
  r.chain('nat', 'PREROUTING')
  const services = r.chain('nat', 'KUBE-SERVICES')
  expect(r.chain('nat', 'KUBE-SERVICES')).toBe(services)
  expect(services?.rules).toHaveLength(1)
  r.chain('nat', 'KUBE-SVC-1')
  expect(asked).toEqual(['PREROUTING', 'KUBE-SERVICES', 'KUBE-SVC-1'])
  expect(listed()).toBe(0)
})

test('reading text: -I N, -D, -F, -X, -P, and no table that holds nothing', () => {
  const dump = ['*mangle', ':PREROUTING ACCEPT [1:2]', 'COMMIT', '*filter', ':INPUT DROP [0:0]', ':A - [0:0]', ':B - [0:0]']
  const rest = [
    '-A A -p tcp -j DROP',
    '-I A 2 -p udp -j DROP',
    '-I A -j ACCEPT',
    '-D A -p tcp -j DROP',
    '-D A 1',
    '-A B -j A',
    '-F B',
    '-X B',
    'COMMIT',
  ]
  const { ruleset, problems } = readRestoreText(emptyRuleset(), [...dump, ...rest].join('\n'), { flush: true })
  expect(problems).toEqual([])
  expect([...printSave(ruleset)]).toEqual([
    '*filter',
    ':INPUT DROP [0:0]',
    ':FORWARD ACCEPT [0:0]',
    ':OUTPUT ACCEPT [0:0]',
    ':A - [0:0]',
    '-A A -p udp -j DROP',
    'COMMIT',
  ])
})

test('a rule for a chain that does not exist is told and left out', () => {
  const { ruleset, problems } = readRestoreText(emptyRuleset(), '*filter\n-A NOPE -j DROP\nCOMMIT\n', { flush: false, file: 'dump.txt' })
  expect(ruleset.tables).toEqual([])
  expect(problems).toMatchObject([{ code: 'iptables', severity: 'error', where: { file: 'dump.txt', line: 2 } }])
})

test('policy counters stand on the chain lines, rule counters before the rules with -c', () => {
  const r = withCalls(emptyRuleset(), calls('-N A\n-A INPUT -j A'))
  const counted = (_: string, chain: string, index: number) => ({ packets: chain.length, bytes: index + 100 })
  expect([...printSave(r, ['filter'], counted, true)]).toEqual([
    '*filter',
    ':INPUT ACCEPT [5:99]',
    ':FORWARD ACCEPT [7:99]',
    ':OUTPUT ACCEPT [6:99]',
    ':A - [0:0]',
    '[5:100] -A INPUT -j A',
    'COMMIT',
  ])
})
