import type { Cluster, ClusterIngress, ClusterService } from '../../../cluster/cluster.ts'
import type { Target } from '../../../userspace/http/router.ts'
import type { NginxUpstream } from '../../../userspace/nginx/conf.ts'
import { endpointsOf, serviceOf } from '../backends.ts'
import { keyOf } from '../controller.ts'
import { annotationsOf } from './annotations.ts'

export interface ServiceRef {
  readonly name: string
  readonly port: number | string
}

/**
 * upstreamName of internal/ingress/controller/util.go. A canary keeps an upstream of its own beside that of its Service, so that two canaries on
 * one Service have each their own weight.
 */
export const upstreamName = (ingress: ClusterIngress, { name, port }: ServiceRef): string => {
  const { namespace, name: own, annotations } = ingress.meta
  return `${namespace}-${name}-${port}${annotationsOf(annotations).bool('canary') ? `-canary-${own}` : ''}`
}

/** The port of a Service that an Ingress means: its number, targetPort text or name, whichever comes first (serviceEndpoints). */
const portOf = ({ spec }: ClusterService, wanted: string) =>
  spec.ports.find((p) => `${p.port}` === wanted || `${p.targetPort}` === wanted || p.name === wanted)

export interface Peers {
  readonly servers: readonly Target[]
  readonly external?: { readonly host: string; readonly port: number }
}
const NOBODY: Peers = { servers: [] }

export function peersOf(cluster: Cluster, service: ClusterService | undefined, wanted: string): Peers {
  if (!service) return NOBODY
  if (service.spec.type === 'ExternalName') {
    const named = service.spec.ports.find((p) => p.name === wanted || `${p.port}` === wanted)
    const target = Number(named?.targetPort ?? wanted)
    const port = Number.isInteger(target) && target > 0 ? target : (named?.port ?? 0)
    const host = service.spec.externalName
    return host === undefined || port === 0 ? NOBODY : { servers: [], external: { host, port } }
  }
  const port = portOf(service, wanted)
  return port ? { servers: endpointsOf(cluster, service, port.name) } : NOBODY
}

/** service-upstream: one peer, ClusterIP and Service port (getServiceClusterEndpoint). Undefined: it has none, and the endpoints are taken. */
function clusterPeer(service: ClusterService | undefined, wanted: number | string): Target | undefined {
  const address = service?.spec.clusterIPs[0]
  if (!service || address === undefined || address === 'None') return undefined
  const port = typeof wanted === 'number' ? wanted : service.spec.ports.find((p) => p.name === wanted)?.port
  if (port === undefined) return undefined
  return {
    address,
    port,
    get because() {
      return service.causeOf('spec.clusterIP')
    },
  }
}

/** One backend of an Ingress as an upstream. The first Ingress that names it sets its annotations (createUpstreams). */
export function makeUpstream(cluster: Cluster, ingress: ClusterIngress, ref: ServiceRef, path: string): NginxUpstream {
  const a = annotationsOf(ingress.meta.annotations)
  const service = serviceOf(cluster, ingress.meta.namespace, ref.name)
  const virtual = a.bool('service-upstream') ? clusterPeer(service, ref.port) : undefined
  const hashBy = a.text('upstream-hash-by')
  return {
    name: upstreamName(ingress, ref),
    ...(virtual ? { servers: [virtual] } : peersOf(cluster, service, `${ref.port}`)),
    alternatives: [],
    ...(a.bool('canary')
      ? {
          shaping: {
            weight: a.int('canary-weight', 0),
            total: a.int('canary-weight-total', 100),
            header: a.text('canary-by-header'),
            headerValue: a.text('canary-by-header-value'),
            headerPattern: a.text('canary-by-header-pattern'),
            cookie: a.text('canary-by-cookie'),
          },
        }
      : {}),
    ...(hashBy === '' ? {} : { hashBy }),
    ingress: keyOf(ingress),
    namespace: ingress.meta.namespace,
    service: ref.name,
    port: `${ref.port}`,
    get because() {
      return ingress.causeOf(path)
    },
  }
}
