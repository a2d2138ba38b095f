import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { build, explain, probe } from '../../explain.ts'
import { ruleMatches } from '../../kernel/iptables/match.ts'
import { printRule } from '../../kernel/iptables/print.ts'
import { Moment } from '../../kernel/moment.ts'
import type { SourceFile } from '../../manifest/object.ts'
import { rounds } from '../../testing/rounds.ts'
import { stories } from '../../testing/stories/list.ts'
import { hashLuck } from '../../trace/luck.ts'
import { Walk } from '../../walk.ts'
import { isGolden } from '../replay/golden.ts'
import { machinesOf } from '../replay/machines.ts'
import { prober, server } from '../replay/processes.ts'
import { replay } from '../replay.ts'
import { firstMiss, judge } from '../whynot.ts'
import { countOf } from '../whynot-count.ts'
import { columnsAt, rowsAt, type Scene } from './columns.ts'
import type { ChainRow, RuleRow } from './shape.ts'
import { chainOf, isAnyStep, isStep, lookFrom, passedBy } from './sight.ts'

const labs = join(import.meta.dirname, '../../../app/learn/labs')
const filesOf = (slug: string): readonly SourceFile[] =>
  readdirSync(join(labs, slug))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => ({ name, text: readFileSync(join(labs, slug, name), 'utf8') }))
const slugs = readdirSync(labs, { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? [e.name] : []))

const recordings = join(import.meta.dirname, '../../testing/captured/kernel')

const affinity = `
apiVersion: v1
kind: Service
metadata: {name: sticky}
spec:
  clusterIP: 10.96.7.7
  selector: {app: sticky}
  sessionAffinity: ClientIP
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: sticky}
spec:
  replicas: 3
  selector: {matchLabels: {app: sticky}}
  template:
    metadata: {labels: {app: sticky}}
    spec: {containers: [{name: c, image: nginx, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {containers: [{name: c, image: curlimages/curl}]}
`

function storyScene(story: (typeof stories)[number]): Scene {
  const host = /^host\/(.+)$/.exec(story.probe.from)?.[1]
  const dns = !/\/\/[\d.]+[:/]/.test(story.probe.to)
  const world = build([{ name: 's.yaml', text: story.lab }], { wants: { everything: false, dns, ...(host === undefined ? {} : { host }) } })
  const { journeys } = probe(world, story.probe, { seed: 1, commit: true })
  return { machines: world.machines, journeys, luck: hashLuck(1), moment: world.moment, causes: world.cluster.causes.list }
}

function explainedScene(files: readonly SourceFile[], seed: number, to?: string): Scene {
  const probeOf = to === undefined ? {} : { probe: { from: 'default/client', to } }
  const { answer, world } = explain({ v: 1, files, seed, ...probeOf })
  if (!answer.walk) throw new Error('no walk')
  const { journeys } = answer.walk
  return { machines: world.machines, journeys, luck: hashLuck(seed), moment: world.moment, causes: world.cluster.causes.list }
}

const files = readdirSync(recordings).filter((file) => file.endsWith('.json'))

/** Recordings of one probe whose rules the model knows: all with the heavy tests, every fifth in a quick run. */
const recorded = files
  .filter((_, i) => i % Math.round(files.length / rounds(files.length)) === 0)
  .flatMap((file) => {
    const golden: unknown = JSON.parse(readFileSync(join(recordings, file), 'utf8'))
    return isGolden(golden) && golden.probe && replay(golden).skipped === undefined ? [{ file, golden, probe: golden.probe }] : []
  })

/** A recorded topology and its probe, walked by the model. */
function recordedScene({ golden, probe: asked }: (typeof recorded)[number]): Scene {
  const machines = machinesOf(golden)
  const moment = new Moment()
  const luck = hashLuck(1)
  const client = prober(asked, golden.timeout ?? 0.8, 'probe')
  const processes = new Map([...golden.servers.map((s) => server(s)), client].map((p) => [p.name, p]))
  const walk = new Walk({ machines, moment, luck, process: (_netns, name) => processes.get(name) })
  walk.drive(client, asked.from, { kind: 'start' })
  const running = walk.run(client.name)
  let next = running.next()
  while (!next.done) next = running.next()
  return { machines, journeys: next.value.journeys, luck, moment, causes: [] }
}

const scenes: readonly (readonly [string, () => Scene])[] = [
  ...stories.map((s) => [s.name, () => storyScene(s)] as const),
  ...slugs.map((slug) => [slug, () => explainedScene(filesOf(slug), 1)] as const),
  ...recorded.map((r) => [r.file, () => recordedScene(r)] as const),
  ...[1, 2, 3].map(
    (seed) => [`affinity ${seed}`, () => explainedScene([{ name: 'a.yaml', text: affinity }], seed, 'http://sticky/')] as const,
  ),
]

const rulesIn = (rows: readonly ChainRow[]): readonly RuleRow[] => rows.flatMap((r) => (r.kind === 'rule' ? [r] : []))

const seen = { matched: 0, passed: 0 }
afterAll(() => {
  expect(recorded.length).toBeGreaterThan(9)
  expect(seen.matched).toBeGreaterThan(500)
  expect(seen.passed).toBeGreaterThan(500)
})

describe.each(scenes)('%s', (_, made) => {
  const scene = made()

  test('the rule that matched has no why-not, and each rule that was passed over has one', () => {
    for (const { events } of scene.journeys) {
      for (const [i, step] of events.entries()) {
        if (!isStep(step)) continue
        const netns = scene.machines.netns(step.at.netns)
        const chain = netns && chainOf(netns, step)
        const look = lookFrom(scene, step, events[i - 1])
        if (!chain || !look) throw new Error(`nothing to look at in ${step.seq}`)
        const [from, to] = passedBy(step, chain)
        for (let at = from; at < to + (step.kind === 'rule' ? 1 : 0); at++) {
          const [rule, sight] = [chain.rules[at], look(at)]
          if (!rule || !sight) throw new Error(`no rule ${at} in ${chain.name}`)
          const { why, parts } = judge(rule, sight, at !== to)
          const where = `${step.seq} ${printRule(chain.name, rule)}`
          expect([where, parts.map((p) => p.text).join(' ')]).toEqual([where, printRule('', rule).slice(4)])
          expect([where, why[0]?.part]).toEqual([where, firstMiss(rule, sight) ?? (at !== to ? countOf(rule)?.part : undefined)])
          if (at === to) {
            expect([where, why]).toEqual([where, []])
            expect([where, ruleMatches(rule, sight)]).toEqual([where, 'yes'])
            seen.matched++
          } else {
            expect([where, why.length > 0]).toEqual([where, true])
            expect([where, parts.some((p) => p.hit === false)]).toEqual([where, true])
            seen.passed++
          }
        }
      }
    }
  })

  test('the columns of a hook hold every rule of the chains that were entered, and count as the walk does', () => {
    for (const [number, { events }] of scene.journeys.entries()) {
      for (const hook of events.filter((e) => e.kind === 'hook')) {
        const shown = columnsAt(scene, number, hook.seq)
        if (!shown) throw new Error(`no columns at ${hook.seq}`)
        for (const visit of shown.visits) {
          if (visit.kind === 'ipvs') continue
          const steps = events.filter((e) => isAnyStep(e) && e.seq >= visit.first && e.seq <= visit.last)
          expect(visit.matched).toBe(steps.filter((e) => e.kind === 'rule').length)
          const rows = visit.columns.flatMap((c) => c.rows)
          expect(rulesIn(rows).filter((r) => r.state === 'matched').length).toBe(visit.matched)
          const tried = rows.reduce((n, r) => {
            if (r.kind === 'fold') return n + (r.tried && r.look === undefined ? r.count : 0)
            return n + (r.kind === 'rule' && r.state !== 'unread' ? 1 : 0)
          }, 0)
          expect(tried).toBe(visit.evaluated)
          for (const column of visit.columns) {
            const all = column.rows.reduce(
              (n, r) => n + (r.kind === 'fold' ? r.count : r.kind === 'rule' || r.kind === 'element' ? 1 : 0),
              0,
            )
            expect(all).toBe(column.total)
            for (const row of rulesIn(column.rows)) {
              if (row.state === 'matched' && visit.kind === 'iptables') expect(row.packets).toBeGreaterThan(0)
              if (row.state === 'no') expect(row.why.length).toBeGreaterThan(0)
            }
          }
          for (const column of visit.columns.slice(1)) expect(column.from).toBeDefined()
        }
      }
    }
  })

  test('a fold opens to the rules that it stands for', () => {
    for (const [number, { events }] of scene.journeys.entries()) {
      for (const hook of events.filter((e) => e.kind === 'hook')) {
        for (const row of columnsAt(scene, number, hook.seq)?.visits.flatMap((v) => v.columns.flatMap((c) => c.rows)) ?? []) {
          if (row.kind !== 'fold') continue
          const found = rowsAt(scene, number, row.seq, row.from, row.count, row.look)?.rows ?? []
          expect(found.map((r) => r.index)).toEqual(Array.from({ length: row.count }, (_x, i) => row.from + i))
          const rows = rulesIn(found)
          if (row.look !== undefined) continue
          expect(rows.map((r) => r.index)).toEqual(Array.from({ length: row.count }, (_x, i) => row.from + i))
          expect(new Set(rows.map((r) => r.state))).toEqual(new Set([row.tried ? 'no' : 'unread']))
          expect(row.reasons.reduce((n, r) => n + r.count, 0)).toBe(row.tried ? row.count : 0)
          if (row.tried) expect(rows.every((r) => r.why.length > 0)).toBe(true)
        }
      }
    }
  })
})
