import { describe, expect, test } from 'vitest'
import { explain } from '../../src/explain.ts'
import { labFiles } from '../learn/labs/list.ts'
import { oddsOf } from './odds.ts'

const walk = (forced: Readonly<Record<string, number>> = {}, seed = 1) =>
  explain({ v: 1, files: labFiles('clusterip-cross-node') ?? [], seed, forced }).answer

/** The dice of the first packet of the TCP connection. */
function dice(answer: ReturnType<typeof walk>) {
  const journey = answer.walk?.journeys.find((j) => j.connection.proto === 'tcp')
  return oddsOf(answer, journey?.events ?? [])[0]
}

describe('three endpoints', () => {
  test('the shares are those of the whole chain, add up to 1, and one is taken', () => {
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const branches = dice(walk({}, seed))?.branches ?? []
      expect(branches.reduce((sum, b) => sum + b.share, 0)).toBeCloseTo(1, 5)
      expect(branches.filter((b) => b.taken)).toHaveLength(1)
      const named = branches.filter((b) => b.label !== undefined)
      expect(named.map((b) => b.shareText)).toEqual(named.map(() => '1/3'))
    }
  })

  test('the die of a branch leads to that branch; every endpoint can be had', () => {
    const seen = new Set<string>()
    const todo: Readonly<Record<string, number>>[] = [{}]
    for (const forced of todo) {
      const branches = dice(walk(forced))?.branches ?? []
      const taken = branches.find((b) => b.taken)?.label ?? ''
      if (seen.has(taken)) continue
      seen.add(taken)
      for (const { die, label } of branches) {
        if (die === undefined) continue
        const next = { ...forced, [die.key]: die.branch }
        todo.push(next)
        const now = dice(walk(next))?.branches.find((b) => b.taken)?.label
        if (label === undefined) expect(branches.map((b) => b.label)).not.toContain(now)
        else expect(now).toBe(label)
      }
    }
    expect(seen.size).toBe(3)
  })
})

test('only the event at which a die fell tells of it', () => {
  const answer = walk()
  const told = (answer.walk?.choices ?? []).flatMap((c) => c.told)
  const events = answer.walk?.journeys.flatMap((j) => j.events) ?? []
  expect(told.length).toBeGreaterThan(0)
  expect(new Set(oddsOf(answer, events).map((o) => o.seq))).toEqual(new Set(told))
  for (const seq of told) expect(events.find((e) => e.seq === seq)?.kind).toBe('rule')
})
