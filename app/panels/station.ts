import type { DnsMessage } from '../../src/net/message.ts'
import type { TraceEvent } from '../../src/trace/event.ts'
import type { Station } from '../play/steps.ts'
import type { T } from '../ui/words/t.ts'
import { rulePartsOf } from './rule.ts'

/** How a station is called in the list of steps, and what it did, in few words. */
export interface StationLabel {
  readonly name: string
  readonly note: string
  /** `10.96.100.5:80 → 10.244.2.7:8080`, when an address changed here. */
  readonly rewrite: string | undefined
  readonly mark: 'none' | 'nat' | 'encap' | 'drop'
}

/** Rules of a station that were tried, the passed-over ones included. */
const rulesRead = (events: readonly TraceEvent[]): number =>
  events.reduce((sum, e) => (e.kind === 'rule' ? sum + 1 + e.passedOver : e.kind === 'chain-end' ? sum + e.passedOver : sum), 0)

const tunnelName = (tunnel: 'vxlan' | 'ipip'): string => (tunnel === 'vxlan' ? 'VXLAN' : 'IP-in-IP')

const dnsText = (m: DnsMessage): string => `${m.name} ${m.type} ${m.response ? m.rcode : '?'}`

type Socket = Extract<TraceEvent, { readonly kind: 'socket' }>

function socketNote(event: Socket, t: T): string {
  const errno = event.errno === undefined ? '' : ` · ${event.errno}`
  switch (event.what) {
    case 'send':
      return t('station.sends')
    case 'receive':
      return t('station.receives')
    case 'connected':
      return t('station.connected')
    case 'refused':
      return t('station.refused') + errno
    case 'error':
      return t('station.error') + errno
    case 'ignored':
      return t('station.ignored') + errno
    case 'none':
      return t('station.none')
  }
}

/** Of kube-proxy's own process on a node, in the userspace mode. */
const isProxy = ({ after }: TraceEvent, netns: string): boolean =>
  after.kind === 'socket' && after.socket.owner === `kube-proxy on ${netns}`

/** What a program or its socket did at a stop of user space. */
function processNote(events: readonly TraceEvent[], t: T): string {
  for (const e of events) {
    if (e.kind === 'dns' && e.message.kind === 'dns') return dnsText(e.message)
    if (e.kind === 'icmp-error') return `ICMP ${e.name}`
    if (isProxy(e, e.at.netns) && e.kind === 'process') return e.what
  }
  const socket = events.find((e): e is Socket => e.kind === 'socket')
  return socket === undefined ? '' : socketNote(socket, t)
}

const deviceOf = (e: TraceEvent): string | undefined =>
  e.kind === 'neighbour' ? e.dev : e.after.kind === 'skb' ? (e.after.skb.oif ?? e.after.skb.iif) : undefined

const title = (netns: string): string => netns.slice(netns.indexOf('/') + 1)

function nameAndNote({ beat, events }: Station, t: T): readonly [string, string] {
  switch (beat.kind) {
    case 'process':
      return [events.some((e) => isProxy(e, beat.place)) ? 'kube-proxy' : title(beat.place), processNote(events, t)]
    case 'device': {
      const crossed = events.find((e) => e.kind === 'cross')
      const inward = beat.from === 0 ? false : crossed?.to.netns === beat.place || events.some((e) => e.kind === 'device' && e.dir === 'rx')
      const device = beat.device ?? (crossed?.to.netns === beat.place ? crossed.to.device : crossed?.from.device)
      const seen = device ?? events.map((e) => e.at.device ?? deviceOf(e)).find((d) => d !== undefined)
      return [seen ?? title(beat.place), t(inward ? 'station.in' : 'station.out')]
    }
    case 'bridge': {
      const ports = events.find((e) => e.kind === 'bridge')
      return [beat.device ?? ports?.at.device ?? 'bridge', t('station.bridge', { hook: (beat.hook ?? '').toUpperCase() })]
    }
    case 'hook': {
      const n = rulesRead(events)
      return [(beat.hook ?? '').toUpperCase(), n === 0 ? '' : t('station.rules', { n })]
    }
    case 'route': {
      const route = events.find((e) => e.kind === 'route')?.route
      return [t('station.route'), route === undefined ? t('station.noRoute') : `→ ${route.dev ?? route.type}`]
    }
    case 'tunnel': {
      const encap = events.find((e) => e.kind === 'encap')
      const decap = events.find((e) => e.kind === 'decap')
      if (encap !== undefined) return [encap.device, t('station.encap', { tunnel: tunnelName(encap.tunnel), remote: encap.remote })]
      return [beat.device ?? '', decap === undefined ? '' : t('station.decap', { tunnel: tunnelName(decap.tunnel) })]
    }
    case 'wire':
      return [beat.place, t('station.wire')]
  }
}

export function stationLabel(station: Station, t: T): StationLabel {
  const nat = station.events.filter((e) => e.kind === 'nat')
  const drop = station.events.find((e) => e.kind === 'drop')
  const [name, note] = nameAndNote(station, t)
  const { marks } = station.beat
  const dropped = marks.includes('drop') || marks.includes('reject')
  return {
    name,
    note: drop === undefined ? note : t('station.drop', { reason: drop.reason }),
    mark: dropped ? 'drop' : nat.length > 0 ? 'nat' : station.beat.kind === 'tunnel' ? 'encap' : 'none',
    rewrite: nat.length === 0 ? undefined : nat.map((e) => `${e.from} → ${e.to}`).join(' · '),
  }
}

function isIpv6({ after }: TraceEvent): boolean {
  const ip = after.kind === 'skb' ? after.skb.packet.headers.find((h) => h.kind === 'ip') : undefined
  return ip?.kind === 'ip' && ip.family === 6
}

/** What a rule does, in its own language's word: the kernel's verdict of a DNAT rule is ACCEPT, and says nothing. */
function targetOf({ verdict, text, rule }: Extract<TraceEvent, { readonly kind: 'rule' }>): string {
  if ('chain' in verdict) return verdict.chain
  if ('with' in verdict) return verdict.with
  const word =
    rule.language === 'nft'
      ? /\b(dnat|snat|masquerade|redirect|notrack)\b/.exec(text.replace(/"[^"]*"/g, ''))?.[1]
      : rulePartsOf(text)
          .find((p) => p.role === 'target')
          ?.value.split(' ')[0]
  return word ?? verdict.kind.toUpperCase()
}

/** One line for an event inside a station. Technical terms: the same in both languages. */
export function detailLabel(event: TraceEvent): string {
  switch (event.kind) {
    case 'rule': {
      return `${event.rule.chain} #${event.rule.index + 1} → ${targetOf(event)}`
    }
    case 'chain-end':
      return `${event.chain}: ${event.policy === undefined ? 'RETURN' : `policy ${event.policy.toUpperCase()}`}`
    case 'conntrack':
      return `conntrack: ${event.what}${event.entry?.tcp === undefined ? '' : ` ${event.entry.tcp}`}`
    case 'nat':
      return `${event.undo ? 'un-' : ''}${event.manip === 'dst' ? 'DNAT' : 'SNAT'} ${event.from} → ${event.to}`
    case 'neighbour':
      return `neigh ${event.address} ${event.mac ?? event.found}`
    case 'fdb':
      return `fdb ${event.mac} → ${event.port ?? (event.flooded.length > 0 ? event.flooded.join(', ') : 'self')}`
    case 'ttl':
      return `${isIpv6(event) ? 'hlim' : 'ttl'} ${event.left}`
    case 'fragment':
      return `fragments: ${event.pieces}, mtu ${event.mtu}`
    case 'reassemble':
      return `reassembled: ${event.pieces}`
    case 'hook-end':
      return event.verdict.toUpperCase()
    case 'hook':
      return (event.at.hook ?? '').toUpperCase()
    case 'route':
      return event.route === undefined ? `route: ${event.failed ?? 'none'}` : event.route.text
    case 'bridge':
      return `bridge ${event.hook.toUpperCase()}`
    case 'device':
      return `${event.dir} ${event.device}`
    case 'cross':
      return `${event.from.device} → ${event.to.device}`
    case 'encap':
      return `encap ${event.tunnel} → ${event.remote}`
    case 'decap':
      return `decap ${event.tunnel}`
    case 'icmp-error':
      return `ICMP ${event.type}/${event.code} ${event.name}`
    case 'socket':
      return `socket ${event.what}${event.errno === undefined ? '' : ` ${event.errno}`}`
    case 'process':
      return `${event.process}: ${event.what}`
    case 'dns':
      return event.message.kind === 'dns' ? dnsText(event.message) : 'dns'
    case 'bpf':
      return event.program
    case 'bpf-map':
      return `${event.map} ${event.key} → ${event.value ?? '–'}`
    case 'bpf-end':
      return `${event.errno ?? event.verdict}${event.address === undefined ? '' : ` ${event.address.from} → ${event.address.to}`}`
    case 'drop':
      return `drop: ${event.reason}`
  }
}
