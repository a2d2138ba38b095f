import { beforeAll, describe, expect, test } from 'vitest'
import type { Question } from '../../src/answer.ts'
import type { HookColumns, RuleRow, TableVisit } from '../../src/engine/columns/shape.ts'
import { explain } from '../../src/explain.ts'
import { view } from '../../src/view.ts'
import { loadWords } from '../engine/say.ts'
import { labFiles } from '../learn/labs/list.ts'
import { quickLabs } from '../learn/labs/quick.ts'
import { stepsOf } from '../play/steps.ts'
import type { Lang } from '../ui/lang.ts'
import { troubleIn } from './check.ts'
import { foldKey } from './column.ts'
import { layoutOf } from './layout.ts'
import { placeOf, rowOf, unasked } from './place.ts'
import type { Picture } from './shapes.ts'
import { tellingVisit } from './state.ts'
import { wrapMono, wrapSans } from './wrap.ts'

beforeAll(() => loadWords())

type Walked = ReturnType<typeof explain>

function everyHook(walked: Walked): readonly HookColumns[] {
  return (walked.answer.walk?.journeys ?? []).flatMap((journey, i) =>
    journey.events.flatMap((event) => {
      if (event.kind !== 'hook') return []
      const shown = view(walked.world, { kind: 'columns', journey: i, seq: event.seq }, walked)
      if (shown.kind !== 'columns') throw new Error(JSON.stringify(shown))
      return [shown]
    }),
  )
}

const draw = (
  visit: TableVisit,
  lang: Lang = 'en',
  upTo = Number.POSITIVE_INFINITY,
  opened: ReadonlyMap<string, readonly RuleRow[]> = new Map(),
): Picture => layoutOf(visit, { lang, opened, upTo, now: undefined, focus: visit.last, stepOf: () => 3 })

const longName = 'a-service-with-a-name-that-is-as-long-as-kubernetes-lets-it-be'
const longLab = `
apiVersion: v1
kind: Service
metadata: {name: ${longName}, namespace: a-namespace-with-a-long-name-of-its-own}
spec:
  type: NodePort
  selector: {app: x}
  sessionAffinity: ClientIP
  ports: [{name: a-port-name-15ch, port: 80, targetPort: 8080, nodePort: 30080}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: x, namespace: a-namespace-with-a-long-name-of-its-own}
spec:
  replicas: 9
  selector: {matchLabels: {app: x}}
  template:
    metadata: {labels: {app: x}}
    spec: {containers: [{name: c, image: nginx, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {containers: [{name: c, image: curlimages/curl}]}
`
const hostile: Question = {
  v: 1,
  files: [{ name: 'long.yaml', text: longLab }],
  seed: 1,
  probe: { from: 'host/client', to: 'http://192.168.56.11:30080/' },
}
const long: Question = {
  ...hostile,
  probe: { from: 'default/client', to: `http://${longName}.a-namespace-with-a-long-name-of-its-own/` },
}

const questions: readonly (readonly [string, Question])[] = [
  ...quickLabs.map((l) => [l.slug, { v: 1 as const, files: labFiles(l.slug) ?? [], seed: 1 }] as const),
  ['long names', long],
  ['from outside, long names', hostile],
]

describe.each(questions)('%s', (_, question) => {
  const hooks = everyHook(explain(question))

  test('columns of every hook are drawn without faults in both languages', () => {
    expect(hooks.length).toBeGreaterThan(2)
    expect(hooks.some((h) => h.visits.length > 0)).toBe(true)
    for (const hook of hooks)
      for (const visit of hook.visits)
        for (const lang of ['en', 'zh'] as const)
          expect([hook.netns, hook.hook, visit.table, troubleIn(draw(visit, lang))]).toEqual([hook.netns, hook.hook, visit.table, []])
  })

  test('places never move while the packet comes on', () => {
    for (const visit of hooks.flatMap((h) => h.visits)) {
      const whole = draw(visit)
      for (const upTo of [visit.first - 1, visit.first, visit.last - 1, visit.last]) {
        const part = draw(visit, 'en', upTo)
        expect(part.columns.map(({ x, y, w, h }) => [x, y, w, h])).toEqual(whole.columns.map(({ x, y, w, h }) => [x, y, w, h]))
        expect(part.links.map((l) => l.points)).toEqual(whole.links.map((l) => l.points))
      }
      expect(whole.columns.every((c) => !c.later)).toBe(true)
      expect(
        draw(visit, 'en', visit.first - 1)
          .columns.flatMap((c) => c.rows)
          .every((r) => r.when === 'later'),
      ).toBe(true)
    }
  })
})

const nodePort = explain({ v: 1, files: labFiles('nodeport') ?? [], seed: 1 })
const postrouting = everyHook(nodePort).find((h) => h.hook === 'postrouting' && h.visits.some((v) => v.source))
const masquerade = postrouting?.visits.find((v) => v.source)

test('the mark’s origin stands at the left, the choice of the source at the right, and lines lead from and to them', () => {
  if (!masquerade) throw new Error('no MASQUERADE')
  const { origin, source, columns, links } = draw(masquerade)
  const [first, last] = [columns[0], columns.at(-1)]
  if (!origin || !source || !first || !last) throw new Error('not drawn')
  expect(origin.x + origin.w).toBeLessThan(first.x)
  expect(source.x).toBeGreaterThan(last.x + last.w)
  expect(links.map((l) => l.kind)).toEqual(['mark', 'jump', 'source'])
  for (const link of links) {
    const [a, b] = [link.points[0], link.points.at(-1)]
    expect((b?.x ?? 0) - (a?.x ?? 0)).toBeGreaterThan(0)
  }
  const end = links.find((l) => l.kind === 'source')?.points.at(-1)
  expect(end?.x).toBe(source.x)
})

test('a line leaves the matched row at its right edge and enters the column that it opens at its title', () => {
  for (const visit of everyHook(nodePort).flatMap((h) => h.visits)) {
    const { columns, links } = draw(visit)
    for (const [i, column] of columns.entries()) {
      const from = visit.columns[i]?.from
      if (!from) continue
      const points = links.find((l) => l.key === column.key)?.points ?? []
      const caller = columns[from.column]
      const row = caller?.rows.find((r) => r.row.kind === 'rule' && r.row.state === 'matched' && r.row.seq === from.seq)
      if (!caller || !row) throw new Error('no row')
      expect(points[0]).toEqual({ x: caller.x + caller.w, y: caller.y + row.y + row.h / 2 })
      expect(points.at(-1)?.x).toBe(column.x)
    }
  }
})

test('an opened fold shows its rules, and a button for the rest', () => {
  const visit = everyHook(nodePort)
    .flatMap((h) => h.visits)
    .find((v) => v.columns.some((c) => c.rows.some((r) => r.kind === 'fold' && r.tried && r.count > 2)))
  const fold = visit?.columns.flatMap((c) => c.rows).find((r) => r.kind === 'fold' && r.count > 2)
  const sample = visit?.columns.flatMap((c) => c.rows).find((r): r is RuleRow => r.kind === 'rule' && r.state === 'no')
  if (!visit || fold?.kind !== 'fold' || !sample) throw new Error('no fold')
  const rows = [{ ...sample, index: fold.from }]
  const picture = draw(visit, 'en', Number.POSITIVE_INFINITY, new Map([[foldKey(fold), rows]]))
  const keys = picture.columns
    .filter((c) => c.rows.some((r) => r.row === fold))
    .flatMap((c) => c.rows.filter((r) => r.row === fold || r.key === `r${fold.from}`).map((r) => r.fold ?? 'rule'))
  expect(keys).toEqual(['open', 'rule', 'more'])
  expect(troubleIn(picture)).toEqual([])
})

test('ten thousand rows opened are laid out in a blink', () => {
  const visit = masquerade
  const fold = everyHook(nodePort)
    .flatMap((h) => h.visits)
    .find((v) => v.columns.some((c) => c.rows.some((r) => r.kind === 'fold')))
  const row = fold?.columns.flatMap((c) => c.rows).find((r) => r.kind === 'fold')
  const sample = visit?.columns.flatMap((c) => c.rows).find((r): r is RuleRow => r.kind === 'rule')
  if (!fold || row?.kind !== 'fold' || !sample) throw new Error('no fold')
  const many = Array.from({ length: 10_000 }, (_, i): RuleRow => ({ ...sample, index: row.from + i }))
  const began = performance.now()
  const picture = draw(fold, 'en', Number.POSITIVE_INFINITY, new Map([[foldKey(row), many]]))
  expect(picture.columns.flatMap((c) => c.rows).length).toBeGreaterThan(10_000)
  expect(performance.now() - began).toBeLessThan(5_000)
})

describe('where the playhead stands', () => {
  const { answer } = nodePort
  const steps = stepsOf(answer)
  const nat = steps.stations.find((s) => s.events.some((e) => e.kind === 'nat' && e.by === 'rule'))
  if (!nat) throw new Error('no nat')

  test('a whole stop looks at its hook, an event at its table and row', () => {
    const rule = nat.events.find((e) => e.kind === 'rule')
    const place = placeOf(answer, nat.first)
    expect(place?.hook?.kind).toBe('hook')
    expect(place?.event).toBeUndefined()
    const inside = placeOf(answer, rule?.seq ?? -1)
    expect([inside?.event?.seq, inside?.inTable]).toEqual([rule?.seq, true])
    expect(inside && rowOf(inside, rule?.seq ?? 0, nat.last)).toBe(rule?.seq)
  })

  test('a rewrite looks at the rule that asked for it', () => {
    const change = nat.events.find((e) => e.kind === 'nat')
    const rules = nat.events.filter((e) => e.kind === 'rule')
    const place = placeOf(answer, change?.seq ?? -1)
    expect(place && rowOf(place, rules[0]?.seq ?? 0, rules.at(-1)?.seq ?? 0)).toBe(rules.at(-1)?.seq)
  })

  test('a stop without a hook has none, and a later packet is remembered', () => {
    const wire = steps.stations.find((s) => s.beat.kind === 'wire')
    expect(placeOf(answer, wire?.first ?? -1)?.hook).toBeUndefined()
    const reply = steps.stations.find(
      (s) => s.journey.parent?.as === 'reply' && s.beat.kind === 'hook' && !s.events.some((e) => e.kind === 'rule'),
    )
    const place = placeOf(answer, reply?.first ?? -1)
    expect(place && unasked(place)).toBe('remembered')
  })

  test('the table that rewrites says most', () => {
    const shown = view(
      nodePort.world,
      { kind: 'columns', journey: nat.beat.journey, seq: placeOf(answer, nat.first)?.hook?.seq ?? -1 },
      nodePort,
    )
    expect(shown.kind === 'columns' && tellingVisit(shown.visits)?.table).toBe('nat')
  })
})

test('words that are too long are cut at their seams, sentences between words', () => {
  const lines = wrapMono([{ text: '-j KUBE-SVC-V2OKYYMBY3REGZOG', tone: 'target' }], 20)
  expect(lines.map((l) => l.map((p) => p.text).join(''))).toEqual(['-j KUBE-SVC-', 'V2OKYYMBY3REGZOG'])
  expect(wrapSans('one two three', 50, 11).length).toBe(2)
  expect(wrapSans('目的地址是，不是。', 60, 12).every((line) => !/^[，。]/.test(line))).toBe(true)
})
