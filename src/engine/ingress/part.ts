import type { AgentProblem } from '../../agents/cni/cni.ts'
import { nginxConf } from '../../agents/ingress/nginx/build.ts'
import type { Log } from '../../agents/ingress/nginx/log.ts'
import type { ProbeQuestion } from '../../answer.ts'
import type { Cluster, ClusterPod } from '../../cluster/cluster.ts'
import { type ControllerName, controllerOf } from '../../cluster/data/controllers.ts'
import { podHosts } from '../../cluster/kubelet/hosts.ts'
import { resolvConf } from '../../cluster/kubelet/resolvconf.ts'
import { endpointText } from '../../net/message.ts'
import { reverseProxy } from '../../userspace/http/proxy.ts'
import type { Router } from '../../userspace/http/router.ts'
import { server } from '../../userspace/http/server.ts'
import { printConf } from '../../userspace/nginx/print.ts'
import type { Process } from '../../userspace/process.ts'
import { checkIngresses } from './check.ts'
import { controllers } from './list.ts'

const silent: Log = () => undefined
const routers = new WeakMap<Cluster, Map<ControllerName, Router>>()

/** What a controller routes by; the same cluster gives the same router. */
export function routerOf(cluster: Cluster, name: ControllerName): Router | undefined {
  const known = routers.get(cluster) ?? new Map<ControllerName, Router>()
  routers.set(cluster, known)
  const found = known.get(name) ?? controllers.find((c) => c.name === name)?.router(cluster, silent)
  if (found) known.set(name, found)
  return found
}

/** The program of a controller's container; one that is not in the list answers as any server. */
export function controllerProcess(cluster: Cluster, name: ControllerName, process: string): Process {
  const router = routerOf(cluster, name)
  const pod = cluster.pods.find((p) => process.startsWith(`${p.meta.namespace}/${p.meta.name}/`))
  const files = pod && { resolvConf: resolvConf(cluster, pod), hosts: podHosts(pod, cluster.dnsDomain) }
  const who = process.split('/').slice(0, 2).join('/')
  return router ? (reverseProxy(process, router, files) as Process) : server({ process, who })
}

export const controllerNamed = (pod: ClusterPod): ControllerName | undefined =>
  controllerOf({ labels: pod.meta.labels, images: pod.spec.containers.map((c) => c.image) })

/** What controllers say, and what nobody would say. */
export function problemsOf(cluster: Cluster): readonly AgentProblem[] {
  const found: AgentProblem[] = []
  const log: Log = (code, params, severity, because) => found.push({ code, params, severity, because })
  const running = new Set(cluster.pods.flatMap((p) => controllerNamed(p) ?? []))
  // Without a controller the lab's own Ingresses are still read, as the one that is made up would read them.
  const read = controllers.filter((c) => running.has(c.name) || (running.size === 0 && c.name === 'ingress-nginx'))
  for (const c of read) c.router(cluster, log)
  checkIngresses(cluster, controllers, running, log)
  found.push(...unreadOf(cluster, running))
  return found
}

/** URLs that the rules of Ingresses answer, as a machine outside would ask for them; with the port of the way in. */
export function targetsOf(cluster: Cluster): readonly string[] {
  const at = (to: string): string => addressFor(cluster, { from: 'host/client', to })?.replace(/^.*:/, '') ?? ''
  const [http, https] = [at('http:'), at('https:')]
  const urls = cluster.ingresses.flatMap(({ spec }) =>
    spec.rules.flatMap(({ host, paths }) => {
      if (host === '' || host.includes('*')) return []
      const secure = spec.tls.some((t) => t.hosts.includes(host))
      const [scheme, port, usual] = secure ? ['https', https, '443'] : ['http', http, '80']
      return (paths ?? []).flatMap((p) =>
        /^[\w./-]*$/.test(p.path) ? [`${scheme}://${host}${port === usual ? '' : `:${port}`}${p.path || '/'}`] : [],
      )
    }),
  )
  return [...new Set(urls)]
}

/** Kinds that only one controller reads. */
const CUSTOM: Readonly<Record<string, readonly [group: string, controller: ControllerName]>> = {
  IngressRoute: ['traefik.io', 'traefik'],
  HTTPProxy: ['projectcontour.io', 'contour'],
  Mapping: ['getambassador.io', 'emissary-ingress'],
  VirtualService: ['networking.istio.io', 'istio'],
}

const unreadOf = (cluster: Cluster, running: ReadonlySet<ControllerName>): readonly AgentProblem[] =>
  cluster.others.flatMap((o): readonly AgentProblem[] => {
    const [group, controller] = CUSTOM[o.is.kind] ?? []
    if (group === undefined || controller === undefined || !o.apiVersion.startsWith(`${group}/`) || running.has(controller)) return []
    return [{ code: 'ingress-unread', params: { kind: o.is.kind, controller }, severity: 'hint', where: o.source.where('kind') }]
  })

export const nginxFiles = (cluster: Cluster): Readonly<Record<string, string>> => ({
  '/etc/nginx/nginx.conf': printConf(nginxConf(cluster)),
})

/**
 * Where somebody goes who wants the Ingress controller: its load balancer's address, from outside else a node port, from inside the ClusterIP; without a
 * Service the Pod itself. ADDRESS:PORT.
 */
export function addressFor(cluster: Cluster, question: ProbeQuestion): string | undefined {
  const pods = cluster.pods.filter((p) => controllerNamed(p) !== undefined && p.podIPs.length > 0)
  const wanted = /^https:/i.test(question.to) ? 443 : 80
  const addresses = new Set<string>(pods.flatMap((p) => p.podIPs))
  const service = cluster.services.find(
    (s) =>
      s.spec.ports.some((p) => p.port === wanted) &&
      cluster.slices.some(
        (l) =>
          l.service === s.meta.name &&
          l.meta.namespace === s.meta.namespace &&
          l.is.endpoints.some((e) => e.addresses.some((a) => addresses.has(a))),
      ),
  )
  const port = service?.spec.ports.find((p) => p.port === wanted)
  const outside = question.from.startsWith('host/')
  if (service && port) {
    const balanced = service.ingress.find((i) => i.ip !== undefined)?.ip
    if (balanced !== undefined) return endpointText(balanced, wanted)
    const node = cluster.nodes[0]?.addresses[0]
    if (outside && port.nodePort !== 0 && node !== undefined) return endpointText(node, port.nodePort)
    const own = service.spec.clusterIPs[0]
    if (!outside && own !== undefined && own !== 'None') return endpointText(own, wanted)
  }
  const pod = pods.find((p) => p.listens.some((l) => l.port === wanted)) ?? pods[0]
  const address = pod?.podIPs[0]
  if (!pod || address === undefined) return undefined
  const hostPort = pod.spec.containers.flatMap((c) => c.ports).find((p) => p.hostPort === wanted)
  const node = cluster.nodes.find((n) => n.meta.name === pod.nodeName)?.addresses[0]
  if (outside && hostPort && node !== undefined) return endpointText(node, wanted)
  return endpointText(address, wanted)
}
