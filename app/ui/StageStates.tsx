import { openLab } from '../asking.ts'
import { sayProblem } from '../engine/say.ts'
import { defaultSlug } from '../learn/labs/first.ts'
import { reveal } from '../panels/reveal.ts'
import { set, useStore } from '../store.ts'
import { Logo } from './Logo.tsx'
import { useT } from './words/t.ts'

/** Before the first answer: the places of two nodes, empty. */
export function Loading() {
  const t = useT()
  return (
    <div className="stage-state loading" role="status">
      <div className="ghost" aria-hidden="true">
        <i />
        <i />
      </div>
      <p>{t('stage.loading')}</p>
    </div>
  )
}

/** The text has errors, and there was no lab without them yet. */
export function Broken() {
  const t = useT()
  const lang = useStore((s) => s.lang)
  const slug = useStore((s) => s.slug)
  const problems = useStore((s) => s.answer?.problems)
  const errors = problems?.filter((p) => p.severity === 'error') ?? []
  return (
    <div className="stage-state broken">
      <Logo size={44} />
      <h2>{t('stage.broken.title')}</h2>
      <p>{t('stage.broken')}</p>
      <ul>
        {errors.slice(0, 3).map((problem) => {
          const { where } = problem
          return (
            <li key={`${problem.code} ${where?.file} ${where?.offset}`}>
              {where === undefined ? (
                sayProblem(problem, lang)
              ) : (
                <button
                  type="button"
                  onClick={() => {
                    set({ editing: true })
                    reveal(where.file, where.offset)
                  }}
                >
                  <code>
                    {where.file}:{where.line}
                  </code>{' '}
                  {sayProblem(problem, lang)}
                </button>
              )}
            </li>
          )
        })}
      </ul>
      {errors.length > 3 && <p>{t('stage.broken.more', { n: errors.length - 3 })}</p>}
      {slug !== '' && (
        <button type="button" onClick={() => openLab(slug)}>
          {t('stage.reset')}
        </button>
      )}
    </div>
  )
}

/** Nothing is written. */
export function Empty() {
  const t = useT()
  return (
    <div className="stage-state">
      <Logo size={44} />
      <h2>{t('stage.empty.title')}</h2>
      <p>{t('stage.empty.text')}</p>
      <button type="button" className="primary" onClick={() => openLab(defaultSlug)}>
        {t('stage.empty.open')}
      </button>
    </div>
  )
}
