import { type Breakpoint, has } from '../play/breakpoints.ts'
import { usePace } from '../play/pace.ts'
import { toggleBreakpoint } from '../play/play.ts'

export const Flag = ({ raised }: { readonly raised: boolean }) => (
  <svg className="flag" width="11" height="12" viewBox="0 0 11 12" aria-hidden="true">
    <path d="M1.5.5v11" stroke="currentColor" strokeWidth="1.4" fill="none" />
    <path d="M2.2 1h7.6L8 3.8 9.8 6.6H2.2z" fill={raised ? 'currentColor' : 'none'} stroke="currentColor" strokeWidth="1.1" />
  </svg>
)

/** A small flag that sets or takes away a breakpoint. `word`: shown beside it; else only its name is there. */
export function FlagButton({ at, label, word }: { readonly at: Breakpoint; readonly label: string; readonly word?: string }) {
  const raised = usePace((p) => has(p.breakpoints, at))
  return (
    <button
      type="button"
      className="flag-button"
      aria-pressed={raised}
      aria-label={label}
      title={label}
      onClick={() => toggleBreakpoint(at)}
    >
      <Flag raised={raised} />
      {word}
    </button>
  )
}
