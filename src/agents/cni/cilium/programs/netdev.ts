import type { Frame, TcProgram, TcVerdict } from '../../../../kernel/bpf/ast.ts'
import type { Packet } from '../../../../net/packet.ts'
import { UPLINK } from '../../../machine/underlay.ts'
import { isExcluded } from '../maps.ts'
import { REMOTE_NODE } from '../site.ts'
import { type Ctx, endsOf, ipHeader, OK, unknown } from './ctx.ts'
import { deliver, identityOf } from './deliver.ts'
import { answered, toService } from './nodeport.ts'
import { snat } from './snat.ts'
import { isError, track } from './track.ts'

const isTunnel = (packet: Packet): boolean => packet.headers.some((h) => h.kind === 'vxlan')

/** Whether the programs ever take another source: then answers have to be looked for. */
const translates = ({ config }: Ctx): boolean => config.kubeProxyReplacement || config.masquerade === 'bpf'

function fromNetdev(frame: Frame, ctx: Ctx): TcVerdict {
  const ip = ipHeader(frame)
  if (ip?.family !== 4 || isTunnel(frame.skb().packet)) return OK
  if (isError(frame)) return translates(ctx) && ip.dst === ctx.self.publicIp ? aboutOurs(frame, ctx) : toPod(frame, ctx)
  const ends = endsOf(frame)
  if (!ends) return OK
  if (ip.option && ctx.config.lbMode !== 'snat') {
    // another node has chosen a Pod of this one: its answer will carry the asked address
    track(frame, 'IN', ends, { revNat: 0, dsr: ip.option })
    return toPod(frame, ctx)
  }
  const service = toService(frame, ctx, ends)
  if (service !== undefined && service !== 'on') return service
  if (service === undefined && translates(ctx) && ip.dst === ctx.self.publicIp) {
    const back = answered(frame, ctx, ends)
    if (back !== undefined && back !== 'on') return back
  }
  return toPod(frame, ctx)
}

/** An error about a packet that a program has rewritten would have to be rewritten as well. */
function aboutOurs(frame: Frame, ctx: Ctx): TcVerdict {
  const about = frame.skb().packet.headers.find((h) => h.kind === 'icmp')?.about
  const inner = about?.find((h) => h.kind === 'ip')
  return inner?.kind === 'ip' && inner.src === ctx.self.publicIp ? OK : unknown('an ICMP error about a translated packet')
}

/** With BPF host routing straight into the Pod; else the node's stack routes it to cilium_host. */
function toPod(frame: Frame, ctx: Ctx): TcVerdict {
  const ip = ipHeader(frame)
  if (ctx.config.hostRouting === 'legacy' || !ip) return OK
  const from = identityOf(frame, ctx, ip.src)
  const local = frame.look(ctx.maps.lxc, ip.dst)
  return local ? deliver(frame, ctx, local, from) : OK
}

/** snat_v4_needs_masquerade: a Pod of this node that leaves the network where Pods' addresses are routed. */
function toNetdev(frame: Frame, ctx: Ctx): TcVerdict {
  const ip = ipHeader(frame)
  if (ip?.family !== 4 || ctx.config.masquerade !== 'bpf' || isTunnel(frame.skb().packet)) return OK
  const ends = endsOf(frame)
  if (!ends || isExcluded(ctx.config, ctx.self, ip.dst)) return OK
  if (!frame.look(ctx.maps.lxc, ip.src)) return OK
  // through a tunnel other nodes' addresses are not reached with a Pod's: the underlay would not take it
  if (ctx.config.routing === 'native' && identityOf(frame, ctx, ip.dst) === REMOTE_NODE) return OK
  snat(frame, ends, ctx.self.publicIp)
  return OK
}

export const netdevPrograms = (ctx: Ctx, because: number): readonly TcProgram[] => [
  { name: 'cil_from_netdev', dev: UPLINK, side: 'ingress', because, run: (frame) => fromNetdev(frame, ctx) },
  { name: 'cil_to_netdev', dev: UPLINK, side: 'egress', because, run: (frame) => toNetdev(frame, ctx) },
]
