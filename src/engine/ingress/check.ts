import { keyOf } from '../../agents/ingress/controller.ts'
import { annotationsOf, unmodelledOf } from '../../agents/ingress/nginx/annotations.ts'
import type { Log } from '../../agents/ingress/nginx/log.ts'
import { peersOf } from '../../agents/ingress/nginx/upstreams.ts'
import type { Cluster, ClusterIngress } from '../../cluster/cluster.ts'
import type { ControllerName } from '../../cluster/data/controllers.ts'
import type { IngressBackend } from '../../manifest/kinds.ts'
import type { Controller } from './list.ts'

const OLD_CLASS = 'kubernetes.io/ingress.class'

/** A backend that nobody answers for: no such Service, no such port, no endpoint. The API server takes all of them. */
function checkBackend(cluster: Cluster, one: ClusterIngress, backend: IngressBackend, at: string, log: Log): void {
  if (!('service' in backend)) return
  const { name, port } = backend.service
  const ingress = keyOf(one)
  const { namespace } = one.meta
  const service = cluster.services.find((s) => s.meta.namespace === namespace && s.meta.name === name)
  const because = one.causeOf(`${at}.service.name`)
  if (!service) {
    const other = cluster.services.find((s) => s.meta.name === name)
    if (other) log('ingress-other-namespace', { ingress, service: name, namespace: other.meta.namespace }, 'warning', because)
    else log('ingress-no-service', { ingress, service: `${namespace}/${name}` }, 'warning', because)
    return
  }
  const { ports, type } = service.spec
  const known = ports.some((p) => p.name === port || p.port === port || `${p.targetPort}` === `${port}`)
  if (!known && type !== 'ExternalName') {
    const names = ports.map((p) => (p.name === '' ? `${p.port}` : `${p.name} (${p.port})`)).join(', ')
    const field = typeof port === 'number' ? 'number' : 'name'
    log(
      'ingress-no-port',
      { ingress, service: `${namespace}/${name}`, port, ports: names },
      'warning',
      one.causeOf(`${at}.service.port.${field}`),
    )
  } else if (type !== 'ExternalName' && peersOf(cluster, service, `${port}`).servers.length === 0)
    log('ingress-no-endpoints', { ingress, service: `${namespace}/${name}` }, 'warning', because)
}

function checkClass(
  cluster: Cluster,
  one: ClusterIngress,
  controllers: readonly Controller[],
  running: ReadonlySet<ControllerName>,
  log: Log,
): void {
  const ingress = keyOf(one)
  const old = one.meta.annotations[OLD_CLASS]
  const named = old ?? one.spec.ingressClassName
  if (named === undefined) return log('ingress-classless', { ingress }, 'warning', one.because)
  const because = old === undefined ? one.causeOf('spec.ingressClassName') : one.because
  const found = cluster.ingressClasses.find((c) => c.meta.name === named)
  const controller = controllers.find((c) => (found ? c.id === found.controller : c.className === named))
  if (!found && !controller) log('ingress-no-class', { ingress, class: named }, 'warning', because)
  else if (!controller || (running.size > 0 && !running.has(controller.name)))
    log('ingress-no-controller', { class: named, controller: found?.controller ?? controller?.id ?? '' }, 'warning', because)
}

/** What is allowed in an Ingress and comes to nothing, whoever the controller is. */
export function checkIngresses(cluster: Cluster, controllers: readonly Controller[], running: ReadonlySet<ControllerName>, log: Log): void {
  for (const one of cluster.ingresses) {
    if (one.madeUp) continue
    checkClass(cluster, one, controllers, running, log)
    if (one.spec.defaultBackend) checkBackend(cluster, one, one.spec.defaultBackend, 'spec.defaultBackend', log)
    for (const [i, rule] of one.spec.rules.entries())
      for (const [j, p] of (rule.paths ?? []).entries())
        checkBackend(cluster, one, p.backend, `spec.rules[${i}].http.paths[${j}].backend`, log)
    // only ingress-nginx reads these
    for (const annotation of unmodelledOf(annotationsOf(one.meta.annotations)))
      log('ingress-annotation', { ingress: keyOf(one), annotation, controller: 'ingress-nginx' }, 'warning', one.because)
  }
}
