import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Packet } from '../../net/packet.ts'
import { packet } from '../../testing/kernel-lab.ts'
import { hashLuck } from '../../trace/luck.ts'
import { newNetns } from '../apply.ts'
import { Moment } from '../moment.ts'
import type { Chain } from './ast.ts'
import { ruleMatches } from './match.ts'
import { candidates } from './order.ts'
import { emptyRuleset } from './ruleset.ts'
import { readRestoreText } from './ruleset-read.ts'

function chainOf(lines: readonly string[], family: 4 | 6 = 4): Chain {
  const text = `*filter\n${lines.map((l) => `-A FORWARD ${l} -j ACCEPT\n`).join('')}COMMIT\n`
  const { ruleset, problems } = readRestoreText(emptyRuleset(), text, { flush: true, family })
  if (problems.length > 0) throw new Error(JSON.stringify(problems))
  return ruleset.chain('filter', 'FORWARD') as Chain
}

/** Rules that never match, to make a chain long enough for its index. */
const filler = (n: number): string[] => Array.from({ length: n }, (_, i) => `-d 172.16.${i}.1 -p tcp -m tcp --dport 80`)

describe('a long chain', () => {
  const rows: readonly (readonly [words: string, sent: string, tried: boolean])[] = [
    ['-d 10.96.0.1', 'tcp 10.0.0.1:1 > 10.96.0.1:80 [S]', true],
    ['-d 10.96.0.1', 'tcp 10.0.0.1:1 > 10.96.0.2:80 [S]', false],
    ['! -d 10.96.0.1', 'tcp 10.0.0.1:1 > 10.96.0.1:80 [S]', true],
    ['-d 10.96.0.0/24', 'tcp 10.0.0.1:1 > 10.97.0.1:80 [S]', true],
    ['-p tcp -m tcp --dport 30080', 'tcp 10.0.0.1:1 > 10.96.0.1:30080 [S]', true],
    ['-p tcp -m tcp --dport 30080', 'tcp 10.0.0.1:1 > 10.96.0.1:30081 [S]', false],
    ['-p tcp -m tcp --dport 30080', 'udp 10.0.0.1:1 > 10.96.0.1:30080', false],
    ['-p tcp -m tcp ! --dport 30080', 'tcp 10.0.0.1:1 > 10.96.0.1:30080 [S]', true],
    ['-p tcp -m tcp --dport 30000:30090', 'tcp 10.0.0.1:1 > 10.96.0.1:1 [S]', true],
    ['-p tcp -m multiport --dports 30080', 'tcp 10.0.0.1:1 > 10.96.0.1:1 [S]', true],
    ['-m mark --mark 1', 'icmp 10.0.0.1 > 10.96.0.1 8/0', true],
    ['-p tcp -m tcp --dport 30080', 'icmp 10.0.0.1 > 10.96.0.1 8/0', false],
  ]
  test.each(rows)('%s and %s: tried %s', (words, sent, tried) => {
    const chain = chainOf([...filler(30), words])
    expect([...candidates(chain, packet(sent), 0)]).toEqual(tried ? [30] : [])
    expect([...candidates(chain, packet(sent), 31)]).toEqual([])
  })

  test('keeps the order of the rules, whatever they are found by', () => {
    const mixed = ['-m mark --mark 1', '-d 10.96.0.1', '-p tcp -m tcp --dport 80', '-d 10.96.0.1', '-s 10.0.0.0/8']
    const chain = chainOf([...mixed, ...filler(30)])
    expect([...candidates(chain, packet('tcp 10.0.0.1:1 > 10.96.0.1:80 [S]'), 0)]).toEqual([0, 1, 2, 3, 4])
    expect([...candidates(chain, packet('tcp 10.0.0.1:1 > 10.96.0.1:80 [S]'), 2)]).toEqual([2, 3, 4])
  })

  test('IPv6 addresses are found by their canonical text', () => {
    const chain = chainOf([...Array.from({ length: 30 }, (_, i) => `-d fd00:99::${i + 1}/128`), '-d fd00:96:0:0:0:0:0:1/128'], 6)
    expect([...candidates(chain, packet('tcp [fd00::1]:1 > [fd00:96::1]:80 [S]'), 0)]).toEqual([30])
  })
})

test('a short chain is tried rule by rule', () => {
  expect([...candidates(chainOf(filler(3)), packet('tcp 10.0.0.1:1 > 10.96.0.1:80 [S]'), 1)]).toEqual([1, 2])
})

test('no rule that matches is ever left out', () => {
  const address = fc.integer({ min: 1, max: 4 }).map((n) => `10.96.0.${n}`)
  const port = fc.integer({ min: 80, max: 83 })
  const proto = fc.constantFrom('tcp', 'udp')
  const not = fc.constantFrom('', '', '! ')
  const words = fc.oneof(
    fc.tuple(not, address).map(([n, a]) => `${n}-d ${a}`),
    fc.tuple(not, proto, port, not).map(([n, p, d, m]) => (n === '' ? `-p ${p} -m ${p} ${m}--dport ${d}` : `! -p ${p}`)),
    fc.tuple(address, proto, port, port).map(([a, p, d, e]) => `-d ${a} -p ${p} -m ${p} --dport ${Math.min(d, e)}:${Math.max(d, e)}`),
    fc.tuple(proto, port).map(([p, d]) => `-p ${p} -m multiport --dports ${d}`),
    fc.constant('-s 10.0.0.0/8'),
  )
  const sent: fc.Arbitrary<Packet> = fc
    .tuple(proto, address, port)
    .map(([p, a, d]) => packet(`${p} 10.0.0.1:1 > ${a}:${d}${p === 'tcp' ? ' [S]' : ''}`))
  let hits = 0
  fc.assert(
    fc.property(fc.array(words, { minLength: 24, maxLength: 60 }), sent, fc.integer({ min: 0, max: 30 }), (lines, p, from) => {
      const chain = chainOf(lines)
      const tried = [...candidates(chain, p, from)]
      const netns = newNetns('n', 'node')
      const match = (i: number): boolean =>
        ruleMatches(chain.rules[i] as Chain['rules'][number], {
          netns,
          moment: new Moment(),
          luck: hashLuck(1),
          skb: { packet: p, mark: 0 },
          place: '',
          leadsTo: '',
        }) === 'yes'
      const all = lines.map((_, i) => i).filter((i) => i >= from)
      expect(tried).toEqual([...new Set(tried)].sort((a, b) => a - b))
      expect(tried.filter(match)).toEqual(all.filter(match))
      hits += tried.filter(match).length
      expect(tried.length).toBeLessThanOrEqual(all.length)
    }),
    { numRuns: 150 },
  )
  expect(hits).toBeGreaterThan(500)
})
