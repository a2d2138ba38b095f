import type { Answer } from '../../../src/answer.ts'
import type { Skb } from '../../../src/trace/event.ts'
import { carriedBy, type Look } from '../../play/steps.ts'
import { useT } from '../../ui/words/t.ts'
import { Ahead, headersOf } from '../Bars.tsx'
import { Changed } from '../Changed.tsx'
import { useHere } from '../Inspector.tsx'
import { messageText } from '../message.ts'
import { hex } from '../PacketCard.tsx'
import type { Field, Layer } from '../packet.ts'
import { useW } from '../words.ts'
import { insideOf } from './inside.ts'
import { ownersOf } from './owners.ts'
import { useM } from './words.ts'

type Header = ReturnType<typeof headersOf>[number]
type Owners = ReturnType<typeof ownersOf>

/** A longer note stands under its value: beside it there is no room. Characters. */
const BESIDE = 14

interface RowProps {
  readonly field: Field
  readonly layer: Layer
  readonly soon: Field | undefined
  readonly owners: Owners
}

function Row({ field, layer, soon, owners }: RowProps) {
  const whole = layer.state === 'added' || layer.state === 'removed'
  const value = field.after ?? field.before ?? ''
  const note = soon === undefined ? owners(field.name, value) : `→ ${soon.after ?? ''}`
  const shown = whole ? value : <Changed before={field.before} after={field.after} />
  if (note.length > BESIDE)
    return (
      <tr>
        <th scope="row">{field.name}</th>
        <td data-soon={soon !== undefined} colSpan={2}>
          {shown}
          <small className="whose">{note}</small>
        </td>
      </tr>
    )
  return (
    <tr>
      <th scope="row">{field.name}</th>
      <td data-soon={soon !== undefined}>{shown}</td>
      <td className="note">{note}</td>
    </tr>
  )
}

function HeaderCard({ header: [layer, fate], tone, owners }: { readonly header: Header; readonly tone: string; readonly owners: Owners }) {
  const t = useT()
  const w = useW()
  const m = useM()
  const becomes = layer.state === 'added' ? w('packet.added') : layer.state === 'removed' ? w('packet.removed') : undefined
  const ahead =
    fate === undefined ? undefined : fate.fate === 'ends' ? w('fate.ends') : fate.fate === 'changes' ? w('fate.changes') : m('fate.goes')
  return (
    <li className="header-card" data-state={layer.state} data-fate={fate?.fate ?? 'removed'} data-tone={tone}>
      <h3>
        {layer.title} <small>{[becomes, ahead].filter((x) => x !== undefined).join(' · ')}</small>
        <small className="bytes">{t('header.bytes', { n: layer.bytes })}</small>
      </h3>
      <table>
        <tbody>
          {layer.fields.map((field) => (
            <Row key={field.name} field={field} layer={layer} soon={fate?.soon.find((s) => s.name === field.name)} owners={owners} />
          ))}
        </tbody>
      </table>
      {layer.quoted.length > 0 && (
        <div className="quoted">
          <h4>{m('packet.quoted')}</h4>
          <ol>
            {layer.quoted.map((inner, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: places are all there is
              <HeaderCard key={i} header={[inner, undefined]} tone={tone} owners={owners} />
            ))}
          </ol>
        </div>
      )}
    </li>
  )
}

/** The headers from the outermost in; those inside a tunnel stand inside its own frame. */
function HeaderCards({ headers, tone, owners }: { readonly headers: readonly Header[]; readonly tone: string; readonly owners: Owners }) {
  const m = useM()
  const inside = insideOf(headers.map(([layer]) => layer))
  const cards = (from: number, to?: number) =>
    headers.slice(from, to).map((header, i) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: places are all there is
      <HeaderCard key={from + i} header={header} tone={tone} owners={owners} />
    ))
  if (inside === undefined) return <ol className="header-cards">{cards(0)}</ol>
  return (
    <ol className="header-cards">
      {cards(0, inside.from)}
      <li className="tunnelled" data-tone={tone}>
        <h3>{m('packet.inside', { tunnel: inside.tunnel })}</h3>
        <ol className="header-cards">{cards(inside.from)}</ol>
      </li>
    </ol>
  )
}

/** What the kernel keeps beside the packet. */
function Beside({ was, now }: { readonly was: Skb | undefined; readonly now: Skb }) {
  const m = useM()
  const old = was ?? now
  const ct = (skb: Skb): string | undefined => skb.ct && `${skb.ct.state.toUpperCase()}, ${skb.ct.dir}`
  const rows: readonly (readonly [string, string | undefined, string | undefined])[] = [
    ['mark', hex(old.mark), hex(now.mark)],
    ['iif', old.iif, now.iif],
    ['oif', old.oif, now.oif],
    ['physin', old.bridged?.physin, now.bridged?.physin],
    ['physout', old.bridged?.physout, now.bridged?.physout],
    ['ct', ct(old), ct(now)],
    ['tunnel', old.tunnel, now.tunnel],
  ]
  return (
    <section className="card">
      <h3>{m('packet.beside')}</h3>
      <dl className="fields">
        {rows.map(([name, before, after]) =>
          before === undefined && after === undefined ? null : (
            <div key={name} className="row">
              <dt>{name}</dt>
              <dd>
                <Changed before={before} after={after} />
              </dd>
            </div>
          ),
        )}
      </dl>
    </section>
  )
}

const skbOf = (subject: Look['before']): Skb | undefined => (subject?.kind === 'skb' ? subject.skb : undefined)

function Packet({ answer, look }: { readonly answer: Answer; readonly look: Look }) {
  const t = useT()
  const m = useM()
  const now = skbOf(look.after)
  const message = carriedBy(look)
  const headers = headersOf(look)
  const bytes = headers.reduce((n, [l]) => (l.state === 'removed' ? n : n + l.bytes), now?.packet.size ?? 0)
  const owners = ownersOf(answer)
  return (
    <div className="inspector">
      <div className="said">
        <p className="eyebrow">{look.station.journey.title}</p>
        <h2>{m('packet.now')}</h2>
        <p>{now === undefined ? m('packet.none') : m('packet.bytes', { n: bytes })}</p>
      </div>
      {now !== undefined && (
        <>
          <Ahead look={look} />
          <HeaderCards headers={headers} tone={look.station.beat.tone} owners={owners} />
        </>
      )}
      {message !== undefined && (
        <section className="card">
          <h3>{t('inspector.message')}</h3>
          <pre>{messageText(message)}</pre>
        </section>
      )}
      {now !== undefined && <Beside was={skbOf(look.before)} now={now} />}
    </div>
  )
}

/** Every header of the packet, before and after this step, and what becomes of each on this hop. */
export default function PacketTab() {
  const t = useT()
  const here = useHere()
  return here === undefined ? <p className="empty">{t('inspector.nowhere')}</p> : <Packet answer={here.answer} look={here.look} />
}
