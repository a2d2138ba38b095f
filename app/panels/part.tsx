import type { ComponentType } from 'react'
import { useW } from './words.ts'

function Missing() {
  return <p className="empty">{useW()('more.missing')}</p>
}

let wanted = 0

/** Is a part of the page still on its way? */
export const partsComing = (): boolean => wanted > 0

/** A part of the page that is fetched when it is wanted; without a network a word stands in its place. */
export const part =
  <P,>(load: () => Promise<{ readonly default: ComponentType<P> }>) =>
  async (): Promise<{ readonly default: ComponentType<P> }> => {
    wanted += 1
    try {
      return await load()
    } catch {
      return { default: Missing as ComponentType<P> }
    } finally {
      wanted -= 1
    }
  }
