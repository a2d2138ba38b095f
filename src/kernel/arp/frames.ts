import type { Ip, Mac } from '../../net/ip.ts'
import { arpOf, ethOf } from '../../net/packet.ts'
import type { Change } from '../../trace/event.ts'
import type { Link, Netns } from '../machine.ts'
import { isGroupMac, type Plug, plugsOf, segment } from '../neighbour.ts'
import { linkOf } from '../route.ts'
import { drop, note, type Place, type Run } from '../run.ts'
import { answersAt } from './hear.ts'

const portKey = (netns: string, bridge: string, mac: Mac): string => `${netns} ${bridge} ${mac}`

/** br_fdb_update: the port that a frame came in by has its sender behind it. */
export function learn(run: Run, place: Place, bridge: string, port: string): readonly Change[] {
  const mac = ethOf(place.skb.packet)?.src
  const { cold } = run.moment
  if (!cold || mac === undefined || isGroupMac(mac)) return []
  const key = portKey(place.netns, bridge, mac)
  if (cold.ports.get(key) === port) return []
  cold.ports.set(key, port)
  return [{ kind: 'fdb', netns: place.netns, bridge, mac, port }]
}

/** The port that a bridge has learnt for a MAC since its table was empty. */
export const learnt = (run: Run, netns: Netns, bridge: string, mac: Mac): Link | undefined =>
  linkOf(netns, run.moment.cold?.ports.get(portKey(netns.name, bridge, mac)) ?? '')

/** Whether somebody who hears a question that leaves here (or is heard by this very device) answers it. */
function leads(run: Run, plug: Plug, out: boolean, asked: Ip): boolean {
  const hears = out ? segment(run.machines, plug) : [plug]
  return hears.some(({ netns, dev }) => {
    const other = run.machines.netns(netns)
    const link = other && linkOf(other, dev)
    return other !== undefined && link?.up === true && answersAt(other, link, asked) !== undefined
  })
}

type Transmit = Extract<Place, { at: 'transmit' }>

interface Branch {
  readonly place: Place
  readonly plug: Plug
  /** The frame leaves by the device; else the device itself hears it. */
  readonly out: boolean
}

/** The copy that is answered goes on as the journey; all others are walked beside it, and nobody is told of them. */
function parted(run: Run, place: Place, branches: readonly Branch[]): readonly Place[] {
  const arp = arpOf(place.skb.packet)
  if (!arp) {
    run.end(place.journey, { kind: 'unmodelled', what: 'broadcast and multicast frames' })
    return []
  }
  const main = place.journey < 0 ? undefined : branches.find((b) => leads(run, b.plug, b.out, arp.target.ip))
  const copies = branches.filter((b) => b !== main).map((b): Place => ({ ...b.place, journey: run.copy(place.journey, place.skb.packet) }))
  if (main === undefined) drop(run, place, { kind: 'dropped', reason: 'no-neighbour' })
  return main === undefined ? copies : [...copies, main.place]
}

/** A frame for everybody at a bridge: out of every other port (br_flood), and up to the bridge device when it came in by a port. */
export function flood(run: Run, place: Place, bridge: string, ports: readonly string[], from?: string): readonly Place[] {
  const { journey, netns, skb } = place
  const mac = ethOf(skb.packet)?.dst
  const at = { netns, device: bridge }
  if (mac !== undefined) note(run, place, { kind: 'fdb', bridge, mac, flooded: ports, at })
  const out = (dev: string): Branch => ({
    plug: { netns, dev },
    out: true,
    place:
      from === undefined
        ? { journey, netns, skb, at: 'transmit', dev }
        : { journey, netns, skb, at: 'bridge-forward', bridge, port: from, out: dev },
  })
  const up: readonly Branch[] =
    from === undefined
      ? []
      : [{ plug: { netns, dev: bridge }, out: false, place: { journey, netns, skb, at: 'bridge-input', bridge, port: from, seen: false } }]
  return parted(run, place, [...ports.map(out), ...up])
}

/** A frame for everybody on a wire without a kernel: whoever is plugged in hears it. `cross` carries it over. */
export function onWire(run: Run, place: Transmit, link: Link, cross: (place: Transmit, to: Plug) => Place): readonly Place[] {
  const others = plugsOf(run.machines, link.wire ?? '').filter((p) => p.netns !== place.netns || p.dev !== link.dev)
  const arp = arpOf(place.skb.packet)
  const branches = others.map((plug): Branch => {
    const master = linkOf(run.netns(plug.netns), plug.dev)?.master
    return { plug: master === undefined ? plug : { netns: plug.netns, dev: master }, out: false, place }
  })
  const main = arp && place.journey >= 0 ? others.find((_, i) => leads(run, branches[i]?.plug as Plug, false, arp.target.ip)) : undefined
  const copies = others.filter((p) => p !== main).map((p) => cross({ ...place, journey: run.copy(place.journey, place.skb.packet) }, p))
  if (main !== undefined) return [...copies, cross(place, main)]
  drop(run, place, { kind: 'dropped', reason: 'no-neighbour' }, { device: link.dev })
  return copies
}
