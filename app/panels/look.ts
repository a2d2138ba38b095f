import { useEffect, useState } from 'react'
import type { Answer, View, Viewed } from '../../src/answer.ts'
import { look } from '../engine/client.ts'

const kept = new WeakMap<Answer, Map<string, Viewed>>()

const keptFor = (answer: Answer): Map<string, Viewed> => {
  const known = kept.get(answer) ?? new Map<string, Viewed>()
  kept.set(answer, known)
  return known
}

/** A worker that died has no word of its world until it is asked again. */
const lost: Viewed = { kind: 'problem', problem: { code: 'no-world', params: {}, severity: 'error' } }

/** Looks at the world behind an answer, once for each question; undefined when the engine has no word of it. */
export async function lookAtWorld(answer: Answer, view: View): Promise<Viewed | undefined> {
  const all = keptFor(answer)
  const key = JSON.stringify(view)
  const old = all.get(key)
  if (old !== undefined) return old
  const viewed = await look(view)
  if (viewed !== undefined) all.set(key, viewed)
  return viewed
}

/** A look that a part of the page shows; undefined until it is there. */
export function useLook(answer: Answer, view: View): Viewed | undefined {
  const key = JSON.stringify(view)
  const [found, setFound] = useState<{ readonly answer: Answer; readonly key: string; readonly viewed: Viewed | undefined }>()
  useEffect(() => {
    let gone = false
    void lookAtWorld(answer, JSON.parse(key) as View).then((viewed) => {
      if (!gone) setFound({ answer, key, viewed: viewed ?? lost })
    })
    return () => {
      gone = true
    }
  }, [answer, key])
  return keptFor(answer).get(key) ?? (found?.answer === answer && found.key === key ? found.viewed : undefined)
}
