/**
 * Whether things may move, and whether something is moving. `?still` and prefers-reduced-motion both show every
 * animation at its last frame; a test waits for `nothingMoves()` instead of for a time.
 */
let movements = 0

export const stillAsked = (): boolean => new URLSearchParams(location.search).has('still')
export const still = (): boolean => document.documentElement.dataset['still'] !== undefined

/** Says that a script-driven animation has begun; call what it returns when it has ended. */
export function moving(): () => void {
  movements += 1
  let ended = false
  return () => {
    if (!ended) movements -= 1
    ended = true
  }
}

/** No script-driven animation and no finite CSS animation or transition is running. */
export const nothingMoves = (): boolean =>
  movements === 0 &&
  document.getAnimations().every((a) => a.playState !== 'running' || a.effect?.getComputedTiming().endTime === Number.POSITIVE_INFINITY)

/** Puts `data-still` on the page, and keeps it true to the reader's wish. */
export function watchStillness(): void {
  const wish = matchMedia('(prefers-reduced-motion: reduce)')
  const apply = (): void => {
    if (stillAsked() || wish.matches) document.documentElement.dataset['still'] = ''
    else delete document.documentElement.dataset['still']
  }
  apply()
  wish.addEventListener('change', apply)
}
