import type { Answer } from '../../src/answer.ts'
import { force } from '../asking.ts'
import type { Look } from '../play/steps.ts'
import { type T, useT } from '../ui/words/t.ts'
import { type Branch, oddsOf } from './odds.ts'

const nameOf = (branch: Branch, t: T): string => branch.label ?? t('inspector.others')

/** Each branch as wide as its share of the connections. */
function Bar({ branches }: { readonly branches: readonly Branch[] }) {
  return (
    <div className="odds-bar" aria-hidden="true">
      {branches.map((branch) => (
        <span
          key={branch.label ?? ''}
          data-taken={branch.taken}
          data-rest={branch.label === undefined}
          style={{ flexGrow: Math.max(branch.share, 0.01) }}
        />
      ))}
    </div>
  )
}

/** Where luck chose, with the odds over all rules of the chain, and the way to see another branch. */
export function ChoiceCard({ answer, look }: { readonly answer: Answer; readonly look: Look }) {
  const t = useT()
  const thrown = oddsOf(answer, look.whole ? look.station.events : [look.main])
  if (thrown.length === 0) return null
  return (
    <section className="card">
      <h3>{t('inspector.choice')}</h3>
      {thrown.map(({ seq, branches }) => (
        <div key={seq} className="odds">
          <Bar branches={branches} />
          <ul className="choices">
            {branches.map((branch) => (
              <li key={branch.label ?? ''} data-taken={branch.taken}>
                <span className="share">{branch.shareText}</span>
                {branch.label === undefined ? <span className="what">{nameOf(branch, t)}</span> : <code>{branch.label}</code>}
                {branch.die === undefined ? (
                  <span className="is">{t('inspector.taken')}</span>
                ) : (
                  <button
                    type="button"
                    aria-label={`${t('inspector.take')}: ${nameOf(branch, t)}`}
                    onClick={() => branch.die !== undefined && force(branch.die.key, branch.die.branch)}
                  >
                    {t('inspector.take')}
                  </button>
                )}
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  )
}
