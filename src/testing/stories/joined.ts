import { ethOf, type Packet } from '../../net/packet.ts'
import type { TraceEvent } from '../../trace/event.ts'
import type { Ending, Journey } from '../../trace/journey.ts'

/** What is not as it must be in the events of one journey, in words; nothing when all is well. */
export function gapsOf(journey: Journey): readonly string[] {
  const gaps: string[] = []
  const { events } = journey
  for (const [i, event] of events.entries()) {
    if (event.journey !== journey.id) gaps.push(`event ${event.seq} says journey ${event.journey}`)
    const before = events[i - 1]
    if (!before) continue
    if (event.seq <= before.seq) gaps.push(`${before.seq} comes before ${event.seq}`)
    gaps.push(...placeGap(before, event), ...packetGap(before, event))
  }
  return [...gaps, ...endGap(journey)]
}

/** Where the packet is after an event: a crossing leads into another netns. */
const netnsAfter = (event: TraceEvent): string => (event.kind === 'cross' ? event.to.netns : event.at.netns)
const netnsBefore = (event: TraceEvent): string => (event.kind === 'cross' ? event.from.netns : event.at.netns)

function placeGap(before: TraceEvent, event: TraceEvent): readonly string[] {
  const [was, is] = [netnsAfter(before), netnsBefore(event)]
  return was === is ? [] : [`${event.seq} ${event.kind} is in ${is}, ${before.seq} ${before.kind} left the packet in ${was}`]
}

/** Parts of a packet that one kind of event may change. */
type Part = 'link' | 'ttl' | 'address' | 'wrapping' | 'mark' | 'conntrack'

/** What the event itself says that it changes. A frame gets its link-layer header from the neighbour, and loses it at a receiving device. */
function mayChange(event: TraceEvent): readonly Part[] {
  switch (event.kind) {
    case 'nat':
    case 'fragment':
    case 'reassemble':
      return ['address']
    case 'ttl':
      return ['ttl']
    case 'encap':
      return ['wrapping', 'link', 'conntrack']
    case 'decap':
      return ['wrapping', 'link', 'conntrack']
    case 'neighbour':
    case 'device':
    case 'hook':
    case 'fdb':
    case 'bridge':
      return ['link']
    case 'cross':
      return ['link', 'mark', 'conntrack']
    case 'rule':
      if (event.text.includes('-j TCPMSS')) return ['address']
      return event.text.includes(
        event.rule.language === 'nft' ? 'meta mark set' : event.text.includes('-j CONNMARK') ? '-j CONNMARK' : '-j MARK',
      )
        ? ['mark']
        : []
    case 'conntrack':
      return ['conntrack']
    // The kernel fills in the source of a packet that has none when it has found the route.
    case 'route':
      return event.at.hook === undefined ? ['link'] : []
    case 'hook-end':
    case 'chain-end':
    case 'icmp-error':
    case 'socket':
    case 'process':
    case 'dns':
    // what a device sends has its link-layer header when its program begins
    case 'bpf':
      return ['link']
    case 'bpf-map':
    case 'drop':
      return []
    // a program has written MACs, or the option that carries an address
    case 'bpf-end':
      return ['link', 'address', 'mark']
  }
}

interface Seen {
  readonly link: string
  readonly ttl: string
  readonly address: string
  readonly wrapping: string
  readonly mark: string
  readonly conntrack: string
}

const isInner = (h: Packet['headers'][number]): boolean => h.kind !== 'eth'

function seen(event: TraceEvent): Seen | undefined {
  if (event.after.kind !== 'skb') return undefined
  const { packet, mark, ct } = event.after.skb
  const headers = packet.headers.filter(isInner)
  return {
    link: JSON.stringify(ethOf(packet) ?? ''),
    wrapping: headers.map((h) => h.kind).join(' '),
    ttl: JSON.stringify(headers.flatMap((h) => (h.kind === 'ip' ? [h.ttl] : []))),
    address: JSON.stringify([headers.map((h) => (h.kind === 'ip' ? { ...h, ttl: 0 } : h)), packet.size, packet.message ?? '']),
    mark: `${mark}`,
    conntrack: JSON.stringify(ct ?? ''),
  }
}

/** What `-j NOTRACK` changes is told by the rule itself. */
const untracks = (event: TraceEvent): boolean => event.kind === 'rule' && /-j (NOTRACK|CT --notrack)/.test(event.text)

function packetGap(before: TraceEvent, event: TraceEvent): readonly string[] {
  const [was, is] = [seen(before), seen(event)]
  if (!was || !is) return []
  // Another wrapping is another outermost packet: all that follows from it is told by that event.
  if (was.wrapping !== is.wrapping)
    return mayChange(event).includes('wrapping') || mayChange(before).includes('wrapping')
      ? []
      : [`${event.seq} ${event.kind} changes the wrapping: ${was.wrapping} to ${is.wrapping}`]
  const allowed = mayChange(event)
  const parts = ['link', 'ttl', 'address', 'mark', 'conntrack'] as const
  return parts.flatMap((part) =>
    was[part] === is[part] || allowed.includes(part) || (part === 'conntrack' && untracks(event))
      ? []
      : [`${event.seq} ${event.kind} changes the ${part}: ${was[part]} to ${is[part]}`],
  )
}

/** The last thing that an ending leaves in the trace. */
const LAST: Readonly<Record<Ending['kind'], readonly TraceEvent['kind'][]>> = {
  delivered: ['neighbour', 'socket', 'process', 'dns', 'bpf-end'],
  'answered-by-kernel': ['neighbour', 'socket'],
  dropped: ['drop'],
  rejected: ['drop'],
  'failed-locally': ['route', 'drop', 'hook-end', 'bpf-end'],
  unmodelled: [],
  unfinished: [],
}

function endGap({ events, ending }: Journey): readonly string[] {
  const last = events[events.length - 1]
  const wanted = LAST[ending.kind]
  if (wanted.length === 0) return [`ends as ${ending.kind}`]
  return last !== undefined && wanted.includes(last.kind) ? [] : [`ends as ${ending.kind} after ${last?.kind ?? 'nothing'}`]
}
