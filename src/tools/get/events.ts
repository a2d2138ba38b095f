import { containerId } from '../../agents/cni/container.ts'
import type { Cluster, ClusterPod } from '../../cluster/cluster.ts'
import { hex8 } from '../../kernel/mac.ts'
import type { Kind } from './kind.ts'
import { AGE } from './table.ts'

/** An event that the kubelet writes: only those about a Pod's network are modelled. */
interface PodEvent {
  readonly meta: ClusterPod['meta']
  readonly pod: ClusterPod
  readonly reason: string
  readonly message: string
}

/** The event of a Pod whose sandbox is not made, in the kubelet's and the runtime's words. */
export function eventsOf(pod: ClusterPod): readonly PodEvent[] {
  const { stuck, meta } = pod
  if (stuck === undefined) return []
  const failed = `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "${containerId(pod)}": ${stuck.text}`
  const name = `${meta.name}.${hex8(`event ${meta.namespace}/${meta.name}`)}${hex8(stuck.reason)}`
  const own = { name, namespace: meta.namespace, labels: {}, annotations: {} }
  return [{ meta: own, pod, reason: stuck.reason, message: stuck.reason === 'NetworkNotReady' ? stuck.text : failed }]
}

export const events: Kind<PodEvent> = {
  names: ['events', 'event', 'ev'],
  all: (cluster: Cluster) => cluster.pods.flatMap(eventsOf),
  columns: ['LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE'],
  wide: [],
  cells: ({ pod, reason, message }) => [AGE, 'Warning', reason, `pod/${pod.meta.name}`, message],
  wideCells: () => [],
  json: ({ meta, pod, reason, message }) => ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: meta.name, namespace: meta.namespace },
    involvedObject: { apiVersion: 'v1', kind: 'Pod', name: pod.meta.name, namespace: pod.meta.namespace },
    message,
    reason,
    source: { component: 'kubelet', host: pod.nodeName },
    type: 'Warning',
  }),
}
