import type { Cluster, ClusterNode, ClusterSlice } from '../../cluster/cluster.ts'
import { type Family, familyOf, type Ip, parseIp } from '../../net/ip.ts'
import type { CauseId } from '../../trace/cause.ts'
import { isHidden, type ServicePort } from './serviceport.ts'

/** One endpoint of one service port (pkg/proxy/endpointslicecache.go). */
export interface Endpoint {
  /** `IP:port`, `[IP]:port`: what it is sorted and hashed by. */
  readonly text: string
  readonly ip: Ip
  readonly port: number
  readonly ready: boolean
  readonly serving: boolean
  readonly terminating: boolean
  readonly nodeName: string | undefined
  readonly hints: readonly string[]
  because(): CauseId
}

interface BySlices {
  /** By namespace and Service. */
  readonly slices: ReadonlyMap<string, ReadonlyMap<string, readonly ClusterSlice[]>>
  readonly endpoints: Map<ServicePort, readonly Endpoint[]>
}
const known = new WeakMap<Cluster, BySlices>()

function bySlices(cluster: Cluster): BySlices {
  const old = known.get(cluster)
  if (old !== undefined) return old
  const slices = new Map<string, Map<string, ClusterSlice[]>>()
  for (const slice of cluster.slices) {
    if (slice.is.addressType === 'FQDN' || isHidden(slice.meta.labels)) continue
    const { namespace } = slice.meta
    const services = slices.get(namespace) ?? new Map<string, ClusterSlice[]>()
    if (services.size === 0) slices.set(namespace, services)
    const list = services.get(slice.service)
    if (list === undefined) services.set(slice.service, [slice])
    else list.push(slice)
  }
  // Which of two equal addresses counts depends on the order of slices: by name here, by chance in a real kube-proxy.
  for (const services of slices.values())
    for (const list of services.values()) if (list.length > 1) list.sort((a, b) => (a.meta.name < b.meta.name ? -1 : 1))
  const made = { slices, endpoints: new Map() }
  known.set(cluster, made)
  return made
}

/** The slices of a port's Service, by name. */
export const slicesOf = (cluster: Cluster, { service }: ServicePort): readonly ClusterSlice[] =>
  bySlices(cluster).slices.get(service.meta.namespace)?.get(service.meta.name) ?? NONE
const NONE: readonly ClusterSlice[] = []

/** Addresses are shared by many slices, and read over and over. Dropped as a whole when they are too many. */
const read = new Map<string, Ip | undefined>()
const MOST = 50_000
function addressOf(text: string): Ip | undefined {
  const old = read.get(text)
  if (old !== undefined || read.has(text)) return old
  if (read.size >= MOST) read.clear()
  const made = parseIp(text)
  read.set(text, made)
  return made
}

const NO_HINTS: readonly string[] = []

function endpointsIn(slice: ClusterSlice, port: number, family: Family): readonly Endpoint[] {
  const out: Endpoint[] = []
  for (const [i, e] of slice.is.endpoints.entries()) {
    const ip = addressOf(e.addresses[0] ?? '')
    if (ip === undefined || familyOf(ip) !== family) continue
    out.push({
      text: family === 4 ? `${ip}:${port}` : `[${ip}]:${port}`,
      ip,
      port,
      ready: e.ready ?? true,
      serving: e.serving ?? true,
      terminating: e.terminating ?? false,
      nodeName: e.nodeName,
      hints: e.hints ?? NO_HINTS,
      because: () => slice.endpointCause(i),
    })
  }
  return out
}

/**
 * Endpoints of a service port in the order of their texts, an address of several slices as often as it stands there.
 * A slice port belongs to the service port of the same name and protocol; numbers are not compared.
 */
function allOf(cluster: Cluster, port: ServicePort): readonly Endpoint[] {
  const of = bySlices(cluster)
  const old = of.endpoints.get(port)
  if (old !== undefined) return old
  const family = familyOf(port.clusterIP)
  const list: Endpoint[] = []
  for (const slice of slicesOf(cluster, port)) {
    for (const p of slice.is.ports) {
      if (p.name !== port.portName || p.protocol.toLowerCase() !== port.proto || p.port === undefined || p.port === 0) continue
      list.push(...endpointsIn(slice, p.port, family))
    }
  }
  list.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
  of.endpoints.set(port, list)
  return list
}

/** Whether the slice has this port: by name and protocol. 0 and none count as no port. */
const servedBy = (slice: ClusterSlice, port: ServicePort): boolean =>
  slice.is.ports.some((p) => p.name === port.portName && p.protocol.toLowerCase() === port.proto && p.port !== undefined && p.port !== 0)

/**
 * True only when the port surely has a ready endpoint: the first one there is, at an address that stands nowhere else.
 * Made for ten thousand Services, whose endpoints nobody has asked for yet; false means: look at them all.
 */
export function surelyReady(cluster: Cluster, port: ServicePort): boolean {
  const family = familyOf(port.clusterIP)
  const slices = slicesOf(cluster, port).filter((s) => s.is.addressType === `IPv${family}`)
  const first = slices.find((s) => servedBy(s, port))?.is.endpoints[0]
  const address = first?.addresses[0]
  if (first === undefined || address === undefined || first.ready === false || parseIp(address) !== address) return false
  return slices.every((s) => s.is.endpoints.every((e) => e === first || e.addresses[0] !== address))
}

export const isLocal = (endpoint: Endpoint, node: ClusterNode): boolean => endpoint.nodeName === node.meta.name

/** As allOf, each address once: the first counts, unless a later one says that it is on this node. */
export function endpointsOf(cluster: Cluster, port: ServicePort, node: ClusterNode): readonly Endpoint[] {
  const all = allOf(cluster, port)
  if (all.every((e, i) => e.text !== all[i - 1]?.text)) return all
  const out: Endpoint[] = []
  for (const e of all) {
    if (out.at(-1)?.text !== e.text) out.push(e)
    else if (isLocal(e, node)) out[out.length - 1] = e
  }
  return out
}

/** Distinct addresses of ready endpoints of a Service on this node, over all its slices' ports: what its health check port tells. */
export function localReady(cluster: Cluster, port: ServicePort, node: ClusterNode): number {
  const family = familyOf(port.clusterIP)
  const found = new Set<Ip>()
  for (const slice of slicesOf(cluster, port)) {
    if (!slice.is.ports.some((p) => p.port !== undefined && p.port !== 0)) continue
    for (const e of endpointsIn(slice, 0, family)) if (e.ready && isLocal(e, node)) found.add(e.ip)
  }
  return found.size
}
