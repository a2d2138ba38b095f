import { expect, test } from 'vitest'
import type { Answer } from '../../answer.ts'
import { explain } from '../../explain.ts'
import { nodePort } from '../../testing/stories/node-port.ts'
import { outside } from '../../testing/stories/outside.ts'
import type { Hook } from '../../trace/event.ts'
import { view } from '../../view.ts'
import type { HookColumns, TableVisit } from './shape.ts'

type Asked = ReturnType<typeof explain>

const ask = (text: string, probe: { readonly from: string; readonly to: string }): Asked =>
  explain({ v: 1, files: [{ name: 'lab.yaml', text }], probe, seed: 1 })

/** The columns of the first visit of a hook by the first packet of a phase. */
function columns(asked: Asked, phase: 'connect' | 'request', hook: Hook): HookColumns {
  const journey = asked.answer.walk?.journeys.find((j) => j.phase === phase)
  const event = journey?.events.find((e) => e.kind === 'hook' && e.at.hook === hook && /^node/.test(e.at.netns))
  if (!journey || !event) throw new Error(`no ${hook}`)
  const shown = view(asked.world, { kind: 'columns', journey: journey.id, seq: event.seq }, asked)
  if (shown.kind !== 'columns') throw new Error(JSON.stringify(shown))
  return shown
}
const tableOf = (shown: HookColumns, table: string): TableVisit => {
  const found = shown.visits.find((v) => v.table === table)
  if (!found) throw new Error(`no ${table}`)
  return found
}

const node = ask(nodePort.lab, nodePort.probe)

test('each chain that is entered has its column, and knows who called it', () => {
  const { columns: chains, evaluated, matched } = tableOf(columns(node, 'connect', 'prerouting'), 'nat')
  expect(chains.map((c) => c.chain.replace(/-[A-Z0-9]{16}$/, ''))).toEqual([
    'PREROUTING',
    'KUBE-SERVICES',
    'KUBE-NODEPORTS',
    'KUBE-EXT',
    'KUBE-MARK-MASQ',
    'KUBE-SVC',
    'KUBE-SEP',
  ])
  expect(chains.map((c) => c.from?.column)).toEqual([undefined, 0, 1, 2, 3, 3, 5])
  expect(matched).toBe(8)
  expect(evaluated).toBeGreaterThan(matched)
  expect(chains[1]?.said).toBe('kubernetes service portals')
})

test('a rule that rewrites says what it changed', () => {
  const rows = tableOf(columns(node, 'connect', 'prerouting'), 'nat').columns.flatMap((c) => c.rows)
  const effects = rows.flatMap((r) => (r.kind === 'rule' && r.effect ? [{ rewrites: r.rewrites, ...r.effect }] : []))
  expect(effects).toEqual([
    { rewrites: true, kind: 'mark', from: '0x0', to: '0x4000' },
    { rewrites: true, kind: 'dst', from: expect.stringMatching(/:3\d{4}$/), to: expect.stringMatching(/^10\.244\..*:8080$/) },
  ])
})

test('POSTROUTING knows where the mark came from, and how MASQUERADE chose', () => {
  const { origin, source } = tableOf(columns(node, 'connect', 'postrouting'), 'nat')
  expect(origin?.mark).toBe('0x4000')
  expect([origin?.hook, origin?.table]).toEqual(['prerouting', 'nat'])
  expect(origin?.path.map((p) => p.chain).at(-1)).toBe('KUBE-MARK-MASQ')
  const journey = node.answer.walk?.journeys.find((j) => j.events.some((e) => e.seq === origin?.seq))
  expect(journey?.events.find((e) => e.seq === origin?.seq)).toMatchObject({ kind: 'rule', rule: { chain: 'KUBE-MARK-MASQ' } })
  const nat = journey?.events.find((e) => e.kind === 'nat' && e.manip === 'src')
  expect(source && { from: source.from, to: source.to }).toEqual(nat?.kind === 'nat' ? { from: nat.from, to: nat.to } : undefined)
  expect(source?.to.startsWith(`${source.address}:`)).toBe(true)
  expect(source?.addresses.map((a) => a.replace(/\/\d+$/, ''))).toContain(source?.address)
})

test('a packet without a mark has no origin of it', () => {
  const asked = ask(outside.lab, outside.probe)
  const visit = tableOf(columns(asked, 'connect', 'postrouting'), 'nat')
  expect(visit.origin).toBeUndefined()
  expect(visit.source?.how).toBe('on-net')
})

test('a later packet of the connection meets no table nat', () => {
  expect(columns(node, 'request', 'prerouting').visits.map((v) => v.table)).not.toContain('nat')
})

test('causes of the rows lead to the manifest', () => {
  const { causes } = columns(node, 'connect', 'prerouting')
  expect(Object.values(causes).some((c) => c.what.kind === 'manifest' && c.what.object.startsWith('Service'))).toBe(true)
})

test('what is no hook of the walk is answered with a problem', () => {
  for (const seq of [0, -1, 1e9]) {
    expect(view(node.world, { kind: 'columns', journey: 0, seq }, node)).toMatchObject({ kind: 'problem' })
    expect(view(node.world, { kind: 'rows', journey: 0, seq, from: 0, count: 3 }, node)).toMatchObject({ kind: 'problem' })
  }
  expect(view(node.world, { kind: 'columns', journey: 99, seq: 3 }, node)).toMatchObject({ kind: 'problem' })
  expect(view(node.world, { kind: 'columns', journey: 0, seq: 3 })).toMatchObject({ kind: 'problem' })
})

test('a chain of a thousand Services is folded, and opens in pieces', () => {
  const lab = `
apiVersion: packetwalk.dev/v1alpha1
kind: Lab
metadata: {name: many}
spec:
  v: 1
  generate: [{services: 1000, endpoints: 2, namespace: many}]
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {containers: [{name: c, image: curlimages/curl}]}
`
  const first: Answer = ask(lab, { from: 'default/client', to: 'http://10.96.0.1/' }).answer
  const target = first.stage?.services.filter((s) => s.name.startsWith('many/')).at(-1)?.clusterIP ?? ''
  const asked = ask(lab, { from: 'default/client', to: `http://${target}/` })
  const visit = tableOf(columns(asked, 'connect', 'prerouting'), 'nat')
  const services = visit.columns.find((c) => c.chain === 'KUBE-SERVICES')
  const fold = services?.rows.find((r) => r.kind === 'fold')
  if (fold?.kind !== 'fold' || !services) throw new Error('no fold')
  expect(services.rows.length).toBeLessThan(10)
  expect(fold.reasons.reduce((n, r) => n + r.count, 0)).toBe(fold.count)
  const journey = asked.answer.walk?.journeys.findIndex((j) => j.events.some((e) => e.seq === fold.seq)) ?? -1
  const opened = view(asked.world, { kind: 'rows', journey, seq: fold.seq, from: fold.from + 10, count: 5 }, asked)
  expect(opened).toMatchObject({ kind: 'rows', rows: [10, 11, 12, 13, 14].map((n) => ({ index: fold.from + n, state: 'no' })) })
})
