import { contour } from '../../agents/ingress/contour/contour.ts'
import { emissary } from '../../agents/ingress/emissary/emissary.ts'
import { haproxyIngress, haproxytech } from '../../agents/ingress/haproxy/haproxy.ts'
import { istio } from '../../agents/ingress/istio/istio.ts'
import { nginxConf } from '../../agents/ingress/nginx/build.ts'
import type { Log } from '../../agents/ingress/nginx/log.ts'
import { traefik } from '../../agents/ingress/traefik/traefik.ts'
import type { Cluster } from '../../cluster/cluster.ts'
import { CLASSES, type ControllerName } from '../../cluster/data/controllers.ts'
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

const controller = (name: ControllerName, router: Controller['router']): Controller => ({ name, ...CLASSES[name], router })

/** One line a controller. */
export const controllers: readonly Controller[] = [
  controller('ingress-nginx', (c, log) => nginxRouter(nginxConf(c, log))),
  controller('traefik', (c, log) => rulesRouter(traefik(c, log))),
  controller('contour', (c, log) => rulesRouter(contour(c, log))),
  controller('emissary-ingress', (c, log) => rulesRouter(emissary(c, log))),
  controller('istio', (c, log) => rulesRouter(istio(c, log))),
  controller('haproxy-ingress', (c, log) => rulesRouter(haproxyIngress(c, log))),
  controller('haproxytech', (c, log) => rulesRouter(haproxytech(c, log))),
]
