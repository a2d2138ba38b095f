import { useEffect, useRef } from 'react'
import { set } from '../store.ts'

interface Props {
  readonly label: string
  readonly text: string
  readonly readOnly: boolean
  readonly reveal: number | undefined
  readonly onEdit: (text: string) => void
}

/** The text in a plain text area: on phones, and while the editor is on its way. */
export function PlainText({ label, text, readOnly, reveal, onEdit }: Props) {
  const area = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    if (reveal === undefined || area.current === null) return
    area.current.focus()
    area.current.setSelectionRange(reveal, reveal)
  }, [reveal])
  return (
    <textarea
      ref={area}
      className="plain-text"
      aria-label={label}
      value={text}
      readOnly={readOnly}
      spellCheck={false}
      autoCapitalize="off"
      autoCorrect="off"
      wrap="off"
      onChange={(e) => onEdit(e.target.value)}
      onSelect={({ currentTarget: { value, selectionStart } }) => set({ cursorLine: value.slice(0, selectionStart).split('\n').length })}
    />
  )
}
