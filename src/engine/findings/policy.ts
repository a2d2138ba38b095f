import { enforces } from '../../agents/policy/enforced.ts'
import type { Cluster, ClusterPod, ClusterPolicy } from '../../cluster/cluster.ts'
import { type Direction, isPeer, isPoliced, namedPorts, policiesOn } from '../../cluster/policy/select.ts'
import type { Machines } from '../../kernel/machine.ts'
import type { PolicyPort } from '../../manifest/kinds/policyTypes.ts'
import { inCidr, parseCidr } from '../../net/cidr.ts'
import type { Ip } from '../../net/ip.ts'
import { ipOf, l4Of, portsOf } from '../../net/packet.ts'
import type { TraceEvent } from '../../trace/event.ts'
import type { PolicyFinding } from '../../trace/finding.ts'
import type { Journey } from '../../trace/journey.ts'

/** A walk, and where it happened. */
export interface Walked {
  readonly cluster: Cluster
  readonly machines: Machines
  readonly journeys: readonly Journey[]
}

/** The two ends of a packet as a policy sees them: after DNAT, before SNAT. */
interface Ends {
  readonly src: Ip
  readonly dst: Ip
  readonly proto: PolicyPort['protocol']
  readonly dport: number
}

function endsAt(event: TraceEvent | undefined): Ends | undefined {
  const packet = event?.after.kind === 'skb' ? event.after.skb.packet : undefined
  const ip = packet && ipOf(packet)
  const l4 = packet && l4Of(packet)
  const ports = l4?.kind === 'icmp' ? undefined : portsOf(l4)
  if (!ip || !ports || (l4?.kind !== 'tcp' && l4?.kind !== 'udp' && l4?.kind !== 'sctp')) return undefined
  return { src: ip.src, dst: ip.dst, proto: l4.kind.toUpperCase() as Ends['proto'], dport: ports.dport }
}

const podAt = (cluster: Cluster, address: Ip): ClusterPod | undefined =>
  cluster.pods.find((p) => isPoliced(p) && p.podIPs.includes(address))
const nameOf = ({ meta }: { readonly meta: ClusterPod['meta'] }): string => `${meta.namespace}/${meta.name}`

/** Whose address it is, in words; else the address. */
function whose({ cluster, machines, journeys }: Walked, address: Ip): string {
  const pod = podAt(cluster, address)
  if (pod) return nameOf(pod)
  const machine = [...cluster.nodes, ...cluster.hosts].find((m) => m.addresses.includes(address))
  const passed = new Set(journeys.flatMap((j) => j.events.map((e) => e.at.netns)))
  // a tunnel's own address, which a masqueraded packet has
  const owner =
    machine?.meta.name ?? [...passed].find((n) => machines.netns(n)?.links.some((l) => l.addrs.some((a) => a.startsWith(`${address}/`))))
  return owner === undefined ? address : `${owner} (${address})`
}

function opens(port: PolicyPort, { proto, dport }: Ends, called: ClusterPod | undefined): boolean {
  if (port.protocol !== proto) return false
  if (port.port === undefined) return true
  if (typeof port.port === 'number') return dport >= port.port && dport <= (port.endPort ?? port.port)
  return called !== undefined && namedPorts(called, port.port, proto).includes(dport)
}

/** Whether one of a policy's rules lets this through. */
function lets(cluster: Cluster, policy: ClusterPolicy, direction: Direction, ends: Ends): boolean {
  const other = direction === 'ingress' ? ends.src : ends.dst
  const [peerPod, called] = [podAt(cluster, other), podAt(cluster, ends.dst)]
  return policy.spec[direction].some(
    ({ peers, ports }) =>
      (peers.length === 0 ||
        peers.some((peer) =>
          peer.ipBlock
            ? inCidr(other, peer.ipBlock.cidr) && !peer.ipBlock.except.some((e) => inCidr(other, e))
            : peerPod !== undefined && isPeer(cluster, policy.meta.namespace, peer, peerPod),
        )) &&
      (ports.length === 0 || ports.some((port) => opens(port, ends, called))),
  )
}

function told(kind: PolicyFinding['kind'], walked: Walked, direction: Direction, pod: ClusterPod, ends: Ends): readonly PolicyFinding[] {
  const { cluster } = walked
  const policies = policiesOn(cluster, pod, direction)
  const [first] = policies
  if (first === undefined) return []
  const peer = whose(walked, direction === 'ingress' ? ends.src : ends.dst)
  const port = `${ends.dport}/${ends.proto}`
  const names = policies.map(nameOf)
  return [{ kind, direction, pod: nameOf(pod), peer, port, policies: names, cni: cluster.cni.name, because: first.because }]
}

/** In which direction the rules of a policy engine dropped it: Felix's chains of a workload, the NPC's of Weave, Cilium's verdict. */
function refusedBy({ ending, events }: Journey): Direction | undefined {
  if (ending.kind !== 'dropped') return undefined
  const chain = ending.rule?.chain ?? ''
  if (/^cali-fw-/.test(chain) || /^WEAVE-NPC-EGRESS/.test(chain)) return 'egress'
  if (/^cali-tw-/.test(chain)) return 'ingress'
  const denied = events.some((e) => e.kind === 'bpf-end' && e.verdict === 'drop: Policy denied')
  const asked = denied ? [...events].reverse().find((e) => e.kind === 'bpf-map' && e.map.startsWith('cilium_policy_')) : undefined
  return asked?.kind === 'bpf-map' ? (/\begress\b/i.test(asked.key) ? 'egress' : 'ingress') : undefined
}

/** The Pod whose address the packet no longer has, and why kube-proxy took it from it. */
function sentBy({ cluster }: Walked, { events }: Journey, seen: Ends): Pick<PolicyFinding, 'sent'> {
  const from = endsAt(events.find((e) => e.after.kind === 'skb'))
  const pod = from && from.src !== seen.src ? podAt(cluster, from.src) : undefined
  if (from === undefined || pod === undefined) return {}
  const { mode, config } = cluster.proxy
  const nets = config.clusterCIDR.split(',').flatMap((net) => parseCidr(net.trim()) ?? [])
  const stray = mode !== 'none' && config.detectLocalMode === 'ClusterCIDR' && nets.length > 0 && !nets.some((net) => inCidr(from.src, net))
  return { sent: { pod: nameOf(pod), address: from.src, ...(stray && { cidr: config.clusterCIDR }) } }
}

function denied(walked: Walked): readonly PolicyFinding[] {
  const { cluster, journeys } = walked
  for (const journey of journeys) {
    const direction = refusedBy(journey)
    const ends = endsAt(journey.events[journey.events.length - 1])
    const pod = ends && direction && podAt(cluster, direction === 'egress' ? ends.src : ends.dst)
    if (ends && direction && pod)
      return told('denied', walked, direction, pod, ends).map((one) => ({
        ...one,
        ...(direction === 'ingress' && sentBy(walked, journey, ends)),
      }))
  }
  return []
}

/** A first packet that arrived, though a policy isolates one of its ends and none of its rules lets it through. */
function unenforced(walked: Walked): readonly PolicyFinding[] {
  const { cluster, journeys } = walked
  const firsts = journeys.filter((j) => j.parent?.as !== 'reply' && (j.phase === 'connect' || j.phase === 'request' || j.phase === 'dns'))
  for (const { events, ending } of firsts) {
    if (ending.kind !== 'delivered') continue
    const ends = endsAt([...events].reverse().find((e) => e.after.kind === 'skb'))
    const from = endsAt(events.find((e) => e.after.kind === 'skb'))
    if (!ends || !from) continue
    // the caller's own address, the address that took it
    const seen = { ...ends, src: from.src }
    const [source, target] = [podAt(cluster, seen.src), podAt(cluster, seen.dst)]
    if (source !== undefined && source === target) continue
    const ownNode = target && cluster.nodes.some((n) => n.meta.name === target.nodeName && n.addresses.includes(seen.src))
    for (const [pod, direction] of [[source, 'egress'], [target, 'ingress']] as const) {
      if (pod === undefined || (direction === 'ingress' && ownNode)) continue
      const policies = policiesOn(cluster, pod, direction)
      if (policies.length > 0 && !policies.some((one) => lets(cluster, one, direction, seen)))
        return told('unenforced', walked, direction, pod, seen)
    } // biome-ignore format: both ends
  }
  return []
}

/** What NetworkPolicies have to do with a walk: the rules that dropped it, or what nobody enforced. */
export function policyFindings(walked: Walked, ok: boolean): readonly PolicyFinding[] {
  const { policies, cni } = walked.cluster
  if (policies.length === 0) return []
  if (!enforces(cni.name)) return unenforced(walked)
  return ok ? [] : denied(walked)
}
