import type { Answer } from '../../src/answer.ts'
import { RowCard } from '../chains/RowCard.tsx'
import { sayEvent } from '../engine/say.ts'
import { useBeside } from '../play/beside.ts'
import { carriedBy, type Look, lookAt, stepsOf } from '../play/steps.ts'
import { useStore } from '../store.ts'
import { useT } from '../ui/words/t.ts'
import { ChoiceCard } from './ChoiceCard.tsx'
import { ConntrackCard } from './ConntrackCard.tsx'
import { FlagButton } from './FlagButton.tsx'
import { OriginCard } from './OriginCard.tsx'
import { PacketCard } from './PacketCard.tsx'
import { ProxyCard } from './ProxyCard.tsx'
import { NeighbourCards, RouteCard } from './RouteCard.tsx'
import { RuleCard } from './RuleCard.tsx'
import { Verdict } from './Verdict.tsx'
import { useW } from './words.ts'

const eyebrow = (look: Look): string => {
  const { at } = look.main
  const table =
    look.main.kind === 'rule' ? look.main.rule.table : look.main.kind === 'nat' ? (look.main.by === 'ipvs' ? 'ip_vs' : 'nat') : undefined
  return [at.netns, at.hook?.toUpperCase() ?? at.device, table].filter((w) => w !== undefined).join(' · ')
}

/** What this step means, in a title and a sentence. */
export function Said({ answer, look, all }: { readonly answer: Answer; readonly look: Look; readonly all: number }) {
  const t = useT()
  const w = useW()
  const lang = useStore((s) => s.lang)
  // While it plays, stops follow each other faster than a screen reader can say them.
  const playing = useStore((s) => s.playing)
  const said = sayEvent(look.main, answer, lang, carriedBy(look))
  const { place } = look.station.beat
  return (
    <div className="said-row">
      <div className="said" role="log" aria-live={playing ? 'off' : 'polite'}>
        <p className="eyebrow">
          <span className="count">{t('inspector.stepOf', { n: look.station.index + 1, all })} · </span>
          {eyebrow(look)}
        </p>
        <h2>{said.title}</h2>
        {said.text !== '' && <p>{said.text}</p>}
      </div>
      <FlagButton at={{ kind: 'place', place }} label={w('bp.place', { name: place })} />
    </div>
  )
}

function Step({ answer, look, all }: { readonly answer: Answer; readonly look: Look; readonly all: number }) {
  return (
    <>
      <Said answer={answer} look={look} all={all} />
      <RowCard />
      <Verdict answer={answer} look={look} last={look.station.index === all - 1} />
      <ProxyCard answer={answer} look={look} />
      <PacketCard look={look} message={carriedBy(look)} />
      <RuleCard answer={answer} look={look} />
      <ChoiceCard answer={answer} look={look} />
      <RouteCard answer={answer} look={look} />
      <NeighbourCards answer={answer} look={look} />
      <ConntrackCard answer={answer} look={look} />
      <OriginCard answer={answer} look={look} />
    </>
  )
}

/** The walk on stage, and the step on which the visitor stands. */
export function useHere(): { readonly answer: Answer; readonly look: Look; readonly all: number } | undefined {
  const good = useBeside('inspector', (s) => s.good)
  const playhead = useBeside('inspector', (s) => s.playhead)
  const steps = stepsOf(good)
  const look = lookAt(steps, playhead)
  return good === undefined || look === undefined ? undefined : { answer: good, look, all: steps.stations.length }
}

/** What this step means, and everything that it is made of. */
export function Inspector() {
  const t = useT()
  const here = useHere()
  if (here === undefined) return <p className="empty">{t('inspector.nowhere')}</p>
  return (
    <div className="inspector">
      <Step {...here} />
    </div>
  )
}
