import { useEffect, useRef } from 'react'
import { set, useStore } from '../store.ts'
import { monaco, paint } from './setup.ts'

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

export default function Monaco({ file, text, label, readOnly, markers, lit, reveal, onEdit }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const editor = useRef<monaco.editor.IStandaloneCodeEditor>(undefined)
  const marks = useRef<monaco.editor.IEditorDecorationsCollection>(undefined)
  const edit = useRef(onEdit)
  edit.current = onEdit
  const theme = useStore((s) => s.theme)

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
    })
    editor.current = made
    marks.current = made.createDecorationsCollection()
    const heard = made.onDidChangeModelContent(() => {
      if (made.hasTextFocus()) tab('indents')
      edit.current(made.getValue())
    })
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
    // Another lab, a reset: not the visitor's own typing, which is already there.
    if (model.getValue() !== text) model.setValue(text)
    made.updateOptions({ readOnly, ariaLabel: label })
  }, [file, text, readOnly, label])

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
