import type { ComponentType } from 'react'
import { useW } from './words.ts'

function Missing() {
  return <p className="empty">{useW()('more.missing')}</p>
}

/** Stands where something is still on its way: the page is not quiet while one is there. */
export const Coming = () => <span data-coming="" hidden />

/** Is anything on the page still on its way? */
export const partsComing = (): boolean => document.querySelector('[data-coming]') !== null

/** A part of the page that is fetched when it is wanted; without a network a word stands in its place. */
export const part =
  <P,>(load: () => Promise<{ readonly default: ComponentType<P> }>) =>
  (): Promise<{ readonly default: ComponentType<P> }> =>
    load().catch(() => ({ default: Missing as ComponentType<P> }))
