import { useEffect, useMemo, useState } from 'react'
import type { Answer } from '../../../src/answer.ts'
import type { Scene } from '../shapes.ts'
import type { Lang } from '../words.ts'

type Part = typeof import('./part.ts')

interface Told {
  readonly of: Answer
  readonly View?: Part['Sessions']
  readonly add?: (scene: Scene, lang: Lang) => Scene
}

/** The stage with its BGP sessions, and what shows them alone, once both are there; `coming`: they are on their way. */
export function useBgp(answer: Answer, scene: Scene | undefined, lang: Lang) {
  const coming = answer.stage?.underlay.bgp !== undefined
  const [told, setTold] = useState<Told>()
  useEffect(() => {
    let gone = false
    const load = async (): Promise<Told> => {
      const part = await import('./part.ts')
      return { of: answer, View: part.Sessions, add: await part.sessionsIn(answer) }
    }
    if (coming)
      void load()
        .catch(() => ({ of: answer }))
        .then((next) => gone || setTold(next))
    return () => {
      gone = true
    }
  }, [answer, coming])
  const add = told?.of === answer ? told.add : undefined
  const drawn = useMemo(() => (add && scene ? add(scene, lang) : scene), [add, scene, lang])
  return { scene: drawn, View: told?.View, coming: coming && told?.of !== answer }
}
