import { describe, expect, test } from 'vitest'
import { explain } from '../../src/explain.ts'
import type { TraceEvent } from '../../src/trace/event.ts'
import { view } from '../../src/view.ts'
import { labFiles } from '../learn/labs/list.ts'
import { quickLabs } from '../learn/labs/quick.ts'
import { outlook } from './fate.ts'
import { neighboursOf, standings } from './more/routes.ts'
import { rulePartsOf, seenBy } from './rule.ts'
import { entryAt, heldAt, tableAt, tupleFields } from './tracked.ts'

const walkOf = (slug: string) => explain({ v: 1, files: labFiles(slug) ?? [], seed: 1 })
const walks = quickLabs.map((l) => l.slug).map((slug) => ({ slug, ...walkOf(slug) }))
const journeysOf = (answer: (typeof walks)[number]['answer']) => answer.walk?.journeys ?? []

describe.each(walks)('every step of $slug', ({ answer, world }) => {
  test('a rule that matched saw a value of the packet for each of its plain conditions', () => {
    let conditions = 0
    for (const { events } of journeysOf(answer)) {
      events.forEach((e, i) => {
        const before = events[i - 1]?.after
        if (e.kind !== 'rule' || before?.kind !== 'skb') return
        const held = heldAt(e)
        const entry = held === undefined ? undefined : entryAt(answer, e.at.netns, held, e.seq)
        for (const part of rulePartsOf(e.text)) {
          if (part.role !== 'match' || part.option === '--probability') continue
          expect(seenBy(part, before.skb, entry), `${e.text}: ${part.option}`).toBeDefined()
          conditions += 1
        }
      })
    }
    expect(conditions).toBeGreaterThan(0)
  })

  test('the routing table as ip prints it has the line that won', () => {
    let asked = 0
    for (const { events } of journeysOf(answer)) {
      for (const e of events) {
        if (e.kind !== 'route' || e.route === undefined) continue
        const text = view(world, { kind: 'tool', netns: e.at.netns, argv: ['ip', 'route', 'show', 'table', e.route.table] })
        if (text.kind !== 'text') throw new Error(`no table: ${e.route.table}`)
        const lines = standings(text.text.split('\n'), e.route.text, e.dst)
        const won = lines.filter((l) => l.standing === 'won')
        expect(
          won.map((l) => l.text),
          e.route.text,
        ).toHaveLength(1)
        expect(lines.filter((l) => l.standing === 'shorter').every((l) => l.bits <= (won[0]?.bits ?? -1))).toBe(true)
        asked += 1
      }
    }
    expect(asked).toBeGreaterThan(0)
  })

  test('what an outlook foretells comes true, in this netns', () => {
    let foretold = 0
    for (const { events } of journeysOf(answer)) {
      events.forEach((e, i) => {
        const seen = outlook(events, i)
        if (seen?.next === undefined) return
        expect(seen.next.event.at.netns).toBe(e.at.netns)
        expect(seen.next.event.seq).toBeGreaterThan(e.seq)
        expect(seen.headers.some((h) => h.soon.length > 0)).toBe(true)
        foretold += 1
      })
    }
    expect(foretold).toBeGreaterThan(0)
  })

  test('the conntrack tables at the end are those that the tool lists', () => {
    const netnses = new Set(journeysOf(answer).flatMap((j) => j.events.map((e) => e.at.netns)))
    for (const netns of netnses) {
      const listed = view(world, { kind: 'tool', netns, argv: ['conntrack', '-L'] })
      const count = listed.kind === 'text' ? listed.text.split('\n').filter((l) => l.includes('src=')).length : -1
      expect(tableAt(answer, netns, Number.POSITIVE_INFINITY), netns).toHaveLength(count)
    }
  })
})

const { answer } = walkOf('clusterip-cross-node')
const events = journeysOf(answer).flatMap((j) => (j.phase === 'connect' ? [j.events] : []))[0] ?? []
const at = (pass: (e: TraceEvent) => boolean): number => events.findIndex(pass)

test('before the DNAT the destination is about to change and the Ethernet header ends on this node', () => {
  const seen = outlook(
    events,
    at((e) => e.kind === 'hook' && e.at.netns === 'node-1' && e.at.hook === 'prerouting'),
  )
  expect(seen?.headers.map((h) => `${h.title} ${h.fate}`)).toEqual(['Ethernet ends', 'IPv4 changes', 'TCP changes'])
  expect(seen?.next?.fields.map((f) => f.name)).toEqual(['dst', 'dport'])
  expect(seen?.next?.event.kind).toBe('nat')
})

test('in the tunnel every header goes on; at the other end the outer ones come off', () => {
  const out = outlook(
    events,
    at((e) => e.kind === 'device' && e.at.netns === 'node-1' && e.device === 'eth0'),
  )
  expect(new Set(out?.headers.map((h) => h.fate))).toEqual(new Set(['goes']))
  const inn = outlook(
    events,
    at((e) => e.kind === 'device' && e.at.netns === 'node-2' && e.device === 'eth0'),
  )
  expect(inn?.headers.map((h) => h.fate)).toEqual(['ends', 'ends', 'ends', 'ends', 'ends', 'changes', 'goes'])
})

test('the reply of an entry shows what NAT changed', () => {
  const nat = events[at((e) => e.kind === 'nat')]
  const entry = nat && entryAt(answer, 'node-1', heldAt(nat) ?? 0, Number.POSITIVE_INFINITY)
  expect(entry && tupleFields(entry.reply, entry.orig).flatMap((f) => (f.nat ? [f.name] : []))).toEqual(['src', 'sport'])
  expect(entry && tupleFields(entry.orig, undefined).some((f) => f.nat)).toBe(false)
})

test('a long table is shown around the line that won, with what holds the address, and the rest counted', () => {
  const lines = Array.from({ length: 40 }, (_, i) => `10.0.${i}.0/24 dev eth${i} `)
  const shown = neighboursOf(standings(['default via 10.0.0.1 dev eth0', ...lines], '10.0.20.0/24 dev eth20', '10.0.20.7'), 5)
  expect(shown.map((l) => (typeof l === 'number' ? l : l.text))).toEqual([
    'default via 10.0.0.1 dev eth0',
    18,
    '10.0.18.0/24 dev eth18',
    '10.0.19.0/24 dev eth19',
    '10.0.20.0/24 dev eth20',
    '10.0.21.0/24 dev eth21',
    18,
  ])
})
