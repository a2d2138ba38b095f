import type { Frame, TcVerdict } from '../../../../kernel/bpf/ast.ts'
import { inCidr } from '../../../../net/cidr.ts'
import { ipLength, l4Of } from '../../../../net/packet.ts'
import { CILIUM_VXLAN } from '../devices.ts'
import { WORLD } from '../site.ts'
import { chosen, serviceAt } from './choose.ts'
import { type Ctx, dropped, type Ends, endsOf, endsText, unknown } from './ctx.ts'
import { intoTunnel, routed } from './deliver.ts'
import { snat, unsnat } from './snat.ts'
import { flowAt, track } from './track.ts'

const usesDsr = (ctx: Ctx, proto: Ends['proto']): boolean =>
  ctx.config.lbMode === 'dsr' || (ctx.config.lbMode === 'hybrid' && proto === 'tcp')

/**
 * nodeport_lb4: a packet from outside to a node port, an external IP or a load balancer's address. undefined: not for a Service.
 * `on`: the backend is on this node, the frame goes on to it.
 */
export function toService(frame: Frame, ctx: Ctx, ends: Ends): TcVerdict | 'on' | undefined {
  const { maps, config, self } = ctx
  if (!config.kubeProxyReplacement || ends.proto === 'icmp') return undefined
  const found = serviceAt(frame, maps, ends.dst, ends.dport, ends.proto, 'ext')
  if (!found) return undefined
  const { front } = found
  if (front.kind === 'ClusterIP' && !config.externalClusterIp) return dropped('Service ClusterIP is not reachable from outside')
  if (front.ranges.length > 0 && !front.ranges.some((r) => inCidr(ends.src, r))) return dropped('Source is not in loadBalancerSourceRanges')
  if (front.count === 0) return dropped('No service backend found')
  const old = flowAt(frame, 'SVC', ends)
  const maglev = config.lbAlgorithm === 'maglev' ? { maglev: config.maglevSize } : {}
  const kept = old?.backend === undefined ? undefined : frame.look(maps.backends, `${old.backend}`)
  const backend = kept ?? chosen(frame, maps, found, ends.proto, { client: ends.src, flow: endsText(ends), ...maglev })
  if (!backend) return dropped('No service backend found')
  const { revNat } = front
  if (kept === undefined) track(frame, 'SVC', ends, { revNat, backend: backend.id })
  frame.rewrite('dst', { address: backend.address, port: backend.port }, false, maps.backends.get(`${backend.id}`)?.because)
  const now: Ends = { ...ends, dst: backend.address, dport: backend.port }
  if (frame.look(maps.lxc, backend.address)) {
    if (kept === undefined) track(frame, 'IN', now, { revNat, nodePort: true })
    return 'on'
  }
  if (backend.address === self.publicIp) return unknown('a node port whose backend is on the node’s own network')
  return usesDsr(ctx, ends.proto) ? direct(frame, ends) : translated(frame, ctx, now, revNat, kept === undefined)
}

/** The client's address stays; the asked one goes along in an option of eight bytes, for TCP on the SYN alone (kubeproxy-free.rst). */
function direct(frame: Frame, ends: Ends): TcVerdict {
  const l4 = l4Of(frame.skb().packet)
  const first = l4?.kind !== 'tcp' || (l4.flags.includes('S') && !l4.flags.includes('A'))
  if (first) frame.setOption({ address: ends.dst, port: ends.dport })
  if (first && ipLength(frame.skb().packet) > 1500) return unknown('a packet that has no room for the option of DSR')
  return routed(frame)
}

/** The node takes the client's place, so that the answer comes back to it: its own address, through a tunnel its router address. */
function translated(frame: Frame, ctx: Ctx, now: Ends, revNat: number, isNew: boolean): TcVerdict {
  const remote = frame.look(ctx.maps.ipcache, now.dst)?.tunnel
  if (isNew) track(frame, 'OUT', now, { revNat })
  snat(frame, now, remote === undefined ? ctx.self.publicIp : ctx.self.router)
  return remote === undefined ? routed(frame) : intoTunnel(frame, remote, WORLD, CILIUM_VXLAN)
}

/**
 * An answer that comes in for an address that a program had put in a sender's place. `on`: the sender is a Pod of this node.
 * undefined: nobody's, as it is.
 */
export function answered(frame: Frame, ctx: Ctx, ends: Ends): TcVerdict | 'on' | undefined {
  if (!unsnat(frame, ends)) return undefined
  const back = endsOf(frame)
  if (!back) return undefined
  // the flow began with the client, towards the backend
  const flow = flowAt(frame, 'OUT', { ...back, src: back.dst, sport: back.dport, dst: back.src, dport: back.sport })
  if (flow === undefined || flow.revNat === 0) return 'on'
  const vip = frame.look(ctx.maps.reverse, `${flow.revNat}`)
  if (!vip) return dropped('No reverse NAT entry')
  frame.rewrite('src', vip, true)
  return routed(frame)
}
