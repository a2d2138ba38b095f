import { inCidr, nthOf, sizeOf } from '../net/cidr.ts'
import { type Cidr, familyOf, type Ip } from '../net/ip.ts'
import { calico } from './calico/late.ts'
import type { ClusterNode, ClusterPod } from './cluster.ts'
import { netConfs } from './netconf/late.ts'
import { keyOf, type PodDraft } from './pod-draft.ts'
import { report, type Settling } from './settling.ts'

/** Hands out the addresses of one podCIDR in order, as the CNI plugin host-local does on a fresh node: .1 is the bridge, the first Pod gets .2. */
function pool(net: Cidr, taken: ReadonlySet<string>): () => Ip | undefined {
  const size = sizeOf(net)
  // The last address of an IPv4 net is its broadcast address.
  const end = Number(size > 65536n ? 65536n : size) - (familyOf(net) === 4 ? 1 : 0)
  let next = 2
  return () => {
    for (; next < end; next++) {
      const address = nthOf(net, next)
      if (taken.has(address)) continue
      next++
      return address
    }
    return undefined
  }
}

/** Finished Pods have given their address back; one that a file shows as Pending has none yet. */
const steady = ({ status }: PodDraft): boolean =>
  status.phase !== 'Succeeded' && status.phase !== 'Failed' && !(status.phase === 'Pending' && status.podIPs.length === 0)

/**
 * Addresses of all Pods. Given ones (status.podIPs) are kept and, like `reserved`, handed to nobody else. The rest follow in order of
 * creation: first all Pods with index 0 (bare Pods, first replicas) in file order, then all with index 1, and so on; made-up Pods come last,
 * so whether a question needs them changes no other address. One more replica of the largest workload moves nobody of the files;
 * one more of a smaller workload can only move later replicas on its own node. Pods of `before` that are still on their node keep theirs.
 */
export function assignAddresses(
  s: Settling,
  drafts: readonly PodDraft[],
  nodeOf: ReadonlyMap<PodDraft, string | undefined>,
  nodes: readonly ClusterNode[],
  reserved: Iterable<Ip>,
  before: readonly ClusterPod[] = [],
): ReadonlyMap<PodDraft, readonly Ip[]> {
  const out = new Map<PodDraft, readonly Ip[]>()
  const byName = new Map(nodes.map((one) => [one.meta.name, one]))
  const taken = new Set<string>(reserved)
  const holder = new Map<string, string>()
  for (const draft of drafts) {
    if (draft.spec.hostNetwork || draft.status.podIPs.length === 0) continue
    const twin = draft.status.podIPs.map((one) => holder.get(one)).find((one) => one !== undefined)
    if (twin !== undefined && steady(draft)) {
      report(
        s,
        'warning',
        'pod-ip-taken',
        { address: draft.status.podIPs[0] as Ip, pod: twin },
        { ...draft.specPlace, path: 'status.podIP' },
      )
    }
    for (const one of draft.status.podIPs) {
      taken.add(one)
      if (steady(draft)) holder.set(one, `${draft.meta.namespace}/${draft.meta.name}`)
    }
    out.set(draft, draft.status.podIPs)
  }
  const kept = new Map(before.map((pod) => [`${keyOf(pod.meta)} ${pod.nodeName}`, pod.podIPs]))
  for (const draft of drafts) {
    const ips = kept.get(`${keyOf(draft.meta)} ${nodeOf.get(draft) ?? ''}`)
    if (ips !== undefined && ips.length > 0 && !out.has(draft) && !draft.spec.hostNetwork && steady(draft)) out.set(draft, ips)
  }
  s.ipam?.begin(
    [...out].flatMap(([draft, ips]) => (steady(draft) ? [[nodeOf.get(draft) ?? '', ips] as const] : [])),
    taken,
  )
  const pools = new Map<string, readonly { readonly net: Cidr; readonly take: () => Ip | undefined }[]>()
  for (const draft of [...drafts].sort((a, b) => Number(a.madeUp) - Number(b.madeUp) || a.index - b.index)) {
    const node = byName.get(nodeOf.get(draft) ?? '')
    if (!node || out.has(draft) || !steady(draft)) continue
    if (draft.spec.hostNetwork) {
      out.set(draft, hostAddresses(node))
      continue
    }
    const fault = s.nodeFault?.(node)
    if (fault) {
      netConfs.get().stay(s, draft, fault)
      continue
    }
    if (!s.ipam && draft.meta.annotations['cni.projectcalico.org/ipAddrs'] && calico.get().fixedFails(s, draft)) continue
    if (s.ipam) {
      out.set(draft, s.ipam.take(draft, node))
      continue
    }
    let own = pools.get(node.meta.name)
    if (!own) {
      // Canal's host-local has `usePodCidr` for its subnet: the node's range of IPv4
      const nets = s.cni === 'canal' ? node.podCIDRs.filter((net) => familyOf(net) === 4) : node.podCIDRs
      own = nets.map((net) => ({ net, take: pool(net, taken) }))
      pools.set(node.meta.name, own)
    }
    const found = own.map(({ net, take }) => ({ net, address: take() }))
    const missing = found.find((one) => one.address === undefined)
    if (missing || own.length < Math.min(node.podCIDRs.length, 1)) {
      netConfs.get().noAddress(s, draft, node, missing?.net)
      continue
    }
    out.set(
      draft,
      found.flatMap(({ address }) => address ?? []),
    )
  }
  return out
}

/** A hostNetwork Pod has its node's addresses, one of each family (kubelet, status.hostIPs). */
function hostAddresses(node: ClusterNode): readonly Ip[] {
  const first = node.addresses[0]
  const other = node.addresses.find((one) => first !== undefined && familyOf(one) !== familyOf(first))
  return [first, other].filter((one) => one !== undefined)
}

export const inPodCidr = (node: ClusterNode, address: Ip): boolean => node.podCIDRs.some((net) => inCidr(address, net))
