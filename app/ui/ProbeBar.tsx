import { lazy, Suspense, useEffect, useState } from 'react'
import type { Outcome } from '../../src/trace/journey.ts'
import { send } from '../asking.ts'
import { cancel } from '../engine/client.ts'
import { sayProblem } from '../engine/say.ts'
import { part } from '../panels/part.tsx'
import { stepsOf } from '../play/steps.ts'
import { set, useStore } from '../store.ts'
import { Icon } from './Icon.tsx'
import { useT } from './words/t.ts'

const Unproven = lazy(part(() => import('./unproven/Unproven.tsx'), 'left out'))

/** What the caller saw, in a word or two. */
function OutcomePill({ outcome }: { readonly outcome: Outcome }) {
  const t = useT()
  const text =
    outcome.status === undefined
      ? t(outcome.errno === 'EAI_AGAIN' ? 'outcome.dns-silent' : `outcome.${outcome.kind}`)
      : `${outcome.status} ${outcome.kind !== 'ok' ? t('outcome.http-error') : outcome.status < 300 ? 'OK' : ''}`.trim()
  return (
    <>
      <span className="outcome" data-kind={outcome.kind}>
        {text}
      </span>
      {outcome.findings?.some((one) => one.kind === 'unenforced') && <span className="wrong">{t('outcome.unenforced')}</span>}
    </>
  )
}

function Progress() {
  const t = useT()
  const progress = useStore((s) => s.progress)
  if (progress === undefined) return null
  return (
    <span className="progress" role="status">
      <progress {...(progress.total > 0 ? { value: progress.done, max: progress.total } : {})} />
      {progress.total > 0 ? t('busy.progress', { percent: Math.floor((100 * progress.done) / progress.total) }) : t('busy.working')}
      <button
        type="button"
        onClick={() => {
          cancel()
          set({ progress: undefined })
        }}
      >
        {t('probe.cancel')}
      </button>
    </span>
  )
}

export function ProbeBar({ phone }: { readonly phone: boolean }) {
  const t = useT()
  const good = useStore((s) => s.good)
  const probe = useStore((s) => s.probe)
  const asked = probe ?? good?.walk?.probe
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const [open, setOpen] = useState(false)
  const [askedFrom, askedTo] = [asked?.from ?? '', asked?.to ?? '']
  useEffect(() => setFrom(askedFrom), [askedFrom])
  useEffect(() => setTo(askedTo), [askedTo])
  const walk = good?.walk
  const answer = useStore((s) => s.answer)
  const lang = useStore((s) => s.lang)
  // A question that cannot be asked has no place in the text.
  const wrong = walk === undefined ? answer?.problems.find((p) => p.where === undefined && p.severity === 'error') : undefined
  const result = (
    <output className="result">
      {wrong !== undefined && <span className="wrong">{sayProblem(wrong, lang)}</span>}
      {walk !== undefined && <OutcomePill outcome={walk.outcome} />}
      {walk !== undefined && (
        <span className="counts">
          {t('probe.counts', { steps: stepsOf(good).stations.length, rules: walk.counts.rulesEvaluated, nat: walk.counts.natRewrites })}
        </span>
      )}
      {good?.modes?.cni.unproven !== undefined && (
        <Suspense>
          <Unproven />
        </Suspense>
      )}
    </output>
  )
  if (phone && !open) {
    return (
      <section className="probe-line" aria-label={t('probe.label')}>
        <button type="button" aria-expanded={false} title={t('probe.showForm')} onClick={() => setOpen(true)}>
          <span>{askedFrom === '' ? t('probe.showForm') : askedFrom}</span>
          <Icon name="arrow" size={13} />
          <span>{askedTo}</span>
        </button>
        <Progress />
        {result}
      </section>
    )
  }
  return (
    <form
      className="probe-bar"
      aria-label={t('probe.label')}
      onSubmit={(e) => {
        e.preventDefault()
        setOpen(false)
        send(from.trim(), to.trim())
      }}
    >
      <label className="from">
        <span>{t('probe.from')}</span>
        <input
          list="sources"
          aria-label={t('probe.from')}
          title={from}
          value={from}
          onChange={(e) => setFrom(e.target.value)}
          spellCheck={false}
          autoComplete="off"
        />
      </label>
      <span className="to-arrow">
        <Icon name="arrow" />
      </span>
      <label className="to">
        <span>{t('probe.to')}</span>
        <input
          list="targets"
          aria-label={t('probe.to')}
          title={to}
          value={to}
          onChange={(e) => setTo(e.target.value)}
          spellCheck={false}
          autoComplete="off"
        />
      </label>
      <datalist id="sources">
        {good?.sources.map((s) => (
          <option key={s} value={s} />
        ))}
      </datalist>
      <datalist id="targets">
        {good?.targets.map((s) => (
          <option key={s} value={s} />
        ))}
      </datalist>
      <button type="submit" className="primary" disabled={from.trim() === '' || to.trim() === ''}>
        {t('probe.send')}
      </button>
      <span className="spring" />
      <Progress />
      {result}
      {phone && (
        <button type="button" className="square fold" aria-label={t('probe.hideForm')} aria-expanded onClick={() => setOpen(false)}>
          <Icon name="close" size={13} />
        </button>
      )}
    </form>
  )
}
