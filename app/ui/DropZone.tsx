import { useEffect, useState } from 'react'
import { set } from '../store.ts'
import { useT } from './words/t.ts'

const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false

const takesText = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('input, textarea, [contenteditable], .monaco-editor') !== null

/** Files that are dropped anywhere, and text that is pasted where nothing else wants it, become a lab. */
async function take(files: readonly File[]): Promise<void> {
  try {
    const { openDropped } = await import('./far/import.ts')
    await openDropped(files)
  } catch {
    set({ notice: { kind: 'part', sheet: 'none' } })
  }
}

export function DropZone() {
  const t = useT()
  const [over, setOver] = useState(false)
  useEffect(() => {
    // Entering and leaving is told for every element on the way: only leaving the page itself counts.
    const enter = (event: DragEvent): void => {
      if (!carriesFiles(event)) return
      event.preventDefault()
      setOver(true)
    }
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false)
    }
    const drop = (event: DragEvent): void => {
      if (!carriesFiles(event)) return
      event.preventDefault()
      event.stopPropagation()
      setOver(false)
      void take([...(event.dataTransfer?.files ?? [])])
    }
    const paste = (event: ClipboardEvent): void => {
      const files = [...(event.clipboardData?.files ?? [])]
      const text = event.clipboardData?.getData('text/plain') ?? ''
      if (files.length === 0 && (takesText(event.target) || text === '')) return
      event.preventDefault()
      event.stopPropagation()
      void take(files.length > 0 ? files : [new File([text], 'pasted.yaml')])
    }
    addEventListener('dragenter', enter, true)
    addEventListener('dragover', enter, true)
    addEventListener('dragleave', leave, true)
    addEventListener('drop', drop, true)
    addEventListener('paste', paste, true)
    return () => {
      removeEventListener('dragenter', enter, true)
      removeEventListener('dragover', enter, true)
      removeEventListener('dragleave', leave, true)
      removeEventListener('drop', drop, true)
      removeEventListener('paste', paste, true)
    }
  }, [])
  if (!over) return null
  return (
    <div className="drop-zone">
      <div>
        <h2>{t('drop.title')}</h2>
        <p>{t('drop.text')}</p>
      </div>
    </div>
  )
}
