import { lazy, memo, Suspense, useEffect, useMemo, useState } from 'react'
import type { Answer } from '../../src/answer.ts'
import type { SourceFile } from '../../src/manifest/object.ts'
import type { Problem, Severity } from '../../src/trace/problem.ts'
import { editFile } from '../asking.ts'
import { listed } from '../engine/list.ts'
import { sayProblem } from '../engine/say.ts'
import { DEFAULTS, litPlace } from '../panels/origin.ts'
import { part } from '../panels/part.tsx'
import { reveal as revealPlace } from '../panels/reveal.ts'
import { useBeside } from '../play/beside.ts'
import { lookAt, stepsOf } from '../play/steps.ts'
import { set, useStore } from '../store.ts'
import { Late } from '../ui/Late.tsx'
import type { Lang } from '../ui/lang.ts'
import { useT } from '../ui/words/t.ts'
import type { Marker } from './Monaco.tsx'
import { PlainText } from './PlainText.tsx'
import { useEditor } from './state.ts'
import { Verified } from './Verified.tsx'

// Parts that come after the first paint, or when they are wanted.
const Diff = lazy(part(() => import('./Diff.tsx')))
const LabNote = lazy(part(() => import('../learn/note/LabNote.tsx'), 'left out'))
const Fixes = lazy(part(() => import('./Fixes.tsx'), 'left out'))
const Tools = lazy(part(() => import('./Tools.tsx'), 'left out'))

/** The Chinese texts of Monaco have to be there before Monaco is. */
const load = (lang: Lang) => async () => {
  if (lang === 'zh') await import('monaco-editor/nls/lang/zh-cn')
  return import('./Monaco.tsx')
}
let Lazy: ReturnType<typeof lazy<typeof import('./Monaco.tsx').default>> | undefined

/** True when the first walk is drawn and the page has nothing to do: nothing of it waits for the editor. */
function useIdle(ready: boolean): boolean {
  const [idle, setIdle] = useState(false)
  useEffect(() => {
    if (!ready) return undefined
    const done = (): void => setIdle(true)
    if (typeof requestIdleCallback === 'function') {
      const id = requestIdleCallback(done, { timeout: 2000 })
      return () => cancelIdleCallback(id)
    }
    const timer = setTimeout(done, 300)
    return () => clearTimeout(timer)
  }, [ready])
  return idle
}

const none: readonly Problem[] = []

/** In characters. */
const MOST_SHOWN = 1_000_000

/** The problems of one file as marks in its text. A text that has moved on since has none until the next answer. */
function markersOf(answer: Answer | undefined, file: string, text: string, lang: Lang): readonly Marker[] {
  if (answer?.question.files.find((f) => f.name === file)?.text !== text) return []
  return answer.problems.flatMap((problem) =>
    problem.where?.file === file
      ? [{ severity: problem.severity, message: sayProblem(problem, lang), offset: problem.where.offset, end: problem.where.end }]
      : [],
  )
}

/** Four names have to fit into a narrow pane. */
const short = (name: string): string => name.replace(/\.ya?ml$/, '')

const Tabs = memo(function Tabs({
  files,
  file,
  problems,
}: {
  readonly files: readonly SourceFile[]
  readonly file: string
  readonly problems: readonly Problem[]
}) {
  const t = useT()
  const worst = (name: string): Severity | undefined => {
    const own = problems.filter((p) => p.where?.file === name)
    return (['error', 'warning', 'hint'] as const).find((s) => own.some((p) => p.severity === s))
  }
  return (
    <div className="tabs" role="tablist" aria-label={t('editor.files')}>
      {files.map(({ name }) => (
        <button
          key={name}
          type="button"
          role="tab"
          aria-selected={name === file}
          data-worst={worst(name)}
          aria-label={name}
          title={name}
          onClick={() => set({ file: name })}
        >
          {short(name)}
        </button>
      ))}
      <button
        type="button"
        role="tab"
        className="made-up"
        aria-selected={file === DEFAULTS}
        aria-label={DEFAULTS}
        title={`${DEFAULTS}: ${t('editor.readonly')}`}
        onClick={() => set({ file: DEFAULTS })}
      >
        {short(DEFAULTS)}
      </button>
    </div>
  )
})

const shortName = (name: string): string => name.slice(name.indexOf('/') + 1)

/** The Services that the text itself has. */
const ownServices = (answer: Answer): NonNullable<Answer['stage']>['services'] =>
  answer.stage?.services.filter(({ name }) => !answer.summary.madeUp.includes(shortName(name))) ?? []

/** What the engine makes of the text, and its problems, each a way to its line. */
const Foot = memo(function Foot({ answer, stale }: { readonly answer: Answer | undefined; readonly stale: boolean }) {
  const t = useT()
  const lang = useStore((s) => s.lang)
  if (answer === undefined) return null
  const count = (severity: Severity): number => answer.problems.filter((p) => p.severity === severity).length
  const [errors, warnings, hints] = [count('error'), count('warning'), count('hint')]
  const parts = [
    errors > 0 ? t('editor.errors', { n: errors }) : t('editor.valid', { n: answer.summary.objects }),
    warnings > 0 ? t('editor.warnings', { n: warnings }) : '',
    hints > 0 ? t('editor.hints', { n: hints }) : '',
  ].filter((part) => part !== '')
  return (
    <div className="editor-foot" data-worst={errors > 0 ? 'error' : warnings > 0 ? 'warning' : 'none'}>
      <p className="state" role="status">
        <span className="dot" />
        {parts.join(' · ')}
      </p>
      {stale && <p className="stale">{t('editor.stale')}</p>}
      {answer.problems.length > 0 && (
        <ul className="problems" aria-label={t('editor.problems')}>
          {answer.problems.slice(0, 20).map((problem, i) => {
            const { where } = problem
            const said = sayProblem(problem, lang)
            const key = `${problem.code} ${where?.file} ${where?.offset} ${i}`
            return (
              <li key={key} data-severity={problem.severity}>
                {where === undefined ? (
                  <span>{said}</span>
                ) : (
                  <button type="button" onClick={() => revealPlace(where.file, where.offset)}>
                    <code>
                      {where.file}:{where.line}:{where.column}
                      {where.field !== '' && !said.startsWith(where.field) && ` ${where.field}`}
                    </code>{' '}
                    {said}
                  </button>
                )}
                <Suspense fallback={null}>
                  <Fixes answer={answer} problem={i} />
                </Suspense>
              </li>
            )
          })}
        </ul>
      )}
      <Suspense fallback={null}>
        <LabNote />
      </Suspense>
      {errors === 0 && answer.problems.length === 0 && ownServices(answer).length > 0 && (
        <p className="services">
          {ownServices(answer)
            .slice(0, 2)
            .map(({ name, endpoints }) => t('editor.endpoints', { name: shortName(name), n: endpoints }))
            .join(' · ')}
        </p>
      )}
      {errors === 0 && answer.problems.length === 0 && answer.summary.madeUp.length > 0 && (
        <p className="made-up">
          {t('editor.madeUp', { list: listed(answer.summary.madeUp.slice(0, 4), lang) + (answer.summary.madeUp.length > 4 ? ' …' : '') })}
        </p>
      )}
      {errors === 0 && <Verified />}
    </div>
  )
})

export function EditorPane({ phone }: { readonly phone: boolean }) {
  const t = useT()
  const files = useStore((s) => s.files)
  const file = useStore((s) => s.file)
  const lang = useStore((s) => s.lang)
  const revealed = useStore((s) => s.reveal)
  const answer = useBeside('editor', (s) => s.answer)
  const good = useBeside('editor', (s) => s.good)
  const playhead = useBeside('editor', (s) => s.playhead)
  const idle = useIdle(answer !== undefined)
  const madeUp = file === DEFAULTS
  const whole = madeUp ? (good?.defaults ?? '') : (files.find((f) => f.name === file)?.text ?? '')
  // A dump may be longer than any editor can hold: its beginning is shown, to read.
  const cut = whole.length > MOST_SHOWN
  const text = cut ? whole.slice(0, MOST_SHOWN) : whole
  const readOnly = madeUp || cut
  const markers = useMemo(() => markersOf(answer, file, whole, lang), [answer, file, whole, lang])
  const lit = litPlace(good, lookAt(stepsOf(good), playhead), files)
  const litHere = lit?.file === file ? lit.offset : undefined
  const label = t('editor.text', { file })
  const reveal = revealed?.file === file ? revealed : undefined
  const { comparing } = useEditor()
  const slug = useStore((s) => s.slug)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another lab has nothing to compare yet
  useEffect(() => {
    useEditor.setState({ comparing: false })
  }, [slug])
  const onEdit = (next: string): void => {
    if (!readOnly) editFile(file, next)
  }
  const plain = <PlainText label={label} text={text} readOnly={readOnly} reveal={reveal?.offset} onEdit={onEdit} />
  if (idle && !phone) Lazy ??= lazy(load(lang))
  return (
    <section className="editor-pane" aria-label={t('pane.manifests')}>
      <Tabs files={files} file={file} problems={answer?.problems ?? none} />
      <div className="editor-tools-place">
        <Suspense fallback={null}>{idle && <Tools readOnly={readOnly} />}</Suspense>
      </div>
      <div className="editor-text">
        {comparing && (
          <Suspense fallback={null}>
            <Diff />
          </Suspense>
        )}
        {Lazy === undefined || phone ? (
          plain
        ) : (
          <Late
            instead={plain}
            onRetry={() => {
              Lazy = undefined
            }}
          >
            <Suspense fallback={plain}>
              <Lazy
                file={file}
                text={text}
                label={label}
                readOnly={readOnly}
                markers={markers}
                lit={litHere}
                reveal={reveal}
                onEdit={onEdit}
              />
            </Suspense>
          </Late>
        )}
      </div>
      {cut && <p className="editor-cut">{t('editor.cut', { n: (whole.length / 1_000_000).toFixed(1) })}</p>}
      <Foot answer={answer} stale={good !== undefined && answer !== good} />
    </section>
  )
}
