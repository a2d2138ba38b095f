import type { Message } from '../../src/net/message.ts'
import type { Skb, SocketView, Subject } from '../../src/trace/event.ts'
import { useT } from '../ui/words/t.ts'
import { endsOf, type Field, type Layer, layersOf } from './packet.ts'

const skbOf = (subject: Subject | undefined): Skb | undefined => (subject?.kind === 'skb' ? subject.skb : undefined)

/** Old struck, new boxed; in words for those who do not see it. */
export function Changed({ before, after }: { readonly before: string | undefined; readonly after: string | undefined }) {
  if (before === after) return <>{after}</>
  return (
    <>
      {before !== undefined && <del>{before}</del>} {after !== undefined && <ins>{after}</ins>}
    </>
  )
}

const hex = (mark: number | undefined): string | undefined => (mark === undefined ? undefined : `0x${mark.toString(16)}`)

function Row({ field, layer }: { readonly field: Field; readonly layer: Layer }) {
  const whole = layer.state === 'added' || layer.state === 'removed'
  return (
    <div>
      <dt>{field.name}</dt> <dd>{whole ? (field.after ?? field.before) : <Changed before={field.before} after={field.after} />}</dd>
    </div>
  )
}

function Headers({ layers }: { readonly layers: readonly Layer[] }) {
  const t = useT()
  return (
    <ol className="layers">
      {layers.map((layer, i) => (
        // A layer has no name of its own but its place.
        // biome-ignore lint/suspicious/noArrayIndexKey: places are all there is
        <li key={i} data-state={layer.state}>
          <h4>
            {layer.title}
            {layer.state === 'added' && <em>{t('header.added')}</em>}
            {layer.state === 'removed' && <em>{t('header.removed')}</em>}
            <small>{t('header.bytes', { n: layer.bytes })}</small>
          </h4>
          <dl>
            {layer.fields.map((field) => (
              <Row key={field.name} field={field} layer={layer} />
            ))}
          </dl>
        </li>
      ))}
    </ol>
  )
}

/** What the packet carries, as its program would print it. */
function messageText(message: Message): string {
  switch (message.kind) {
    case 'http-request':
      return [`${message.method} ${message.path} HTTP/1.1`, ...message.headers.map(([k, v]) => `${k}: ${v}`)].join('\n')
    case 'http-response':
      return [`HTTP/1.1 ${message.status}`, ...message.headers.map(([k, v]) => `${k}: ${v}`), '', message.body].join('\n')
    case 'dns':
      return [
        `;; ${message.response ? `${message.rcode}${message.aa ? ' aa' : ''}` : 'QUERY'}, id ${message.id}`,
        `${message.name} IN ${message.type}`,
        ...message.answers.map((r) => `${r.name} ${r.ttl} IN ${r.type} ${r.rdata}`),
      ].join('\n')
    case 'data':
      return message.text
  }
}

function SocketCard({ socket }: { readonly socket: SocketView }) {
  const t = useT()
  return (
    <section className="card">
      <h3>{t('inspector.socket')}</h3>
      <dl className="fields">
        <dt>owner</dt>
        <dd>{socket.owner}</dd>
        <dt>local</dt>
        <dd>{socket.local}</dd>
        {socket.peer !== undefined && (
          <>
            <dt>peer</dt>
            <dd>{socket.peer}</dd>
          </>
        )}
        <dt>state</dt>
        <dd>{socket.state}</dd>
      </dl>
    </section>
  )
}

function Ends({ was, now }: { readonly was: Skb | undefined; readonly now: Skb }) {
  const is = endsOf(now.packet)
  if (is === undefined) return null
  const old = (was && endsOf(was.packet)) ?? is
  return (
    <dl className="fields ends">
      <dt>src</dt>
      <dd>
        <Changed before={old.src} after={is.src} />
      </dd>
      <dt>dst</dt>
      <dd>
        <Changed before={old.dst} after={is.dst} />
      </dd>
      {(now.mark !== 0 || (was?.mark ?? 0) !== 0) && (
        <>
          <dt>mark</dt>
          <dd>
            <Changed before={hex(was?.mark ?? now.mark)} after={hex(now.mark)} />
          </dd>
        </>
      )}
    </dl>
  )
}

interface Props {
  readonly before: Subject | undefined
  readonly after: Subject
  readonly message: Message | undefined
}

/** The packet before and after a step, header by header, and what it carries. */
export function PacketCard({ before, after, message }: Props) {
  const t = useT()
  const [was, now] = [skbOf(before), skbOf(after)]
  return (
    <>
      {after.kind === 'socket' && <SocketCard socket={after.socket} />}
      {now !== undefined && (
        <section className="card packet" aria-label={t('inspector.packet')}>
          <h3>{t('inspector.packet')}</h3>
          <Ends was={was} now={now} />
          <Headers layers={layersOf(was?.packet, now.packet)} />
        </section>
      )}
      {message !== undefined && (
        <section className="card">
          <h3>{t('inspector.message')}</h3>
          <pre>{messageText(message)}</pre>
        </section>
      )}
    </>
  )
}
