import { useEffect, useState } from 'react'
import type { Answer, View, Viewed } from '../../src/answer.ts'
import type { FoldRow, HookColumns, RuleRow } from '../../src/engine/columns/shape.ts'
import type { ElementRow } from '../../src/engine/columns/shape-look.ts'
import { look } from '../engine/client.ts'
import { moving } from '../ui/motion.ts'
import { foldKey, type Opened, PIECE } from './column.ts'

/** How often and how long a worker that was just begun again is waited for, in ms. */
const TRIES = 12
const PAUSE = 250

const answers = new WeakMap<Answer, Map<number, Promise<HookColumns | undefined>>>()
const there = new WeakMap<Answer, Map<number, HookColumns>>()

const pause = (): Promise<void> => new Promise((done) => setTimeout(done, PAUSE))

/** A look that is repeated while the worker has no world yet. The page is not quiet meanwhile. */
async function lookAgain(view: View): Promise<Viewed | undefined> {
  const ended = moving()
  try {
    for (let i = 0; i < TRIES; i++) {
      const viewed = await look(view)
      if (viewed !== undefined && !(viewed.kind === 'problem' && viewed.problem.code === 'no-world')) return viewed
      await pause()
    }
    return undefined
  } finally {
    ended()
  }
}

async function columnsOf(answer: Answer, journey: number, seq: number): Promise<HookColumns | undefined> {
  const viewed = await lookAgain({ kind: 'columns', journey, seq })
  if (viewed?.kind !== 'columns') return undefined
  const kept = there.get(answer) ?? new Map<number, HookColumns>()
  there.set(answer, kept.set(seq, viewed))
  return viewed
}

function asked(answer: Answer, journey: number, seq: number): Promise<HookColumns | undefined> {
  const known = answers.get(answer) ?? new Map<number, Promise<HookColumns | undefined>>()
  answers.set(answer, known)
  const old = known.get(seq)
  if (old !== undefined) return old
  const fresh = columnsOf(answer, journey, seq)
  known.set(seq, fresh)
  // What failed may be asked again.
  void fresh.then((found) => found ?? known.delete(seq))
  return fresh
}

/** The columns on screen: those of `seq`, or the old ones until the new have come. `lost`: the engine does not know this walk any more. */
export interface Shown {
  readonly answer: Answer
  readonly seq: number
  readonly columns: HookColumns | undefined
  readonly lost: boolean
}

export function useColumns(answer: Answer | undefined, journey: number, seq: number | undefined): Shown | undefined {
  const [shown, setShown] = useState<Shown>()
  const ready = answer === undefined || seq === undefined ? undefined : there.get(answer)?.get(seq)
  useEffect(() => {
    if (answer === undefined || seq === undefined) return
    let wanted = true
    void asked(answer, journey, seq).then((columns) => {
      if (wanted) setShown({ answer, seq, columns, lost: columns === undefined })
    })
    return () => {
      wanted = false
    }
  }, [answer, journey, seq])
  if (answer !== undefined && seq !== undefined && ready !== undefined) return { answer, seq, columns: ready, lost: false }
  return shown
}

type Fold = Pick<FoldRow, 'seq' | 'from' | 'count' | 'look'>

/** Folds that are open at one hook, and a way to open and close them. */
export interface Folds {
  readonly opened: Opened
  readonly toggle: (fold: Fold) => void
  readonly more: (fold: Fold) => void
  readonly causes: HookColumns['causes']
}

const none: Opened = new Map()

export function useFolds(answer: Answer | undefined, journey: number, hook: number | undefined): Folds {
  const [state, setState] = useState<{
    readonly answer: Answer | undefined
    readonly opened: Opened
    readonly causes: HookColumns['causes']
  }>({
    answer: undefined,
    opened: none,
    causes: {},
  })
  const now = state.answer === answer ? state : { answer, opened: none, causes: {} }
  const fetchRows = async (fold: Fold, had: readonly (RuleRow | ElementRow)[]) => {
    const from = fold.from + had.length
    const count = Math.min(PIECE, fold.count - had.length)
    const which = fold.look === undefined ? {} : { look: fold.look }
    const viewed = await lookAgain({ kind: 'rows', journey, seq: fold.seq, from, count, ...which })
    if (viewed?.kind !== 'rows') return
    setState((was) => {
      const kept = was.answer === answer ? was : { opened: none, causes: {} }
      const opened = new Map(kept.opened).set(foldKey(fold), [...had, ...viewed.rows])
      return { answer, opened, causes: { ...kept.causes, ...viewed.causes } }
    })
  }
  return {
    opened: hook === undefined ? none : now.opened,
    causes: now.causes,
    toggle: (fold) => {
      const key = foldKey(fold)
      if (!now.opened.has(key)) {
        void fetchRows(fold, [])
        return
      }
      const opened = new Map(now.opened)
      opened.delete(key)
      setState({ ...now, opened })
    },
    more: (fold) => void fetchRows(fold, now.opened.get(foldKey(fold)) ?? []),
  }
}
