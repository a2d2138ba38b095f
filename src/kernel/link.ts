import { arpOf, ethOf, ipLength, withoutEth } from '../net/packet.ts'
import type { Skb } from '../trace/event.ts'
import { bpf } from './bpf/late.ts'
import { arp, ipip } from './late.ts'
import type { Link } from './machine.ts'
import { farEnd, isGroupMac, type Plug, plugsOf } from './neighbour.ts'
import { nft } from './nft/late.ts'
import { linkOf } from './route.ts'
import { drop, dropTooBig, follow, note, type Place, type Run, subject, unmodelled } from './run.ts'
import { freshSkb, withPacket } from './skb.ts'
import { encapsulate } from './vxlan.ts'
import { isBlocked, wireOf } from './wire.ts'

type At<K extends Place['at']> = Extract<Place, { at: K }>

/** What stays with a packet that crosses a pair: conntrack is the kernel's, not the packet's, and in another netns neither is the mark (skb_scrub_packet). */
const scrubbed = ({ packet, piece, mark }: Skb, same: boolean): Skb =>
  freshSkb(packet, same ? mark : 0, piece === undefined ? undefined : { piece })

/** dev_hard_start_xmit: the frame leaves by a device. */
export function transmit(run: Run, given: At<'transmit'>): readonly Place[] {
  let place = given
  const link = linkOf(run.netns(place.netns), place.dev)
  const at = { netns: place.netns, device: place.dev }
  if (!link?.up) return drop(run, place, { kind: 'dropped', reason: 'device-down' }, at)
  const tables = run.netns(place.netns).nft
  const unrun = tables && nft.get().unrunChain(tables, 'egress', place.dev)
  if (unrun !== undefined) return unmodelled(run, place, unrun)
  if (run.netns(place.netns).bpf && !arpOf(place.skb.packet)) {
    const done = bpf.get().atDevice(run, place, place.dev, 'egress')
    if ('instead' in done) return done.instead
    place = {
      journey: place.journey,
      netns: place.netns,
      skb: done.go,
      at: 'transmit',
      dev: place.dev,
      ...(place.via === undefined ? {} : { via: place.via }),
    }
  }
  if (link.kind !== 'loopback' && !run.silent) note(run, place, { kind: 'device', dir: 'tx', device: place.dev, at })
  switch (link.kind) {
    case 'loopback':
      return [follow(place, { at: 'ip-receive', dev: 'lo' })]
    case 'bridge':
      return [follow(place, { at: 'bridge-output', bridge: link.dev })]
    case 'vxlan':
      return encapsulate(run, place, link)
    case 'veth':
    case 'physical':
      return cross(run, place, link)
    case 'dummy':
    case 'openvswitch':
      return drop(run, place, { kind: 'dropped', reason: 'device-down' }, at)
    case 'ipip':
      return ipip.get().wrapIpip(run, place, link)
  }
}

/** Over a veth pair or a cable into the next machine. */
function cross(run: Run, place: At<'transmit'>, link: Link): readonly Place[] {
  const beyond = farEnd(link)
  if (beyond !== undefined) return unmodelled(run, place, beyond)
  if (link.wire !== undefined && run.moment.cold && isGroupMac(ethOf(place.skb.packet)?.dst ?? link.mac))
    return arp.get().onWire(run, place, link, (one, to) => carried(run, one, link.wire ?? '', to))
  const to = link.peer ? { netns: link.peer[0], dev: link.peer[1] } : listener(run, place, link)
  if (!to) return drop(run, place, { kind: 'dropped', reason: 'underlay' }, { device: place.dev })
  if (isBlocked(run.machines, link.wire, place.skb.packet))
    return drop(run, place, { kind: 'dropped', reason: 'underlay' }, { device: place.dev })
  const wire = wireOf(run.machines, link.wire)
  if (wire?.mtu !== undefined && ipLength(place.skb.packet) > wire.mtu)
    return dropTooBig(run, place, wire.name, wire.mtu, { device: place.dev })
  const theirs = linkOf(run.netns(to.netns), to.dev)
  // the device at the other end takes no frame that is longer than its own MTU (is_skb_forwardable), and tells nobody
  if (theirs && ipLength(place.skb.packet) > theirs.mtu + 4) return dropTooBig(run, place, theirs.dev, theirs.mtu, { device: place.dev })
  return [carried(run, place, link.wire ?? `${place.netns}:${place.dev}`, to)]
}

/** To the other end: mark and conntrack stay behind where that is another machine. */
function carried(run: Run, place: At<'transmit'>, wire: string, to: Plug): Place {
  const skb = scrubbed(place.skb, to.netns === place.netns)
  const from = { netns: place.netns, device: place.dev }
  if (!run.silent) note(run, place, { kind: 'cross', wire, from, to: { netns: to.netns, device: to.dev }, at: from, after: subject(skb) })
  return { journey: place.journey, netns: to.netns, skb, at: 'receive', dev: to.dev }
}

/** The device on the wire that the frame is meant for; bridges listen to every frame. */
function listener(run: Run, place: At<'transmit'>, link: Link): Plug | undefined {
  const mac = ethOf(place.skb.packet)?.dst
  if (link.wire === undefined || mac === undefined) return undefined
  return plugsOf(run.machines, link.wire).find((plug) => {
    const other = linkOf(run.netns(plug.netns), plug.dev)
    return (
      other !== undefined && !(plug.netns === place.netns && plug.dev === place.dev) && (other.mac === mac || other.master !== undefined)
    )
  })
}

/** netif_receive_skb: a port hands its frames to the bridge, any other device those for its own MAC to IP. */
export function receive(run: Run, given: At<'receive'>): readonly Place[] {
  let place = given
  const netns = run.netns(place.netns)
  const link = linkOf(netns, place.dev)
  const at = { netns: place.netns, device: place.dev }
  if (!link?.up) return drop(run, place, { kind: 'dropped', reason: 'device-down' }, at)
  let eth = ethOf(place.skb.packet)
  if (!run.silent)
    note(run, place, { kind: 'device', dir: 'rx', device: place.dev, at, ...(eth ? { ll: { src: eth.src, dst: eth.dst } } : {}) })
  const unrun = netns.nft && nft.get().unrunChain(netns.nft, 'ingress', place.dev)
  if (unrun !== undefined) return unmodelled(run, place, unrun)
  if (netns.bpf && !arpOf(place.skb.packet)) {
    const done = bpf.get().atDevice(run, place, place.dev, 'ingress')
    if ('instead' in done) return done.instead
    place = { journey: place.journey, netns: place.netns, skb: done.go, at: 'receive', dev: place.dev }
    eth = ethOf(place.skb.packet)
  }
  if (link.master !== undefined) {
    const { datapath } = linkOf(netns, link.master) ?? {}
    if (datapath && arpOf(place.skb.packet)) return unmodelled(run, place, 'ARP through a datapath of Open vSwitch')
    return datapath ? datapath.receive(run, place) : [follow(place, { at: 'bridge-receive', bridge: link.master, port: place.dev })]
  }
  if (arpOf(place.skb.packet)) return arp.get().arrived(run, place, link)
  if (eth && eth.dst !== link.mac && !isGroupMac(eth.dst)) return drop(run, place, { kind: 'dropped', reason: 'not-my-mac' }, at)
  return [follow(place, { at: 'ip-receive', dev: place.dev }, withPacket(place.skb, withoutEth(place.skb.packet)))]
}
