import { useState } from 'react'
import { useFarT } from './words/t.ts'

/** A text to hand on: copied, or marked by hand where the browser forbids it. */
export function Copy({ text, label, className }: { readonly text: string; readonly label: string; readonly className: string }) {
  const t = useFarT()
  const [said, say] = useState<'' | 'share.copied' | 'share.failed'>('')
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text)
      say('share.copied')
    } catch {
      say('share.failed')
    }
  }
  return (
    <>
      <button type="button" className={className} disabled={text === ''} onClick={() => void copy()}>
        {label}
      </button>
      <span className="said-copied" role="status">
        {said === '' ? '' : t(said)}
      </span>
    </>
  )
}

/** A name that every system takes as the name of a file. */
export const plainName = (name: string): string => name.replace(/[^\w.-]+/g, '-').replace(/^-+|-+$/g, '') || 'story'

/** Gives the visitor a text as a file. */
export function save(file: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const a = document.createElement('a')
  a.href = url
  a.download = file
  a.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
