import type { Answer } from '../../src/answer.ts'
import type { CtView, TraceEvent } from '../../src/trace/event.ts'
import type { Look } from '../play/steps.ts'
import { Changed } from './Changed.tsx'
import { entryAt, heldAt, tupleFields } from './tracked.ts'
import { useW } from './words.ts'

/** The entry that a step is about: the one that it changes, else the one that its packet holds at a hook. */
function idOf(look: Look): number | undefined {
  const events: readonly TraceEvent[] = look.whole ? look.station.events : [look.main]
  for (const e of [...events].reverse()) {
    if (e.kind === 'conntrack' && e.entry !== undefined) return e.entry.id
    for (const w of e.writes ?? []) if (w.kind === 'conntrack') return w.entry.id
  }
  if (look.station.beat.kind !== 'hook') return undefined
  return (
    heldAt(look.main) ??
    events
      .map(heldAt)
      .filter((id) => id !== undefined)
      .at(-1)
  )
}

const stateOf = (entry: CtView): string =>
  [
    entry.tcp ?? entry.orig.proto.toUpperCase(),
    entry.status.includes('SEEN_REPLY') ? '' : '[UNREPLIED]',
    entry.status.includes('ASSURED') ? '[ASSURED]' : '',
  ]
    .filter((word) => word !== '')
    .join(' ')

function Direction({ name, entry, side }: { readonly name: string; readonly entry: CtView; readonly side: 'orig' | 'reply' }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        {tupleFields(entry[side], side === 'reply' ? entry.orig : undefined).map((f) => (
          <span key={f.name} className="pair">
            {f.name}={f.nat ? <mark data-rewrites="true">{f.value}</mark> : f.value}{' '}
          </span>
        ))}
      </dd>
    </>
  )
}

/** The connection of a step's packet: its entry before and after, both directions, and what NAT made of the reply. */
export function ConntrackCard({ answer, look }: { readonly answer: Answer; readonly look: Look }) {
  const w = useW()
  const id = idOf(look)
  if (id === undefined) return null
  const { netns } = look.main.at
  const first = look.whole ? look.station.first : look.main.seq
  const last = look.whole ? look.station.last : look.main.seq
  const now = entryAt(answer, netns, id, last)
  if (now === undefined) return null
  const was = entryAt(answer, netns, id, first - 1)
  const nat = now.status.some((s) => s === 'DST_NAT' || s === 'SRC_NAT')
  const { skb } = look.after.kind === 'skb' ? look.after : { skb: undefined }
  const status = (entry: CtView): string => entry.status.join(' ') || '–'
  return (
    <section className="card conntrack">
      <h3>{w('ct.title', { netns })}</h3>
      <dl className="fields">
        <dt>{w('ct.state')}</dt>
        <dd>
          <Changed before={was === undefined ? undefined : stateOf(was)} after={stateOf(now)} />
        </dd>
        <Direction name={w('ct.original')} entry={now} side="orig" />
        <Direction name={w('ct.reply')} entry={now} side="reply" />
        <dt>{w('ct.status')}</dt>
        <dd>
          <Changed before={was === undefined ? undefined : status(was)} after={status(now)} />
        </dd>
        <dt>{w('ct.timeout')}</dt>
        <dd>{w('ct.seconds', { n: now.timeout })}</dd>
        {skb?.ct !== undefined && (
          <>
            <dt>{w('ct.mine')}</dt>
            <dd>
              {skb.ct.dir}, {skb.ct.state.toUpperCase()}
            </dd>
          </>
        )}
      </dl>
      {was === undefined && <p className="aside">{w('ct.new')}</p>}
      {nat && <p className="aside">{w('ct.nat')}</p>}
    </section>
  )
}
