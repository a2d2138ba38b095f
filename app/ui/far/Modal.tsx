import { type ReactNode, useLayoutEffect, useRef } from 'react'
import { set } from '../../store.ts'
import { Icon } from '../Icon.tsx'
import { useFarT } from './words/t.ts'

interface Props {
  readonly title: string
  readonly className: string
  /** The palette's title is for screen readers only. */
  readonly bare?: boolean
  readonly children: ReactNode
}

/** A dialog of the page: Escape, the cross and a press beside it close it; what had the focus gets it back. */
export function Modal({ title, className, bare = false, children }: Props) {
  const t = useFarT()
  const dialog = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => {
    const made = dialog.current
    made?.showModal()
    // Closed before it goes: only then the browser gives the focus back.
    return () => made?.close()
  }, [])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the key for it, and the browser's own
    <dialog
      ref={dialog}
      className={`modal ${className}`}
      aria-label={title}
      // at once: until it is gone, its input would take the next key
      onCancel={() => set({ sheet: 'none' })}
      onClose={() => {
        if (dialog.current?.open === false) set({ sheet: 'none' })
      }}
      onClick={(e) => {
        if (e.target === dialog.current) dialog.current.close()
      }}
    >
      <div className="modal-body">
        {!bare && <h2>{title}</h2>}
        {children}
        {!bare && (
          <button type="button" className="close" aria-label={t('close')} onClick={() => dialog.current?.close()}>
            <Icon name="close" size={14} />
          </button>
        )}
      </div>
    </dialog>
  )
}
