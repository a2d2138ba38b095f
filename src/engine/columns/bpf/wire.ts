import type { Netns } from '../../../kernel/machine.ts'
import { ipOf, l4Of, type Packet, type TcpFlag } from '../../../net/packet.ts'
import type { TraceEvent } from '../../../trace/event.ts'
import type { Journey } from '../../../trace/journey.ts'
import type { BpfSaid, HooksWhy, Stop } from '../shape-bpf.ts'
import { skbOf } from '../sight.ts'
import type { BpfRun } from './run.ts'

const FLAGS: readonly (readonly [TcpFlag, string])[] = [
  ['F', 'F'],
  ['S', 'S'],
  ['R', 'R'],
  ['P', 'P'],
  ['A', '.'],
]

/**
 * The inner packet as `tcpdump -n` begins its line: `IP 10.0.1.20.40312 > 10.0.2.30.8080: Flags [S]`. What tcpdump takes out of
 * the payload (DNS), numbers and lengths of segments are left out.
 */
export function wireLine(packet: Packet): string | undefined {
  const ip = ipOf(packet)
  const l4 = l4Of(packet)
  if (!ip) return undefined
  const name = ip.family === 4 ? 'IP' : 'IP6'
  if (!l4) return `${name} ${ip.src} > ${ip.dst}`
  if (l4.kind === 'icmp') {
    const what = l4.type === 8 ? 'ICMP echo request' : l4.type === 0 ? 'ICMP echo reply' : `ICMP type ${l4.type} code ${l4.code}`
    return `${name} ${ip.src} > ${ip.dst}: ${what}`
  }
  const ends = `${name} ${ip.src}.${l4.sport} > ${ip.dst}.${l4.dport}:`
  if (l4.kind === 'tcp') return `${ends} Flags [${FLAGS.flatMap(([flag, sign]) => (l4.flags.includes(flag) ? [sign] : [])).join('')}]`
  return l4.kind === 'sctp' ? `${ends} sctp [${l4.chunk.replace('_', ' ')}]` : `${ends} UDP`
}

/** What a run left in the packet beside what its own steps told: a tunnel's key, an option. */
export function leftIn(run: BpfRun): readonly BpfSaid[] {
  const [was, now] = [skbOf(run.before), skbOf(run.end)]
  if (!now) return []
  const key = now.tunnelKey
  const option = ipOf(now.packet)?.option
  const old = was && ipOf(was.packet)?.option
  return [
    ...(key !== undefined && run.end?.verdict.startsWith('redirect ') === true && was?.tunnelKey === undefined
      ? [{ is: 'tunnel' as const, remote: key.remote, id: key.id }]
      : []),
    ...(option !== undefined && old === undefined ? [{ is: 'option' as const, address: `${option.address}:${option.port}` }] : []),
  ]
}

/** The packet that goes on from here: behind a call the first that is sent, at a device the one that the program leaves. */
export function goesOn(run: BpfRun): Packet | undefined {
  if (run.start.at.device !== undefined) return skbOf(run.end)?.packet
  const sent = run.journey.events.slice(run.to + 1).find((e) => e.kind === 'socket')
  return skbOf(sent)?.packet
}

const WAY: readonly Stop[] = ['prerouting', 'route', 'forward', 'postrouting']
const ORDER: readonly Stop[] = ['prerouting', 'route', 'input', 'forward', 'output', 'postrouting']

/** The packet is inside a tunnel before this event. */
export const isWrapped = (journey: Journey, before: number): boolean =>
  journey.events.slice(0, before).reduce((n, e) => n + (e.kind === 'encap' ? 1 : e.kind === 'decap' ? -1 : 0), 0) > 0

/**
 * The stops of a machine's own stack that a packet makes while it is not inside a tunnel; what programs look up in routes is none. `from`, `to`: events of
 * the journey.
 */
export function stopsMade(journey: Journey, machine: string, from: number, to: number): readonly Stop[] {
  const made = new Set<Stop>()
  let wrapped = isWrapped(journey, from)
  let inside = false
  for (const e of journey.events.slice(from, to)) {
    if (e.kind === 'encap') wrapped = true
    if (e.kind === 'decap') {
      wrapped = false
      made.clear()
    }
    if (e.kind === 'bpf') inside = true
    if (e.kind === 'bpf-end') inside = false
    if (wrapped || inside || e.at.netns !== machine) continue
    if (e.kind === 'hook' && e.at.hook !== undefined) made.add(e.at.hook)
    if (e.kind === 'route') made.add('route')
  }
  return ORDER.filter((stop) => made.has(stop))
}

/** Rules that a kube-proxy wrote stand on this machine. */
function hasProxy(netns: Netns): boolean {
  const chain = netns.rules[4].chain('nat', 'KUBE-SERVICES')
  const nft = netns.nft?.tables.some((t) => t.name === 'kube-proxy') === true
  return (chain !== undefined && chain.rules.length > 0) || nft || (netns.ipvs?.size ?? 0) > 0
}

const isTranslation = (e: TraceEvent): boolean =>
  (e.kind === 'bpf-end' && e.address !== undefined) || (e.kind === 'nat' && e.by === 'bpf' && e.manip === 'dst')

/** Which stops of the machine the packet makes, and which it goes past. undefined: this program is not before them. */
export function hooksSaid(run: BpfRun, netns: Netns, until: number): BpfSaid | undefined {
  if (run.start.attach === 'egress' || run.start.attach.startsWith('recvmsg') || run.start.attach.startsWith('getpeername'))
    return undefined
  if (run.end === undefined || run.end.verdict === 'refuse' || run.end.verdict.startsWith('drop')) return undefined
  const ran = stopsMade(run.journey, run.bpf.machine, run.from, until)
  const past = WAY.filter((stop) => !ran.includes(stop) && (ran.length === 0 || stop === 'prerouting' || stop === 'forward'))
  const translated = run.journey.events.slice(0, run.to + 1).some(isTranslation)
  const why: HooksWhy = ran.length === 0 ? 'past' : !hasProxy(netns) ? 'empty' : translated ? 'translated' : 'rules'
  return {
    is: 'hooks',
    ran,
    past:
      ran.length === 0
        ? past
        : past.filter((s) => !(ran.includes('input') && s === 'forward') && !(ran.includes('output') && s === 'prerouting')),
    why,
  }
}
