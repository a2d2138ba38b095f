import type { Ip, Mac } from '../../net/ip.ts'
import { endpointText } from '../../net/message.ts'
import { changeIp, changePorts, ipOf, l4Of, outerIpAt, type Packet, portsOf, withEth } from '../../net/packet.ts'
import type { BpfVerdict } from '../../trace/bpf-verdict.ts'
import { linkOf, lookup, nextHop, routeView } from '../route.ts'
import { drop, note, type Place, type Run, unmodelled } from '../run.ts'
import { freshSkb, withMark, withPacket } from '../skb.ts'
import type { Endpoint, Fib, Frame, TcProgram, TcSide, TcVerdict } from './ast.ts'
import { helpersFor, type MapStep } from './maps.ts'

/** What a program's verdict means for the frame: on its way with what was changed, or other places instead. */
export type AtDevice = { readonly go: Place['skb'] } | { readonly instead: readonly Place[] }

const withOption = (packet: Packet, option: Endpoint): Packet => {
  const at = outerIpAt(packet)
  return {
    ...packet,
    headers: packet.headers.map((h, i) => (i === at && h.kind === 'ip' ? { ...h, option } : h)),
  }
}

/** The packet as the program has left it so far; MACs, option and mark are told when it ends, for no step of its own speaks of them. */
interface Now {
  skb: Place['skb']
  macs?: readonly [src: Mac, dst: Mac]
  option?: Endpoint | undefined
  unmarked?: true
}
const finished = ({ skb, macs, option, unmarked }: Now): Place['skb'] => {
  const marked = option === undefined ? skb.packet : withOption(skb.packet, option)
  const packet = macs === undefined ? marked : withEth(marked, ...macs)
  const changed = packet === skb.packet ? skb : withPacket(skb, packet)
  return unmarked && changed.mark !== 0 ? withMark(changed, 0) : changed
}

/** The frame of one run. */
function frameFor(run: Run, place: Place, now: Now, program: TcProgram): Frame | undefined {
  const netns = run.netns(place.netns)
  const { bpf } = netns
  if (!bpf) return undefined
  const at = { netns: place.netns, device: program.dev }
  const here = (): Place => ({ ...place, skb: now.skb })
  const set = (packet: Packet): void => {
    now.skb = withPacket(now.skb, packet)
  }
  const tell = (step: MapStep): void => note(run, here(), { kind: 'bpf-map', program: program.name, at, ...step })
  const helpers = helpersFor(netns, bpf, run.moment, run.luck, run.silent ? undefined : tell)
  return {
    ...helpers,
    dev: program.dev,
    side: program.side,
    skb: () => finished(now),
    rewrite(side, to, undo, because) {
      const ip = ipOf(now.skb.packet)
      const ports = portsOf(l4Of(now.skb.packet))
      if (!ip) return
      const from: Endpoint = { address: ip[side], port: ports?.[side === 'src' ? 'sport' : 'dport'] ?? 0 }
      const text = (e: Endpoint): string => (ports === undefined ? e.address : endpointText(e.address, e.port))
      const moved = changeIp(now.skb.packet, { [side]: to.address })
      set(ports === undefined ? moved : changePorts(moved, side === 'src' ? { sport: to.port } : { dport: to.port }))
      if (run.silent) return
      const told = { kind: 'nat', manip: side, by: 'bpf', from: text(from), to: text(to), undo, at } as const
      note(run, here(), because === undefined ? told : { ...told, because })
    },
    lowerTtl() {
      const ip = ipOf(now.skb.packet)
      if (!ip || ip.ttl <= 1) return false
      set(changeIp(now.skb.packet, { ttl: ip.ttl - 1 }))
      note(run, here(), { kind: 'ttl', left: ip.ttl - 1, at })
      return true
    },
    setMacs(src: Mac, dst: Mac) {
      now.macs = [src, dst]
    },
    clearMark() {
      now.unmarked = true
    },
    setTunnelKey(remote: Ip, id: number) {
      now.skb = freshSkb(now.skb.packet, now.skb.mark, { ...now.skb, tunnelKey: { remote, id } })
    },
    setOption(option) {
      now.option = option
    },
    fib(dst): Fib | undefined {
      const ip = ipOf(now.skb.packet)
      const route = lookup(netns, dst, ip ? { src: ip.src } : {})
      const because = route?.because === undefined ? {} : { because: route.because }
      if (!route || route.dev === undefined || route.type !== 'unicast') {
        note(run, here(), { kind: 'route', dst, failed: 'unreachable', at, ...(route ? { route: routeView(route) } : {}), ...because })
        return undefined
      }
      note(run, here(), { kind: 'route', route: routeView(route), dst, at, ...because })
      return { dev: route.dev, via: nextHop(route, dst), mtu: route.mtu ?? linkOf(netns, route.dev)?.mtu ?? 1500 }
    },
  }
}

const verdictText = (verdict: TcVerdict): BpfVerdict => {
  switch (verdict.do) {
    case 'ok':
      return 'ok'
    case 'drop':
      return `drop: ${verdict.why}`
    case 'redirect':
      return `redirect ${verdict.dev}`
    case 'redirect-peer':
      return `redirect_peer ${verdict.dev}`
    case 'redirect-neigh':
      return `redirect_neigh ${verdict.fib.dev}`
    case 'unmodelled':
      return 'unmodelled'
  }
}

/** Runs the program at one side of a device, if there is one (sch_handle_ingress, sch_handle_egress). */
export function atDevice(run: Run, place: Place, dev: string, side: TcSide): AtDevice {
  const netns = run.netns(place.netns)
  const program = netns.bpf?.tc.find((p) => p.dev === dev && p.side === side)
  const now: Now = { skb: place.skb }
  const frame = program && frameFor(run, place, now, program)
  if (!program || !frame) return { go: place.skb }
  const at = { netns: place.netns, device: dev }
  if (!run.silent)
    note(run, place, {
      kind: 'bpf',
      program: program.name,
      attach: side,
      at,
      ...(program.because === undefined ? {} : { because: program.because }),
    })
  if (place.skb.piece !== undefined) return { instead: unmodelled(run, place, `pieces of a packet at the eBPF program ${program.name}`) }
  const verdict = program.run(frame)
  const skb = finished(now)
  const here: Place = skb === place.skb ? place : { ...place, skb }
  const because = verdict.do === 'drop' && verdict.because !== undefined ? { because: verdict.because } : {}
  if (!run.silent) note(run, here, { kind: 'bpf-end', program: program.name, verdict: verdictText(verdict), at, ...because })
  const { journey } = here
  switch (verdict.do) {
    case 'ok':
      return { go: skb }
    case 'drop':
      return { instead: drop(run, here, { kind: 'dropped', reason: 'bpf' }, at) }
    case 'redirect':
      return { instead: [{ journey, netns: place.netns, skb, at: 'transmit', dev: verdict.dev }] }
    case 'redirect-peer':
      return { instead: toPeer(run, here, verdict.dev) }
    case 'redirect-neigh': {
      const { dev: oif, via, mtu } = verdict.fib
      return { instead: [{ journey, netns: place.netns, skb, at: 'neighbour', oif, via, mtu }] }
    }
    case 'unmodelled':
      return { instead: unmodelled(run, here, verdict.what) }
  }
}

/** skb_do_redirect with BPF_F_PEER: the frame is received by the far end as if it had come in there. */
function toPeer(run: Run, place: Place, dev: string): readonly Place[] {
  const link = linkOf(run.netns(place.netns), dev)
  if (!link?.up || !link.peer) return drop(run, place, { kind: 'dropped', reason: 'device-down' }, { device: dev })
  const [netns, device] = link.peer
  const skb = freshSkb(place.skb.packet, 0)
  note(
    run,
    { ...place, skb },
    {
      kind: 'cross',
      wire: `${place.netns}:${dev}`,
      from: { netns: place.netns, device: dev },
      to: { netns, device },
      at: { netns: place.netns, device: dev },
    },
  )
  return [{ journey: place.journey, netns, skb, at: 'receive', dev: device }]
}
