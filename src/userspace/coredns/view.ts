import type { Ip } from '../../net/ip.ts'
import type { CauseId } from '../../trace/cause.ts'

export interface DnsPort {
  /** '' when unnamed. */
  readonly name: string
  readonly protocol: 'tcp' | 'udp' | 'sctp'
  readonly port: number
}

export interface DnsService {
  readonly namespace: string
  readonly name: string
  /** [] for headless and ExternalName Services. */
  readonly clusterIPs: readonly Ip[]
  readonly headless: boolean
  readonly externalName?: string
  readonly ports: readonly DnsPort[]
  readonly because: CauseId
}

/** One endpoint of an EndpointSlice. */
export interface DnsEndpoint {
  readonly namespace: string
  readonly service: string
  readonly addresses: readonly Ip[]
  /** `conditions.ready`; undefined counts as true. */
  readonly ready: boolean
  readonly hostname?: string
  /** Name of the Pod behind it. */
  readonly target?: string
  readonly ports: readonly DnsPort[]
  readonly because: CauseId
}

export interface DnsPod {
  readonly namespace: string
  readonly address: Ip
  readonly because: CauseId
}

/** What CoreDNS knows of a cluster through its watch: plain data. */
export interface KubernetesView {
  readonly namespaces: readonly string[]
  /** False: no list was given, every namespace exists. */
  readonly namespacesListed: boolean
  readonly services: readonly DnsService[]
  readonly endpoints: readonly DnsEndpoint[]
  readonly pods: readonly DnsPod[]
}

/** A view with its look-ups: one question must not read ten thousand Services. */
export interface IndexedView extends KubernetesView {
  readonly hasNamespace: (name: string) => boolean
  readonly service: (namespace: string, name: string) => DnsService | undefined
  readonly endpointsOf: (namespace: string, service: string) => readonly DnsEndpoint[]
  readonly servicesAt: (address: Ip) => readonly DnsService[]
  readonly endpointsAt: (address: Ip) => readonly DnsEndpoint[]
  readonly podAt: (address: Ip) => DnsPod | undefined
}

function grouped<T>(items: readonly T[], keys: (item: T) => readonly string[]): (key: string) => readonly T[] {
  const map = new Map<string, T[]>()
  for (const item of items) {
    for (const key of keys(item)) {
      const list = map.get(key)
      if (list === undefined) map.set(key, [item])
      else list.push(item)
    }
  }
  return (key) => map.get(key) ?? []
}

export function indexView(view: KubernetesView): IndexedView {
  const names = new Set(view.namespaces)
  const services = new Map(view.services.map((s) => [`${s.namespace}/${s.name}`, s]))
  const endpoints = grouped(view.endpoints, (e) => [`${e.namespace}/${e.service}`])
  return {
    ...view,
    hasNamespace: (name) => !view.namespacesListed || names.has(name),
    service: (namespace, name) => services.get(`${namespace}/${name}`),
    endpointsOf: (namespace, service) => endpoints(`${namespace}/${service}`),
    servicesAt: grouped(view.services, (s) => s.clusterIPs),
    endpointsAt: grouped(view.endpoints, (e) => e.addresses),
    podAt: (address) => view.pods.find((p) => p.address === address),
  }
}
