import type { Ip } from '../../net/ip.ts'
import { type ArpHeader, arpOf, type Packet } from '../../net/packet.ts'
import type { Link, Netns } from '../machine.ts'
import { answers } from '../neighbour.ts'
import { drop, note, type Place, type Run } from '../run.ts'
import { neighbourKey } from './ask.ts'

/**
 * Who of a machine answers for an address that is asked for at this device: a program at the device that says it does, or the kernel (`arp`) for an
 * address of its own or what it routes elsewhere (proxy_arp).
 */
export function answersAt(netns: Netns, link: Link, asked: Ip): string | undefined {
  const program = netns.bpf?.tc.find((p) => p.dev === link.dev && p.side === 'ingress' && p.answersArp?.(asked) === true)
  if (program) return program.name
  return answers(netns, link, asked) ? 'arp' : undefined
}

/** arp_process: a frame of ARP has reached the ARP of a machine. */
export function arrived(run: Run, place: Place, link: Link): readonly Place[] {
  const arp = arpOf(place.skb.packet)
  if (!arp) return drop(run, place, { kind: 'dropped', reason: 'not-my-mac' }, { device: link.dev })
  return arp.op === 'request' ? asked(run, place, link, arp) : told(run, place, link, arp)
}

function asked(run: Run, place: Place, link: Link, { sender, target }: ArpHeader): readonly Place[] {
  const netns = run.netns(place.netns)
  const at = { netns: place.netns, device: link.dev }
  const key = neighbourKey(place.netns, link.dev, sender.ip)
  const by = answersAt(netns, link, target.ip)
  if (by === undefined) {
    // who asks is known here already: its entry is brought up to date, and no more
    if (run.moment.cold?.neighbours.has(key)) run.moment.cold.neighbours.set(key, sender.mac)
    return drop(run, place, { kind: 'dropped', reason: 'no-neighbour' }, { device: link.dev })
  }
  // who asks will want to be answered: neigh_event_ns; a program of eBPF keeps no table
  const entry = { kind: 'neighbour', netns: place.netns, dev: link.dev, address: sender.ip, mac: sender.mac, state: 'STALE' } as const
  if (by === 'arp') run.moment.cold?.neighbours.set(key, sender.mac)
  note(run, place, {
    kind: 'neighbour',
    dev: link.dev,
    address: target.ip,
    mac: link.mac,
    found: 'answers',
    at,
    ...(by === 'arp' ? { writes: [entry] } : {}),
  })
  run.end(place.journey, { kind: 'answered-by-kernel', with: by === 'arp' ? 'arp-reply' : `arp-reply of ${by}` })
  const packet: Packet = {
    headers: [
      { kind: 'eth', src: link.mac, dst: sender.mac },
      { kind: 'arp', op: 'reply', sender: { mac: link.mac, ip: target.ip }, target: sender },
    ],
    size: 0,
  }
  const connection = run.connectionOf(place.journey)
  const journey = run.begin({ phase: 'arp', connection, as: 'reply', parent: place.journey, packet })
  const answer: Place = { journey, netns: place.netns, skb: { packet, mark: 0 }, at: 'transmit', dev: link.dev }
  note(run, answer, { kind: 'neighbour', dev: link.dev, address: target.ip, mac: link.mac, found: 'answers', at })
  return [answer]
}

/** neigh_update: the table gets the entry, and all that waited goes on. */
function told(run: Run, place: Place, link: Link, { sender }: ArpHeader): readonly Place[] {
  const { netns, journey } = place
  const key = neighbourKey(netns, link.dev, sender.ip)
  const waiting = run.held.get(key) ?? []
  run.held.delete(key)
  run.moment.cold?.neighbours.set(key, sender.mac)
  const entry = { kind: 'neighbour', netns, dev: link.dev, address: sender.ip, mac: sender.mac, state: 'REACHABLE' } as const
  const at = { netns, device: link.dev }
  note(run, place, { kind: 'neighbour', dev: link.dev, address: sender.ip, mac: sender.mac, found: 'asked', at, writes: [entry] })
  run.end(journey, { kind: 'delivered', to: 'arp' })
  return waiting
}
