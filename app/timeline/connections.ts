import type { Answer } from '../../src/answer.ts'
import type { Journey } from '../../src/trace/journey.ts'

type Numbers = readonly number[]
const known = new WeakMap<Answer, Numbers | undefined>()

/** Of a walk that a proxy joins out of several connections: the number of each journey's, from 1; 0 for name look-ups. Else undefined. */
export function connectionsOf(answer: Answer): Numbers | undefined {
  if (!known.has(answer)) known.set(answer, numbered(answer.walk?.journeys ?? []))
  return known.get(answer)
}

function numbered(journeys: readonly Journey[]): Numbers | undefined {
  if (!journeys.some((j) => j.events.some((e) => e.kind === 'process' && e.route !== undefined))) return undefined
  const numbers: number[] = []
  let count = 0
  for (const { phase, parent } of journeys) {
    const before = parent === undefined ? 0 : (numbers[parent.journey] ?? 0)
    numbers.push(phase === 'dns' ? 0 : before === 0 || parent?.as === 'onward' ? ++count : before)
  }
  return count > 1 ? numbers : undefined
}
