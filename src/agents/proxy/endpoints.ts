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
  readonly slices: ReadonlyMap<string, readonly ClusterSlice[]>
  readonly endpoints: Map<ServicePort, readonly Endpoint[]>
}
const known = new WeakMap<Cluster, BySlices>()

function bySlices(cluster: Cluster): BySlices {
  const old = known.get(cluster)
  if (old !== undefined) return old
  const slices = new Map<string, ClusterSlice[]>()
  for (const slice of cluster.slices) {
    if (slice.is.addressType === 'FQDN' || isHidden(slice.meta.labels)) continue
    const key = `${slice.meta.namespace}/${slice.service}`
    const list = slices.get(key)
    if (list === undefined) slices.set(key, [slice])
    else list.push(slice)
  }
  // Which of two equal addresses counts depends on the order of slices: by name here, by chance in a real kube-proxy.
  for (const list of slices.values()) list.sort((a, b) => (a.meta.name < b.meta.name ? -1 : 1))
  const made = { slices, endpoints: new Map() }
  known.set(cluster, made)
  return made
}

function endpointsIn(slice: ClusterSlice, port: number, family: Family): readonly Endpoint[] {
  return slice.is.endpoints.flatMap((e, i): readonly Endpoint[] => {
    const ip = parseIp(e.addresses[0] ?? '')
    if (ip === undefined || familyOf(ip) !== family) return []
    return [
      {
        text: family === 4 ? `${ip}:${port}` : `[${ip}]:${port}`,
        ip,
        port,
        ready: e.ready ?? true,
        serving: e.serving ?? true,
        terminating: e.terminating ?? false,
        nodeName: e.nodeName,
        hints: e.hints ?? [],
        because: () => slice.endpointCause(i),
      },
    ]
  })
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
  const { namespace, name } = port.service.meta
  const list: Endpoint[] = []
  for (const slice of of.slices.get(`${namespace}/${name}`) ?? []) {
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
  const { namespace, name } = port.service.meta
  const slices = (bySlices(cluster).slices.get(`${namespace}/${name}`) ?? []).filter((s) => s.is.addressType === `IPv${family}`)
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
  const { namespace, name } = port.service.meta
  const family = familyOf(port.clusterIP)
  const found = new Set<Ip>()
  for (const slice of bySlices(cluster).slices.get(`${namespace}/${name}`) ?? []) {
    if (!slice.is.ports.some((p) => p.port !== undefined && p.port !== 0)) continue
    for (const e of endpointsIn(slice, 0, family)) if (e.ready && isLocal(e, node)) found.add(e.ip)
  }
  return found.size
}
