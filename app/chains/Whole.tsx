import { useEffect } from 'react'
import { foldsNow, togglePane } from '../ui/panes.ts'
import { setChains, useChains } from './state.ts'
import type { ChainWords } from './words.ts'

const takesKeys = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('input, textarea, select, dialog, [contenteditable], .monaco-editor') !== null

function turn(): void {
  const whole = !useChains.getState().whole
  // In a folded pane nobody would see it.
  if (whole && foldsNow().some(({ name, folded }) => name === 'chains' && folded)) togglePane('chains')
  setChains({ whole })
}

/** Lays the columns over editor, stage and inspector, and back: a low screen has no room for them beside the stage. */
export function Whole({ words }: { readonly words: ChainWords }) {
  const whole = useChains((s) => s.whole)
  useEffect(() => {
    const onKey = (e: KeyboardEvent): void => {
      if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || takesKeys(e.target)) return
      if (e.key === 'C' && e.shiftKey) turn()
      else if (e.key === 'Escape' && whole) setChains({ whole: false })
      else return
      e.preventDefault()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [whole])
  const label = whole ? words.beside : words.whole
  return (
    <button type="button" className="chain-whole" aria-pressed={whole} aria-label={words.whole} title={`${label} (⇧C)`} onClick={turn}>
      <svg width={16} height={16} viewBox="0 0 16 16" aria-hidden="true">
        <path d={whole ? 'M6.5 2.5v4h-4M9.5 13.5v-4h4' : 'M9 2.5h4.5V7M7 13.5H2.5V9M13.5 2.5l-4.5 4.5M2.5 13.5L7 9'} />
        {whole && <path d="M6.5 6.5 2 2M9.5 9.5 14 14" />}
      </svg>
    </button>
  )
}
