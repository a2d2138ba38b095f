import { nginxConf } from '../../agents/ingress/nginx/build.ts'
import type { Log } from '../../agents/ingress/nginx/log.ts'
import type { Cluster } from '../../cluster/cluster.ts'
import type { ControllerName } from '../../cluster/data/controllers.ts'
import type { Router } from '../../userspace/http/router.ts'
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
  { name: 'ingress-nginx', id: 'k8s.io/ingress-nginx', className: 'nginx', router: (cluster, log) => nginxRouter(nginxConf(cluster, log)) },
]
