import type { Cluster, ClusterService, ClusterSlice } from '../../cluster/cluster.ts'
import { parseIp } from '../../net/ip.ts'
import type { DnsEndpoint, DnsPort, DnsService, KubernetesView } from '../../userspace/coredns/view.ts'

const protocolOf = (protocol: string): DnsPort['protocol'] => (protocol === 'UDP' ? 'udp' : protocol === 'SCTP' ? 'sctp' : 'tcp')

/** A record of a Service leads back to its clusterIP, that of an ExternalName to the name. */
function serviceOf(service: ClusterService): DnsService {
  const { meta, spec } = service
  const clusterIPs = spec.type === 'ExternalName' ? [] : spec.clusterIPs.flatMap((a) => (a === 'None' ? [] : [a]))
  const alias = spec.type === 'ExternalName' && spec.externalName !== undefined ? { externalName: spec.externalName } : {}
  return {
    namespace: meta.namespace,
    name: meta.name,
    clusterIPs,
    headless: spec.clusterIPs.includes('None'),
    ...alias,
    ports: spec.ports.map(({ name, protocol, port }) => ({ name, protocol: protocolOf(protocol), port })),
    // Causes are made when they are asked for: most Services of a large cluster are never looked up.
    get because() {
      return service.causeOf(spec.type === 'ExternalName' ? 'spec.externalName' : 'spec.clusterIP')
    },
  }
}

function endpointsOf(slice: ClusterSlice): readonly DnsEndpoint[] {
  if (slice.is.addressType === 'FQDN') return []
  const ports = slice.is.ports.flatMap(({ name, protocol, port }) =>
    port === undefined ? [] : [{ name, protocol: protocolOf(protocol), port }],
  )
  return slice.is.endpoints.map((e, i) => ({
    namespace: slice.meta.namespace,
    service: slice.service,
    ready: e.ready ?? true,
    ports,
    addresses: e.addresses.flatMap((a) => parseIp(a) ?? []),
    ...(e.hostname === undefined ? {} : { hostname: e.hostname }),
    ...(e.targetRef === undefined ? {} : { target: e.targetRef.name }),
    get because() {
      return slice.endpointCause(i)
    },
  }))
}

const views = new WeakMap<Cluster, KubernetesView>()

/** What CoreDNS sees of the cluster. The same cluster gives the same view. */
export function dnsView(cluster: Cluster): KubernetesView {
  const old = views.get(cluster)
  if (old) return old
  const view: KubernetesView = {
    namespaces: cluster.namespaces,
    // Also without a list a cluster has only so many: those that objects stand in, and the four that are always there.
    // Were every namespace taken to exist, NAME.svc.cluster.local of a search list would be NODATA where it is NXDOMAIN in life.
    namespacesListed: true,
    services: cluster.services.map(serviceOf),
    endpoints: cluster.slices.flatMap(endpointsOf),
    pods: cluster.pods.flatMap((p) =>
      p.podIPs.map((address) => ({
        namespace: p.meta.namespace,
        address,
        get because() {
          return p.causeOf('status.podIP')
        },
      })),
    ),
  }
  views.set(cluster, view)
  return view
}
