import { healthzProcess } from '../agents/proxy/healthz.ts'
import { proxyProcess } from '../agents/proxy/userspace/name.ts'
import type { Cluster, ClusterHost, ClusterPod } from '../cluster/cluster.ts'
import { GATEWAY_NAME } from '../cluster/gateway/types.ts'
import { answersDns } from '../cluster/kubelet/upstream.ts'
import type { DnsRecord, DnsType } from '../net/message.ts'
import { absolute } from '../userspace/dns/name.ts'
import { resolverServer } from '../userspace/dns/resolver-server.ts'
import { server } from '../userspace/http/server.ts'
import type { Process } from '../userspace/process.ts'
import { healthPart } from './balancer/late.ts'
import { coreDnsOf } from './coredns.ts'
import { gatewayProxy } from './gateway/late.ts'
import { controllerOfPod, ingressPart } from './ingress/late.ts'
import { userspaceProcess } from './userspace/late.ts'

const TYPES: readonly string[] = ['A', 'AAAA', 'CNAME', 'SRV', 'PTR', 'SOA', 'NS', 'TXT', 'MX'] satisfies readonly DnsType[]
const NAME_TYPES: readonly string[] = ['CNAME', 'PTR', 'NS']
/** Lab records have no TTL of their own. */
const RECORD_TTL = 300

function recordsOf(host: ClusterHost): readonly DnsRecord[] {
  return host.dns.flatMap(({ name, type, value, ttl }) => {
    const kind = type.toUpperCase()
    if (!TYPES.includes(kind)) return []
    return [
      { name: absolute(name), ttl: ttl ?? RECORD_TTL, type: kind as DnsType, rdata: NAME_TYPES.includes(kind) ? absolute(value) : value },
    ]
  })
}

/** `NS/PREFIX*` or the whole name; the last that fits, as for what a Pod listens on. */
function answersOf(cluster: Cluster, pod: string): { readonly answers?: string; readonly fill?: number } {
  const rule = [...cluster.labPods].reverse().find(({ name }) => (name.endsWith('*') ? pod.startsWith(name.slice(0, -1)) : name === pod))
  return {
    ...(rule?.answers === undefined ? {} : { answers: rule.answers }),
    ...(rule?.answerBytes === undefined ? {} : { fill: rule.answerBytes }),
  }
}

function podProcess(cluster: Cluster, pod: ClusterPod, name: string): Process {
  const who = `${pod.meta.namespace}/${pod.meta.name}`
  if (pod.role === 'coredns') return coreDnsOf(cluster, pod, name)
  const gateway = pod.meta.labels[GATEWAY_NAME] && cluster.gatewayApi && gatewayProxy.get().gatewayProcess(cluster, pod, name)
  if (gateway) return gateway
  const controller = controllerOfPod(pod)
  if (controller) return ingressPart.get().controllerProcess(cluster, controller, name)
  return server({ process: name, who, ...answersOf(cluster, who) })
}

interface Made {
  readonly pods: ReadonlyMap<string, ClusterPod>
  readonly processes: Map<string, Process | undefined>
}
const known = new WeakMap<Cluster, Made>()

function madeFor(cluster: Cluster): Made {
  const old = known.get(cluster)
  if (old) return old
  const made: Made = { pods: new Map(cluster.pods.map((p) => [`${p.meta.namespace}/${p.meta.name}`, p])), processes: new Map() }
  known.set(cluster, made)
  return made
}

function make(cluster: Cluster, pods: Made['pods'], netns: string, name: string): Process | undefined {
  if (netns.startsWith('host/')) {
    const host = cluster.hosts.find((h) => `host/${h.meta.name}` === netns)
    if (!host) return undefined
    const plain = server({ process: name, who: netns })
    return answersDns(host) ? resolverServer(name, recordsOf(host), plain) : plain
  }
  const [namespace = '', podName = ''] = name.split('/')
  const pod = pods.get(`${namespace}/${podName}`)
  if (pod) return podProcess(cluster, pod, name)
  const node = cluster.nodes.find((n) => n.meta.name === netns)
  if (node && name === proxyProcess(netns)) return userspaceProcess.get().proxyOn(cluster, node, name)
  if (node && name === healthzProcess(netns)) return healthPart.get().proxyHealth(cluster, node)
  return node ? server({ process: name, who: `node/${netns}` }) : undefined
}

/**
 * The program behind a listener: `NS/POD/CONTAINER` is the Pod's (CoreDNS for its role, else a server that answers HTTP and
 * echoes), others are machines outside (DNS from their table, else the same server) and stand-ins on nodes. Undefined: nobody.
 */
export function processFor(cluster: Cluster, netns: string, name: string): Process | undefined {
  const { pods, processes } = madeFor(cluster)
  const key = `${netns} ${name}`
  if (!processes.has(key)) processes.set(key, make(cluster, pods, netns, name))
  return processes.get(key)
}
