import { expect, it } from 'vitest'
import { labFiles, labs } from './list.ts'
import { notes } from './notes.ts'

it('each lab of CNIs, policies and drills says what to look at, and no note is without its lab', () => {
  const told = labs.filter(({ group }) => group.en !== 'Services').map(({ slug }) => slug)
  expect(Object.keys(notes).sort()).toEqual([...told].sort())
})

it('a Pod whose CNI ADD a lab or its note opens is one of that lab', () => {
  const text = (slug: string): string => (labFiles(slug) ?? []).map((file) => file.text).join('\n---\n')
  const doors = Object.entries(notes).flatMap(([slug, { doors = [] }]) =>
    doors.flatMap((to) => (typeof to === 'string' ? [] : [[slug, to.cni] as const])),
  )
  const opened = labs.flatMap(({ slug, opens }) => (opens === undefined ? [] : [[slug, opens] as const]))
  expect(opened.length).toBeGreaterThan(0)
  for (const [slug, pod] of [...doors, ...opened]) expect(text(slug)).toContain(`name: ${pod.replace(/^.*\//, '')}\n`)
})
