import { isLoopback } from '../../net/ip.ts'
import { changeIp, changePorts, ipLength, ipOf } from '../../net/packet.ts'
import type { Skb } from '../../trace/event.ts'
import type { DropReason } from '../../trace/journey.ts'
import { entryOf, isIcmpError } from '../conntrack.ts'
import type { Done } from '../hooks.ts'
import { atHook } from '../hooks.ts'
import { type IcmpError, icmpError } from '../icmp.ts'
import type { Netns } from '../machine.ts'
import { endOf } from '../nat.ts'
import { mtuTo } from '../pmtu.ts'
import { linkOf, lookup, nextHop, routeView } from '../route.ts'
import { note, type Place, type Run } from '../run.ts'
import type { Dest, Virtual, Virtuals } from './ast.ts'
import { answered, count, endsOf, stateOf, touch } from './conn.ts'
import { errorIn, errorOut } from './error.ts'
import { connFor, type How } from './in.ts'
import { virtualText } from './print.ts'
import type { IpvsConn } from './state.ts'

type AtHook = Extract<Place, { at: 'hook' }>

const whereOf = (place: AtHook) => ({ netns: place.netns, hook: place.hook, family: place.family })

/** Ends a packet here: the hook tells first, then an error goes back (before the drop is told, as it is sent from within), or none. */
export function lost(run: Run, place: AtHook, reason: DropReason, error?: readonly [IcmpError, { readonly mtu?: number }?]): Done {
  const { journey, netns, skb } = place
  const at = whereOf(place)
  const after = { kind: 'skb' as const, skb }
  const tell: Place = {
    journey,
    netns,
    skb,
    at: 'tell',
    events: [
      { kind: 'hook-end', verdict: 'drop', at, after },
      { kind: 'drop', reason, at, after },
    ],
    ending: { kind: 'dropped', reason },
  }
  return { instead: [...(error ? icmpError(run, place, error[0], error[1]) : []), tell] }
}

/** ip_vs_update_conntrack, ip_vs_notrack: the entry's answer comes from the real server; its status tells of no NAT. */
export function conntrackOf(run: Run, place: AtHook, skb: Skb, conn: IpvsConn): Skb {
  const entry = entryOf(run.moment, place.netns, skb)
  if (!conn.nfct) {
    if (skb.ct && entry && !entry.confirmed) run.moment.held.delete(entry.id)
    return { ...skb, ct: { id: 0, dir: 'original', state: 'untracked' } }
  }
  const direct = ipOf(skb.packet)?.dst !== conn.daddr && ipOf(skb.packet)?.dst === conn.vaddr
  if (entry && !direct && !entry.confirmed && skb.ct?.dir === 'original' && skb.ct.state !== 'related') {
    const ports = entry.reply.type === undefined ? { sport: conn.dport } : {}
    entry.reply = { ...entry.reply, src: conn.daddr, ...ports }
    entry.dirty = true
  }
  return skb
}

function told(
  run: Run,
  place: AtHook,
  skb: Skb,
  before: Skb,
  manip: 'src' | 'dst',
  virtual: Virtual | undefined,
  how: How | 'answer',
  dest?: Dest,
): void {
  const scheduler = virtual ? { service: virtualText(virtual.name).replace(/ +/, ' '), scheduler: virtual.scheduler } : {}
  const because = dest?.because ?? virtual?.because
  note(
    run,
    { ...place, skb },
    {
      kind: 'nat',
      manip,
      by: 'ipvs',
      from: endOf(before.packet, manip),
      to: endOf(skb.packet, manip),
      undo: manip === 'src',
      ipvs: { how, ...scheduler },
      at: whereOf(place),
      ...(because === undefined ? {} : { because }),
    },
  )
}

/** Direct routing changes nothing in the packet: it is only sent to the real server's link-layer address (ip_vs_dr_xmit). */
function handedOver(run: Run, place: AtHook, skb: Skb, virtual: Virtual | undefined, how: How, dest: Dest): void {
  const service = virtual ? virtualText(virtual.name).replace(/ +/, ' ') : 'IPVS'
  if (skb.ct?.state === 'untracked' && place.skb.ct?.state !== 'untracked')
    note(run, { ...place, skb }, { kind: 'conntrack', what: 'untracked', at: whereOf(place) })
  note(
    run,
    { ...place, skb },
    {
      kind: 'process',
      process: 'ip_vs',
      what: `${service} -> ${dest.address} (${how === 'scheduled' ? (virtual?.scheduler ?? how) : how})`,
      at: whereOf(place),
      ...(dest.because === undefined ? {} : { because: dest.because }),
    },
  )
}

/** ip_vs_out: an answer gets the virtual address back; after filter in INPUT and FORWARD, behind nat in OUTPUT. */
export function ipvsOut(run: Run, place: AtHook, netns: Netns, virtuals: Virtuals): Done {
  const { skb } = place
  if (skb.ipvs) return { go: skb }
  if (isIcmpError(skb.packet)) return errorOut(run, place, netns)
  const ends = endsOf(skb.packet)
  const state = stateOf(run.moment, netns.name)
  const conn = ends && answered(state, ends, run.moment.clock)
  if (!conn) return { go: skb }
  const packet = changePorts(changeIp(skb.packet, { src: conn.vaddr }), { sport: conn.vport })
  count(state, conn, 'out', skb.packet)
  touch(run.moment, netns.name, conn, 'out', skb.packet)
  const now = conntrackOf(run, place, { ...skb, packet, ipvs: true }, conn)
  told(run, place, now, skb, 'src', virtuals.get(conn.service), 'answer')
  return { go: now }
}

/** ip_vs_in: a request for a virtual server goes on to a real one. What goes to another machine is taken out of its hook. */
export function ipvsIn(run: Run, place: AtHook, netns: Netns, virtuals: Virtuals): Done {
  const { skb } = place
  if (skb.ipvs) return { go: skb }
  if (isIcmpError(skb.packet)) return errorIn(run, place, netns)
  const ends = endsOf(skb.packet)
  if (!ends) return { go: skb }
  const found = connFor(run, netns, virtuals, skb, ends)
  switch (found.kind) {
    case 'pass':
      return { go: skb }
    case 'drop':
      return lost(run, place, 'no-destination')
    case 'unknown':
      run.end(place.journey, { kind: 'unmodelled', what: found.what })
      return { instead: [] }
    case 'nobody':
      return lost(run, place, 'no-destination', ['icmp-port-unreachable'])
    case 'conn': {
      const { conn, dest } = found
      if (dest?.forward === 'tunnel') {
        run.end(place.journey, { kind: 'unmodelled', what: 'IPVS forwarding -i' })
        return { instead: [] }
      }
      count(stateOf(run.moment, netns.name), conn, 'in', skb.packet)
      touch(run.moment, netns.name, conn, 'in', skb.packet)
      if (dest?.forward === 'route')
        return sendOn(run, place, netns, conn, skb, (now) => handedOver(run, place, now, found.virtual, found.how, dest))
      const packet = changePorts(changeIp(skb.packet, { dst: conn.daddr }), { dport: conn.dport })
      return sendOn(run, place, netns, conn, { ...skb, packet }, (now, before) =>
        told(run, place, now, before, 'dst', found.virtual, found.how, dest),
      )
    }
  }
}

/**
 * ip_vs_nat_xmit: a route to the real server, one hop less to live, then OUTPUT and POSTROUTING as if the packet were made here.
 * A server on this machine itself gets the packet without leaving the hook.
 */
export function sendOn(run: Run, place: AtHook, netns: Netns, conn: IpvsConn, changed: Skb, tell: (now: Skb, before: Skb) => void): Done {
  const { skb } = place
  const came = ipOf(skb.packet)
  const ip = ipOf(changed.packet)
  if (!ip || !came) return { go: skb }
  const route = lookup(netns, conn.daddr)
  if (!route || route.dev === undefined || (route.type !== 'unicast' && route.type !== 'local')) {
    note(run, place, { kind: 'route', dst: conn.daddr, failed: 'unreachable', ...(route ? { route: routeView(route) } : {}) })
    return lost(run, place, 'no-route', ['icmp-host-unreachable'])
  }
  const arrived = { ...changed, ipvs: true as const }
  if (route.type === 'local') {
    // nobody outside may be led to 127.0.0.1
    if (place.hook === 'input' && ip.family === 4 && isLoopback(conn.daddr)) return lost(run, place, 'martian')
    const now = conntrackOf(run, place, arrived, conn)
    tell(now, skb)
    const then = place.then.at === 'output-done' ? { ...place.then, dst: ip.dst } : place.then
    return { instead: [{ ...place, skb: now, then, after: behind(place) }] }
  }
  if (isLoopback(came.src) && ip.family === 4) return lost(run, place, 'martian')
  if (ip.ttl <= 1) return lost(run, place, 'ttl', ['icmp-ttl-exceeded'])
  const mtu = mtuTo(run.moment, netns, route, conn.daddr)
  if (ipLength(changed.packet) > mtu && (ip.family === 6 || ip.df === true)) return lost(run, place, 'mtu', ['icmp-frag-needed', { mtu }])
  const via = nextHop(route, conn.daddr)
  const translated = conntrackOf(run, place, arrived, conn)
  tell(translated, skb)
  note(
    run,
    { ...place, skb: translated },
    { kind: 'route', route: routeView(route), dst: conn.daddr, ...(route.because === undefined ? {} : { because: route.because }) },
  )
  const now = { ...translated, packet: changeIp(translated.packet, { ttl: ip.ttl - 1 }) }
  note(run, { ...place, skb: now }, { kind: 'ttl', left: ip.ttl - 1 })
  note(run, { ...place, skb: now }, { kind: 'hook-end', verdict: 'stolen', at: whereOf(place) })
  const iif = place.hook === 'input' && linkOf(netns, place.iif ?? '') ? place.iif : undefined
  const then = {
    at: 'output-done',
    oif: route.dev,
    via,
    dst: ip.dst,
    mark: now.mark,
    mtu,
    ...(iif === undefined ? {} : { iif }),
  } as const
  return { instead: [atHook({ journey: place.journey, netns: place.netns, skb: now }, 'output', ip.family, then, undefined, route.dev)] }
}

/** Behind IPVS' own place in the hook: all its priorities are whole numbers. */
const behind = (place: AtHook): number => (place.hook === 'output' ? -98 : 99) + 0.5
