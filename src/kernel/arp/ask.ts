import { familyOf, type Ip, type Mac } from '../../net/ip.ts'
import { ipOf, type Packet } from '../../net/packet.ts'
import { errors } from '../late.ts'
import type { Netns } from '../machine.ts'
import { type Neighbourhood, resolve } from '../neighbour.ts'
import { addressTowards, isLocal, linkOf } from '../route.ts'
import { note, type Place, type Run } from '../run.ts'

/** Questions before a neighbour counts as gone (mcast_solicit), and ns between two of them (retrans_time). */
const QUESTIONS = 3
const BETWEEN = 1_000_000_000

const EVERYBODY = 'ff:ff:ff:ff:ff:ff' as Mac
const NOBODY = '00:00:00:00:00:00' as Mac

export const neighbourKey = (netns: string, dev: string, address: Ip): string => `${netns} ${dev} ${address}`

/**
 * What a machine knows of a next hop when all tables started empty: entries that programs wrote, and what ARP has told since; undefined: it has to
 * ask. Neighbour discovery of IPv6 does not walk here: whoever has the address answers at once. Nobody asks out of a VXLAN device, whose frames
 * for everybody go nowhere without an FDB entry.
 */
export function known(run: Run, netns: Netns, dev: string, hop: Ip): Neighbourhood | undefined {
  const link = linkOf(netns, dev)
  const fixed = netns.neigh.some((n) => n.dev === dev && n.address === hop && (n.state === 'PERMANENT' || n.state === 'NOARP'))
  const asks = link?.kind === 'veth' || link?.kind === 'physical' || link?.kind === 'bridge'
  if (!asks || fixed || familyOf(hop) === 6) return resolve(run.machines, netns, dev, hop)
  const mac = run.moment.cold?.neighbours.get(neighbourKey(netns.name, dev, hop))
  return mac === undefined ? undefined : { mac, found: 'known' }
}

/** __neigh_event_send: the packet waits and the first question goes out at once; others that wait already have asked for this one, too. */
export function ask(run: Run, place: Place, dev: string, hop: Ip): readonly Place[] {
  note(run, place, { kind: 'neighbour', dev, address: hop, found: 'waits', at: { netns: place.netns, device: dev } })
  const key = neighbourKey(place.netns, dev, hop)
  const waiting = run.held.get(key)
  if (waiting) {
    waiting.push(place)
    return []
  }
  run.held.set(key, [place])
  return question(run, place, dev, hop, 1)
}

/** arp_solicit: from the packet's own source where that is ours (arp_announce 0), else from the device's address towards the one asked for. */
function senderFor(netns: Netns, place: Place, dev: string, hop: Ip): Ip | undefined {
  const announce = Math.max(netns.sysctls['net/ipv4/conf/all/arp_announce'] ?? 0, netns.sysctls[`net/ipv4/conf/${dev}/arp_announce`] ?? 0)
  const own = ipOf(place.skb.packet)?.src
  return announce < 2 && own !== undefined && isLocal(netns, own) ? own : addressTowards(netns, dev, hop)
}

function question(run: Run, place: Place, dev: string, hop: Ip, count: number): readonly Place[] {
  const netns = run.netns(place.netns)
  const link = linkOf(netns, dev)
  const ip = senderFor(netns, place, dev, hop)
  run.later(BETWEEN, () => unanswered(run, place, dev, hop, count))
  if (!link || ip === undefined) return []
  const packet: Packet = {
    headers: [
      { kind: 'eth', src: link.mac, dst: EVERYBODY },
      { kind: 'arp', op: 'request', sender: { mac: link.mac, ip }, target: { mac: NOBODY, ip: hop } },
    ],
    size: 0,
  }
  const journey = run.begin({ phase: 'arp', connection: run.connectionOf(place.journey), as: 'look-up', parent: place.journey, packet })
  const asking: Place = { journey, netns: place.netns, skb: { packet, mark: 0 }, at: 'transmit', dev }
  note(run, asking, { kind: 'neighbour', dev, address: hop, found: 'asks', at: { netns: place.netns, device: dev } })
  return [asking]
}

/** neigh_timer_handler: another question, or those who wait hear that nobody is there (arp_error_report). */
function unanswered(run: Run, place: Place, dev: string, hop: Ip, count: number): readonly Place[] {
  const key = neighbourKey(place.netns, dev, hop)
  const waiting = run.held.get(key)
  if (!waiting) return []
  if (count < QUESTIONS) return question(run, place, dev, hop, count + 1)
  run.held.delete(key)
  return waiting.flatMap((one) => {
    const { journey, netns, skb } = one
    note(run, one, { kind: 'neighbour', dev, address: hop, found: 'failed', at: { netns, device: dev } })
    const events = [{ kind: 'drop' as const, reason: 'no-neighbour', at: { netns }, after: { kind: 'skb' as const, skb } }]
    const tell: Place = { journey, netns, skb, at: 'tell', events, ending: { kind: 'dropped', reason: 'no-neighbour' } }
    return [...errors.get().icmpError(run, one, 'icmp-host-unreachable'), tell]
  })
}
