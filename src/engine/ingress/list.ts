import { contour } from '../../agents/ingress/contour/contour.ts'
import { emissary } from '../../agents/ingress/emissary/emissary.ts'
import { haproxyIngress, haproxytech } from '../../agents/ingress/haproxy/haproxy.ts'
import { istio } from '../../agents/ingress/istio/istio.ts'
import { nginxConf } from '../../agents/ingress/nginx/build.ts'
import type { Log } from '../../agents/ingress/nginx/log.ts'
import { traefik } from '../../agents/ingress/traefik/traefik.ts'
import type { Cluster } from '../../cluster/cluster.ts'
import type { ControllerName } from '../../cluster/data/controllers.ts'
import type { Router } from '../../userspace/http/router.ts'
import { rulesRouter } from '../../userspace/http/rules.ts'
import { nginxRouter } from '../../userspace/nginx/router.ts'

/** One controller: what it is called in an IngressClass, its own class' name, and the router that it makes of a cluster. */
export interface Controller {
  readonly name: ControllerName
  /** spec.controller */
  readonly id: string
  readonly className: string
  router(cluster: Cluster, log: Log): Router
}

/** One line a controller. */
export const controllers: readonly Controller[] = [
  { name: 'ingress-nginx', id: 'k8s.io/ingress-nginx', className: 'nginx', router: (c, log) => nginxRouter(nginxConf(c, log)) },
  { name: 'traefik', id: 'traefik.io/ingress-controller', className: 'traefik', router: (c, log) => rulesRouter(traefik(c, log)) },
  { name: 'contour', id: 'projectcontour.io/ingress-controller', className: 'contour', router: (c, log) => rulesRouter(contour(c, log)) },
  {
    name: 'emissary-ingress',
    id: 'getambassador.io/ingress-controller',
    className: 'ambassador',
    router: (c, log) => rulesRouter(emissary(c, log)),
  },
  { name: 'istio', id: 'istio.io/ingress-controller', className: 'istio', router: (c, log) => rulesRouter(istio(c, log)) },
  {
    name: 'haproxy-ingress',
    id: 'haproxy-ingress.github.io/controller',
    className: 'haproxy',
    router: (c, log) => rulesRouter(haproxyIngress(c, log)),
  },
  {
    name: 'haproxytech',
    id: 'haproxy.org/ingress-controller/haproxy',
    className: 'haproxy',
    router: (c, log) => rulesRouter(haproxytech(c, log)),
  },
]
