import { type Ip, isLoopback } from '../net/ip.ts'
import { changeIp, ipLength, ipOf, withEth } from '../net/packet.ts'
import type { TooBig } from '../trace/toobig.ts'
import { atHook } from './hooks.ts'
import type { IcmpError } from './icmp.ts'
import { arp, errors, fragments } from './late.ts'
import type { Netns } from './machine.ts'
import { farEnd, resolve } from './neighbour.ts'
import { nft } from './nft/late.ts'
import { isPiece } from './piece.ts'
import { eitherSysctl, forwards, linkOf, lookup, nextHop, routeLocalnet, routeView, rpFilter } from './route.ts'
import { drop, note, type Place, type Run, subject, unmodelled } from './run.ts'
import { withPacket } from './skb.ts'

/** Three questions, a second apart, before a neighbour counts as gone (mcast_solicit 3, retrans_time 1 s). */
const NEIGHBOUR_PATIENCE = 3_000_000_000

type At<K extends Place['at']> = Extract<Place, { at: K }>

/** ip_rcv: PREROUTING, then the routing decision. */
export function ipReceive(_run: Run, place: At<'ip-receive'>): readonly Place[] {
  const family = ipOf(place.skb.packet)?.family ?? 4
  const { dev } = place
  return [atHook(place, 'prerouting', family, { at: 'route-input', dev }, dev, undefined)]
}

/** fib_validate_source, asked once it is known that the packet has somewhere to go: our own address from outside, or the wrong device. */
function badSource(netns: Netns, dev: string, src: Ip, dst: Ip): 'martian' | 'rp-filter' | undefined {
  const filter = rpFilter(netns, dev)
  const back = lookup(netns, src, { src: dst })
  if (back?.type === 'local' && !eitherSysctl(netns, dev, 'accept_local')) return 'martian'
  if (filter === 0) return undefined
  if (back?.type !== 'unicast' && back?.type !== 'local') return 'rp-filter'
  return filter === 1 && back.dev !== dev ? 'rp-filter' : undefined
}

/** ip_route_input: for us, or for somebody else; martians and the reverse path filter are judged here. */
export function routeInput(run: Run, place: At<'route-input'>): readonly Place[] {
  const netns = run.netns(place.netns)
  const { dev } = place
  const ip = ipOf(place.skb.packet)
  if (!ip) return []
  if (dev !== 'lo' && (isLoopback(ip.dst) || isLoopback(ip.src)) && !(ip.family === 4 && routeLocalnet(netns, dev)))
    return drop(run, place, { kind: 'dropped', reason: 'martian' })
  const route = lookup(netns, ip.dst, { src: ip.src, iif: dev, mark: place.skb.mark })
  const because = route?.because === undefined ? {} : { because: route.because }
  const bad = ip.family === 4 && dev !== 'lo' ? badSource(netns, dev, ip.src, ip.dst) : undefined
  if (route?.type === 'local') {
    if (bad) return drop(run, place, { kind: 'dropped', reason: bad })
    // ip_local_deliver joins the pieces before INPUT; IPv6 does it after (deliver)
    const whole = ip.family === 4 && isPiece(place.skb) ? fragments.get().gather(run, place, 'local') : place.skb
    if (!whole) return []
    if (!run.silent) note(run, place, { kind: 'route', route: routeView(route), dst: ip.dst, after: subject(whole), ...because })
    return [atHook({ journey: place.journey, netns: place.netns, skb: whole }, 'input', ip.family, { at: 'deliver', dev }, dev, undefined)]
  }
  if (route?.type === 'broadcast') {
    run.end(place.journey, { kind: 'unmodelled', what: 'broadcast' })
    return []
  }
  if (!forwards(netns, ip.family, dev)) {
    note(run, place, {
      kind: 'route',
      dst: ip.dst,
      ...(route ? { route: routeView(route) } : { failed: 'unreachable' as const }),
      ...because,
    })
    return drop(run, place, { kind: 'dropped', reason: 'not-forwarding' })
  }
  if (!route || route.type === 'unreachable' || route.type === 'prohibit' || route.type === 'blackhole' || route.dev === undefined) {
    const failed = route?.type === 'blackhole' ? 'blackhole' : route?.type === 'prohibit' ? 'prohibit' : 'unreachable'
    note(run, place, { kind: 'route', dst: ip.dst, failed, ...(route ? { route: routeView(route) } : {}), ...because })
    const error = failed === 'blackhole' ? [] : errors.get().icmpError(run, place, refusal(failed, ip.family, route !== undefined))
    return [...error, tellDropped(place, failed === 'blackhole' ? 'blackhole' : 'no-route')]
  }
  if (bad) return drop(run, place, { kind: 'dropped', reason: bad })
  if (!run.silent) note(run, place, { kind: 'route', route: routeView(route), dst: ip.dst, ...because })
  const nearer = ip.family === 4 && wantsRedirect(netns, dev, ip.src, route.dev)
  return forward(run, place, route.dev, nextHop(route, ip.dst), route.mtu ?? linkOf(netns, route.dev)?.mtu ?? 1500, nearer)
}

/** __mkroute_input: out by the device that it came in by, from a sender on that very link: somebody there is nearer. */
function wantsRedirect(netns: Netns, dev: string, src: Ip, oif: string): boolean {
  if (oif !== dev || !eitherSysctl(netns, dev, 'send_redirects')) return false
  const back = lookup(netns, src)
  return back?.type === 'unicast' && back.via === undefined && back.dev === dev
}

/** ip_error and ip6_pkt_discard: IPv6 says "no route" for an unreachable route too. */
function refusal(failed: 'prohibit' | 'unreachable', family: 4 | 6, route: boolean): IcmpError {
  if (failed === 'prohibit') return 'icmp-admin-prohibited'
  return route && family === 4 ? 'icmp-host-unreachable' : 'icmp-net-unreachable'
}

const tellDropped = (
  place: Place,
  reason: 'no-route' | 'blackhole' | 'ttl' | 'mtu' | 'no-neighbour',
  most?: Pick<TooBig, 'device' | 'mtu'>,
): Place => {
  const { journey, netns, skb } = place
  const tooBig = most && { tooBig: { ...most, size: ipLength(skb.packet) } }
  return {
    journey,
    netns,
    skb,
    at: 'tell',
    events: [{ kind: 'drop', reason, ...tooBig, at: { netns }, after: { kind: 'skb', skb } }],
    ending: { kind: 'dropped', reason },
  }
}

/** ip_forward: the TTL goes down before the FORWARD hook, and a packet too big for the next device is refused here. */
function forward(run: Run, place: At<'route-input'>, oif: string, via: Ip, mtu: number, nearer: boolean): readonly Place[] {
  const ip = ipOf(place.skb.packet)
  if (!ip) return []
  if (ip.ttl <= 1) return [...errors.get().icmpError(run, place, 'icmp-ttl-exceeded'), tellDropped(place, 'ttl')]
  const { fragMax } = place.skb
  // what came in pieces may leave in pieces that are no longer; IPv4 without Don't Fragment in any (ip_exceeds_mtu, ip6_pkt_too_big)
  const cuttable = (ip.family === 4 && ip.df !== true) || (fragMax !== undefined && fragMax <= mtu)
  if (ipLength(place.skb.packet) > mtu && !cuttable)
    return [...errors.get().icmpError(run, place, 'icmp-frag-needed', { mtu }), tellDropped(place, 'mtu', { device: oif, mtu })]
  const skb = withPacket(place.skb, changeIp(place.skb.packet, { ttl: ip.ttl - 1 }))
  const { journey, netns } = place
  const now = { journey, netns, skb, at: 'route-input', dev: place.dev } as const
  if (!run.silent) note(run, now, { kind: 'ttl', left: ip.ttl - 1 })
  const iif = place.dev
  const told = nearer && errors.get().mayRedirect(run.moment, run.netns(place.netns), ip.src)
  const redirect = told ? errors.get().icmpError(run, now, 'icmp-host-redirect', { gateway: via }) : []
  return [...redirect, atHook(now, 'forward', ip.family, { at: 'forwarded', iif, oif, via, mtu }, iif, oif)]
}

/** The packet waits for an answer that never comes; then the sender hears of it (arp_error_report, ndisc_error_report). */
export function neighbourFailed(run: Run, place: Place): readonly Place[] {
  run.later(NEIGHBOUR_PATIENCE, () => errors.get().icmpError(run, place, 'icmp-host-unreachable'))
  return [tellDropped(place, 'no-neighbour')]
}

export function forwarded(_run: Run, place: At<'forwarded'>): readonly Place[] {
  const { iif, oif, via, mtu } = place
  const family = ipOf(place.skb.packet)?.family ?? 4
  return [atHook(place, 'postrouting', family, { at: 'neighbour', oif, via, mtu, iif }, iif, oif)]
}

/** ip_finish_output: cut if it must be, the link-layer address of the next hop, then the device. */
export function toNeighbour(run: Run, place: At<'neighbour'>): readonly Place[] {
  const netns = run.netns(place.netns)
  const { oif, via, mtu } = place
  const link = linkOf(netns, oif)
  if (!link?.up) return drop(run, place, { kind: 'dropped', reason: 'device-down' }, { device: oif })
  const ip = ipOf(place.skb.packet)
  const { fragMax } = place.skb
  if (ip && place.cut !== true && (ipLength(place.skb.packet) > mtu || (fragMax !== undefined && ipLength(place.skb.packet) > fragMax))) {
    if (ip.df && fragMax === undefined)
      return [...errors.get().icmpError(run, place, 'icmp-frag-needed', { mtu }), tellDropped(place, 'mtu', { device: oif, mtu })]
    const on = { journey: place.journey, netns: place.netns, at: 'neighbour', oif, via, mtu, cut: true } as const
    return fragments.get().cut(run, place, mtu, place.iif !== undefined, (skb) => ({ ...on, skb }), { netns: place.netns, device: oif })
  }
  const entry = netns.neigh.find((n) => n.dev === oif && n.address === via)
  const found = run.moment.cold ? arp.get().known(run, netns, oif, via) : resolve(run.machines, netns, oif, via)
  if (!found) return arp.get().ask(run, place, oif, via)
  const beyond = entry === undefined ? farEnd(link) : undefined
  if (beyond !== undefined) return unmodelled(run, place, beyond)
  const unrun = found.found === 'asked' || found.found === 'failed' ? netns.nft && nft.get().unrunChain(netns.nft, 'arp', oif) : undefined
  if (unrun !== undefined && ip?.family === 4) return unmodelled(run, place, unrun)
  if (link.kind !== 'loopback' && !run.silent) {
    const told = {
      kind: 'neighbour' as const,
      dev: oif,
      address: via,
      found: found.found,
      ...(found.mac === undefined ? {} : { mac: found.mac }),
    }
    note(run, place, {
      ...told,
      at: { netns: place.netns, device: oif },
      ...(entry?.because === undefined ? {} : { because: entry.because }),
    })
  }
  if (found.found === 'failed') return neighbourFailed(run, place)
  const skb = found.mac === undefined ? place.skb : withPacket(place.skb, withEth(place.skb.packet, link.mac, found.mac))
  return [{ journey: place.journey, netns: place.netns, skb, at: 'transmit', dev: oif, via }]
}
