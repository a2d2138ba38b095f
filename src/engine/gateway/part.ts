import { endpointsOf, serviceOf } from '../../agents/ingress/backends.ts'
import { certificateOf } from '../../agents/ingress/certificates.ts'
import type { Cluster, ClusterPod } from '../../cluster/cluster.ts'
import { type ClusterGateway, type ClusterHttpRoute, GATEWAY_NAME } from '../../cluster/gateway/types.ts'
import type { BackendRefFields } from '../../manifest/kinds/gateway/types.ts'
import type { Backend, Listener, Route } from '../../userspace/gateway/config.ts'
import { gatewayRouter } from '../../userspace/gateway/router.ts'
import { reverseProxy } from '../../userspace/http/proxy.ts'
import type { Router } from '../../userspace/http/router.ts'
import type { Process } from '../../userspace/process.ts'

function backendOf(cluster: Cluster, route: ClusterHttpRoute, ref: BackendRefFields): Backend {
  const namespace = ref.namespace ?? route.meta.namespace
  const service = route.allowed(ref) ? serviceOf(cluster, namespace, ref.name) : undefined
  const port = service?.spec.ports.find((one) => one.port === ref.port)
  return {
    service: `${namespace}/${ref.name}`,
    port: `${ref.port ?? ''}`,
    weight: ref.weight,
    filters: ref.filters,
    // the endpoints themselves: cluster IP and kube-proxy are passed by
    ...(service && port ? { targets: endpointsOf(cluster, service, port.name) } : {}),
  }
}

const routeOf = (cluster: Cluster, route: ClusterHttpRoute, hostnames: readonly string[]): Route => ({
  object: `${route.meta.namespace}/${route.meta.name}`,
  created: route.created,
  hostnames,
  rules: route.is.rules.map((rule, i) => ({
    matches: rule.matches,
    filters: rule.filters,
    backends: rule.backendRefs.map((ref) => backendOf(cluster, route, ref)),
    because: route.causeOf(`spec.rules[${i}]`),
  })),
})

/** A Gateway as its proxy is told of it. */
export function listenersOf(cluster: Cluster, gateway: ClusterGateway): readonly Listener[] {
  return gateway.listeners.flatMap((one): readonly Listener[] => {
    if (one.conditions.length > 0) return []
    const certificates = one.certificates.flatMap((ref) => {
      const secret = cluster.secrets.find(({ meta }) => meta.name === ref.name && meta.namespace === ref.namespace)
      return secret ? (certificateOf(secret) ?? []) : []
    })
    const routes = one.attached.map(({ route, hostnames }) => routeOf(cluster, route, hostnames))
    return [{ name: one.name, port: one.port, tls: one.protocol === 'HTTPS', hostname: one.hostname ?? '', certificates, routes }]
  })
}

const gatewayFor = (cluster: Cluster, pod: ClusterPod): ClusterGateway | undefined =>
  cluster.gatewayApi?.gateways.find(
    ({ meta, conditions }) =>
      meta.namespace === pod.meta.namespace &&
      meta.name === pod.meta.labels[GATEWAY_NAME] &&
      conditions.every((c) => c.type !== 'Accepted' || c.status),
  )

/** The router of a Pod that is a Gateway's data plane; undefined: it is none. */
function routerOfGateway(cluster: Cluster, pod: ClusterPod): Router | undefined {
  const gateway = gatewayFor(cluster, pod)
  return gateway && gatewayRouter(`${gateway.meta.namespace}/${gateway.meta.name}`, listenersOf(cluster, gateway))
}

export function gatewayProcess(cluster: Cluster, pod: ClusterPod, name: string): Process | undefined {
  const router = routerOfGateway(cluster, pod)
  return router && (reverseProxy(name, router) as Process)
}
