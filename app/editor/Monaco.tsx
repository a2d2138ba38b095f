import { useEffect, useRef } from 'react'
import type { TextEdit } from '../../src/manifest/complete/item.ts'
import { set, useStore } from '../store.ts'
import { differing, lend } from './hand.ts'
import { teachYaml } from './language.ts'
import { monaco, paint } from './setup.ts'
import { useEditor } from './state.ts'

teachYaml()

export interface Marker {
  readonly severity: 'error' | 'warning' | 'hint'
  readonly message: string
  readonly offset: number
  readonly end: number
}

interface Props {
  readonly file: string
  readonly text: string
  readonly label: string
  readonly readOnly: boolean
  readonly markers: readonly Marker[]
  /** Start of the line behind the current step, in characters. */
  readonly lit: number | undefined
  /** A place to bring into view, when asked for; a new object for each asking. */
  readonly reveal: { readonly offset: number } | undefined
  readonly onEdit: (text: string) => void
}

const severities = {
  error: monaco.MarkerSeverity.Error,
  warning: monaco.MarkerSeverity.Warning,
  hint: monaco.MarkerSeverity.Info,
}

const modelOf = (file: string, text: string): monaco.editor.ITextModel => {
  const uri = monaco.Uri.parse(`inmemory://lab/${file}`)
  return monaco.editor.getModel(uri) ?? monaco.editor.createModel(text, 'yaml', uri)
}

function tellUndo(made: monaco.editor.IStandaloneCodeEditor): void {
  const model = made.getModel()
  useEditor.setState({ canUndo: model?.canUndo() ?? false, canRedo: model?.canRedo() ?? false })
}

/** Changes a text as one step that can be undone. */
function change(model: monaco.editor.ITextModel, edits: readonly TextEdit[]): void {
  model.pushStackElement()
  const range = ({ from, to }: TextEdit): monaco.Range => monaco.Range.fromPositions(model.getPositionAt(from), model.getPositionAt(to))
  model.pushEditOperations(
    [],
    edits.map((edit) => ({ range: range(edit), text: edit.text })),
    () => null,
  )
  model.pushStackElement()
}

/** What the page's buttons and lists do in this editor. */
const handOf = (made: monaco.editor.IStandaloneCodeEditor): Parameters<typeof lend>[0] => ({
  undo: () => made.trigger('page', 'undo', undefined),
  redo: () => made.trigger('page', 'redo', undefined),
  format: () => void made.getAction('editor.action.formatDocument')?.run(),
  edit: (file, edits) => {
    const model = made.getModel()
    if (model === null || model.uri.path !== `/${file}`) return false
    change(model, edits)
    return true
  },
})

export default function Monaco({ file, text, label, readOnly, markers, lit, reveal, onEdit }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const editor = useRef<monaco.editor.IStandaloneCodeEditor>(undefined)
  const marks = useRef<monaco.editor.IEditorDecorationsCollection>(undefined)
  const edit = useRef(onEdit)
  edit.current = onEdit
  const theme = useStore((s) => s.theme)
  const slug = useStore((s) => s.slug)
  const opened = useRef(slug)

  useEffect(() => {
    if (box.current === null) return undefined
    const made = monaco.editor.create(box.current, {
      model: null,
      automaticLayout: true,
      fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--mono'),
      fontSize: 12,
      lineHeight: 18,
      fontLigatures: false,
      minimap: { enabled: false },
      scrollBeyondLastLine: false,
      renderLineHighlight: 'none',
      lineNumbersMinChars: 3,
      lineDecorationsWidth: 10,
      folding: true,
      showFoldingControls: 'mouseover',
      guides: { indentation: false },
      overviewRulerLanes: 0,
      padding: { top: 8, bottom: 8 },
      tabSize: 2,
      fixedOverflowWidgets: true,
      stickyScroll: { enabled: false },
      scrollbar: { verticalScrollbarSize: 8, horizontalScrollbarSize: 8, useShadows: false },
      'semanticHighlighting.enabled': false,
      wordBasedSuggestions: 'off',
      // Values of YAML are strings to Monaco.
      quickSuggestions: { other: true, strings: true, comments: false },
      suggest: { showStatusBar: false, preview: false },
      hover: { delay: 350 },
    })
    editor.current = made
    marks.current = made.createDecorationsCollection()
    const heard = made.onDidChangeModelContent(() => {
      if (made.hasTextFocus()) tab('indents')
      edit.current(made.getValue())
      tellUndo(made)
    })
    const switched = made.onDidChangeModel(() => tellUndo(made))
    lend(handOf(made))
    // Who comes by Tab leaves by Tab: it indents only after a click or typing, and Escape gives it back.
    const tab = (does: 'leaves' | 'indents'): void => made.updateOptions({ tabFocusMode: does === 'leaves' })
    made.onMouseDown(() => tab('indents'))
    made.onDidBlurEditorText(() => tab('leaves'))
    made.onKeyDown((e) => {
      if (e.keyCode === monaco.KeyCode.Escape) tab('leaves')
    })
    tab('leaves')
    const moved = made.onDidChangeCursorPosition(({ position }) => set({ cursorLine: position.lineNumber }))
    return () => {
      heard.dispose()
      moved.dispose()
      switched.dispose()
      lend(undefined)
      set({ cursorLine: undefined })
      made.dispose()
      for (const model of monaco.editor.getModels()) model.dispose()
    }
  }, [])

  // After the page has set data-theme: the tokens are read from the document.
  useEffect(() => paint(theme), [theme])

  useEffect(() => {
    const made = editor.current
    if (made === undefined) return
    const model = modelOf(file, text)
    if (made.getModel() !== model) {
      made.setModel(model)
      set({ cursorLine: made.getPosition()?.lineNumber })
    }
    // Not the visitor's own typing, which is already there: another lab begins anew, any other change can be undone.
    if (opened.current !== slug) {
      opened.current = slug
      for (const other of monaco.editor.getModels()) if (other !== model) other.dispose()
      model.setValue(text)
    } else if (model.getValue() !== text) {
      if (readOnly) model.setValue(text)
      else change(model, [differing(model.getValue(), text)])
    }
    tellUndo(made)
    made.updateOptions({ readOnly, ariaLabel: label })
  }, [file, text, readOnly, label, slug])

  useEffect(() => {
    const model = modelOf(file, text)
    monaco.editor.setModelMarkers(
      model,
      'lab',
      markers.map(({ severity, message, offset, end }) => {
        const [a, b] = [model.getPositionAt(offset), model.getPositionAt(Math.max(end, offset + 1))]
        return {
          severity: severities[severity],
          message,
          startLineNumber: a.lineNumber,
          startColumn: a.column,
          endLineNumber: b.lineNumber,
          endColumn: b.column,
        }
      }),
    )
  }, [file, text, markers])

  useEffect(() => {
    const made = editor.current
    const model = made?.getModel()
    if (made === undefined || model === null || model === undefined) return
    if (lit === undefined) {
      marks.current?.clear()
      return
    }
    const { lineNumber } = model.getPositionAt(lit)
    marks.current?.set([
      {
        range: new monaco.Range(lineNumber, 1, lineNumber, 1),
        options: { isWholeLine: true, className: 'lit-line', linesDecorationsClassName: 'lit-edge' },
      },
    ])
    if (!made.hasTextFocus()) made.revealLineInCenterIfOutsideViewport(lineNumber)
  }, [lit])

  useEffect(() => {
    const made = editor.current
    const model = made?.getModel()
    if (made === undefined || model === null || model === undefined || reveal === undefined) return
    const place = model.getPositionAt(reveal.offset)
    made.revealLineInCenter(place.lineNumber)
    made.setPosition(place)
    made.focus()
  }, [reveal])

  return <div ref={box} className="monaco" />
}
