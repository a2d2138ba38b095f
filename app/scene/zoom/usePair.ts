import { useEffect, useMemo, useState } from 'react'
import type { Answer } from '../../../src/answer.ts'
import { lookAtWorld } from '../../panels/look.ts'
import { state } from '../../store.ts'
import type { Beat, Playhead } from '../../timeline/beats.ts'
import type { Size } from '../layout.ts'
import type { Scene } from '../shapes.ts'
import type { Lang } from '../words.ts'

interface Moment {
  readonly answer: Answer
  readonly beats: readonly Beat[]
  readonly head: Playhead
  readonly size: Size | undefined
  readonly lang: Lang
}

type Drawing = typeof import('./pair/pair.ts')

interface Loaded {
  readonly answer: Answer
  readonly pod: string
  readonly drawing: Drawing
  readonly facts: Parameters<Drawing['pairScene']>[0]['facts']
}

/** The scene of a Pod's veth pair, once its drawing and the state of both namespaces are there. */
export function usePair(pod: string | undefined, { answer, beats, head, size, lang }: Moment): Scene | undefined {
  const [loaded, setLoaded] = useState<Loaded>()
  useEffect(() => {
    let gone = false
    const load = async (name: string): Promise<void> => {
      const drawing = await import('./pair/pair.ts')
      // With errors in the text the engine's world is no longer that of the walk on stage.
      const fresh = state().answer === answer
      const facts = await drawing.factsOf(answer, name, async (view) => (fresh ? lookAtWorld(answer, view) : undefined))
      if (!gone) setLoaded({ answer, pod: name, drawing, facts })
    }
    if (pod !== undefined) load(pod).catch(() => {})
    return () => {
      gone = true
    }
  }, [answer, pod])
  return useMemo(() => {
    if (loaded === undefined || size === undefined || loaded.pod !== pod || loaded.answer !== answer) return undefined
    return loaded.drawing.pairScene({ answer, beats, head, size, lang, pod, facts: loaded.facts })
  }, [loaded, pod, answer, beats, head, size, lang])
}
