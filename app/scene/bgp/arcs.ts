import type { Peering, PeerSession, Speaker } from '../../../src/agents/cni/peering.ts'
import type { Point } from '../path.ts'

/** A machine where it is drawn: a card with what there is to say of it, or where there is no room a dot. */
export interface SpeakerAt {
  readonly speaker: Speaker
  /** Centre of its lower edge, px. */
  readonly x: number
  readonly y: number
  /** Of the card; 0: a dot. */
  readonly w: number
  /** Of its place in the row. */
  readonly room: number
  /** Routers and reflectors stand above the others. */
  readonly hub: boolean
}

export interface ArcAt {
  readonly key: string
  readonly session: PeerSession
  /** An SVG path. */
  readonly d: string
  readonly middle: Point
}

export interface Arcs {
  readonly width: number
  readonly height: number
  readonly speakers: readonly SpeakerAt[]
  readonly arcs: readonly ArcAt[]
  /** Stands for the folded ones: a line below the row with a stem to each. An SVG path. */
  readonly bus?: string
  /** Sessions that are up and not drawn, and machines for which there was no room. */
  readonly folded: number
  readonly hidden: number
}

/** The name of a session in the page's address of what is looked at. */
export const keyOf = (session: PeerSession): string => session.between.join(' ')

export const cardHeight = 72
const [edge, between, widest, least, dot] = [14, 10, 168, 96, 18]
/** Above a dot there is room for a name. */
const dotHeight = 26
/** More arcs than these cannot be told apart: those that are up are folded, but for those of the one that is looked at. */
const MOST_ARCS = 60

function rowOf(list: readonly Speaker[], width: number, y: number, hub: boolean): readonly SpeakerAt[] {
  const room = width - 2 * edge
  const w = Math.min(widest, (room - (list.length - 1) * between) / Math.max(1, list.length))
  const card = w >= least
  const fits = card ? list : list.slice(0, Math.floor(room / dot))
  const each = card ? w + between : room / fits.length
  const first = width / 2 - (each * (fits.length - 1)) / 2
  return fits.map((speaker, i) => ({
    speaker,
    x: first + i * each,
    y: y + (card ? cardHeight : dotHeight),
    w: card ? w : 0,
    room: each,
    hub,
  }))
}

/** Machines in a row, routers and route reflectors above them, and an arc below the row for each session between two of it. */
export function arcsOf({ speakers, sessions }: Peering, width: number, chosen: string): Arcs {
  const hubs = speakers.filter((one) => one.kind === 'router' || one.reflector)
  const others = speakers.filter((one) => !hubs.includes(one))
  const top = 10
  const row = hubs.length > 0 && others.length > 0 ? top + cardHeight + 74 : top
  const placed = [...rowOf(hubs, width, top, true), ...rowOf(others, width, others.length === 0 ? top : row, false)]
  const at = new Map(placed.map((one) => [one.speaker.name, one]))
  const wanted = (one: PeerSession): boolean => one.down !== undefined || keyOf(one) === chosen || one.between.includes(chosen)
  const shown = sessions.length <= MOST_ARCS ? sessions : sessions.filter(wanted).slice(0, MOST_ARCS * 2)
  const longest = Math.max(1, ...shown.map(({ between: [a, b] }) => Math.abs((at.get(a)?.x ?? 0) - (at.get(b)?.x ?? 0))))
  const deepest = Math.min(150, 40 + longest * 0.22)
  let height = Math.max(...placed.map((one) => one.y)) + edge
  const arcs = shown.flatMap((session): readonly ArcAt[] => {
    const [a, b] = session.between.map((name) => at.get(name))
    if (a === undefined || b === undefined) return []
    const key = keyOf(session)
    if (a.hub !== b.hub) {
      const [up, low] = a.hub ? [a, b] : [b, a]
      const end = { x: low.x, y: low.y - (low.w > 0 ? cardHeight : 6) }
      return [{ key, session, d: `M${up.x} ${up.y}L${end.x} ${end.y}`, middle: { x: (up.x + end.x) / 2, y: (up.y + end.y) / 2 } }]
    }
    // Arcs of the row above end at its lower edge too, and stay above the cards below.
    const most = a.hub && others.length > 0 ? 44 : deepest
    const depth = Math.max(18, (most * Math.abs(a.x - b.x)) / longest)
    height = Math.max(height, a.y + depth + edge)
    const low = a.y + (depth * 4) / 3
    return [{ key, session, d: `M${a.x} ${a.y}C${a.x} ${low} ${b.x} ${low} ${b.x} ${b.y}`, middle: { x: (a.x + b.x) / 2, y: a.y + depth } }]
  })
  const folded = sessions.length - shown.length
  const lower = placed.filter((one) => !one.hub)
  const [first, last] = [lower[0], lower.at(-1)]
  const y = (first?.y ?? 0) + 22
  const stems = lower.map((one) => `M${one.x} ${one.y + 6}V${y}`).join('')
  const bus = folded > 0 && first && last ? { bus: `${stems}M${first.x} ${y}H${last.x}` } : {}
  return {
    ...{ width, height: Math.max(height, y + edge), speakers: placed, arcs, folded, hidden: speakers.length - placed.length },
    ...bus,
  }
}
