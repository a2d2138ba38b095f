import type { Frame, TcProgram, TcVerdict } from '../../../../kernel/bpf/ast.ts'
import { CILIUM_HOST, CILIUM_NET, CILIUM_VXLAN, hostMac, netMac } from '../devices.ts'
import { HOST, REMOTE_NODE } from '../site.ts'
import { type Ctx, dropped, endsOf, ipHeader, OK, unknown } from './ctx.ts'
import { deliver, identityOf, intoTunnel } from './deliver.ts'
import { answered } from './nodeport.ts'

/** What the node's stack sends to Pods: its own packets, and those that it forwards in legacy host routing. */
function fromHost(frame: Frame, ctx: Ctx): TcVerdict {
  const ip = ipHeader(frame)
  if (ip?.family !== 4) return unknown('IPv6')
  // the stack's mark has been read: it must not meet the rules again (inherit_identity_from_host)
  frame.clearMark()
  const from = identityOf(frame, ctx, ip.src)
  const local = frame.look(ctx.maps.lxc, ip.dst)
  if (local) return deliver(frame, ctx, local, from)
  const remote = frame.look(ctx.maps.ipcache, ip.dst)?.tunnel
  // to the other node a packet of this host comes from a remote node
  if (remote !== undefined) return intoTunnel(frame, remote, from === HOST ? REMOTE_NODE : from, CILIUM_VXLAN)
  return dropped('No endpoint with this address')
}

/** What comes out of the tunnel: the sender's identity is in its header. */
function fromOverlay(frame: Frame, ctx: Ctx): TcVerdict {
  const ip = ipHeader(frame)
  const key = frame.skb().tunnelKey
  if (ip?.family !== 4 || !key) return unknown('IPv6')
  const ends = endsOf(frame)
  if (ends && ctx.config.kubeProxyReplacement && ip.dst === ctx.self.router) {
    const back = answered(frame, ctx, ends)
    if (back === 'on') return unknown('an answer to the router’s address')
    if (back !== undefined) return back
  }
  const local = frame.look(ctx.maps.lxc, ip.dst)
  if (local) return deliver(frame, ctx, local, key.id)
  if (frame.look(ctx.maps.ipcache, ip.dst)?.identity !== HOST) return dropped('No endpoint with this address')
  // ipv4_host_delivery: up into the node by cilium_net and cilium_host
  if (!frame.lowerTtl()) return dropped('TTL exceeded')
  frame.setMacs(netMac(ctx.self), hostMac(ctx.self))
  return { do: 'redirect', dev: CILIUM_NET }
}

const pass = (): TcVerdict => OK

export const hostPrograms = (ctx: Ctx, because: number): readonly TcProgram[] => [
  { name: 'cil_from_host', dev: CILIUM_HOST, side: 'egress', because, run: (frame) => fromHost(frame, ctx) },
  { name: 'cil_to_host', dev: CILIUM_HOST, side: 'ingress', because, run: pass },
  ...(ctx.config.routing === 'tunnel'
    ? ([
        { name: 'cil_from_overlay', dev: CILIUM_VXLAN, side: 'ingress', because, run: (frame) => fromOverlay(frame, ctx) },
        { name: 'cil_to_overlay', dev: CILIUM_VXLAN, side: 'egress', because, run: pass },
      ] satisfies readonly TcProgram[])
    : []),
]
