import { expect, test } from 'vitest'
import { branches } from '../../engine/branches.ts'
import { lab, packet } from '../../testing/kernel-lab.ts'
import type { TableName } from '../../trace/event.ts'
import { fractionText, hashLuck, type Luck } from '../../trace/luck.ts'
import type { Netns } from '../machine.ts'
import { Moment } from '../moment.ts'
import type { Body, Run } from '../run.ts'
import { runTable } from './run.ts'

/** The ways of a packet through PREROUTING of a table, as the numbers of the rules that it matched in there, each with its exact odds. */
function ways(table: TableName, ...lines: readonly string[]): readonly string[] {
  const rules = [`*${table}`, ...lines, 'COMMIT', ''].join('\n')
  const netns = lab([{ name: 'n', kind: 'node', links: [], rules }]).netns('n') as Netns
  const way = (luck: Luck): string => {
    const bodies: Body[] = []
    const run = { luck, moment: new Moment(), emit: (_journey: number, body: Body) => bodies.push(body) } as unknown as Run
    const visit = { run, journey: 0, netns, family: 4, table, hook: 'prerouting', priority: 0 } as const
    runTable(visit, { packet: packet('tcp 10.0.0.2:40001 > 203.0.113.9:80 [S]'), mark: 0 })
    return bodies.flatMap((b) => (b.kind === 'rule' && b.rule.chain === 'PREROUTING' ? [b.rule.index] : [])).join(' ')
  }
  return branches(way, hashLuck(1), 100)
    .leaves.map((leaf) => `${fractionText(leaf.probability)}: ${leaf.result}`)
    .sort()
}

const die = (probability: string): string => `-m statistic --mode random --probability ${probability}`

test('each rule throws its own die: three addresses have a third each', () => {
  const to = (last: number, dice = ''): string => `-A PREROUTING ${dice} -p tcp -j DNAT --to-destination 10.1.0.${last}:80`
  expect(ways('nat', to(11, die('0.33333333349')), to(12, die('0.50000000000')), to(13))).toEqual(['1/3: 0', '1/3: 1', '1/3: 2'])
})

test('two rules that lead to the same throw twice', () => {
  const half = `-A PREROUTING ${die('0.50000000000')} -j COUNTED`
  const counted = [':COUNTED - [0:0]', '-A COUNTED -j MARK --set-xmark 0x1/0x1']
  expect(ways('mangle', ...counted, half, half)).toEqual(['1/4: ', '1/4: 0', '1/4: 0 1', '1/4: 1'])
})
