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
  expect(sayEvent(nat, names, 'en').text).toContain('10.96.0.5:80 (Service default/web) becomes 10.244.1.7:8080 (Pod default/web-1)')
  expect(sayEvent(nat, names, 'zh-CN').text).toContain('Service default/web')
})

const skb = (headers: readonly object[], more: object = {}): object => ({ kind: 'skb', skb: { packet: { headers }, ...more } })
const ip = (src: string, dst: string): object => ({ kind: 'ip', family: 4, src, dst, ttl: 64, proto: 'tcp' })
const tcp = (flags: readonly string[], dport = 80): object => ({ kind: 'tcp', sport: 40000, dport, flags, seq: 0, ack: 0 })

test('a hook says whose it is: the node’s, the bridge’s, the outer packet’s, the Pod’s', () => {
  const title = (at: object, after: object = skb([ip('10.0.0.1', '10.0.0.2')])): string =>
    sayEvent(event({ kind: 'hook', at, after }), names, 'en').title
  const output = { netns: 'node-1', hook: 'output' }
  expect(title(output)).toBe('OUTPUT: sent by this node itself')
  expect(title(output, skb([ip('192.168.10.11', '192.168.10.12'), { kind: 'vxlan', vni: 1 }, ip('10.0.0.1', '10.0.0.2')]))).toBe(
    'OUTPUT, for the outer packet',
  )
  expect(title({ netns: 'default/web-1', hook: 'output' })).toBe('OUTPUT, in the network namespace of the Pod')
  expect(title({ netns: 'node-1', hook: 'forward' }, skb([ip('10.0.0.1', '10.0.0.2')], { bridged: {} }))).toBe(
    'FORWARD, called by the bridge',
  )
})

test.each([
  [['S'], 'web-1 opens a connection: SYN', 'To 10.96.0.5:80, the ClusterIP of Service default/web. The caller knows of no Pod.'],
  [['S', 'A'], 'web-1 accepts: SYN ACK', 'The kernel answers for the listening process, to the source that it saw: 10.96.0.5:80.'],
  [['A'], 'web-1 confirms: ACK', 'The third segment of the handshake. From now on both sides may send data.'],
  [['R', 'A'], 'web-1 answers with RST', 'No socket takes this segment, so the kernel refuses it on the spot.'],
] as const)('a segment with the flags %s is told by them', (flags, title, text) => {
  const after = skb([ip('10.244.1.7', '10.96.0.5'), tcp(flags)])
  expect(sayEvent(event({ kind: 'socket', what: 'send', at: { netns: 'default/web-1' }, after }), names, 'en')).toEqual({ title, text })
})

test('an address that only nodes know ends at the network between them, and it says what to ask instead', () => {
  const lost = event({
    kind: 'drop',
    reason: 'blackhole',
    at: { netns: 'underlay' },
    after: skb([ip('192.168.10.100', '10.244.1.7'), tcp(['S'])]),
  })
  expect(sayEvent(lost, names, 'en').text).toContain('10.244.1.7:80: Pod and Service addresses exist on the nodes alone')
  expect(sayEvent(event({ ...lost, at: { netns: 'node-1' } }), names, 'en').title).toBe('The route is a black hole')
  // a ClusterIP that a node itself let out: the question is what runs there, not what to ask instead
  const letOut = { ...lost, after: skb([ip('192.168.10.11', '10.96.0.5'), tcp(['S'])]) } as TraceEvent
  expect(sayEvent(letOut, names, 'en').text).toContain('belongs to Service default/web, and exists in the rules of nodes alone')
  expect(sayEvent(letOut, names, 'zh-CN').text).toContain('kube-proxy')
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
