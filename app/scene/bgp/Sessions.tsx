import { type ReactNode, useEffect, useMemo } from 'react'
import type { Peering, PeerSession } from '../../../src/agents/cni/peering.ts'
import type { Answer } from '../../../src/answer.ts'
import { useLook } from '../../panels/look.ts'
import { Coming } from '../../panels/part.tsx'
import { state } from '../../store.ts'
import { goNear } from '../zoom/steer.ts'
import { useZ } from '../zoom/words.ts'
import { AboutSession, Printed } from './About.tsx'
import { arcsOf, keyOf } from './arcs.ts'
import { Diagram } from './Diagram.tsx'
import { type SayBgp, useBgpWords } from './words.ts'
import './bgp.css'

interface Props {
  readonly answer: Answer
  /** A session by its key, or a speaker by its name; '' for none. */
  readonly chosen: string
  readonly width: number
}

const choose = (netns: string): void => goNear({ level: 'bgp', netns })
const leave = (): void => goNear(undefined)

/** More rows than these are not listed: they are drawn, and counted. */
const LISTED = 60

function List({ sessions, chosen, say }: { readonly sessions: readonly PeerSession[]; readonly chosen: string; readonly say: SayBgp }) {
  return (
    <ul className="bgp-list">
      {sessions.slice(0, LISTED).map((one) => {
        const key = keyOf(one)
        return (
          <li key={key}>
            <button type="button" aria-pressed={key === chosen} onClick={() => choose(key)}>
              <span>{one.between.join(' ⇄ ')}</span>
              <span className="bgp-state" data-down={one.down !== undefined}>
                {say(one.down === undefined ? 'established' : 'down')}
              </span>
            </button>
          </li>
        )
      })}
      {sessions.length > LISTED && <li className="bgp-quiet">{say('more', { n: sessions.length - LISTED })}</li>}
    </ul>
  )
}

function Known({ answer, peering, chosen, width, say }: Props & { readonly peering: Peering; readonly say: SayBgp }) {
  const { sessions, speakers } = peering
  const speaker = speakers.find((one) => one.name === chosen)
  const session = sessions.find((one) => keyOf(one) === chosen)
  // Without a choice the first is told of: one that is down, where there is one.
  const told = session ?? (speaker === undefined ? sessions[0] : sessions.find((one) => one.between.includes(speaker.name)))
  const arcs = useMemo(() => arcsOf(peering, width, chosen), [peering, width, chosen])
  const own = speaker === undefined ? sessions : sessions.filter((one) => one.between.includes(speaker.name))
  const node = speaker?.kind === 'node' ? speaker.name : told?.ends[0]?.node
  return (
    <>
      <Diagram
        arcs={arcs}
        chosen={chosen === '' && told !== undefined && told.down !== undefined ? keyOf(told) : chosen}
        say={say}
        choose={choose}
      />
      {sessions.length === 0 && <p className="bgp-reason">{say('nobody')}</p>}
      {(arcs.folded > 0 || arcs.hidden > 0) && (
        <p className="bgp-quiet">
          {arcs.folded > 0 && say('folded', { n: arcs.folded })} {arcs.hidden > 0 && say('moreSpeakers', { n: arcs.hidden })}
        </p>
      )}
      <div className="bgp-below">
        <section>
          <h2 className="bgp-head">
            {speaker === undefined ? say('sessions') : say('ofNode', { node: speaker.name })}{' '}
            {speaker !== undefined && (
              <button type="button" className="bgp-all" onClick={() => choose('')}>
                {say('all')}
              </button>
            )}
          </h2>
          <List sessions={own} chosen={told === undefined ? '' : keyOf(told)} say={say} />
        </section>
        <section className="bgp-about">
          {told !== undefined && <AboutSession session={told} peering={peering} say={say} />}
          {node !== undefined && <Printed answer={answer} node={node} say={say} />}
        </section>
      </div>
    </>
  )
}

/** The BGP sessions in the place of the stage: who speaks to whom, and what each session brings or does not bring. */
export function Sessions(props: Props): ReactNode {
  const say = useBgpWords()
  const z = useZ()
  const { answer } = props
  const viewed = useLook(answer, { kind: 'bgp' })
  const counts = answer.stage?.underlay.bgp ?? { up: 0, down: 0 }
  useEffect(() => {
    const onKey = (e: KeyboardEvent): void => {
      const typing = e.target instanceof Element && e.target.closest('input, textarea, select, dialog, .monaco-editor') !== null
      if (e.key !== 'Escape' || e.defaultPrevented || typing || state().sheet !== 'none') return
      e.preventDefault()
      leave()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
  return (
    <section className="bgp" aria-label={say('title')}>
      <nav className="pw-path" aria-label={z('path')}>
        <ol>
          <li>
            <button type="button" onClick={leave}>
              {z('cluster')}
            </button>
          </li>
          <li>
            <span aria-current="location">{say('title')}</span>
          </li>
        </ol>
        <span>{say('counted', counts)}</span>
      </nav>
      {viewed === undefined && <Coming />}
      {viewed?.kind === 'bgp' && viewed.peering !== undefined ? (
        <Known {...props} peering={viewed.peering} say={say} />
      ) : (
        viewed !== undefined && <p className="bgp-quiet">{say('unknown')}</p>
      )}
    </section>
  )
}
