import type { TraceEvent } from '../../src/trace/event.ts'
import { listed } from '../engine/list.ts'
import type { Look } from '../play/steps.ts'
import { useStore } from '../store.ts'
import { type Outlook, outlook } from './fate.ts'
import { type Layer, layersOf } from './packet.ts'
import { useW, type W } from './words.ts'

/** The packet's own events from the end of a step on. */
export function outlookOf(look: Look): Outlook | undefined {
  const { events } = look.station.journey
  return outlook(events, look.whole ? look.station.beat.to - 1 : events.indexOf(look.main))
}

const skbOf = (subject: Look['before']) => (subject?.kind === 'skb' ? subject.skb.packet : undefined)

/** Each header once, also those that this step takes off; what lies ahead belongs to those that are there. */
export function headersOf(look: Look): readonly (readonly [Layer, Outlook['headers'][number] | undefined])[] {
  const after = skbOf(look.after)
  if (after === undefined) return []
  const fates = outlookOf(look)?.headers ?? []
  let at = 0
  return layersOf(skbOf(look.before), after).map((layer) => [layer, layer.state === 'removed' ? undefined : fates[at++]] as const)
}

/** Where an event happens, in a few words. */
export function whereOf(event: TraceEvent, w: W): string {
  if (event.kind === 'ttl' || event.kind === 'route') return w('fate.routing')
  if (event.at.hook !== undefined) return event.at.hook.toUpperCase()
  return event.kind === 'device' ? event.device : (event.at.device ?? event.at.netns)
}

/** "Next, at PREROUTING: dst 10.96.0.1 → 10.244.1.3. Ends on this hop: Ethernet." */
export function Ahead({ look }: { readonly look: Look }) {
  const w = useW()
  const lang = useStore((s) => s.lang)
  const seen = outlookOf(look)
  if (seen === undefined) return null
  const ends = seen.headers.filter((h) => h.fate === 'ends').map((h) => h.title)
  if (seen.next === undefined && ends.length === 0) return null
  return (
    <p className="ahead">
      {seen.next !== undefined && (
        <>
          {w('fate.next', { where: whereOf(seen.next.event, w) })}{' '}
          {seen.next.fields.map((f) => (
            <span key={f.name} className="pair">
              {f.name} {f.before} → <b>{f.after}</b>{' '}
            </span>
          ))}
        </>
      )}
      {ends.length > 0 && w('fate.endsHere', { list: listed(ends, lang) })}
    </p>
  )
}

/** The headers as bars, outermost first: grey ends on this hop, amber is about to change, the others go on. */
export function Bars({ look }: { readonly look: Look }) {
  const w = useW()
  const lang = useStore((s) => s.lang)
  const headers = headersOf(look)
  return (
    <>
      <ol className="bars" data-tone={look.station.beat.tone}>
        {headers.map(([layer, fate], i) => {
          const words = [
            layer.state === 'added' ? w('packet.added') : layer.state === 'removed' ? w('packet.removed') : '',
            fate?.fate === 'ends' ? w('fate.ends') : fate?.fate === 'changes' ? w('fate.changes') : '',
          ].filter((word) => word !== '')
          return (
            // A header has no name of its own but its place.
            // biome-ignore lint/suspicious/noArrayIndexKey: places are all there is
            <li key={i} data-state={layer.state} data-fate={fate?.fate ?? 'removed'} title={listed([layer.title, ...words], lang)}>
              {layer.state === 'added' && '+'}
              {layer.state === 'removed' && '−'}
              {layer.title === 'Ethernet' ? 'Eth' : layer.title}
              <span className="sr-only">{listed(words, lang)}</span>
            </li>
          )
        })}
      </ol>
      <Ahead look={look} />
    </>
  )
}
