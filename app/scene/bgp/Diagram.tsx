import type { Speaker } from '../../../src/agents/cni/peering.ts'
import { fitted } from '../measure.ts'
import { type ArcAt, type Arcs, cardHeight, type SpeakerAt } from './arcs.ts'
import { reasonOf, type SayBgp } from './words.ts'

interface Props {
  readonly arcs: Arcs
  readonly chosen: string
  readonly say: SayBgp
  readonly choose: (what: string) => void
}

const octagon = 'M-3.3 -8H3.3L8 -3.3V3.3L3.3 8H-3.3L-8 3.3V-3.3Z'

/** Keys and clicks on a shape that is a button. */
const button = (name: string, act: () => void) => ({
  role: 'button',
  tabIndex: 0,
  'aria-label': name,
  onClick: act,
  onKeyDown: (e: { readonly key: string; preventDefault(): void }) => {
    if (e.key !== 'Enter' && e.key !== ' ') return
    e.preventDefault()
    act()
  },
})

function Card({ at, say, chosen, choose }: { readonly at: SpeakerAt } & Omit<Props, 'arcs'>) {
  const { speaker, x, y, w } = at
  const kind = speaker.kind === 'router' ? say('router') : speaker.reflector ? say('reflector') : ''
  const about = [`AS ${speaker.asNumber}`, kind].filter((word) => word !== '').join(' · ')
  const name = `${speaker.name}, ${speaker.address}, ${about}`
  const act = { ...button(name, () => choose(chosen === speaker.name ? '' : speaker.name)) }
  if (w === 0)
    return (
      <g className="bgp-speaker" data-chosen={chosen === speaker.name} {...act}>
        <title>{name}</title>
        <circle cx={x} cy={y} r={6} />
        {at.room > 40 && (
          <text x={x} y={y - 12} textAnchor="middle" fontSize={11}>
            {fitted(speaker.name, at.room - 6, 11)}
          </text>
        )}
      </g>
    )
  const line = (i: number, text: string, mono: boolean, strong = false) => (
    <text
      x={x}
      y={y - cardHeight + 18 + i * 15}
      textAnchor="middle"
      fontSize={strong ? 12.5 : 11}
      fontWeight={strong ? 650 : 400}
      className={`${mono ? 'pw-mono' : ''} ${strong ? 'bgp-name' : ''}`}
    >
      {fitted(text, w - 12, strong ? 12.5 : 11, mono ? 'mono' : 'sans', strong ? 650 : 400)}
    </text>
  )
  return (
    <g className="bgp-speaker" data-chosen={chosen === speaker.name} {...act}>
      <title>{[name, ...speaker.announces].join('\n')}</title>
      <rect x={x - w / 2} y={y - cardHeight} width={w} height={cardHeight} rx={10} />
      {line(0, speaker.kind === 'router' ? say('router') : speaker.name, false, true)}
      {line(1, speaker.address, true)}
      {line(2, speaker.kind === 'router' ? `AS ${speaker.asNumber}` : about, false)}
      {line(3, announced(speaker), true)}
    </g>
  )
}

const announced = ({ announces }: Speaker): string => `${announces[0] ?? ''}${announces.length > 1 ? ` +${announces.length - 1}` : ''}`

function Arc({ arc, say, chosen, choose, asOf }: { readonly arc: ArcAt; readonly asOf: (n: string) => number } & Omit<Props, 'arcs'>) {
  const { key, session, d, middle } = arc
  const is = chosen === '' ? 'equal' : key === chosen || session.between.includes(chosen) ? 'chosen' : 'other'
  const reason = reasonOf(session, asOf, say)
  const routes = session.ends.map((end) => `${end.node}: ${say('learned')} ${end.learned.length}`)
  const title = [`${session.between.join(' ⇄ ')}: ${reason ?? say('established')}`, ...(reason ? [] : routes)].join('\n')
  return (
    <g className="bgp-arc" data-down={session.down !== undefined} data-is={is} {...button(title, () => choose(key === chosen ? '' : key))}>
      <title>{title}</title>
      <path className="bgp-hit" d={d} />
      <path className="bgp-line" d={d} />
      {session.down !== undefined && (
        <g transform={`translate(${middle.x} ${middle.y})`}>
          <path className="bgp-octagon" d={octagon} />
          <path className="bgp-cross" d="M-3 -3L3 3M3 -3L-3 3" />
        </g>
      )}
    </g>
  )
}

/** Who speaks to whom: an arc is a session, whole and green, or broken and red with an octagon. */
export function Diagram({ arcs, ...rest }: Props) {
  const as = new Map(arcs.speakers.map(({ speaker }) => [speaker.name, speaker.asNumber]))
  const { chosen } = rest
  // What is looked at lies on top.
  const last = (one: ArcAt): number => Number(one.key === chosen || one.session.between.includes(chosen))
  return (
    <svg className="bgp-picture" width={arcs.width} height={arcs.height} role="presentation">
      {arcs.bus !== undefined && <path className="bgp-line bgp-bus" d={arcs.bus} />}
      {[...arcs.arcs]
        .sort((a, b) => last(a) - last(b))
        .map((arc) => (
          <Arc key={arc.key} arc={arc} asOf={(name) => as.get(name) ?? 0} {...rest} />
        ))}
      {arcs.speakers.map((at) => (
        <Card key={at.speaker.name} at={at} {...rest} />
      ))}
    </svg>
  )
}
