import type { Answer } from '../../../src/answer.ts'
import { connectionNumbered } from './ends.ts'
import { useM } from './words.ts'

interface Props {
  readonly answer: Answer
  readonly number: number
  readonly of: number
}

/** One of a proxy's connections: what each end believes the other's address is. Amber where NAT made them believe different things. */
export default function ConnectionEnds({ answer, number, of }: Props) {
  const m = useM()
  const connection = connectionNumbered(answer, number)
  if (connection === undefined) return null
  const { client, server, forwarded } = connection
  return (
    <section className="card">
      <h3>{m('conn.title', { n: number, of })}</h3>
      <dl className="conn-ends">
        <dt>{client.who}</dt>
        <dd>
          {m('conn.client', { local: client.local })} <b data-nat={server !== undefined && server.local !== client.peer}>{client.peer}</b>
        </dd>
        {server !== undefined && (
          <>
            <dt>{server.who.split('/').slice(0, 2).join('/')}</dt>
            <dd>
              {m('conn.server', { local: server.local })} <b data-nat={server.peer !== client.local}>{server.peer}</b>
            </dd>
          </>
        )}
      </dl>
      {server === undefined && <p className="aside">{m('conn.nobody')}</p>}
      {forwarded !== undefined && <p className="aside">{m('conn.forwarded', { address: forwarded })}</p>}
    </section>
  )
}
