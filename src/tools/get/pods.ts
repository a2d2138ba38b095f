import type { Cluster, ClusterPod } from '../../cluster/cluster.ts'
import type { Json } from '../../manifest/object.ts'
import { metadataOf } from './json.ts'
import type { Kind } from './kind.ts'
import { AGE, NONE } from './table.ts'

/** The STATUS cell (pkg/printers/internalversion, printPod). */
function statusOf(pod: ClusterPod): string {
  if (pod.terminating) return 'Terminating'
  switch (pod.phase ?? 'Running') {
    case 'Succeeded':
      return 'Completed'
    case 'Failed':
      return 'Error'
    case 'Running':
      return 'Running'
    case 'Pending':
      return pod.nodeName === '' ? 'Pending' : 'ContainerCreating'
  }
}

/** Which container of a Pod is not ready is not modelled: all or none. */
const readyOf = (pod: ClusterPod): string => `${pod.ready ? pod.spec.containers.length : 0}/${pod.spec.containers.length}`

function jsonOf(pod: ClusterPod): Json {
  const { spec } = pod
  const condition = (type: string, status: boolean): Json => ({ status: status ? 'True' : 'False', type })
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: metadataOf(pod.meta),
    spec: {
      containers: spec.containers.map((one) => ({
        image: one.image,
        name: one.name,
        ...(one.ports.length > 0 && {
          ports: one.ports.map((port) => ({
            containerPort: port.containerPort,
            ...(port.name !== '' && { name: port.name }),
            protocol: port.protocol,
          })),
        }),
      })),
      dnsPolicy: spec.dnsPolicy,
      ...(spec.hostNetwork && { hostNetwork: true }),
      ...(spec.hostname !== undefined && { hostname: spec.hostname }),
      ...(pod.nodeName !== '' && { nodeName: pod.nodeName }),
      ...(Object.keys(spec.nodeSelector).length > 0 && { nodeSelector: spec.nodeSelector }),
      ...(spec.subdomain !== undefined && { subdomain: spec.subdomain }),
    },
    status: {
      conditions: [condition('Ready', pod.ready)],
      phase: pod.phase ?? 'Running',
      ...(pod.podIPs[0] !== undefined && { podIP: pod.podIPs[0], podIPs: pod.podIPs.map((ip) => ({ ip })) }),
    },
  }
}

/** Stand-ins of endpoints are no objects of the API. */
const isObject = (pod: ClusterPod): boolean =>
  !(pod.madeUp && pod.owner === undefined && pod.spec.containers.every((one) => one.image === ''))

export const pods: Kind<ClusterPod> = {
  names: ['pods', 'pod', 'po'],
  all: (cluster: Cluster) => cluster.pods.filter(isObject),
  columns: ['NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE'],
  wide: ['IP', 'NODE', 'NOMINATED NODE', 'READINESS GATES'],
  cells: (pod) => [pod.meta.name, readyOf(pod), statusOf(pod), `${pod.restarts}`, AGE],
  wideCells: (pod) => [pod.podIPs[0] ?? NONE, pod.nodeName === '' ? NONE : pod.nodeName, NONE, NONE],
  json: jsonOf,
}
