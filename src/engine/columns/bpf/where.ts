import type { TraceEvent } from '../../../trace/event.ts'
import type { Scene } from '../language.ts'
import type { BpfCost, Place } from '../shape-bpf.ts'
import { skbOf } from '../sight.ts'
import type { BpfRun } from './run.ts'
import { hooksSaid, isWrapped } from './wire.ts'

/** Names of veths carry a hash: the WHERE list leaves it out. */
const shortDev = (dev: string): string => (/^lxc[0-9a-f]{12}$/.test(dev) ? 'lxc…' : dev)

/** `connect() · cgroup`, `lxc… · tc ingress`. */
export function attachName(attach: string, device: string | undefined): string {
  return device === undefined ? `${attach.slice(0, -1)}() · cgroup` : `${shortDev(device)} · tc ${attach}`
}

function placeName(e: TraceEvent, machine: string, wrapped: boolean): string | undefined {
  if (e.kind === 'bpf') return attachName(e.attach, e.at.device)
  if (e.at.netns !== machine) return undefined
  if (e.kind === 'hook') return `${e.at.hook?.toUpperCase() ?? ''}${wrapped ? ' · VXLAN' : ''}`
  if (e.kind === 'encap' || e.kind === 'decap') return `${e.device} · ${e.kind}`
  return undefined
}

/** Events of the machine around the run, its Pods' included: [from, to) of the journey. */
export function stayOf(scene: Scene, run: BpfRun): readonly [from: number, to: number] {
  const { events } = run.journey
  const machine = run.bpf.machine
  const here = (e: TraceEvent | undefined): boolean =>
    e !== undefined && (e.at.netns === machine || scene.machines.netns(e.at.netns)?.bpf?.machine === machine)
  let from = run.from
  while (from > 0 && here(events[from - 1])) from--
  let to = run.to + 1
  while (to < events.length && here(events[to])) to++
  return [from, to]
}

/** The places of the packet's way through the machine, and the hooks that it goes past. */
export function placesOf(scene: Scene, run: BpfRun): readonly Place[] {
  const [from, to] = stayOf(scene, run)
  const { events } = run.journey
  const machine = run.bpf.machine
  const netns = scene.machines.netns(machine)
  const places: Place[] = []
  let wrapped = isWrapped(run.journey, from)
  let inside = false
  let lastIngress = -1
  for (let i = from; i < to; i++) {
    const e = events[i]
    if (!e) continue
    const name = inside && e.kind !== 'bpf' ? undefined : placeName(e, machine, wrapped)
    if (e.kind === 'encap') wrapped = true
    if (e.kind === 'decap') wrapped = false
    if (e.kind === 'bpf') inside = true
    if (e.kind === 'bpf-end') inside = false
    if (name === undefined) continue
    const state = i === run.from ? 'here' : i < run.from ? 'before' : 'after'
    places.push({ name, state, seq: e.seq })
    if (e.kind === 'bpf' && !wrapped && e.attach !== 'egress') lastIngress = places.length
  }
  const hooks = netns && hooksSaid(run, netns, to)
  if (hooks?.is !== 'hooks') return places
  const past = hooks.past.filter((stop) => stop !== 'route').map((stop): Place => ({ name: stop.toUpperCase(), state: 'past' }))
  return lastIngress < 0 ? [...places, ...past] : [...places.slice(0, lastIngress), ...past, ...places.slice(lastIngress)]
}

const SERVICES = /^cilium_lb4_(services|backends|maglev)/

/** What the run asked, and what the packets that follow on the same connection ask. */
export function costOf(scene: Scene, run: BpfRun): BpfCost {
  const count = (events: readonly TraceEvent[], op: 'lookup' | 'update', of?: RegExp): number =>
    events.filter((e) => e.kind === 'bpf-map' && e.op === op && (of === undefined || of.test(e.map))).length
  const own = { lookups: count(run.inner, 'lookup'), updates: count(run.inner, 'update') }
  const { connection } = run.journey
  const same = scene.journeys.filter(
    ({ connection: c }, i) => i > run.number && c.proto === connection.proto && c.src === connection.src && c.sport === connection.sport,
  )
  if (run.start.at.device === undefined) {
    if (!run.start.attach.startsWith('connect') || same.length === 0) return own
    return { ...own, later: { of: 'services', lookups: same.reduce((n, j) => n + count(j.events, 'lookup', SERVICES), 0) } }
  }
  const title = skbOf(run.start)
  for (const { events } of title === undefined ? [] : same) {
    const at = events.findIndex((e) => e.kind === 'bpf' && e.program === run.start.program && e.at.device === run.start.at.device)
    if (at < 0 || events[at]?.at.netns !== run.start.at.netns) continue
    const end = events.findIndex((e, i) => i > at && e.kind === 'bpf-end')
    return { ...own, later: { of: 'program', lookups: count(events.slice(at, end < 0 ? events.length : end), 'lookup') } }
  }
  return own
}
