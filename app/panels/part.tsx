import type { ComponentType } from 'react'
import { useW } from './words.ts'

function Missing() {
  return <p className="empty">{useW()('more.missing')}</p>
}

/** A part of the page that is fetched when it is wanted; without a network a word stands in its place. */
export const part =
  <P,>(load: () => Promise<{ readonly default: ComponentType<P> }>) =>
  (): Promise<{ readonly default: ComponentType<P> }> =>
    load().catch(() => ({ default: Missing as ComponentType<P> }))
