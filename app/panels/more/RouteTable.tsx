import type { Answer } from '../../../src/answer.ts'
import type { TraceEvent } from '../../../src/trace/event.ts'
import { useLook } from '../look.ts'
import { neighboursOf, standings } from './routes.ts'
import { useM } from './words.ts'

interface Props {
  readonly answer: Answer
  readonly event: Extract<TraceEvent, { readonly kind: 'route' }>
}

/** The routing table around the line that won a look-up, and why it won. */
export default function RouteTable({ answer, event }: Props) {
  const m = useM()
  const { route, dst } = event
  const family = dst.includes(':') ? ['-6'] : []
  const viewed = useLook(answer, {
    kind: 'tool',
    netns: event.at.netns,
    argv: ['ip', ...family, 'route', 'show', 'table', route?.table ?? 'main'],
  })
  if (route === undefined) return null
  const lines = viewed?.kind === 'text' ? standings(viewed.text.split('\n'), route.text, dst) : []
  const won = lines.find((l) => l.standing === 'won')
  if (won === undefined) return <pre {...(viewed === undefined ? { 'data-coming': '' } : {})}>{route.text}</pre>
  const holding = lines.filter((l) => l.standing !== 'other').length
  return (
    <>
      <ol className="tool-text">
        {neighboursOf(lines, 6).map((line, i) =>
          typeof line === 'number' ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: a gap has its place only
            <li key={`gap ${i}`} className="none">
              {m('text.left', { n: line })}
            </li>
          ) : (
            <li key={line.text} data-lit={line.standing === 'won'} data-standing={line.standing}>
              {line.text}
              {line.standing === 'shorter' && <small>{m('route.shorter', { bits: line.bits })}</small>}
            </li>
          ),
        )}
      </ol>
      <p className="aside">
        {holding === 1 ? m('route.only', { dst }) : m('route.longest', { n: holding, dst, bits: won.bits })}{' '}
        {route.table === 'main' && m('route.order', { dst })}
      </p>
    </>
  )
}
