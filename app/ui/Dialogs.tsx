import { type ComponentType, useEffect, useState } from 'react'
import { loadPacker } from '../link/late.ts'
import { type Sheet, set, useStore } from '../store.ts'

type Far = ComponentType<{ readonly sheet: Exclude<Sheet, 'none'> }>
let far: Far | undefined
let fetching = 0

/** Is a part of the page on its way? */
export const fetchingDialogs = (): boolean => fetching > 0

/** Fetches the dialogs; undefined when they cannot be had. */
export async function fetchDialogs(): Promise<Far | undefined> {
  fetching += 1
  try {
    // one of the dialogs writes links
    const [part] = await Promise.all([import('./far/Far.tsx'), loadPacker()])
    far ??= part.Far
  } catch {
    return undefined
  } finally {
    fetching -= 1
  }
  return far
}

/** The page's dialogs; their code comes when one is wanted. One that cannot be had is said, with a way to try again. */
export function Dialogs() {
  const sheet = useStore((s) => s.sheet)
  // kept here, not read from `far`: that may be filled ahead of time between a drawing and its effect
  const [Open, arrived] = useState<Far>()
  useEffect(() => {
    if (sheet === 'none' || Open !== undefined) return
    void fetchDialogs().then((here) => {
      if (here === undefined) set({ sheet: 'none', notice: { kind: 'part', sheet } })
      else arrived(() => here)
    })
  }, [sheet, Open])
  if (sheet === 'none' || Open === undefined) return null
  return <Open key={sheet} sheet={sheet} />
}
