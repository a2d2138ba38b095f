import { lazy, Suspense } from 'react'
import type { Answer } from '../../src/answer.ts'
import type { Skb, TraceEvent } from '../../src/trace/event.ts'
import type { Look } from '../play/steps.ts'
import { useT } from '../ui/words/t.ts'
import { FlagButton } from './FlagButton.tsx'
import { nftPartsOf } from './nft-rule.ts'
import { Coming, part as late } from './part.tsx'
import { type RulePart, rewrites, rulePartsOf, seenBy } from './rule.ts'
import { entryAt, heldAt } from './tracked.ts'
import { useW } from './words.ts'

const IpvsCard = lazy(late(() => import('./more/IpvsCard.tsx')))

type RuleEvent = Extract<TraceEvent, { readonly kind: 'rule' }>

/** The rule that a step is about: its own, or the one that rewrote or dropped the packet. */
function ruleOf(look: Look): RuleEvent | undefined {
  if (look.main.kind === 'rule') return look.main
  if (look.main.kind === 'nat' && look.main.by !== 'rule') return undefined
  if (look.main.kind !== 'nat' && look.main.kind !== 'drop') return undefined
  return look.station.events.filter((e): e is RuleEvent => e.kind === 'rule' && e.seq <= look.main.seq).at(-1)
}

/** An option does not break behind its dash; a long word may break anywhere. */
const whole = (text: string) =>
  text.split(/(\s+)/).map((word, i) =>
    word.startsWith('-') && word.length < 24 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: words of one text
      <span key={i} className="option">
        {word}
      </span>
    ) : (
      word
    ),
  )

/** A rule letter for letter, with its conditions and its target marked. */
export function RuleText({ text, nft = false }: { readonly text: string; readonly nft?: boolean }) {
  const amber = rewrites(text)
  let at = 0
  const pieces = (nft ? nftPartsOf : rulePartsOf)(text).map((part) => {
    const gap = text.slice(at, part.from)
    at = part.to
    const words = whole(text.slice(part.from, part.to))
    const marked = part.role === 'match' || part.role === 'target'
    return (
      <span key={part.from}>
        {gap}
        {marked ? (
          <mark data-role={part.role} data-rewrites={part.role === 'target' && amber}>
            {words}
          </mark>
        ) : (
          <span className={part.role}>{words}</span>
        )}
      </span>
    )
  })
  return <code className="rule-text">{pieces}</code>
}

/** The packet as the rule saw it: as the event before left it. */
const seenAs = (rule: RuleEvent, look: Look): Skb | undefined => {
  const { events } = look.station.journey
  const before = events[events.indexOf(rule) - 1]?.after
  return before?.kind === 'skb' ? before.skb : undefined
}

function Because({ answer, rule, look }: { readonly answer: Answer; readonly rule: RuleEvent; readonly look: Look }) {
  const w = useW()
  const skb = seenAs(rule, look)
  const held = heldAt(rule)
  const entry = held === undefined ? undefined : entryAt(answer, rule.at.netns, held, rule.seq)
  const nft = rule.rule.language === 'nft'
  const asked = (nft ? nftPartsOf : rulePartsOf)(rule.text).filter((p) => p.role === 'match')
  const { lookup } = rule
  if (skb === undefined) return null
  if (asked.length === 0 && lookup === undefined) return <p className="aside">{w('rule.everything')}</p>
  const answerOf = (part: RulePart) => {
    const seen = seenBy(part, skb, entry)
    if (seen !== undefined)
      return (
        <>
          <span className="field">{seen.field}</span> {seen.value}
        </>
      )
    return part.option === '--probability' ? <em>{w('rule.dice')}</em> : null
  }
  return (
    <>
      <h4>{w('rule.because')}</h4>
      <dl className="because">
        {asked.map((part) => (
          <div key={part.from}>
            <dt>{rule.text.slice(part.from, part.to)}</dt>
            <dd>{answerOf(part)}</dd>
          </div>
        ))}
        {lookup !== undefined && (
          <div>
            <dt>@{lookup.map}</dt>
            <dd>{lookup.element}</dd>
          </div>
        )}
      </dl>
    </>
  )
}

/** The rule of a step, or what IPVS went by: the way to it chain by chain, its text, and what of the packet made it match. */
export function RuleCard({ answer, look }: { readonly answer: Answer; readonly look: Look }) {
  const t = useT()
  const w = useW()
  const rule = ruleOf(look)
  if (look.main.kind === 'nat' && look.main.by === 'ipvs') {
    return (
      <Suspense fallback={<Coming />}>
        <IpvsCard answer={answer} event={look.main} />
      </Suspense>
    )
  }
  if (rule === undefined) return null
  const path = look.whole
    ? look.station.events.filter((e): e is RuleEvent => e.kind === 'rule' && e.base === rule.base && e.seq <= rule.seq)
    : []
  const { chain, table, index, language, family } = rule.rule
  const tool = language === 'nft' ? 'nft' : family === 6 ? 'ip6tables-save' : 'iptables-save'
  return (
    <section className="card">
      <h3 className="with-flag">
        {w('rule.title', { tool })} <FlagButton at={{ kind: 'chain', chain }} label={w('bp.chain', { name: chain })} />
      </h3>
      {path.length > 1 && (
        <ol className="chain-path" aria-label={t('inspector.path')}>
          {path
            .filter((e, i) => e.rule.chain !== path[i + 1]?.rule.chain)
            .map((e) => (
              <li key={e.seq}>{e.rule.chain}</li>
            ))}
        </ol>
      )}
      <RuleText text={rule.text} nft={language === 'nft'} />
      <p className="aside">
        {w('rule.place', { table, chain, n: index + 1 })}
        {' · '}
        {rule.passedOver === 0 ? t('inspector.first', { chain }) : t('inspector.passedOver', { n: rule.passedOver, chain })}
      </p>
      <Because answer={answer} rule={rule} look={look} />
    </section>
  )
}
