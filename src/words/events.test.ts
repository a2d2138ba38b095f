import { expect, test } from 'vitest'
import type { Answer } from '../answer.ts'
import type { Ip } from '../net/ip.ts'
import type { TraceEvent } from '../trace/event.ts'
import { causeWhys, sayCause } from './causes.ts'
import { dropReasons } from './events/drops.ts'
import { sayEvent } from './events.ts'
import { langs } from './lang.ts'
import { namesOf } from './names.ts'
import { sayOutcome } from './outcomes.ts'

const stage: NonNullable<Answer['stage']> = {
  netns: [
    { name: 'node-1', kind: 'node', title: 'node-1', addresses: ['192.168.10.11' as Ip], devices: [], madeUp: false },
    { name: 'default/web-1', kind: 'pod', title: 'web-1', node: 'node-1', addresses: ['10.244.1.7' as Ip], devices: [], madeUp: false },
  ],
  underlay: { name: 'underlay', net: '192.168.10.0/24' },
  services: [{ name: 'default/web', type: 'ClusterIP', clusterIP: '10.96.0.5', ports: ['80/TCP'], endpoints: 1 }],
}
const names = namesOf(stage)
const event = (body: object): TraceEvent =>
  ({
    seq: 0,
    journey: 0,
    at: { netns: 'node-1', hook: 'prerouting' },
    after: { kind: 'object', ref: '' },
    ...body,
  }) as unknown as TraceEvent

test('addresses know whose they are, with and without ports, of both families', () => {
  expect(names('10.96.0.5:80')).toEqual({ kind: 'service', name: 'default/web' })
  expect(names('10.244.1.7')).toEqual({ kind: 'pod', name: 'default/web-1' })
  expect(names('[fd00::9]:80')).toBeUndefined()
  expect(names('fd00::9')).toBeUndefined()
})

test('a DNAT names the Service and the Pod', () => {
  const nat = event({ kind: 'nat', manip: 'dst', by: 'rule', from: '10.96.0.5:80', to: '10.244.1.7:8080', undo: false })
  expect(sayEvent(nat, names, 'en').title).toBe('The virtual IP becomes a Pod IP')
  expect(sayEvent(nat, names, 'en').text).toContain('Service default/web, is rewritten to Pod default/web-1')
  expect(sayEvent(nat, names, 'zh-CN').text).toContain('Service default/web')
})

test('a rule says which chain comes next and how the dice fell', () => {
  const rule = event({
    kind: 'rule',
    rule: { netns: 'node-1', family: 4, table: 'nat', chain: 'KUBE-SVC-X', index: 0, generation: 1 },
    text: '-A KUBE-SVC-X -m statistic --mode random --probability 0.33333333349 -j KUBE-SEP-Y',
    verdict: { kind: 'jump', chain: 'KUBE-SEP-Y' },
    passedOver: 0,
    base: 'PREROUTING',
    priority: -100,
  })
  expect(sayEvent(rule, names, 'en')).toEqual({
    title: 'KUBE-SVC-X → KUBE-SEP-Y',
    text: 'The dice fell for it: it takes 33.3% of the connections that reach it. One chain for each endpoint: it rewrites the destination.',
  })
})

const sentences = [
  ...Object.keys(dropReasons).map((reason) => event({ kind: 'drop', reason })),
  ...['prerouting', 'input', 'forward', 'output', 'postrouting'].map((hook) => event({ kind: 'hook', at: { netns: 'n', hook } })),
  ...['new', 'found', 'confirmed', 'changed', 'invalid', 'untracked'].map((what) => event({ kind: 'conntrack', what })),
  ...['send', 'receive', 'connected', 'refused', 'error', 'none'].map((what) => event({ kind: 'socket', what })),
]
test.each(sentences)('$kind $reason $what has a title and a text in both languages, and no hole', (e) => {
  for (const lang of langs) {
    const { title, text } = sayEvent(e, names, lang)
    expect(`${title} ${text}`).not.toMatch(/undefined|\{\w+\}/)
    expect(title.length).toBeGreaterThan(2)
    expect(text.length).toBeGreaterThan(4)
    if (lang === 'zh-CN') expect(`${title}${text}`).toMatch(/[\u4e00-\u9fff]/)
  }
})

test.each(Object.keys(causeWhys))('cause %s is a sentence in both languages', (why) => {
  for (const lang of langs) expect(sayCause({ kind: 'by', by: 'kube-proxy', why }, lang)).not.toMatch(/\{|undefined/)
})

test.each(['ok', 'refused', 'timeout', 'unreachable', 'dns-error', 'http-error', 'dropped', 'unmodelled'] as const)(
  'outcome %s',
  (kind) => {
    const outcome = { kind, backend: null, backendAddress: null, sourceSeen: null, reason: 'rule', where: null, route: null }
    for (const lang of langs) expect(sayOutcome(outcome, lang).title).not.toMatch(/undefined|^$/)
  },
)
