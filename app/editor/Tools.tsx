import { edited, openLab } from '../asking.ts'
import { startOf } from '../learn/start.ts'
import { useStore } from '../store.ts'
import { format, redo, undo } from './hand.ts'
import { useEditor } from './state.ts'
import { useEditorWords } from './words.ts'

const paths = {
  undo: 'M6.2 2.4 2 6.4l4.2 4V7.9h3.3a2.6 2.6 0 0 1 0 5.2H5.4v1.5h4.1a4.1 4.1 0 0 0 0-8.2H6.2z',
  redo: 'M9.8 2.4 14 6.4l-4.2 4V7.9H6.5a2.6 2.6 0 0 0 0 5.2h4.1v1.5H6.5a4.1 4.1 0 0 1 0-8.2h3.3z',
  start: 'M3 2.5v3.2h3.2V4.3H5.3a4.7 4.7 0 1 1-2 4.6H1.8A6.2 6.2 0 1 0 4.5 3.1V2.5zM7.3 5h1.4v3.2l2.3 1.4-.7 1.2-3-1.8z',
  format: 'M2 3h12v1.5H2zM5 6.3h9v1.5H5zM5 9.6h7v1.5H5zM2 12.9h9v1.5H2z',
} as const

const Sign = ({ name }: { readonly name: keyof typeof paths }) => (
  <svg width={14} height={14} viewBox="0 0 16 16" aria-hidden="true" fill="currentColor">
    <path d={paths[name]} />
  </svg>
)

/** Undo, redo, format, what was changed, back to the start: for hands that do not know the keys. */
export default function Tools({ readOnly }: { readonly readOnly: boolean }) {
  const say = useEditorWords()
  const slug = useStore((s) => s.slug)
  const files = useStore((s) => s.files)
  const { canUndo, canRedo, comparing } = useEditor()
  const changed = startOf(slug) !== undefined && edited(slug, files)
  return (
    <div className="editor-tools" role="toolbar" aria-label={say('tools')}>
      <button type="button" aria-label={say('undo')} title={say('undo')} disabled={!canUndo || readOnly} onClick={undo}>
        <Sign name="undo" />
      </button>
      <button type="button" aria-label={say('redo')} title={say('redo')} disabled={!canRedo || readOnly} onClick={redo}>
        <Sign name="redo" />
      </button>
      <button type="button" aria-label={say('format')} title={say('format')} disabled={readOnly || comparing} onClick={() => void format()}>
        <Sign name="format" />
      </button>
      <button
        type="button"
        title={say('changesTitle')}
        aria-pressed={comparing}
        disabled={!changed && !comparing}
        onClick={() => useEditor.setState({ comparing: !comparing })}
      >
        {say('changes')}
      </button>
      <button type="button" aria-label={say('toStart')} title={say('toStartTitle')} disabled={!changed} onClick={() => openLab(slug)}>
        <Sign name="start" />
      </button>
    </div>
  )
}
