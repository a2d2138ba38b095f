import { nthOf, sizeOf } from '../../net/cidr.ts'
import { type Cidr, familyOf } from '../../net/ip.ts'
import type { ClusterNode, Stuck } from '../cluster.ts'
import { keyOf, type PodDraft } from '../pod-draft.ts'
import { type Place, report, type Settling } from '../settling.ts'
import { familyOfCni, INSTALLED } from './installed.ts'
import { failedAdd } from './lacks.ts'

/** The Pod stays in ContainerCreating, and is told why by its event. */
export function stay(s: Settling, draft: PodDraft, stuck: Stuck, place: Place = draft.specPlace): void {
  s.stuck.set(draft, stuck)
  const pod = keyOf(draft.meta)
  if (stuck.reason === 'NetworkNotReady') report(s, 'warning', 'pod-network-not-ready', { pod }, place)
  else report(s, 'warning', 'pod-sandbox', { pod, text: stuck.text }, place)
}

/** The first plugin of the list, or its IPAM plugin, refuses in these words. */
export function refusal(cni: string, by: 'plugin' | 'ipam', words: string): Stuck {
  const [plugin = {}] = INSTALLED[familyOfCni(cni)]?.list.plugins ?? []
  return { reason: 'FailedCreatePodSandBox', text: failedAdd(plugin, words), words, by }
}

/** host-local's range: from the first address behind the network's to the last, IPv4 without broadcast (allocator/range.go). */
function rangeText(net: Cidr): string {
  const size = Number(sizeOf(net) > 65536n ? 65536n : sizeOf(net))
  return `${nthOf(net, 1)}-${nthOf(net, size - (familyOf(net) === 4 ? 2 : 1))}`
}

/**
 * No address is left in a node's range: the words of host-local, or of cilium-agent. Without a range: the node has none of IPv4 for Canal
 * (cni-plugin/pkg/k8s/k8s.go, `usePodCidr`).
 */
export function noAddress(s: Settling, draft: PodDraft, node: ClusterNode, net: Cidr | undefined): void {
  if (net === undefined) return stay(s, draft, refusal('canal', 'plugin', 'usePodCidr found but there is no IPv4 CIDR configured'))
  const cni = s.cni ?? ''
  const words = cni.startsWith('cilium')
    ? 'unable to allocate IP via local cilium agent: [POST /ipam][502] postIpamFailure "range is full"'
    : `failed to allocate for range ${Math.max(0, node.podCIDRs.indexOf(net))}: no IP addresses available in range set: ${rangeText(net)}`
  s.stuck.set(draft, refusal(cni, 'ipam', words))
  report(s, 'warning', 'no-address-left', { pod: draft.meta.name, node: node.meta.name, net }, draft.specPlace)
}
