import type { Ip } from '../net/ip.ts'
import { endpointText } from '../net/message.ts'
import { changeIp, changePorts, type Header, ipOf, l4Of, type Packet, portsOf } from '../net/packet.ts'
import type { Tuple } from '../trace/event.ts'
import type { Luck } from '../trace/luck.ts'
import { isIcmpError, tableOf } from './conntrack.ts'
import type { CtEntry, Moment } from './moment.ts'
import { inverse, tupleKey } from './tuple.ts'

/** Which end of a packet is rewritten: the destination in PREROUTING and OUTPUT, the source in POSTROUTING and INPUT. */
export type Manip = 'src' | 'dst'

/** What a NAT rule asks for. `port` undefined: keep it if nobody else has it. */
export interface Wanted {
  readonly address: Ip
  readonly port?: number
  readonly randomFully?: boolean
}

const PORTS: readonly [number, number] = [1024, 65535]

/** nf_nat_setup_info: binds one side of a new connection; the reply tuple becomes the inverse of what goes out. */
export function bind(moment: Moment, netns: string, entry: CtEntry, manip: Manip, wanted: Wanted | undefined, luck: Luck): void {
  entry.bound[manip] = true
  const out = inverse(entry.reply)
  const next = wanted ? aim(out, manip, wanted) : out
  const unique = manip === 'src' ? uniqueSource(moment, netns, entry, next, wanted?.randomFully === true, luck) : next
  if (unique === out || tupleKey(unique) === tupleKey(out)) return
  entry.reply = inverse(unique)
  entry.status.add(manip === 'src' ? 'SRC_NAT' : 'DST_NAT')
  entry.dirty = true
}

function aim(out: Tuple, manip: Manip, wanted: Wanted): Tuple {
  if (manip === 'dst')
    return { ...out, dst: wanted.address, ...(wanted.port === undefined || out.type !== undefined ? {} : { dport: wanted.port }) }
  return { ...out, src: wanted.address, ...(wanted.port === undefined || out.type !== undefined ? {} : { sport: wanted.port }) }
}

/** The source port stays while no other entry answers to the same tuple; `--random-fully` draws one for every flow. */
function uniqueSource(moment: Moment, netns: string, entry: CtEntry, out: Tuple, random: boolean, luck: Luck): Tuple {
  const table = tableOf(moment, netns)
  const clash = (t: Tuple): boolean => {
    const other = table.get(tupleKey(inverse(t)))
    return other !== undefined && other !== entry && other.expires > moment.clock
  }
  if (out.proto === 'ipip' || (!random && !clash(out))) return out
  const [low, high] = out.type !== undefined ? [0, 65535] : out.sport < 512 ? [1, 511] : out.sport < 1024 ? [600, 1023] : PORTS
  for (let round = 0; round < 128; round++) {
    const port = luck.number(`source port ${netns} ${tupleKey(entry.orig)} ${round}`, low, high)
    const tried = { ...out, sport: port, ...(out.type === undefined ? {} : { dport: port }) }
    if (!clash(tried)) return tried
  }
  return out
}

/** Whether the entry rewrites this end of packets of this direction. */
export function rewrites(entry: CtEntry, manip: Manip, dir: 'original' | 'reply'): boolean {
  const undo = dir === 'reply'
  const side = (manip === 'src') !== undo ? 'SRC_NAT' : 'DST_NAT'
  return entry.status.has(side)
}

export interface Rewritten {
  readonly packet: Packet
  readonly from: string
  readonly to: string
}

/** nf_nat_packet: replays the binding on one packet; undefined when nothing changes. */
export function translate(packet: Packet, entry: CtEntry, manip: Manip, dir: 'original' | 'reply'): Rewritten | undefined {
  const target = inverse(dir === 'original' ? entry.reply : entry.orig)
  if (isIcmpError(packet)) return translateError(packet, entry, manip, dir)
  const changed = put(packet, manip, target)
  const [from, to] = [endOf(packet, manip), endOf(changed, manip)]
  return from === to ? undefined : { packet: changed, from, to }
}

function put(packet: Packet, manip: Manip, target: Tuple): Packet {
  const id = l4Of(packet)?.kind === 'icmp'
  if (manip === 'src') return changePorts(changeIp(packet, { src: target.src }), { sport: target.sport })
  return changePorts(changeIp(packet, { dst: target.dst }), id ? { sport: target.dport } : { dport: target.dport })
}

/** nf_nat_icmp_reply_translation: the packet carried inside is put back, then the same end outside. */
function translateError(packet: Packet, entry: CtEntry, manip: Manip, dir: 'original' | 'reply'): Rewritten | undefined {
  if (!rewrites(entry, manip, dir)) return undefined
  const l4 = l4Of(packet)
  if (l4?.kind !== 'icmp' || !l4.about) return undefined
  const target = inverse(dir === 'original' ? entry.reply : entry.orig)
  // The packet inside travels the other way: its source is the outer packet's destination.
  const inner: Packet = { headers: l4.about, size: 0 }
  const innerTarget = inverse(target)
  const about: readonly Header[] = put(inner, manip === 'src' ? 'dst' : 'src', innerTarget).headers
  const outside = changeIp(packet, manip === 'src' ? { src: target.src } : { dst: target.dst })
  const changed: Packet = { ...outside, headers: outside.headers.map((h) => (h.kind === 'icmp' ? { ...h, about } : h)) }
  return { packet: changed, from: endOf(packet, manip), to: endOf(changed, manip) }
}

/** address:port of one end; the address alone where there is no port. */
export function endOf(packet: Packet, manip: Manip): string {
  const ip = ipOf(packet)
  if (!ip) return ''
  const ports = portsOf(l4Of(packet))
  const address = manip === 'src' ? ip.src : ip.dst
  if (!ports) return address
  return endpointText(address, manip === 'src' ? ports.sport : ports.dport)
}
