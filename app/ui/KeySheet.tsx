import { useEffect, useRef } from 'react'
import { set, useStore } from '../store.ts'
import { type Key, useT } from './words/t.ts'

const rows: readonly (readonly [keys: readonly string[], what: Key])[] = [
  [['Space'], 'keys.space'],
  [['←', '→'], 'keys.station'],
  [['⇧ ←', '⇧ →'], 'keys.hop'],
  [['↑', '↓'], 'keys.rule'],
  [['Home', 'End'], 'keys.ends'],
  [['?'], 'keys.help'],
]

export function KeySheet() {
  const t = useT()
  const open = useStore((s) => s.sheet === 'keys')
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (open && dialog.current?.open === false) dialog.current.showModal()
    if (!open && dialog.current?.open === true) dialog.current.close()
  }, [open])
  return (
    <dialog ref={dialog} className="key-sheet" aria-labelledby="key-sheet-title" onClose={() => set({ sheet: 'none' })}>
      <h2 id="key-sheet-title">{t('keys.title')}</h2>
      <dl>
        {rows.map(([keys, what]) => (
          <div key={what}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{t(what)}</dd>
          </div>
        ))}
      </dl>
      <button type="button" onClick={() => set({ sheet: 'none' })}>
        {t('keys.close')}
      </button>
    </dialog>
  )
}
