import type { Answer } from '../../src/answer.ts'
import { sayCause } from '../engine/say.ts'
import type { Look } from '../play/steps.ts'
import { set, useStore } from '../store.ts'
import { Icon } from '../ui/Icon.tsx'
import { useT } from '../ui/words/t.ts'
import { becauseOf, DEFAULTS, lineOf, type Origin, originsOf } from './origin.ts'
import { reveal } from './reveal.ts'
import { TryLocal } from './TryLocal.tsx'
import { useW } from './words.ts'

/** One cause: what it is, and the way to its line. */
export function Words({ answer, origin }: { readonly answer: Answer; readonly origin: Origin }) {
  const t = useT()
  const w = useW()
  const lang = useStore((s) => s.lang)
  const { what } = origin.cause
  const jump = (file: string, offset: number, line: number) => (
    <span className="jumps">
      <button type="button" className="jump" onClick={() => reveal(file, offset)}>
        {file} · {t('editor.line', { line })} <Icon name="locate" size={11} />
      </button>
      <button
        type="button"
        className="jump"
        title={w('origin.wrote')}
        aria-label={`${w('origin.wrote')} ${file} ${line}`}
        onClick={() => wrote(file, offset, line)}
      >
        ⇉
      </button>
    </span>
  )
  switch (what.kind) {
    case 'manifest': {
      const text = answer.question.files.find((f) => f.name === what.file)?.text ?? ''
      return (
        <>
          <b>{what.object}</b> {what.path !== '' && <code>{what.path}</code>} {jump(what.file, what.offset, lineOf(text, what.offset))}
        </>
      )
    }
    case 'made-up':
      return (
        <>
          <b>{what.object}</b> {what.path !== '' && <code>{what.path}</code>} <em>{t('inspector.madeUp')}</em>{' '}
          {what.offset !== undefined && jump(DEFAULTS, what.offset, lineOf(answer.defaults, what.offset))}
        </>
      )
    case 'dump': {
      const text = answer.question.files.find((f) => f.name === what.file)?.text ?? ''
      return (
        <>
          {sayCause(origin.cause, lang)} {jump(what.file, offsetOfLine(text, what.line), what.line)}
        </>
      )
    }
    case 'by':
    case 'fault':
    case 'question':
      return <>{sayCause(origin.cause, lang)}</>
  }
}

/** Where a line (from 1) begins. */
function offsetOfLine(text: string, line: number): number {
  let at = 0
  for (let n = 1; n < line; n++) {
    const next = text.indexOf('\n', at)
    if (next < 0) return at
    at = next + 1
  }
  return at
}

/** Shows a line, and what it wrote. */
function wrote(file: string, offset: number, line: number): void {
  reveal(file, offset)
  set({ tab: 'line', cursorLine: line })
}

/** A cause as an item of a list. */
export const Line = ({ answer, origin }: { readonly answer: Answer; readonly origin: Origin }) => (
  <li>
    <Words answer={answer} origin={origin} />
  </li>
)

/** A cause, and behind it those that it has. Each is told once, where it stands nearest. */
function Tree({ answer, origin, all }: { readonly answer: Answer; readonly origin: Origin; readonly all: readonly Origin[] }) {
  const behind = all.filter((o) => o.from === origin.id)
  return (
    <li data-kind={origin.cause.what.kind}>
      <Words answer={answer} origin={origin} />
      {behind.length > 0 && (
        <ul>
          {behind.map((o) => (
            <Tree key={o.id} answer={answer} origin={o} all={all} />
          ))}
        </ul>
      )}
    </li>
  )
}

/** Enough for a reader; a Service of a hundred Pods has more. */
const MOST = 12

/** The way back from a step to the lines that made it so: who wrote it, because of what, down to the manifest. */
export function OriginCard({ answer, look }: { readonly answer: Answer; readonly look: Look }) {
  const w = useW()
  const origins = originsOf(answer, becauseOf(look)).slice(0, MOST)
  const [first] = origins
  if (first === undefined) return null
  return (
    <section className="card">
      <h3>{w('origin.title')}</h3>
      <ul className="origins">
        <Tree answer={answer} origin={first} all={origins} />
      </ul>
      {look.main.kind === 'nat' && look.main.manip === 'src' && !look.main.undo && <TryLocal answer={answer} look={look} />}
    </section>
  )
}
