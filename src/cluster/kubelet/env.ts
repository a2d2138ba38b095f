import type { Cluster, ClusterPod, ClusterService } from '../cluster.ts'

type Variable = readonly [name: string, value: string]

const upper = (text: string): string => text.toUpperCase().replaceAll('-', '_')

/** Made after the containers started: then its variables are missing until they are started again. Known only where the files have both times. */
export const cameLater = (service: Pick<ClusterService, 'meta'>, pod: Pick<ClusterPod, 'startedAt'>): boolean =>
  service.meta.creationTimestamp !== undefined && pod.startedAt !== undefined && service.meta.creationTimestamp > pod.startedAt

const hasAddress = ({ spec }: ClusterService): boolean => (spec.clusterIPs[0] ?? 'None') !== 'None' && spec.type !== 'ExternalName'

/** Services of the Pod's namespace that have an address, and default/kubernetes always (getServiceEnvVarMap in kubelet_pods.go). */
function visible(cluster: Cluster, pod: ClusterPod): readonly ClusterService[] {
  const { meta, spec } = pod
  return cluster.services.filter((service) => {
    if (!hasAddress(service) || cameLater(service, pod)) return false
    const { name, namespace } = service.meta
    return (namespace === 'default' && name === 'kubernetes') || (namespace === meta.namespace && spec.enableServiceLinks)
  })
}

/** pkg/kubelet/envvars/envvars.go: the Kubernetes names, then those of Docker's links. */
function variablesOf({ meta, spec }: ClusterService): readonly Variable[] {
  const name = upper(meta.name)
  const address = spec.clusterIPs[0] ?? ''
  const [first] = spec.ports
  if (!first) return []
  const url = ({ protocol, port }: typeof first): string =>
    `${protocol.toLowerCase()}://${address.includes(':') ? `[${address}]` : address}:${port}`
  return [
    [`${name}_SERVICE_HOST`, address],
    [`${name}_SERVICE_PORT`, `${first.port}`],
    ...spec.ports.flatMap((p): readonly Variable[] => (p.name === '' ? [] : [[`${name}_SERVICE_PORT_${upper(p.name)}`, `${p.port}`]])),
    [`${name}_PORT`, url(first)],
    ...spec.ports.flatMap((p): readonly Variable[] => {
      const link = `${name}_PORT_${p.port}_${p.protocol.toUpperCase()}`
      return [
        [link, url(p)],
        [`${link}_PROTO`, p.protocol.toLowerCase()],
        [`${link}_PORT`, `${p.port}`],
        [`${link}_ADDR`, address],
      ]
    }),
  ]
}

/** Names of the variables that a Service gives to Pods beside it. */
export const variableNames = (service: ClusterService): readonly string[] =>
  hasAddress(service) ? variablesOf(service).map(([name]) => name) : []

/** $(NAME) of a variable that is known; $$(NAME) stays $(NAME) (third_party/forked/golang/expansion). */
const expanded = (text: string, known: ReadonlyMap<string, string>): string =>
  text.replace(/\$(\$|\(([^)]*)\))/g, (all, what: string, name: string) => (what === '$' ? '$' : (known.get(name) ?? all)))

/**
 * What `env` prints in the Pod's first container: its own variables win over those of Services. What the image sets (PATH) and what comes
 * from elsewhere (valueFrom) is not known here and left out. The kubelet goes through a map, so the order of Services means nothing.
 */
export function environment(cluster: Cluster, pod: ClusterPod): readonly Variable[] {
  const known = new Map<string, string>(visible(cluster, pod).flatMap(variablesOf))
  const own = new Map<string, string>()
  for (const { name, value } of pod.spec.containers[0]?.env ?? []) {
    if (value === '') continue
    own.set(name, expanded(value, new Map([...known, ...own])))
  }
  const hostname = pod.spec.hostNetwork ? pod.nodeName : (pod.spec.hostname ?? pod.meta.name)
  return [['HOSTNAME', hostname], ...own, ...[...known].filter(([name]) => !own.has(name))]
}
