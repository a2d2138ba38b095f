import { describe, expect, test } from 'vitest'
import { build, probe } from '../../explain.ts'
import { stories } from '../../testing/stories/list.ts'
import { hashLuck } from '../../trace/luck.ts'
import { columnsAt, rowsAt, type Scene } from './columns.ts'
import type { RuleRow } from './shape.ts'

/** A story's lab and question in another mode; undefined: there is no such packet then. */
function sceneOf(story: (typeof stories)[number], proxy: string): Scene {
  const host = /^host\/(.+)$/.exec(story.probe.from)?.[1]
  const dns = !/\/\/[\d.]+[:/]/.test(story.probe.to)
  const wants = { everything: false, dns, ...(host === undefined ? {} : { host }) }
  const world = build([{ name: 's.yaml', text: story.lab }], { wants, proxy })
  const { journeys } = probe(world, story.probe, { seed: 1, commit: true })
  return { machines: world.machines, journeys, luck: hashLuck(1), moment: world.moment, causes: world.cluster.causes.list }
}

const seen = { no: 0, servers: 0, looks: 0 }

describe.each(['ipvs', 'nftables'])('%s', (proxy) => {
  test.each(stories.map((s) => [s.name, s] as const))('%s', (_name, story) => {
    const scene = sceneOf(story, proxy)
    for (const [number, { events }] of scene.journeys.entries())
      for (const hook of events) {
        if (hook.kind !== 'hook') continue
        const shown = columnsAt(scene, number, hook.seq)
        if (!shown) throw new Error(`no columns at ${hook.seq}`)
        for (const visit of shown.visits)
          for (const column of visit.columns) {
            const opened = column.rows.flatMap((r) =>
              r.kind === 'fold' ? (rowsAt(scene, number, r.seq, r.from, r.count, r.look)?.rows ?? []) : [],
            )
            const rules = [...column.rows, ...opened].filter((r): r is RuleRow => r.kind === 'rule')
            for (const row of rules) {
              const where = `${visit.base} ${column.chain} ${row.parts.map((p) => p.text).join(' ')}`
              expect([where, row.why.length > 0]).toEqual([where, row.state === 'no'])
              if (row.state === 'no') expect([where, row.parts.some((p) => p.hit === false)]).toEqual([where, true])
              if (row.state === 'no') seen.no++
            }
            if (!column.look) continue
            seen.looks++
            const all = column.rows.reduce((n, r) => n + (r.kind === 'fold' ? r.count : r.kind === 'element' ? 1 : 0), 0)
            expect([column.chain, all]).toEqual([column.chain, column.total])
          }
        // What IPVS chose is chosen again when it is asked again, with the same reason.
        const nat = events.find((e) => e.kind === 'nat' && e.by === 'ipvs' && e.seq > hook.seq && e.at.hook === hook.at.hook)
        if (nat?.kind !== 'nat' || nat.ipvs?.how !== 'scheduled') continue
        const servers = shown.visits.flatMap((v) => v.columns).find((c) => c.look?.kind === 'servers')
        const rows = servers?.rows.flatMap((r) => (r.kind === 'element' ? [r] : [])) ?? []
        expect(rows.find((r) => r.state === 'matched')?.text).toContain(`-> ${nat.to} `)
        expect(rows.filter((r) => r.state === 'no').every((r) => r.said !== undefined)).toBe(true)
        seen.servers++
      }
  })
})

test('there was something to look at', () => {
  expect(seen.no).toBeGreaterThan(500)
  expect(seen.looks).toBeGreaterThan(100)
  expect(seen.servers).toBeGreaterThan(5)
})
