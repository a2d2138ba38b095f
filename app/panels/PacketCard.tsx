import type { Message } from '../../src/net/message.ts'
import type { Skb, SocketView, Subject } from '../../src/trace/event.ts'
import type { Look } from '../play/steps.ts'
import { set } from '../store.ts'
import { useT } from '../ui/words/t.ts'
import { Bars } from './Bars.tsx'
import { Changed } from './Changed.tsx'
import { messageText } from './message.ts'
import { endsOf, layersOf } from './packet.ts'
import { useW } from './words.ts'

const skbOf = (subject: Subject | undefined): Skb | undefined => (subject?.kind === 'skb' ? subject.skb : undefined)

export const hex = (mark: number | undefined): string | undefined => (mark === undefined ? undefined : `0x${mark.toString(16)}`)

function SocketCard({ socket }: { readonly socket: SocketView }) {
  const t = useT()
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['owner', socket.owner],
    ['proto', socket.proto],
    ['local', socket.local],
    ['peer', socket.peer],
    ['state', socket.state],
  ]
  return (
    <section className="card">
      <h3>{t('inspector.socket')}</h3>
      <dl className="fields">
        {rows.map(([name, value]) =>
          value === undefined ? null : (
            <div key={name} className="row">
              <dt>{name}</dt> <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
    </section>
  )
}

/** The values beside the packet that a step changes, or that are worth a line: mark and devices. */
function besides(
  was: Skb | undefined,
  now: Skb,
): readonly (readonly [name: string, before: string | undefined, after: string | undefined])[] {
  const old = was ?? now
  const rows: (readonly [string, string | undefined, string | undefined])[] = []
  if (now.mark !== 0 || old.mark !== 0) rows.push(['mark', hex(old.mark), hex(now.mark)])
  const devices = [
    ['iif', old.iif, now.iif],
    ['oif', old.oif, now.oif],
    ['physin', old.bridged?.physin, now.bridged?.physin],
    ['physout', old.bridged?.physout, now.bridged?.physout],
  ] as const
  for (const [name, before, after] of devices) if (after !== undefined) rows.push([name, before ?? after, after])
  return rows
}

function Ends({ was, now }: { readonly was: Skb | undefined; readonly now: Skb }) {
  const is = endsOf(now.packet)
  if (is === undefined) return null
  const old = (was && endsOf(was.packet)) ?? is
  const ttls = layersOf(was?.packet, now.packet)
    .filter((l) => l.state === 'changed')
    .flatMap((l) => l.fields.filter((f) => (f.name === 'ttl' || f.name === 'hlim') && f.before !== f.after))
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
      {ttls.map((f) => (
        <div key={f.name} className="row">
          <dt>{f.name}</dt>
          <dd>
            <Changed before={f.before} after={f.after} />
          </dd>
        </div>
      ))}
      {besides(was, now).map(([name, before, after]) => (
        <div key={name} className="row">
          <dt>{name}</dt>
          <dd>
            <Changed before={before} after={after} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

interface Props {
  readonly look: Look
  readonly message: Message | undefined
}

/** The packet before and after a step in few lines, its headers as bars, and what it carries. */
export function PacketCard({ look, message }: Props) {
  const t = useT()
  const w = useW()
  const { before, after } = look
  const [was, now] = [skbOf(before), skbOf(after)]
  return (
    <>
      {after.kind === 'socket' && <SocketCard socket={after.socket} />}
      {now !== undefined && (
        <section className="card packet" aria-label={t('inspector.packet')}>
          <h3>
            {t('inspector.packet')}
            <button type="button" className="jump" onClick={() => set({ tab: 'packet' })}>
              {w('packet.all')}
            </button>
          </h3>
          <Ends was={was} now={now} />
          <Bars look={look} />
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
