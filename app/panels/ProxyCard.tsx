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
  const numbers = connectionsOf(answer)
  const number = numbers?.[look.station.beat.journey] ?? 0
  if (event === undefined && number === 0) return null
  return (
    <Suspense fallback={<Coming />}>
      {event !== undefined && <RequestTable answer={answer} journey={look.station.beat.journey} seq={event.seq} />}
      {number > 0 && <ConnectionEnds answer={answer} number={number} of={Math.max(...(numbers ?? []))} />}
    </Suspense>
  )
}
