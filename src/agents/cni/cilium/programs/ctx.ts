import type { Frame, TcVerdict } from '../../../../kernel/bpf/ast.ts'
import type { Ip } from '../../../../net/ip.ts'
import { type IpHeader, ipOf, l4Of, portsOf } from '../../../../net/packet.ts'
import type { CiliumConfig } from '../config.ts'
import type { Maps } from '../maps.ts'
import type { Site } from '../site.ts'

/** What all programs of one node are compiled with. */
export interface Ctx {
  readonly config: CiliumConfig
  readonly self: Site
  readonly maps: Maps
}

/** A flow as a packet shows it: ICMP echo has its id in the place of a port. */
export interface Ends {
  readonly proto: 'tcp' | 'udp' | 'sctp' | 'icmp'
  readonly src: Ip
  readonly sport: number
  readonly dst: Ip
  readonly dport: number
}

export const OK: TcVerdict = { do: 'ok' }
export const dropped = (why: string): TcVerdict => ({ do: 'drop', why })
export const unknown = (what: string): TcVerdict => ({ do: 'unmodelled', what: `Cilium: ${what}` })

export const ipHeader = (frame: Frame): IpHeader | undefined => ipOf(frame.skb().packet)

/** The ends of a packet that connection tracking knows; undefined: an ICMP error, or nothing with ports. */
export function endsOf(frame: Frame): Ends | undefined {
  const { packet } = frame.skb()
  const ip = ipOf(packet)
  const l4 = l4Of(packet)
  const ports = portsOf(l4)
  if (!ip || !l4 || !ports) return undefined
  if (l4.kind !== 'icmp') return { proto: l4.kind, src: ip.src, dst: ip.dst, ...ports }
  const asks = l4.type === 8
  return { proto: 'icmp', src: ip.src, dst: ip.dst, sport: asks ? ports.sport : 0, dport: asks ? 0 : ports.dport }
}

/** Connection tracking knows SCTP only where it is switched on (ct_extract_ports4). */
export const isStrange = ({ config }: Ctx, e: Ends): boolean => e.proto === 'sctp' && !config.sctp
export const STRANGE = 'CT: Unknown L4 protocol'

/** The same flow from the other end. */
export const turned = (e: Ends): Ends => ({ ...e, src: e.dst, sport: e.dport, dst: e.src, dport: e.sport })

/** `TCP 10.0.1.20:40001 -> 10.0.2.30:8080`. */
export const endsText = (e: Ends): string => `${e.proto.toUpperCase()} ${e.src}:${e.sport} -> ${e.dst}:${e.dport}`
