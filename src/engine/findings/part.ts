import { sessionsOf } from '../../agents/cni/calico/bgp.ts'
import type { Cluster } from '../../cluster/cluster.ts'
import { blockedWord } from '../../kernel/wire.ts'
import type { Ip } from '../../net/ip.ts'
import { ipOf } from '../../net/packet.ts'
import type { Finding } from '../../trace/finding.ts'
import type { Journey } from '../../trace/journey.ts'
import { policyFindings, type Walked } from './policy.ts'

const podAt = (cluster: Cluster, address: Ip): string | undefined => {
  const pod = cluster.pods.find((p) => !p.spec.hostNetwork && p.podIPs.includes(address))
  return pod && `${pod.meta.namespace}/${pod.meta.name}`
}

const isNode = (cluster: Cluster, netns: string): boolean => cluster.nodes.some((n) => n.meta.name === netns)

function tooBig(journeys: readonly Journey[]): readonly Finding[] {
  for (const { events, id } of [...journeys].reverse()) {
    const last = events[events.length - 1]
    if (last?.kind !== 'drop' || !last.tooBig) continue
    const error = journeys.find((j) => j.parent?.journey === id && j.parent.as === 'icmp-error')
    const hidden = error?.ending.kind === 'dropped' || error?.ending.kind === 'rejected'
    return [{ kind: 'too-big', ...last.tooBig, netns: last.at.netns, ...(hidden ? { hidden } : {}) }]
  }
  return []
}

function blocked(cluster: Cluster, journeys: readonly Journey[]): readonly Finding[] {
  for (const { ending, events } of journeys) {
    const last = events[events.length - 1]
    if (ending.kind !== 'dropped' || ending.reason !== 'underlay' || last?.after.kind !== 'skb') continue
    const what = blockedWord(cluster.blocks, last.after.skb.packet)
    if (what !== undefined) return [{ kind: 'blocked', netns: last.at.netns, what }]
  }
  return []
}

/** The packet came to the routers between the machines, which know nothing of Pods: who sent it there, or whose address it has. */
function lost(cluster: Cluster, journeys: readonly Journey[]): readonly Finding[] {
  for (const { ending, events } of journeys) {
    const last = events[events.length - 1]
    const dst = last?.after.kind === 'skb' ? ipOf(last.after.skb.packet)?.dst : undefined
    const pod = dst === undefined ? undefined : podAt(cluster, dst)
    if (ending.kind !== 'dropped' || ending.reason !== 'blackhole' || dst === undefined || pod === undefined) continue
    const sender = [...events].reverse().find((e) => e.at.netns !== last?.at.netns)?.at.netns ?? ''
    if (!isNode(cluster, sender)) return journeys.length > 1 ? [{ kind: 'unmasqueraded', address: dst, pod }] : []
    const down = sessionsOf(cluster).filter((one) => one.down !== undefined && one.session.node === sender)
    return [{ kind: 'no-own-route', node: sender, address: dst, pod, bgp: down.map((one) => one.session.peer) }]
  }
  return []
}

/** What explains a walk. `ok`: it was answered; then only a policy that should have stopped it is worth a word. */
export function findingsOf(walked: Walked, ok: boolean): readonly Finding[] {
  const { cluster, journeys } = walked
  const policies = policyFindings(walked, ok)
  return ok ? policies : [...tooBig(journeys), ...blocked(cluster, journeys), ...lost(cluster, journeys), ...policies]
}
