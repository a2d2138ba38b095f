import { expect, test } from 'vitest'
import { newNetns } from '../kernel/apply.ts'
import { parseNft } from '../kernel/nft/parse.ts'
import { emptyNft, withNft } from '../kernel/nft/ruleset.ts'
import { runTool } from './list.ts'

const text = `table inet t {
	set cs {
		type ct_state
		elements = { established, new }
	}

	chain y {
		accept
	}
}
table ip k {
}
`
const netns = { ...newNetns('n', 'node'), nft: withNft(emptyNft(), parseNft(text, 'a').commands) }
const nft = (command: string): readonly [number, string] => {
  const { code, stdout, stderr } = runTool({ netns, counters: () => ({ packets: 0, bytes: 0 }), conntrack: [], now: 0 }, [
    'nft',
    ...command.split(' '),
  ])
  return [code, [...stdout, ...stderr].map((l) => `${l}\n`).join('')]
}

test('list ruleset', () => {
  expect(nft('list ruleset')).toEqual([0, text])
  expect(nft('list ruleset ip')).toEqual([0, 'table ip k {\n}\n'])
})
test('list tables', () => {
  expect(nft('list tables')).toEqual([0, 'table inet t\ntable ip k\n'])
  expect(nft('list tables ip')).toEqual([0, 'table ip k\n'])
})
test('list one thing', () => {
  expect(nft('list table k')).toEqual([0, 'table ip k {\n}\n'])
  expect(nft('list chain inet t y')).toEqual([0, 'table inet t {\n\tchain y {\n\t\taccept\n\t}\n}\n'])
  expect(nft('list set inet t cs')).toEqual([
    0,
    'table inet t {\n\tset cs {\n\t\ttype ct_state\n\t\telements = { established, new }\n\t}\n}\n',
  ])
})
test('what is not there, in the tool’s words', () => {
  expect(nft('list chain inet t nope')).toEqual([1, 'Error: No such file or directory\nlist chain inet t nope\n                  ^^^^\n'])
  expect(nft('list table ip nope')).toEqual([1, 'Error: No such file or directory\nlist table ip nope\n              ^^^^\n'])
  expect(nft('add table x')[1]).toBe('packetwalk: nft: add: not modelled\n')
})
