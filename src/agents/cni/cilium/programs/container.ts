import type { Frame, TcProgram, TcVerdict } from '../../../../kernel/bpf/ast.ts'
import { CILIUM_VXLAN } from '../devices.ts'
import { type Endpoint, HOST } from '../site.ts'
import { chosen, serviceAt } from './choose.ts'
import { type Ctx, dropped, type Ends, endsOf, endsText, ipHeader, isStrange, OK, STRANGE, unknown } from './ctx.ts'
import { deliver, intoTunnel, judged, routed } from './deliver.ts'
import { flowAt, isError, track, tracked } from './track.ts'

/** What a translated packet carries on: the asked address by its number, and whether the Pod is its own backend. */
interface Translated {
  readonly revNat: number
  readonly loopback?: true
}

/**
 * A ClusterIP that no socket translated (bpf_lxc's own look-up): a backend is chosen once, and each packet rewritten here. A Pod that is its own backend
 * gets an address of no machine in the place of its own, or it would answer itself without the programs (lb4_local, lb4_xlate).
 */
function perPacket(frame: Frame, ctx: Ctx, e: Endpoint, ends: Ends): TcVerdict | Translated {
  if (ctx.config.socketLb === 'all' || ends.proto === 'icmp') return { revNat: 0 }
  const found = serviceAt(frame, ctx.maps, ends.dst, ends.dport, ends.proto, 'int')
  if (!found) return { revNat: 0 }
  if (found.front.count === 0) return dropped('No service backend found')
  const old = flowAt(frame, 'SVC', ends)
  const backend =
    old?.backend === undefined
      ? chosen(frame, ctx.maps, found, ends.proto, { client: e.ip, flow: endsText(ends) })
      : frame.look(ctx.maps.backends, `${old.backend}`)
  if (!backend) return dropped('No service backend found')
  const { revNat } = found.front
  if (old === undefined) track(frame, 'SVC', ends, { revNat, backend: backend.id })
  const because = ctx.maps.backends.get(`${backend.id}`)?.because
  frame.rewrite('dst', { address: backend.address, port: backend.port }, false, because)
  if (backend.address !== e.ip) return { revNat }
  frame.rewrite('src', { address: ctx.config.loopback, port: ends.sport }, false)
  return { revNat, loopback: true }
}

/** The answer of a backend of this node to a flow that came by a node port: the asked address comes back, and out by the routes. */
function answerOutside(
  frame: Frame,
  ctx: Ctx,
  flow: { readonly revNat: number; readonly dsr?: Parameters<Frame['rewrite']>[1] },
): TcVerdict {
  const vip = flow.dsr ?? frame.look(ctx.maps.reverse, `${flow.revNat}`)
  if (!vip) return dropped('No reverse NAT entry')
  frame.rewrite('src', vip, true)
  return routed(frame)
}

function fromContainer(frame: Frame, ctx: Ctx, e: Endpoint): TcVerdict {
  const ip = ipHeader(frame)
  if (ip?.family !== 4) return unknown('IPv6')
  if (ip.src !== e.ip) return dropped('Invalid source ip')
  const asked = endsOf(frame)
  let to: Translated = { revNat: 0 }
  if (asked !== undefined) {
    if (isStrange(ctx, asked)) return dropped(STRANGE)
    const done = perPacket(frame, ctx, e, asked)
    if ('do' in done) return done
    to = done
  } else if (!isError(frame)) return unknown('protocols without ports')
  else if (ip.dst === ctx.config.loopback) return unknown('an ICMP error about a translated packet')
  const ends = endsOf(frame)
  const dst = ipHeader(frame)?.dst ?? ip.dst
  const known = ends === undefined ? undefined : tracked(frame, 'OUT', ends)
  if (known?.state === 'reply' && (known.flow.nodePort || known.flow.dsr)) return answerOutside(frame, ctx, known.flow)
  const whose = frame.look(ctx.maps.ipcache, dst)
  if (ends !== undefined && known !== undefined && known.state !== 'reply') {
    // no policy stands between a Pod and itself
    const refused = to.loopback ? undefined : judged(frame, ctx, e, 'egress', whose?.identity ?? 2)
    if (refused) return refused
    if (known.state === 'new') track(frame, 'OUT', ends, to)
  }
  // an answer to itself goes to the address of no machine: the Pod is found by its own
  const local = frame.look(ctx.maps.lxc, known?.state === 'reply' && known.flow.loopback ? ip.src : dst)
  if (local) return deliver(frame, ctx, local, e.identity)
  if (whose?.identity === HOST) return OK
  if (whose?.tunnel !== undefined) return intoTunnel(frame, whose.tunnel, e.identity, CILIUM_VXLAN)
  return ctx.config.hostRouting === 'bpf' ? routed(frame) : OK
}

export const containerProgram = (ctx: Ctx, e: Endpoint, because: number): TcProgram => ({
  name: 'cil_from_container',
  dev: e.dev,
  side: 'ingress',
  because,
  // tail_handle_arp: whatever the Pod asks for is behind its pair; a question for its own address (is it free?) is left to the kernel
  answersArp: (asked) => asked !== e.ip,
  run: (frame) => fromContainer(frame, ctx, e),
})
