import { expect, it } from 'vitest'
import { beatsOf } from '../../timeline/beats.ts'
import { otherNode } from '../walks.ts'
import { above, along, type Near, nearIn, nodeOf } from './near.ts'

const answer = otherNode()

it('what is looked at stays with its lab, as long as the walk has it', () => {
  const near = { level: 'node', netns: 'node-1', slug: 'a' } as const
  expect(nearIn(answer, 'a', near)).toBe(near)
  expect(nearIn(answer, 'b', near)).toBeUndefined()
  expect(nearIn(answer, 'a', { ...near, netns: 'node-9' })).toBeUndefined()
  expect(nearIn(answer, 'a', { level: 'pair', netns: 'default/client', slug: 'a' })).toBeDefined()
  expect(nearIn(answer, 'a', { level: 'pair', netns: 'node-1', slug: 'a' })).toBeUndefined()
  expect(above({ level: 'pair', netns: 'default/client', from: 'node-1' })).toEqual({ level: 'node', netns: 'node-1' })
  expect(above({ level: 'node', netns: 'node-1' })).toBeUndefined()
})

it('one node alone follows the packet over the wire to the next, and does not leave for a packet that was never in it', () => {
  const seen = (start: string): readonly string[] => {
    let near: Near | undefined = { level: 'node', netns: start }
    let node: string | undefined
    const names: string[] = [start]
    for (const b of beatsOf(answer).filter(({ journey }) => journey === beatsOf(answer).find((x) => x.phase === 'connect')?.journey)) {
      const now = nodeOf(answer, b.place) ?? node
      near = along(near, node, now) ?? near
      if (near.netns !== names.at(-1)) names.push(near.netns)
      node = now
    }
    return names
  }
  expect(seen('node-1')).toEqual(['node-1', 'node-2'])
  expect(seen('node-2')).toEqual(['node-2'])
})
