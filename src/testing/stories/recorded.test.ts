import { describe, expect, test } from 'vitest'
import { branches } from '../../engine/branches.ts'
import type { GoldenProbe } from '../../engine/replay/golden.ts'
import { partsOf, session } from '../../engine/replay/session.ts'
import type { Journey } from '../../trace/journey.ts'
import { hashLuck, type Luck } from '../../trace/luck.ts'
import { endingText } from '../kernel-lab.ts'
import { gapsOf } from './joined.ts'
import { goldenOf, type RecordedStory } from './recorded.ts'
import { surprises } from './surprises.ts'
import { traps } from './traps.ts'

/** `dropped: no-hairpin at node1 veth11`. */
function endOf({ ending, events }: Journey): string {
  const at = events.at(-1)?.at
  const place = at?.hook ?? at?.device
  const what = endingText(ending).replace(/^(delivered) .*/, '$1')
  return `${what} at ${at?.netns}${place === undefined ? '' : ` ${place}`}`
}

function told(story: RecordedStory, luck: Luck): { readonly says: readonly (readonly string[])[]; readonly journeys: readonly Journey[] } {
  const golden = goldenOf(story)
  const all: Journey[] = []
  let now: readonly Journey[] = []
  const run = session(golden, luck, undefined, ({ journeys }) => {
    now = journeys
    all.push(...journeys)
  })
  const parts = golden.sequence ? partsOf(golden) : [{ probe: golden.probe as GoldenProbe }]
  const says: string[][] = []
  for (const part of parts) {
    if ('do' in part) run.change(part.do)
    else {
      const { outcome } = run.probe(part.probe, 'timeout' in part ? part.timeout : undefined)
      const [first, ...others] = now.filter((j) => j.phase !== 'close').map(endOf)
      says.push([outcome, ...(first === undefined ? [] : [first]), ...others.filter((e) => !e.startsWith('delivered'))])
    }
  }
  return { says, journeys: all }
}

describe.each([...traps, ...surprises])('$name', (story) => {
  const random = goldenOf(story).expected_by_branch !== undefined
  const once = told(story, hashLuck(1))
  test('what its packets come to', () => {
    if (!random) return expect(once.says).toEqual(story.says)
    // every branch of the random choice, each told once
    const { leaves } = branches((luck) => told(story, luck).says, hashLuck(1), 64)
    const ways = new Set(leaves.flatMap((l) => l.result.map((r) => JSON.stringify(r))))
    expect([...ways].sort()).toEqual(story.says.map((s) => JSON.stringify(s)).sort())
  })

  test('every journey is joined and ends once', () => {
    const bare = once.journeys.filter((j) => !j.events.some((e) => e.kind === 'fragment'))
    expect(bare.flatMap((j) => gapsOf(j).map((gap) => `#${j.id} ${j.title}: ${gap}`))).toEqual([])
  })
})
