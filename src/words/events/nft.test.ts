import { expect, test } from 'vitest'
import type { RuleVerdict, TraceEvent } from '../../trace/event.ts'
import { ruleWords } from './rules.ts'

type RuleEvent = Extract<TraceEvent, { readonly kind: 'rule' }>

const event = (text: string, verdict: RuleVerdict, more: Partial<RuleEvent> = {}): RuleEvent => ({
  kind: 'rule',
  seq: 0,
  journey: 0,
  at: { netns: 'n' },
  after: { kind: 'object', ref: '' },
  rule: { netns: 'n', family: 4, table: 'kube-proxy', chain: 'services', index: 0, generation: 1, language: 'nft', tableFamily: 'ip' },
  text,
  verdict,
  passedOver: 0,
  base: 'nat-prerouting',
  priority: -100,
  ...more,
})

test('a look-up is told with the element that was found', () => {
  const lookup = { map: 'service-ips', key: '10.96.0.1 . tcp . 80', element: '10.96.0.1 . tcp . 80 : goto x' }
  const { en, zh } = ruleWords(event('ip daddr . meta l4proto . th dport vmap @service-ips', { kind: 'goto', chain: 'x' }, { lookup }))
  expect(en).toEqual(['services → x', 'Found in service-ips: 10.96.0.1 . tcp . 80 : goto x. A goto: nothing leads back to this chain.'])
  expect(zh[1]).toContain('在 service-ips 中找到')
})

test.each([
  ['meta l4proto tcp dnat to 10.0.0.1:80', 'services: dnat to 10.0.0.1:80', 'This rule gives the packet another destination.'],
  ['masquerade fully-random', 'services: masquerade fully-random', 'This rule gives the packet another source.'],
  [
    'ct state new accept',
    'nat-prerouting: accepted',
    'accept ends this base chain alone; later chains of this hook can still drop the packet.',
  ],
])('%s', (text, title, sentence) => expect(ruleWords(event(text, { kind: 'accept' })).en).toEqual([title, sentence]))
