import type { NetworkPolicyObject, PolicyPeer, PolicyPort, PolicyRule } from '../../manifest/kinds/policyTypes.ts'
import type { Cluster, ClusterPod } from '../cluster.ts'
import { selects } from '../labels.ts'
import { report, type Settling } from '../settling.ts'
import { type Direction, isPeer, namedPorts } from './select.ts'

const PEERS = { ingress: 'from', egress: 'to' } as const
const isEmpty = (peer: PolicyPeer): boolean => peer.podSelector === undefined && peer.namespaceSelector === undefined

/** Whose container ports a name is looked up in: the selected Pods' for ingress, those that are called for egress. */
function calledPods(cluster: Cluster, namespace: string, direction: Direction, rule: PolicyRule, own: readonly ClusterPod[]) {
  if (direction === 'ingress') return own
  if (rule.peers.length === 0 || rule.peers.some(isEmpty)) return cluster.pods
  return cluster.pods.filter((pod) => rule.peers.some((peer) => isPeer(cluster, namespace, peer, pod)))
}

function checkPort(
  s: Settling,
  object: NetworkPolicyObject,
  path: string,
  { port, protocol }: PolicyPort,
  called: readonly ClusterPod[],
): void {
  if (typeof port !== 'string' || called.some((pod) => namedPorts(pod, port, protocol).length > 0)) return
  report(s, 'warning', 'policy-port-nowhere', { port, protocol }, { object, path: `${path}.port` })
}

/** One item with the namespaces, the next with the Pods: often meant as both at once. */
function checkOr(s: Settling, object: NetworkPolicyObject, path: string, { peers }: PolicyRule): void {
  for (const [i, peer] of peers.entries()) {
    const before = peers[i - 1]
    const alone = before?.namespaceSelector !== undefined && before.podSelector === undefined
    if (!alone || peer.podSelector === undefined || peer.namespaceSelector !== undefined) continue
    report(s, 'hint', 'policy-or', { namespace: object.metadata.namespace }, { object, path: `${path}[${i}]` })
  }
}

/** What the API server takes and what its writer can hardly have meant: hints and warnings at their places. */
export function checkPolicy(s: Settling, object: NetworkPolicyObject, cluster: Cluster): void {
  const { namespace, name } = object.metadata
  const own = cluster.pods.filter((pod) => pod.meta.namespace === namespace && selects(object.is.podSelector, pod.meta.labels))
  if (own.length === 0)
    report(s, 'hint', 'policy-selects-nobody', { policy: `${namespace}/${name}`, namespace }, { object, path: 'spec.podSelector' })
  for (const direction of ['ingress', 'egress'] as const)
    for (const [i, rule] of object.is[direction].entries()) {
      const at = `spec.${direction}[${i}]`
      const called = calledPods(cluster, namespace, direction, rule, own)
      for (const [j, port] of rule.ports.entries()) if (own.length > 0) checkPort(s, object, `${at}.ports[${j}]`, port, called)
      for (const [j, peer] of rule.peers.entries())
        if (!isEmpty(peer) && !cluster.pods.some((pod) => isPeer(cluster, namespace, peer, pod)))
          report(s, 'hint', 'policy-peer-nobody', {}, { object, path: `${at}.${PEERS[direction]}[${j}]` })
      checkOr(s, object, `${at}.${PEERS[direction]}`, rule)
    }
}
