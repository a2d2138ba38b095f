import type { Answer } from '../../src/answer.ts'
import type { CtView, TraceEvent, Tuple } from '../../src/trace/event.ts'
import { sayEvent } from '../engine/say.ts'
import { carriedBy, type Look, lookAt, stepsOf } from '../play/steps.ts'
import { useStore } from '../store.ts'
import { useT } from '../ui/words/t.ts'
import { ChoiceCard } from './ChoiceCard.tsx'
import { entryAfter } from './conntrack.ts'
import { OriginCard } from './OriginCard.tsx'
import { PacketCard } from './PacketCard.tsx'
import { Verdict } from './Verdict.tsx'

type RuleEvent = Extract<TraceEvent, { readonly kind: 'rule' }>

/** The rule that a step is about: its own, or the one that rewrote the packet. */
function ruleOf(look: Look): RuleEvent | undefined {
  if (look.main.kind === 'rule') return look.main
  if (look.main.kind === 'nat' && look.main.by === 'conntrack') return undefined
  if (look.main.kind !== 'nat' && look.main.kind !== 'drop') return undefined
  return look.station.events.filter((e): e is RuleEvent => e.kind === 'rule' && e.seq <= look.main.seq).at(-1)
}

/** The rule with its target set apart. */
function RuleText({ text, rewrites }: { readonly text: string; readonly rewrites: boolean }) {
  const at = text.search(/ -[jg] /)
  if (at < 0) return <code className="rule-text">{text}</code>
  return (
    <code className="rule-text">
      {text.slice(0, at)} <mark data-rewrites={rewrites}>{text.slice(at + 1)}</mark>
    </code>
  )
}

function RuleCard({ look }: { readonly look: Look }) {
  const t = useT()
  const rule = ruleOf(look)
  if (rule === undefined) return null
  const path = look.whole
    ? look.station.events.filter((e): e is RuleEvent => e.kind === 'rule' && e.base === rule.base && e.seq <= rule.seq)
    : []
  const { chain } = rule.rule
  return (
    <section className="card">
      <h3>{t('inspector.rule')}</h3>
      {path.length > 1 && (
        <ol className="chain-path" aria-label={t('inspector.path')}>
          {path.map((e) => (
            <li key={e.seq}>{e.rule.chain}</li>
          ))}
        </ol>
      )}
      <RuleText text={rule.text} rewrites={/-j (DNAT|SNAT|MASQUERADE|MARK|REDIRECT)/.test(rule.text)} />
      <p className="aside">
        {rule.passedOver === 0 ? t('inspector.first', { chain }) : t('inspector.passedOver', { n: rule.passedOver, chain })}
      </p>
    </section>
  )
}

const tuple = (side: Tuple): string =>
  `src=${side.src} dst=${side.dst}${side.sport === 0 && side.dport === 0 ? '' : ` sport=${side.sport} dport=${side.dport}`}`

/** As `conntrack -L` orders it. */
const entryText = (entry: CtView): readonly string[] => [
  [entry.orig.proto, entry.tcp].filter((w) => w !== undefined).join(' '),
  tuple(entry.orig),
  `${entry.status.includes('SEEN_REPLY') ? '' : '[UNREPLIED] '}${tuple(entry.reply)}${entry.status.includes('ASSURED') ? ' [ASSURED]' : ''}`,
]

function ConntrackCard({ look }: { readonly look: Look }) {
  const t = useT()
  const upTo = look.station.events.filter((e) => e.seq <= look.main.seq)
  // A detail of another kind has nothing to say of the entry.
  const tells = look.whole || look.main.kind === 'nat' || look.main.kind === 'conntrack' || look.main.writes !== undefined
  const entry = tells ? entryAfter(look.whole ? look.station.events : upTo) : undefined
  if (entry === undefined) return null
  const nat = entry.status.includes('DST_NAT') || entry.status.includes('SRC_NAT')
  return (
    <section className="card">
      <h3>{t('inspector.conntrack', { netns: look.main.at.netns })}</h3>
      <pre data-nat={nat}>{entryText(entry).join('\n')}</pre>
    </section>
  )
}

function RouteCard({ look }: { readonly look: Look }) {
  const t = useT()
  const event = look.whole ? look.station.events.find((e) => e.kind === 'route') : look.main
  if (event?.kind !== 'route') return null
  return (
    <section className="card">
      <h3>{t('inspector.route')}</h3>
      <pre>{event.route === undefined ? t('inspector.noRoute', { dst: event.dst }) : event.route.text}</pre>
    </section>
  )
}

const eyebrow = (look: Look): string => {
  const { at } = look.main
  const table = look.main.kind === 'rule' ? look.main.rule.table : look.main.kind === 'nat' ? 'nat' : undefined
  return [at.netns, at.hook?.toUpperCase() ?? at.device, table].filter((w) => w !== undefined).join(' · ')
}

function Step({ answer, look, all }: { readonly answer: Answer; readonly look: Look; readonly all: number }) {
  const t = useT()
  const lang = useStore((s) => s.lang)
  // While it plays, stops follow each other faster than a screen reader can say them.
  const playing = useStore((s) => s.playing)
  const said = sayEvent(look.main, answer, lang, carriedBy(look))
  return (
    <>
      <div className="said" role="log" aria-live={playing ? 'off' : 'polite'}>
        <p className="eyebrow">
          <span className="count">{t('inspector.stepOf', { n: look.station.index + 1, all })} · </span>
          {eyebrow(look)}
        </p>
        <h2>{said.title}</h2>
        {said.text !== '' && <p>{said.text}</p>}
      </div>
      <Verdict answer={answer} look={look} last={look.station.index === all - 1} />
      <PacketCard before={look.before} after={look.after} message={carriedBy(look)} />
      <RuleCard look={look} />
      <ChoiceCard answer={answer} look={look} />
      <ConntrackCard look={look} />
      <RouteCard look={look} />
      <OriginCard answer={answer} look={look} />
    </>
  )
}

/** What this step means, and everything that it is made of. */
export function Inspector() {
  const t = useT()
  const good = useStore((s) => s.good)
  const playhead = useStore((s) => s.playhead)
  const steps = stepsOf(good)
  const look = lookAt(steps, playhead)
  if (good === undefined || look === undefined) return <p className="empty">{t('inspector.nowhere')}</p>
  return (
    <div className="inspector">
      <Step answer={good} look={look} all={steps.stations.length} />
    </div>
  )
}
