import { set, state } from '../store.ts'
import { step, stepInto, stepOut, stepOver, toEnd, togglePlay, toStart } from './play.ts'

/** Does this element use the keys itself? */
const takesKeys = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('input, textarea, select, dialog, [role="separator"], .monaco-editor') !== null

/** Keys of the whole page, off while the visitor types. */
export function listenToKeys(): void {
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || takesKeys(event.target)) return
    const onButton = event.target instanceof Element && event.target.closest('button, a, summary') !== null
    switch (event.key) {
      case ' ':
        if (onButton) return
        togglePlay()
        break
      case 'ArrowRight':
        step(event.shiftKey ? 'hop' : 'station', 1)
        break
      case 'ArrowLeft':
        step(event.shiftKey ? 'hop' : 'station', -1)
        break
      case 'ArrowDown':
        if (event.shiftKey) stepOver()
        else stepInto()
        break
      case 'ArrowUp':
        if (event.shiftKey) stepOut()
        else step('rule', -1)
        break
      case 'Home':
        toStart()
        break
      case 'End':
        toEnd()
        break
      case '?':
        set({ sheet: state().sheet === 'keys' ? 'none' : 'keys' })
        break
      default:
        return
    }
    event.preventDefault()
  })
}
