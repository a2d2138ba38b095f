import { expect, test } from 'vitest'
import { packet } from '../testing/kernel-lab.ts'
import { fraction, hashLuck } from '../trace/luck.ts'
import { newNetns } from './apply.ts'
import type { Match, Rule } from './iptables/ast.ts'
import { ruleMatches } from './iptables/match.ts'
import { Moment } from './moment.ts'
import { turn } from './turn.ts'

const skb = { packet: packet('udp 10.0.0.1:4000 > 10.0.0.2:9'), mark: 0 }

/** Numbers of the packets, from 1, that a rule takes out of eight. */
function taken(nth: Omit<Extract<Match, { kind: 'nth' }>, 'kind'>, moments: () => Moment): readonly number[] {
  const rule: Rule = { matches: [{ kind: 'nth', ...nth }] }
  const ask = (): boolean =>
    ruleMatches(rule, {
      netns: newNetns('n', 'node'),
      moment: moments(),
      luck: hashLuck(1),
      skb,
      place: 'filter OUTPUT',
      leadsTo: '',
      index: 0,
    }) === 'yes'
  return [1, 2, 3, 4, 5, 6, 7, 8].filter(() => ask())
}

// Counted by Linux 6.18, eight datagrams to the port of nobody, iptables 1.8.9; numgen inc mod 3 gave the same numbers.
test.each([
  [{ every: 3, packet: 0 }, [1, 4, 7]],
  [{ every: 3, packet: 1 }, [2, 5, 8]],
  [{ every: 3, packet: 2, not: true }, [1, 2, 4, 5, 7, 8]],
  [{ every: 1, packet: 0 }, [1, 2, 3, 4, 5, 6, 7, 8]],
] as const)('of eight packets %o takes %j', (nth, numbers) => {
  const moment = new Moment()
  expect(taken(nth, () => moment)).toEqual(numbers)
})

test('a fork counts on from where it stood, and the other one does not notice', () => {
  const moment = new Moment()
  expect(turn(moment, hashLuck(1), 'here', 3)).toBe(0)
  const fork = moment.fork()
  expect(turn(fork, hashLuck(1), 'here', 3)).toBe(1)
  expect(turn(fork, hashLuck(1), 'there', 3)).toBe(0)
  expect(turn(moment, hashLuck(1), 'here', 3)).toBe(1)
})

test('where every branch is walked, each turn is one', () => {
  const asked: unknown[] = []
  const luck = { ...hashLuck(1), everyBranch: true as const, choose: (choice: unknown) => asked.push(choice) }
  turn(new Moment(), luck, 'here', 2)
  expect(asked).toEqual([{ key: 'here turn', weights: [fraction(1, 2), fraction(1, 2)], labels: ['0', '1'] }])
})
