import { inCidr } from '../../../net/cidr.ts'
import type { Family, Ip } from '../../../net/ip.ts'
import type { CauseId } from '../../../trace/cause.ts'
import { endpointsOf, isLocal } from '../endpoints.ts'
import type { ServicePort } from '../serviceport.ts'
import type { SetType } from './data/v1.30.ts'
import type { Sync } from './sync.ts'

/** One entry as `ipset` writes it: `10.96.0.10,udp:53`. */
export interface Entry {
  readonly text: string
  readonly because: CauseId
}

/** A set of this node, its entries by text; ports by number. */
export interface ProxySet {
  /** Its name in the kernel. */
  readonly name: string
  /** Its name in IPv4, by which the rules speak of it. */
  readonly base: string
  readonly type: SetType
  readonly entries: readonly Entry[]
}

/** ipset takes no longer names. */
const LONGEST = 31
export const setName = (base: string, family: Family): string => (family === 4 ? base : base.replace(/^KUBE-/, 'KUBE-6-').slice(0, LONGEST))

/** The part of `ipset create` behind the name and the type. */
export const setOptions = (type: SetType, family: Family): string =>
  type === 'bitmap:port' ? 'range 0-65535' : `family ${family === 4 ? 'inet' : 'inet6'} hashsize 1024 maxelem 65536`

/** Whether a source range lets this node in: then the load balancer's own address is let in too. */
export const admitsNode = ({ nodeIP }: Sync, port: ServicePort): boolean =>
  nodeIP !== undefined && port.ranges.some((r) => inCidr(nodeIP, r.value))

type Add = (set: string, text: string | number, because: CauseId) => void

function addEntries(sync: Sync, port: ServicePort, add: Add): void {
  const { service, proto } = port
  const at = (ip: Ip, number: number = port.port): string => `${ip},${proto}:${number}`
  const upper = proto.toUpperCase()
  for (const e of endpointsOf(sync.cluster, port, sync.node)) {
    if (isLocal(e, sync.node)) add('KUBE-LOOP-BACK', `${at(e.ip, e.port)},${e.ip}`, sync.because('hairpin', [e.because()]))
  }
  add('KUBE-CLUSTER-IP', at(port.clusterIP), sync.because('cluster-ip', [port.portCause('port')]))
  for (const e of port.externalIPs) {
    const set = port.externalLocal ? 'KUBE-EXTERNAL-IP-LOCAL' : 'KUBE-EXTERNAL-IP'
    add(set, at(e.value), sync.because('external-ip', [service.causeOf(e.path)]))
  }
  for (const v of port.vips) {
    const because = sync.because('load-balancer-ip', [service.causeOf(v.path)])
    add('KUBE-LOAD-BALANCER', at(v.value), because)
    if (port.externalLocal) add('KUBE-LOAD-BALANCER-LOCAL', at(v.value), because)
    if (port.ranges.length === 0) continue
    add('KUBE-LOAD-BALANCER-FW', at(v.value), sync.because('source-ranges', [service.causeOf('spec.loadBalancerSourceRanges')]))
    for (const r of port.ranges) {
      add('KUBE-LOAD-BALANCER-SOURCE-CIDR', `${at(v.value)},${r.value}`, sync.because('source-ranges', [service.causeOf(r.path)]))
    }
    if (admitsNode(sync, port)) add('KUBE-LOAD-BALANCER-SOURCE-IP', `${at(v.value)},${v.value}`, because)
  }
  if (port.nodePort !== 0) {
    const because = sync.because('node-port', [port.portCause('nodePort')])
    const sets = [`KUBE-NODE-PORT-${upper}`, ...(port.externalLocal ? [`KUBE-NODE-PORT-LOCAL-${upper}`] : [])]
    for (const set of sets) {
      // one bitmap of ports does for TCP and UDP, SCTP has addresses beside them
      if (proto === 'sctp') for (const ip of sync.nodePortIps()) add(`${set}-HASH`, at(ip, port.nodePort), because)
      else if (sync.nodePortIps().length > 0) add(set, port.nodePort, because)
    }
  }
  if (port.healthCheckNodePort !== 0)
    add(
      'KUBE-HEALTH-CHECK-NODE-PORT',
      port.healthCheckNodePort,
      sync.because('health-check', [service.causeOf('spec.healthCheckNodePort')]),
    )
}

/** Addresses bound to kube-ipvs0, as text: those of Services that no other interface has. */
export function boundAddresses(sync: Sync): readonly { readonly ip: Ip; readonly because: CauseId }[] {
  const taken = new Set<Ip>(sync.interfaces())
  const out = new Map<Ip, CauseId>()
  const bind = (ip: Ip, because: () => CauseId): void => {
    if (!taken.has(ip) && !out.has(ip)) out.set(ip, because())
  }
  for (const port of sync.ports) {
    const { service } = port
    bind(port.clusterIP, () => sync.because('cluster-ip', [service.causeOf('spec.clusterIP')]))
    for (const e of port.externalIPs) bind(e.value, () => sync.because('external-ip', [service.causeOf(e.path)]))
    for (const v of port.vips) bind(v.value, () => sync.because('load-balancer-ip', [service.causeOf(v.path)]))
  }
  return [...out].sort(([a], [b]) => (a < b ? -1 : 1)).map(([ip, because]) => ({ ip, because }))
}

/** All sets, by name. */
export function setsOf(sync: Sync): readonly ProxySet[] {
  const held = new Map<string, Map<string, CauseId>>()
  const add: Add = (set, text, because) => {
    const entries = held.get(set) ?? new Map<string, CauseId>()
    held.set(set, entries)
    if (!entries.has(`${text}`)) entries.set(`${text}`, because)
  }
  for (const port of sync.ports) addEntries(sync, port, add)
  for (const { ip, because } of boundAddresses(sync)) add('KUBE-IPVS-IPS', ip, because)
  return sync.version.sets
    .map(([base, type]): ProxySet => {
      const entries = [...(held.get(base) ?? [])].map(([text, because]): Entry => ({ text, because }))
      entries.sort((a, b) => (type === 'bitmap:port' ? Number(a.text) - Number(b.text) : a.text < b.text ? -1 : 1))
      return { name: setName(base, sync.family), base, type, entries }
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}
