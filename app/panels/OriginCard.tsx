import type { Answer } from '../../src/answer.ts'
import { sayCause } from '../engine/say.ts'
import type { Look } from '../play/steps.ts'
import { set, state, useStore } from '../store.ts'
import { Icon } from '../ui/Icon.tsx'
import { useT } from '../ui/words/t.ts'
import { becauseOf, DEFAULTS, lineOf, type Origin, originsOf } from './origin.ts'

/** Shows a place of the text in the editor. */
export function reveal(file: string, offset: number): void {
  set({ file, reveal: { file, offset, stamp: (state().reveal?.stamp ?? 0) + 1 }, sheet: state().sheet })
}

/** One cause: what it is, and the way to its line. */
export function Line({ answer, origin }: { readonly answer: Answer; readonly origin: Origin }) {
  const t = useT()
  const lang = useStore((s) => s.lang)
  const { what } = origin.cause
  const jump = (file: string, offset: number, line: number) => (
    <button type="button" className="jump" onClick={() => reveal(file, offset)}>
      {file} · {t('editor.line', { line })} <Icon name="locate" size={11} />
    </button>
  )
  switch (what.kind) {
    case 'manifest': {
      const text = answer.question.files.find((f) => f.name === what.file)?.text ?? ''
      return (
        <li>
          <b>{what.object}</b> {what.path !== '' && <code>{what.path}</code>} {jump(what.file, what.offset, lineOf(text, what.offset))}
        </li>
      )
    }
    case 'made-up':
      return (
        <li>
          <b>{what.object}</b> {what.path !== '' && <code>{what.path}</code>} <em>{t('inspector.madeUp')}</em>{' '}
          {what.offset !== undefined && jump(DEFAULTS, what.offset, lineOf(answer.defaults, what.offset))}
        </li>
      )
    case 'by':
    case 'dump':
    case 'fault':
    case 'question':
      return <li>{sayCause(origin.cause, lang)}</li>
  }
}

/** The way back from a step to the lines that made it so. */
export function OriginCard({ answer, look }: { readonly answer: Answer; readonly look: Look }) {
  const t = useT()
  const origins = originsOf(answer, becauseOf(look)).slice(0, 8)
  if (origins.length === 0) return null
  return (
    <section className="card">
      <h3>{t('inspector.origin')}</h3>
      <ul className="origins">
        {origins.map((origin) => (
          <Line key={origin.id} answer={answer} origin={origin} />
        ))}
      </ul>
    </section>
  )
}
