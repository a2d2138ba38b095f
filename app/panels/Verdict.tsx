import type { Answer } from '../../src/answer.ts'
import { nextCommands, sayOutcome } from '../engine/say.ts'
import type { Look } from '../play/steps.ts'
import { set, useStore } from '../store.ts'
import { unprovenOf } from '../ui/unproven/words.ts'
import '../ui/unproven/unproven.css'
import { useT } from '../ui/words/t.ts'
import { Line } from './OriginCard.tsx'
import { type Origin, originsOf } from './origin.ts'

const Octagon = () => (
  <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
    <path d="M5 .5h6L15.5 5v6L11 15.5H5L.5 11V5z" fill="var(--drop)" />
    <path d="M5.2 5.2l5.6 5.6M10.8 5.2l-5.6 5.6" stroke="var(--card)" strokeWidth="1.8" strokeLinecap="round" />
  </svg>
)

const Tick = () => (
  <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" fill="none" stroke="var(--ok)" strokeWidth="1.8">
    <circle cx="8" cy="8" r="6.6" />
    <path d="M4.9 8.3l2.2 2.2 4-4.6" strokeLinecap="round" strokeLinejoin="round" />
  </svg>
)

/** The manifest line nearest to where the walk came to nothing; where only a proxy's own connection failed, to where that ended. */
function blame(answer: Answer): Origin | undefined {
  const where = answer.walk?.outcome.where ?? undefined
  const failed = answer.walk?.journeys
    .filter((j) => j.phase !== 'arp' && j.ending.kind !== 'delivered')
    .filter((j) => where === undefined || j.events.at(-1)?.at.netns === where.netns)
    .at(-1)
  for (const event of [...(failed?.events ?? [])].reverse()) {
    const found = originsOf(answer, event.because).find((o) => o.cause.what.kind === 'manifest')
    if (found !== undefined) return found
  }
  return undefined
}

/** The policy that a finding names, at its line. */
function policyOf(answer: Answer): Origin | undefined {
  const policy = answer.walk?.outcome.findings?.find((one) => 'because' in one)
  return policy && originsOf(answer, policy.because).find((o) => o.cause.what.kind === 'manifest')
}

/** How the walk ended, at its last step; one that failed: what, where, by which rule, also at the step where the packet stopped. */
export function Verdict({ answer, look, last }: { readonly answer: Answer; readonly look: Look; readonly last: boolean }) {
  const t = useT()
  const lang = useStore((s) => s.lang)
  const outcome = answer.walk?.outcome
  if (outcome === undefined || (outcome.kind === 'ok' && !last)) return null
  const ok = outcome.kind === 'ok'
  const { ending } = look.station.journey
  const stopped = ending.kind !== 'delivered' && ending.kind !== 'answered-by-kernel' && look.station.beat.marks.includes('end')
  if (!last && !stopped) return null
  const said = sayOutcome(answer, lang)
  const { where } = outcome
  const next = nextCommands(answer)
  const unproven = unprovenOf(answer, lang)
  const because = policyOf(answer) ?? (ok ? undefined : blame(answer))
  return (
    <section className="card verdict" data-kind={outcome.kind} aria-label={t(ok ? 'verdict.ok' : 'verdict.failed')}>
      <h3>
        {ok ? <Tick /> : <Octagon />}
        {said.title === '' ? t('verdict.failed') : said.title}
      </h3>
      {said.text !== '' && <p>{said.text}</p>}
      {unproven !== undefined && <p className="unproven">{unproven.whole}</p>}
      {where !== null && !ok && (
        <dl className="fields">
          <dt>{t('verdict.where')}</dt>
          <dd>{[where.netns, where.hook?.toUpperCase()].filter((w) => w !== undefined && w !== null).join(' · ')}</dd>
          {where.rule !== null && (
            <>
              <dt>{t('verdict.rule')}</dt>
              <dd>
                <code className="rule-text">{where.rule}</code>
              </dd>
            </>
          )}
        </dl>
      )}
      {because !== undefined && (
        <div className="next">
          <h4>{t('verdict.because')}</h4>
          <ul className="origins">
            <Line answer={answer} origin={because} />
          </ul>
        </div>
      )}
      {next.length > 0 && (
        <div className="next">
          <h4>{t('verdict.next')}</h4>
          {next.map((line) => (
            <code key={line}>{line}</code>
          ))}
        </div>
      )}
      {!ok && (
        <button type="button" className="report" aria-haspopup="dialog" onClick={() => set({ sheet: 'share' })}>
          {t('report.button')}
        </button>
      )}
    </section>
  )
}
