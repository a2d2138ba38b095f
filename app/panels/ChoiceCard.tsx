import type { Answer } from '../../src/answer.ts'
import { force } from '../asking.ts'
import type { Look } from '../play/steps.ts'
import { useT } from '../ui/words/t.ts'

type Choice = NonNullable<Answer['walk']>['choices'][number]

/** The dice that fell in the chains of a step, for this step's connection: a choice's key names place and flow. */
function choicesOf(answer: Answer, look: Look): readonly Choice[] {
  const { src, sport } = look.station.journey.connection
  const events = look.whole ? look.station.events : [look.main]
  const chains = new Set(events.flatMap((e) => (e.kind === 'rule' ? [`${e.rule.netns} ${e.rule.table} ${e.rule.chain} `] : [])))
  return (answer.walk?.choices ?? []).filter(
    ({ key, labels }) => labels.length === 2 && key.includes(` ${src} ${sport} `) && [...chains].some((chain) => key.startsWith(chain)),
  )
}

/** Where luck chose, with the odds, and the way to see the other branch. */
export function ChoiceCard({ answer, look }: { readonly answer: Answer; readonly look: Look }) {
  const t = useT()
  const choices = choicesOf(answer, look)
  if (choices.length === 0) return null
  return (
    <section className="card">
      <h3>{t('inspector.choice')}</h3>
      <ul className="choices">
        {choices.map(({ key, taken, weights, labels }) => (
          <li key={key} data-taken={taken === 0}>
            <code>{labels[0]}</code>
            <span className="odds">{weights[0]}</span>
            <span>{t(taken === 0 ? 'inspector.taken' : 'inspector.passed')}</span>
            <button type="button" onClick={() => force(key, taken === 0 ? 1 : 0)}>
              {t(taken === 0 ? 'inspector.pass' : 'inspector.take')}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
