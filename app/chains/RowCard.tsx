import { Fragment, useEffect, useRef } from 'react'
import type { Answer } from '../../src/answer.ts'
import { sayWhyNot } from '../engine/say.ts'
import { Line } from '../panels/OriginCard.tsx'
import { originsOf } from '../panels/origin.ts'
import { useBeside } from '../play/beside.ts'
import { useStore } from '../store.ts'
import { Icon } from '../ui/Icon.tsx'
import { useT } from '../ui/words/t.ts'
import { askedBefore, placeOf } from './place.ts'
import { saidIn } from './said.ts'
import { type Picked, setChains, useChains } from './state.ts'
import { wordsOf } from './words.ts'

/** A rule beside the way, as the visitor picked it in the chain columns: whole, with every reason why it did not match. */
export function RowCard() {
  const picked = useChains((s) => s.picked)
  const good = useBeside('inspector', (s) => s.good)
  const playhead = useBeside('inspector', (s) => s.playhead)
  if (picked === undefined || good === undefined || picked.answer !== good) return null
  const hook = placeOf(good, playhead)?.hook ?? askedBefore(good, playhead)?.hook
  if (hook?.seq !== picked.hook) return null
  return <Card key={`${picked.hook} ${picked.chain} ${picked.row.index}`} picked={picked} answer={good} />
}

function Card({ picked, answer }: { readonly picked: Picked; readonly answer: Answer }) {
  const t = useT()
  const lang = useStore((s) => s.lang)
  const words = wordsOf(lang)
  const card = useRef<HTMLElement>(null)
  useEffect(() => {
    // Newer browsers return a promise, which is no way to clean up.
    card.current?.scrollIntoView({ block: 'nearest' })
  }, [])
  const { row, chain, causes, look } = picked
  const rule = row.kind === 'rule' ? row : undefined
  const title = rule ? words.looked : words.lookedEntry
  const known = answer.walk === undefined ? answer : { ...answer, walk: { ...answer.walk, causes: { ...answer.walk.causes, ...causes } } }
  const origins = originsOf(known, row.because).slice(0, 8)
  return (
    <section ref={card} className="card beside" aria-label={title}>
      <h3>
        {title}
        <button type="button" aria-label={words.close} title={words.close} onClick={() => setChains({ picked: undefined })}>
          <Icon name="close" size={12} />
        </button>
      </h3>
      <p className="where">
        <code>{row.kind === 'rule' ? words.lookedRule(chain, row.index + 1) : chain}</code>
        {row.kind === 'rule' ? ` · ${words.row[row.state]}` : look && ` · ${words.looked1(look.kind, look.type, row.index + 1)}`}
      </p>
      <code className="rule-text">
        {row.kind === 'element' ? row.text : picked.kind === 'iptables' && `-A ${chain} `}
        {rule?.parts.map((part, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts have no name but their place
          <Fragment key={i}>
            <span data-hit={part.hit} data-short={part.text.length < 32}>
              {part.text}
            </span>{' '}
          </Fragment>
        ))}
      </code>
      {row.kind === 'element' && row.said && <p className="aside">{saidIn(lang).said(row.said)}</p>}
      {rule !== undefined && rule.why.length > 0 && (
        <ul className="why">
          {rule.why.map((why) => (
            <li key={why.part}>{sayWhyNot(why, lang)}</li>
          ))}
        </ul>
      )}
      {rule !== undefined && (picked.kind === 'iptables' || rule.packets > 0) && (
        <p className="aside">{words.counted(rule.packets, rule.bytes)}</p>
      )}
      {origins.length > 0 && (
        <>
          <h4>{t('inspector.origin')}</h4>
          <ul className="origins">
            {origins.map((origin) => (
              <Line key={origin.id} answer={known} origin={origin} />
            ))}
          </ul>
        </>
      )}
    </section>
  )
}
