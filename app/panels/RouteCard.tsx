import { lazy, Suspense } from 'react'
import type { Answer } from '../../src/answer.ts'
import type { Look } from '../play/steps.ts'
import { useT } from '../ui/words/t.ts'
import { Coming, part } from './part.tsx'
import { useW } from './words.ts'

const RouteTable = lazy(part(() => import('./more/RouteTable.tsx')))
const Neighbours = lazy(part(() => import('./more/Neighbours.tsx')))

/** A route look-up: the line that won, and beside which lines. */
export function RouteCard({ answer, look }: { readonly answer: Answer; readonly look: Look }) {
  const t = useT()
  const w = useW()
  const event = look.whole ? look.station.events.find((e) => e.kind === 'route') : look.main
  if (event?.kind !== 'route') return null
  return (
    <section className="card">
      <h3>{event.route === undefined ? t('inspector.route') : w('route.title', { table: event.route.table })}</h3>
      {event.route === undefined ? (
        <p className="aside">{w('route.none', { dst: event.dst })}</p>
      ) : (
        <Suspense fallback={<pre data-coming="">{event.route.text}</pre>}>
          <RouteTable answer={answer} event={event} />
        </Suspense>
      )}
    </section>
  )
}

/** Which MAC an address has, and behind which port of a bridge a MAC is: as the tools print it. */
export function NeighbourCards({ answer, look }: { readonly answer: Answer; readonly look: Look }) {
  const events = (look.whole ? look.station.events : [look.main]).filter((e) => e.kind === 'neighbour' || e.kind === 'fdb')
  if (events.length === 0) return null
  return (
    <Suspense fallback={<Coming />}>
      {events.map((e) => (
        <Neighbours key={e.seq} answer={answer} event={e} />
      ))}
    </Suspense>
  )
}
