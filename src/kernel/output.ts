import { type Ip, isLoopback } from '../net/ip.ts'
import { changeIp, ipOf } from '../net/packet.ts'
import { atHook } from './hooks.ts'
import { mtuTo } from './pmtu.ts'
import { addressType, errnoOf, lookup, nextHop, routeLocalnet, routeView, sourceFor } from './route.ts'
import { drop, note, type Place, type Run, subject } from './run.ts'
import { withPacket } from './skb.ts'

/**
 * A packet made on this machine: the route comes before the OUTPUT hook (ip_route_output, then __ip_local_out).
 * Without a source of its own it gets the route's. No route: nothing is sent, the journey fails locally.
 */
export function startOutput(run: Run, from: Pick<Place, 'journey' | 'netns' | 'skb'>, src?: Ip): readonly Place[] {
  const netns = run.netns(from.netns)
  const ip = ipOf(from.skb.packet)
  if (!ip) return []
  const place: Place = { journey: from.journey, netns: from.netns, skb: from.skb, at: 'receive', dev: '' }
  const kind = addressType(netns, ip.dst)
  if (kind === 'MULTICAST' || kind === 'BROADCAST') return toGroup(run, from, kind, ip.proto)
  // an IPIP device has a mark of its own, which nobody set (ip_tunnel_init_flow)
  const mark = ip.proto === 'ipip' ? 0 : from.skb.mark
  const route = lookup(netns, ip.dst, src === undefined ? { mark } : { src, mark })
  if (!route || route.dev === undefined || (route.type !== 'unicast' && route.type !== 'local')) {
    const errno = errnoOf(route) ?? 'ENETUNREACH'
    note(run, place, { kind: 'route', dst: ip.dst, failed: 'unreachable', ...(route ? { route: routeView(route) } : {}) })
    run.end(from.journey, { kind: 'failed-locally', errno })
    return []
  }
  const source = src ?? sourceFor(netns, route, ip.dst) ?? ip.src
  // __mkroute_output: 127.0.0.0/8 leaves by no other device unless route_localnet allows it.
  if (ip.family === 4 && isLoopback(source) && route.type !== 'local' && !routeLocalnet(netns, route.dev)) {
    run.end(from.journey, { kind: 'failed-locally', errno: 'EINVAL' })
    return []
  }
  const skb = source === ip.src ? from.skb : withPacket(from.skb, changeIp(from.skb.packet, { src: source }))
  if (!run.silent) {
    const because = route.because === undefined ? {} : { because: route.because }
    note(run, place, { kind: 'route', route: routeView(route), dst: ip.dst, after: subject(skb), ...because })
  }
  const via = nextHop(route, ip.dst)
  const dev = route.type === 'local' ? 'lo' : route.dev
  const then = { at: 'output-done', oif: dev, via, dst: ip.dst, mark: skb.mark, mtu: mtuTo(run.moment, netns, route, ip.dst) } as const
  return [atHook({ journey: from.journey, netns: from.netns, skb }, 'output', ip.family, then, undefined, dev)]
}

/** A connection has one peer (tcp_v4_connect), and a broadcast needs SO_BROADCAST, which no program here sets. */
function toGroup(run: Run, from: Pick<Place, 'journey'>, kind: 'MULTICAST' | 'BROADCAST', proto: string): readonly Place[] {
  if (proto === 'tcp') run.end(from.journey, { kind: 'failed-locally', errno: 'ENETUNREACH' })
  else if (kind === 'BROADCAST') run.end(from.journey, { kind: 'failed-locally', errno: 'EACCES' })
  else run.end(from.journey, { kind: 'unmodelled', what: 'multicast' })
  return []
}

/** After OUTPUT: a rule that changed the destination (or the mark) makes the kernel route again (ip_route_me_harder). */
export function outputDone(run: Run, place: Extract<Place, { at: 'output-done' }>): readonly Place[] {
  const netns = run.netns(place.netns)
  const ip = ipOf(place.skb.packet)
  if (!ip) return []
  let { oif, via, mtu } = place
  if (ip.dst !== place.dst || place.skb.mark !== place.mark) {
    const route = lookup(netns, ip.dst, { src: ip.src, mark: place.skb.mark })
    if (!route || route.dev === undefined || (route.type !== 'unicast' && route.type !== 'local')) {
      note(run, place, { kind: 'route', dst: ip.dst, failed: 'unreachable', ...(route ? { route: routeView(route) } : {}) })
      // connect() has its route already: TCP takes this for a lost segment and tries again (tcp_connect heeds ECONNREFUSED alone).
      if (ip.proto === 'tcp') return drop(run, place, { kind: 'dropped', reason: 'no-route' })
      run.end(place.journey, { kind: 'failed-locally', errno: 'ENETUNREACH' })
      return []
    }
    if (ip.family === 4 && isLoopback(ip.src) && route.type !== 'local' && !routeLocalnet(netns, route.dev))
      return drop(run, place, { kind: 'dropped', reason: 'martian' })
    const again = route.type === 'local' ? 'lo' : route.dev
    if (ip.dst !== place.dst || again !== oif)
      note(run, place, {
        kind: 'route',
        route: routeView(route),
        dst: ip.dst,
        ...(route.because === undefined ? {} : { because: route.because }),
      })
    oif = again
    via = nextHop(route, ip.dst)
    mtu = mtuTo(run.moment, netns, route, ip.dst)
  }
  // POSTROUTING reports the device that the packet belonged to before: a tunnel's, for the outer packet.
  return [atHook(place, 'postrouting', ip.family, { at: 'neighbour', oif, via, mtu }, place.iif ?? place.skb.tunnel, oif)]
}
