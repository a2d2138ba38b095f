import type { Hook } from '../../src/trace/event.ts'
import type { Beat } from '../timeline/beats.ts'
import { lastOf } from '../timeline/last.ts'
import type { Layout } from './layout.ts'

const ipHook: Readonly<Record<Hook, string>> = { prerouting: 'pre', input: 'in', forward: 'fwd', output: 'out', postrouting: 'post' }
const outerHook: Readonly<Record<Hook, string>> = { prerouting: 'opre', input: 'oin', forward: 'fwd', output: 'oout', postrouting: 'opost' }
const bridgeHook: Readonly<Record<Hook, string>> = {
  prerouting: 'b.pre',
  input: 'b.in',
  forward: 'b.fwd',
  output: 'b.out',
  postrouting: 'b.post',
}

/** The beats of the same packet before (or after) this one without leaving the node, nearest first. */
function stay(beats: readonly Beat[], beat: Beat, by: 1 | -1): readonly Beat[] {
  const out: Beat[] = []
  for (let i = beat.index + by; ; i += by) {
    const b = beats[i]
    if (b === undefined || b.journey !== beat.journey || b.place !== beat.place) return out
    out.push(b)
  }
}

/**
 * Where a bridge hook finds the packet. With br_netfilter the bridge lends the packet to the IP hooks and gets it back
 * between them: it waits on the main line, and only the small stop on the bridge lights up.
 */
function bridgeSpot(beats: readonly Beat[], beat: Beat, hook: Hook): string {
  const before = stay(beats, beat, -1).find((b) => b.kind === 'hook' && !b.outer)?.hook
  switch (hook) {
    case 'prerouting': {
      const next = stay(beats, beat, 1)[0]
      return next?.kind === 'bridge' && next.hook === 'forward' && beat.device !== undefined ? `v:${beat.device}` : 'b.pre'
    }
    case 'input':
      return before === 'prerouting' ? 'm.in' : 'b.in'
    case 'forward':
      return before === 'prerouting' ? 'm.fwd' : 'b.fwd'
    case 'postrouting':
      return before === 'forward' ? 'm.post' : 'b.post'
    case 'output':
      return 'b.out'
  }
}

/** A spot's name inside its netns. */
function nameOf(beats: readonly Beat[], beat: Beat, first: boolean): string {
  switch (beat.kind) {
    case 'process':
      return first ? 'procOut' : 'procIn'
    case 'route':
      return 'route'
    case 'tunnel':
      return 'tun'
    case 'wire':
      return 'wire'
    case 'bridge':
      return beat.hook === undefined ? 'b.pre' : bridgeSpot(beats, beat, beat.hook)
    case 'hook':
      return beat.hook === undefined ? 'nic' : (beat.outer ? outerHook : ipHook)[beat.hook]
    case 'device':
      return beat.device === 'lo' ? 'lo' : `v:${beat.device ?? ''}`
  }
}

/** Turns a netns and a wished spot into a vertex that the layout has, coarser where the place is folded. */
function resolve(layout: Layout, netns: string, wished: readonly string[]): string {
  const points = layout.draft.rails.points
  for (const w of [...wished, 'cap', 'tile']) if (points.has(`${netns}/${w}`)) return `${netns}/${w}`
  const node = layout.nodes.get(netns)
  return node === undefined ? `${netns}/wire` : resolve(layout, node, ['cap', 'tile', 'nic'])
}

/** The stop half-way along the underlay, between the place before and the place after. */
function wireSpot(layout: Layout, beats: readonly Beat[], beat: Beat): string {
  // over a router the wire is passed twice, and the router has no place of its own
  const beyond = (step: 1 | -1): Beat | undefined => {
    let at = beat.index + step
    while (beats[at]?.kind === 'wire' && beats[at]?.journey === beat.journey) at += step
    return beats[at]
  }
  const [a, b] = [beyond(-1), beyond(1)]
  const end = (n: Beat | undefined): string | undefined =>
    n === undefined || n.journey !== beat.journey ? undefined : (layout.nodes.get(n.place) ?? n.place)
  const [from, to] = [end(a), end(b)]
  if (from !== undefined && to !== undefined) {
    const id = `${beat.place}/${from < to ? `${from}|${to}` : `${to}|${from}`}`
    if (layout.draft.rails.points.has(id)) return id
  }
  return `${from ?? to ?? ''}/wire`
}

/** The vertex of the rails at which a stop happens. */
export function spotOf(layout: Layout, beats: readonly Beat[], beat: Beat): string {
  if (beat.kind === 'wire') return wireSpot(layout, beats, beat)
  const first = beats[beat.index - 1]?.journey !== beat.journey
  if (first && beat.tone === 'drop' && beat.kind === 'process') {
    // An error starts where the packet that it complains of came to its end.
    const cause = lastOf(beats.slice(0, beat.index), (b) => b.place === beat.place)
    if (cause !== undefined) return spotOf(layout, beats, cause)
  }
  const kind = layout.kinds.get(beat.place)
  if (kind === 'pod' || kind === 'host') return resolve(layout, beat.place, [beat.kind === 'process' ? 'proc' : 'dev'])
  return resolve(layout, beat.place, [nameOf(beats, beat, first), 'nic'])
}

/** The stations that light up for a stop: its own spot, and the small stop on the bridge for a bridge hook. */
export function litBy(layout: Layout, beats: readonly Beat[], beat: Beat): readonly string[] {
  const own = spotOf(layout, beats, beat)
  return beat.kind === 'bridge' && beat.hook !== undefined ? [own, `${beat.place}/${bridgeHook[beat.hook]}`] : [own]
}
