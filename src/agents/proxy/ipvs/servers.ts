import type { Ip } from '../../../net/ip.ts'
import type { CauseId } from '../../../trace/cause.ts'
import type { Endpoint } from '../endpoints.ts'
import type { ServicePort } from '../serviceport.ts'
import type { Sync } from './sync.ts'

/** One endpoint behind a virtual server. Forwarding is always NAT ("Masq"). */
export interface RealServer {
  /** `IP:port`, `[IP]:port`. */
  readonly text: string
  readonly address: Ip
  readonly port: number
  readonly weight: number
  readonly because: CauseId
}

/** One address and port that IPVS answers for. */
export interface VirtualServer {
  readonly proto: 'tcp' | 'udp' | 'sctp'
  readonly address: Ip
  readonly port: number
  readonly scheduler: string
  readonly flags: number
  /** Seconds that a client stays with its real server; 0 without persistence. */
  readonly timeout: number
  readonly reals: readonly RealServer[]
  readonly because: CauseId
}

/** ip_vs.h: IP_VS_SVC_F_PERSISTENT; IP_VS_SVC_F_SCHED_MH_PORT, which tells mh to look at the source port too. */
const PERSISTENT = 0x1
export const MH_PORT = 0x10

const realOf = (sync: Sync, port: ServicePort, e: Endpoint): RealServer => ({
  text: e.text,
  address: e.ip,
  port: e.port,
  weight: 1,
  because: sync.because('endpoint', [port.portCause('targetPort'), e.because()]),
})

function serversOf(sync: Sync, port: ServicePort): readonly VirtualServer[] {
  const used = sync.plan(port).used()
  // With policy Local and nobody here, those of policy Cluster answer: a pod still gets through, a client outside does not.
  const under = (local: boolean): readonly RealServer[] =>
    (local && used.local.length > 0 ? used.local : used.cluster).map((e) => realOf(sync, port, e))
  const { proto, affinity, service } = port
  const flags = (affinity === undefined ? 0 : PERSISTENT) | (sync.scheduler === 'mh' ? MH_PORT : 0)
  const server = (address: Ip, number: number, reals: readonly RealServer[], because: CauseId): VirtualServer => ({
    ...{ proto, address, port: number, scheduler: sync.scheduler, flags, timeout: affinity ?? 0, reals, because },
  })
  const outside = port.externallyAccessible ? under(port.externalLocal) : []
  return [
    server(port.clusterIP, port.port, under(port.internalLocal), sync.because('cluster-ip', [port.portCause('port')])),
    ...port.externalIPs.map((e) => server(e.value, port.port, outside, sync.because('external-ip', [service.causeOf(e.path)]))),
    ...port.vips.map((v) => server(v.value, port.port, outside, sync.because('load-balancer-ip', [service.causeOf(v.path)]))),
    ...(port.nodePort === 0
      ? []
      : sync.nodePortIps().map((ip) => server(ip, port.nodePort, outside, sync.because('node-port', [port.portCause('nodePort')])))),
  ]
}

/** All virtual servers: by the text of their address, then port, then protocol. */
export function virtualServers(sync: Sync): readonly VirtualServer[] {
  const all = new Map<string, VirtualServer>()
  for (const port of sync.ports) for (const v of serversOf(sync, port)) all.set(`${v.address} ${v.port} ${v.proto}`, v)
  const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
  return [...all.values()].sort((a, b) => byText(a.address, b.address) || a.port - b.port || byText(a.proto, b.proto))
}
