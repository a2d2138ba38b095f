import { lazy, Suspense } from 'react'
import type { Answer } from '../../src/answer.ts'
import type { Look } from '../play/steps.ts'
import { connectionsOf } from '../timeline/connections.ts'
import { Coming, part } from './part.tsx'

const RequestTable = lazy(part(() => import('./more/RequestTable.tsx')))
const ConnectionEnds = lazy(part(() => import('./more/ConnectionEnds.tsx')))

/** An L7 proxy's part: the rows that it looked at where it decides, and which of its connections a step belongs to. */
export function ProxyCard({ answer, look }: { readonly answer: Answer; readonly look: Look }) {
  const event = (look.whole ? look.station.events : [look.main]).find((e) => e.kind === 'process' && e.route !== undefined)
  const joined = connectionsOf(answer)
  const number = joined?.numbers[look.station.beat.journey] ?? 0
  const connection = joined?.list[number - 1]
  if (event === undefined && connection === undefined) return null
  return (
    <Suspense fallback={<Coming />}>
      {event !== undefined && <RequestTable answer={answer} journey={look.station.beat.journey} seq={event.seq} />}
      {connection !== undefined && joined !== undefined && <ConnectionEnds connection={connection} of={joined.list.length} />}
    </Suspense>
  )
}
