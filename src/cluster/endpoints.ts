import type { EndpointsSubset, SlicePort } from '../manifest/kinds.ts'
import type { Metadata } from '../manifest/object.ts'
import { type Ip, ip } from '../net/ip.ts'
import type { ClusterEndpoints, ClusterService, ClusterSlice } from './cluster.ts'
import { made, madeBy, withFields } from './made.ts'
import { keyOf } from './pod-draft.ts'
import { report, type Settling } from './settling.ts'
import type { Sorted } from './sorted.ts'

/** An Endpoints object holds at most 1000 addresses (pkg/controller/endpoint); ready ones first. */
const CAPACITY = 1000

type Address = EndpointsSubset['addresses'][number]
type Subset = { readonly addresses: Address[]; readonly notReadyAddresses: Address[]; readonly ports: EndpointsSubset['ports'] }

const numbered = (ports: readonly SlicePort[]): EndpointsSubset['ports'] =>
  ports.flatMap(({ name, protocol, port }) => (port === undefined ? [] : { name, port, protocol }))

const byAddress = (a: Address, b: Address): number => (a.ip < b.ip ? -1 : a.ip > b.ip ? 1 : 0)

/** Keeps `room` of the ready addresses and what is left of the others, shared out over the subsets in proportion. */
function truncated(subsets: readonly Subset[]): readonly EndpointsSubset[] {
  const count = (field: 'addresses' | 'notReadyAddresses'): number => subsets.reduce((n, one) => n + one[field].length, 0)
  const cut = (field: 'addresses' | 'notReadyAddresses', room: number): readonly (readonly Address[])[] => {
    const all = count(field)
    if (all <= room) return subsets.map((one) => one[field])
    let left = room
    return subsets.map((one) => {
      const share = Math.min(left, Math.ceil((one[field].length * room) / all))
      left -= share
      return one[field].slice(0, share)
    })
  }
  const ready = Math.min(count('addresses'), CAPACITY)
  const addresses = cut('addresses', CAPACITY)
  const notReadyAddresses = cut('notReadyAddresses', CAPACITY - ready)
  return subsets.map((one, i) => ({ ports: one.ports, addresses: addresses[i] ?? [], notReadyAddresses: notReadyAddresses[i] ?? [] }))
}

/** What the Endpoints controller writes beside the slices of a Service: primary family only, one subset for each set of ports. */
export function subsetsOf(service: ClusterService, slices: readonly ClusterSlice[]): readonly EndpointsSubset[] {
  const family = service.spec.ipFamilies[0]
  const subsets = new Map<string, Subset>()
  for (const { is } of slices) {
    if (is.addressType !== family) continue
    const ports = numbered(is.ports)
    // A Pod without any of the ports is no address of the object; a Service that has none is another matter.
    if (ports.length === 0 && service.spec.ports.length > 0) continue
    const key = JSON.stringify(ports)
    for (const one of is.endpoints) {
      if (one.terminating === true && !service.spec.publishNotReadyAddresses) continue
      let subset = subsets.get(key)
      if (!subset) {
        subset = { addresses: [], notReadyAddresses: [], ports }
        subsets.set(key, subset)
      }
      const { nodeName, hostname, targetRef } = one
      const list = (one.ready ?? true) ? subset.addresses : subset.notReadyAddresses
      list.push({
        ip: ip(one.addresses[0] ?? '') as Ip,
        ...(nodeName !== undefined && { nodeName }),
        ...(hostname !== undefined && { hostname }),
        ...(targetRef && { targetRef }),
      })
    }
  }
  for (const one of subsets.values()) {
    one.addresses.sort(byAddress)
    one.notReadyAddresses.sort(byAddress)
  }
  return truncated([...subsets.values()])
}

/** Whether there are more addresses than the object may hold: then it says so of itself. */
function isOver(service: ClusterService, slices: readonly ClusterSlice[]): boolean {
  const own = slices.filter(
    ({ is }) => is.addressType === service.spec.ipFamilies[0] && (is.ports.length > 0 || service.spec.ports.length === 0),
  )
  if (own.reduce((n, { is }) => n + is.endpoints.length, 0) <= CAPACITY) return false
  const counts = own.flatMap(({ is }) => is.endpoints).filter((e) => e.terminating !== true || service.spec.publishNotReadyAddresses)
  return counts.length > CAPACITY
}

/** Services to which controllers write Endpoints: those with a selector, and `kubernetes` (the API server itself does that). */
const isWritten = (service: ClusterService): boolean =>
  service.spec.type !== 'ExternalName' &&
  (Object.keys(service.spec.selector ?? {}).length > 0 || keyOf(service.meta) === 'default/kubernetes')

/** All Endpoints objects. They are made when somebody looks: kube-proxy and CoreDNS read slices. */
export function settleEndpoints(
  s: Settling,
  sorted: Sorted,
  services: readonly ClusterService[],
  slices: readonly ClusterSlice[],
): readonly ClusterEndpoints[] {
  const bySlice = new Map<string, ClusterSlice[]>()
  for (const slice of slices) {
    const key = `${slice.meta.namespace}/${slice.service}`
    const list = bySlice.get(key)
    if (list) list.push(slice)
    else bySlice.set(key, [slice])
  }
  const written = new Set<string>()
  const out: ClusterEndpoints[] = []
  for (const service of services) {
    const key = keyOf(service.meta)
    if (!isWritten(service)) continue
    written.add(key)
    const headless = service.spec.clusterIPs[0] === 'None'
    const own = bySlice.get(key) ?? []
    const annotations: Metadata['annotations'] = isOver(service, own) ? { 'endpoints.kubernetes.io/over-capacity': 'truncated' } : {}
    const labels = headless ? { ...service.meta.labels, 'service.kubernetes.io/headless': '' } : service.meta.labels
    const origin = madeBy(s.causes, 'endpoints-controller', 'same-as-slices', () => [service.causeOf('spec.selector')])
    let subsets: readonly EndpointsSubset[] | undefined
    const base = made({ name: service.meta.name, namespace: service.meta.namespace, labels, annotations }, origin, service.madeUp)
    out.push(
      Object.defineProperty(base, 'subsets', {
        enumerable: true,
        get: () => {
          subsets ??= subsetsOf(service, own)
          return subsets
        },
      }) as ClusterEndpoints,
    )
  }
  for (const object of sorted.endpoints) {
    if (written.has(keyOf(object.metadata))) continue
    out.push(withFields(made(object.metadata, s.originOf(object), s.isMadeUp(object)), { subsets: object.is.subsets }))
  }
  return out
}

/** Endpoints that are themselves ClusterIPs. The API server takes them; no packet gets through. */
export function checkEndpoints(s: Settling, sorted: Sorted, services: readonly ClusterService[]): void {
  const owner = new Map<string, string>(
    services.flatMap((one) => one.spec.clusterIPs.map((address) => [address, keyOf(one.meta)] as const)),
  )
  const check = (object: Sorted['slices'][number] | Sorted['endpoints'][number], address: string, path: string): void => {
    const service = owner.get(address)
    if (service !== undefined) report(s, 'warning', 'endpoint-is-cluster-ip', { address, service }, { object, path })
  }
  for (const object of sorted.slices)
    for (const [i, one] of object.is.endpoints.entries()) check(object, one.addresses[0] ?? '', `endpoints[${i}].addresses[0]`)
  for (const object of sorted.endpoints)
    for (const [i, subset] of object.is.subsets.entries())
      for (const [j, one] of subset.addresses.entries()) check(object, one.ip, `subsets[${i}].addresses[${j}].ip`)
}
