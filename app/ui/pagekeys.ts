import { set, state } from '../store.ts'
import { type PaneName, togglePane } from './panes.ts'

const paneKeys: Readonly<Record<string, PaneName>> = { m: 'manifests', i: 'inspector', c: 'chains', t: 'timeline' }

/** Does this element use the keys itself? */
const takesText = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('input, textarea, select, dialog, [contenteditable], .monaco-editor') !== null

/** Keys of the page around the walk: the palette from anywhere, the panes while nobody types. */
export function listenToPageKeys(): void {
  // Before the other listeners: Monaco begins a chord with Ctrl+K, and keys that are switched off must not reach the walk.
  addEventListener(
    'keydown',
    (event) => {
      if (event.isComposing) return
      const { key } = event
      if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && key.toLowerCase() === 'k') {
        event.preventDefault()
        event.stopImmediatePropagation()
        set({ sheet: state().sheet === 'palette' ? 'none' : 'palette' })
        return
      }
      if (event.ctrlKey || event.metaKey || event.altKey || key.length !== 1 || takesText(event.target)) return
      // What is typed while a dialog's part is on its way is not meant for the page behind it.
      if (!state().singleKeys || state().sheet !== 'none') {
        // A button's own Space is not a shortcut.
        if (key !== ' ') event.stopImmediatePropagation()
        return
      }
      const pane = event.shiftKey ? undefined : paneKeys[key]
      if (pane !== undefined) togglePane(pane)
      else if (key === 's') set({ sheet: 'share' })
      else return
      event.preventDefault()
    },
    true,
  )
}
