import type { ComponentType } from 'react'
import { useW } from './words.ts'

function Missing() {
  return <p className="empty">{useW()('more.missing')}</p>
}

/** Stands where something is still on its way: the page is not quiet while one is there. */
export const Coming = () => <span data-coming="" hidden />

/** Is anything on the page still on its way? */
export const partsComing = (): boolean => document.querySelector('[data-coming]') !== null

const Nothing = (): null => null

/** A part of the page that is fetched when it is wanted; without a network a word stands in its place, or nothing where there is no room. */
export const part =
  <P,>(load: () => Promise<{ readonly default: ComponentType<P> }>, missing: 'said' | 'left out' = 'said') =>
  (): Promise<{ readonly default: ComponentType<P> }> =>
    load().catch(() => ({ default: (missing === 'said' ? Missing : Nothing) as ComponentType<P> }))
