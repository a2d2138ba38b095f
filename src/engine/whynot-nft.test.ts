import { expect, test } from 'vitest'
import { newNetns } from '../kernel/apply.ts'
import { Moment } from '../kernel/moment.ts'
import type { NftTable } from '../kernel/nft/ast.ts'
import { parseNft } from '../kernel/nft/parse.ts'
import { emptyNft, withNft } from '../kernel/nft/ruleset.ts'
import { packet } from '../testing/kernel-lab.ts'
import { hashLuck } from '../trace/luck.ts'
import { judgeNft } from './whynot-nft.ts'

/** Asks a rule why it was passed over, on a moment where its bucket is full. */
function asked(words: string) {
  const { commands } = parseNft(`table ip t {\n chain f {\n  ${words}\n }\n}\n`, 'a')
  const [table] = withNft(emptyNft(), commands).tables as [NftTable]
  const chain = table.chains.get('f')
  const rule = chain?.rules[0]
  if (!chain || !rule) throw new Error('no rule')
  const moment = new Moment()
  const sight = {
    run: { moment, luck: hashLuck(1) },
    netns: newNetns('n', 'node'),
    hook: 'forward',
    skb: { packet: packet('udp 10.0.1.2:1 > 10.0.2.2:53'), mark: 0 },
  } as const
  const { why, parts, skb } = judgeNft(rule, sight, { table, chain, counter: '' })
  return { why: why.map((w) => `${w.part} ${w.wanted}`), hits: parts.map((p) => p.hit), mark: skb.mark, turns: moment.turns.size }
}

test('a limit is the reason where nothing else is; it is not asked again, and what stands behind it did not happen', () => {
  expect(asked('udp dport 53 limit rate over 3/minute burst 7 packets meta mark set 1 drop')).toEqual({
    why: ['rate over 3/minute burst 7 packets'],
    hits: [true, false, undefined, undefined],
    mark: 0,
    turns: 0,
  })
})

test('where another condition failed, before the limit or behind it, that is the reason', () => {
  expect(asked('udp dport 54 limit rate 3/minute drop')).toMatchObject({
    why: ['destination-port 54'],
    hits: [false, undefined, undefined],
  })
  expect(asked('limit rate 3/minute udp dport 54 drop')).toMatchObject({
    why: ['destination-port 54'],
    hits: [undefined, false, undefined],
    turns: 0,
  })
})
