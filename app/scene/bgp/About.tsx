import type { ReactNode } from 'react'
import type { PeerEnd, Peering, PeerSession } from '../../../src/agents/cni/peering.ts'
import type { Answer } from '../../../src/answer.ts'
import { useLook } from '../../panels/look.ts'
import { reasonOf, type SayBgp } from './words.ts'

const SHOWN = 6

/** A list that is long is cut, and says so. */
function listed(all: readonly string[], say: SayBgp): readonly string[] {
  return all.length <= SHOWN ? all : [...all.slice(0, SHOWN), say('more', { n: all.length - SHOWN })]
}

type EndRow = readonly [name: string, of: (end: PeerEnd) => ReactNode]

const rowsOf = (say: SayBgp): readonly EndRow[] => [
  [say('peerAddress'), (end) => end.peerAddress],
  [say('ownAs'), (end) => end.asNumber],
  [say('peerAs'), (end) => end.peerAs],
  [say('type'), (end) => end.type],
  [say('calls'), (end) => say(end.passive ? 'passive' : 'calling')],
  [
    say('learned'),
    (end) =>
      end.learned.length === 0
        ? say('nothing')
        : listed(end.learned, say).map((dst) => (
            <span key={dst} className="pw-mono bgp-route">
              {dst}
            </span>
          )),
  ],
]

/** Both sides of a session, why it is down, and the routes that are missing for it. */
export function AboutSession({
  session,
  peering,
  say,
}: {
  readonly session: PeerSession
  readonly peering: Peering
  readonly say: SayBgp
}) {
  const asOf = (name: string): number => peering.speakers.find((one) => one.name === name)?.asNumber ?? 0
  const reason = reasonOf(session, asOf, say)
  const places = new Map<string, string[]>()
  for (const { node, dst } of session.lost) places.set(node, [...(places.get(node) ?? []), dst])
  const announced = peering.speakers.some((one) => one.announces.length > 0)
  return (
    <>
      <h2>
        {session.between.join(' ⇄ ')}{' '}
        <span className="bgp-state" data-down={reason !== undefined}>
          {say(reason === undefined ? 'established' : 'down')}
        </span>
      </h2>
      {reason !== undefined && <p className="bgp-reason">{reason}</p>}
      <table>
        <thead>
          <tr>
            <td />
            {session.ends.map((end) => (
              <th key={end.node} scope="col">
                {end.node}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rowsOf(say).map(([name, of]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {session.ends.map((end) => (
                <td key={end.node}>{of(end)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {session.ends.length === 1 && <p className="bgp-quiet">{say('otherSide')}</p>}
      {reason !== undefined && places.size > 0 && (
        <div className="bgp-lost">
          <h3>{say('lost')}</h3>
          {[...places].slice(0, SHOWN).map(([node, routes]) => (
            <p key={node}>
              {say('lostOn', { node })}{' '}
              {listed(routes, say).map((dst) => (
                <s key={dst} className="pw-mono bgp-route">
                  {dst}
                </s>
              ))}
            </p>
          ))}
          {places.size > SHOWN && <p>{say('more', { n: places.size - SHOWN })}</p>}
        </div>
      )}
      {reason !== undefined && places.size === 0 && <p className="bgp-quiet">{say(announced ? 'lostNone' : 'notNeeded')}</p>}
    </>
  )
}

/** What `calicoctl node status` prints on a node. */
export function Printed({ answer, node, say }: { readonly answer: Answer; readonly node: string; readonly say: SayBgp }) {
  const tool = 'calicoctl node status'
  const viewed = useLook(answer, { kind: 'tool', netns: node, argv: tool.split(' ') })
  return (
    <section className="bgp-printed">
      <h3>{say('asked', { tool, node })}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area has to be reachable by keyboard */}
      <pre tabIndex={0}>{viewed === undefined ? '' : viewed.kind === 'text' ? viewed.text.trimEnd() : say('unknown')}</pre>
    </section>
  )
}
