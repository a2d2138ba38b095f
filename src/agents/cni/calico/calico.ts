import type { CalicoPlan } from '../../../cluster/calico/types.ts'
import type { Cluster, ClusterNode } from '../../../cluster/cluster.ts'
import type { Op } from '../../../kernel/op.ts'
import { inCidr } from '../../../net/cidr.ts'
import type { Family } from '../../../net/ip.ts'
import { podNetns } from '../../agent.ts'
import type { AgentCode } from '../../codes.ts'
import { felixOps } from '../../policy/felix/felix.ts'
import { writtenBy } from '../../why.ts'
import type { AgentProblem, Cni } from '../cni.ts'
import { hasOwnNetns, podsOf } from '../pods.ts'
import { attachOps } from './attach.ts'
import { blocksBgp, countSessions, sessionsOf } from './bgp.ts'
import { hostSetOps } from './host-set.ts'
import { peeringOf } from './peering.ts'
import { fabricOps, missing, routeOps } from './routes.ts'
import { staticCalls } from './static.ts'
import { podMtu, poolsOf, setOps, tunnelAddresses, tunnelOps, usesIpip, usesVxlan } from './tunnels.ts'

/** Felix's rules: those of the Pods first, for the others jump to them. */
function ruleOps(cluster: Cluster, plan: CalicoPlan, node: ClusterNode, family: Family): readonly Op[] {
  const pools = poolsOf(plan, family)
  const calls = staticCalls({
    family,
    ipip: usesIpip(plan) && family === 4,
    vxlan: usesVxlan(plan, family),
    vxlanPort: plan.vxlanPort,
    natOutgoing: pools.some((pool) => pool.natOutgoing),
    hostsExcluded: plan.hostsExcluded,
    randomFully: node.iptablesRandomFully,
    ipvs: cluster.proxy.mode === 'ipvs',
    toHost: plan.toHost,
    because: writtenBy(cluster, 'felix', 'fixed-rule', [plan.because]),
    masquerade: writtenBy(
      cluster,
      'felix',
      'masquerade-pods',
      pools.map((pool) => pool.because),
    ),
  })
  return [
    ...setOps(cluster, plan, family),
    ...hostSetOps(cluster, node, tunnelAddresses(plan, node.meta.name), family),
    ...felixOps(cluster, node, family),
    { do: 'iptables', family, calls },
  ]
}

/** Felix looks after IPv6 where there are pools of it (FELIX_IPV6SUPPORT), after IPv4 always. */
const familiesOf = (plan: CalicoPlan): readonly Family[] => (poolsOf(plan, 6).length > 0 ? [4, 6] : [4])

/** Sessions that are down, blocks that nobody tells of, addresses out of every pool. */
function problemsOf(cluster: Cluster, plan: CalicoPlan): readonly AgentProblem[] {
  const sessions = sessionsOf(cluster).flatMap(({ session, down }): readonly AgentProblem[] => {
    const { node, peer, because } = session
    if (down === undefined) return []
    if (down === 'no-answer') {
      const code: AgentCode = blocksBgp(cluster) ? 'bgp-blocked' : 'bgp-no-answer'
      return [{ code, params: { node, peer }, severity: 'warning', because }]
    }
    const as = plan.asNumbers.get(peer) ?? 0
    return [{ code: 'bgp-wrong-as' satisfies AgentCode, params: { node, peer, as, wanted: session.peerAs }, severity: 'warning', because }]
  })
  const lost = missing(cluster, plan).map(
    ({ node, peer, held }): AgentProblem => ({
      code: 'bgp-no-route' satisfies AgentCode,
      params: { node: node.meta.name, peer: peer.meta.name, block: held.dst },
      severity: 'warning',
      because: held.pool.because,
    }),
  )
  const stray = cluster.pods.filter(hasOwnNetns).flatMap((pod) =>
    pod.podIPs
      .filter((address) => !plan.pools.some((pool) => inCidr(address, pool.cidr)))
      .map(
        (address): AgentProblem => ({
          code: 'pod-outside-pools' satisfies AgentCode,
          params: { pod: podNetns(pod), address },
          severity: 'warning',
          because: pod.causeOf('status.podIP'),
        }),
      ),
  )
  return [...sessions, ...lost, ...stray]
}

/** Calico v3.32: pairs without a bridge, Felix on each node, BIRD between them. How packets cross nodes is the pools' to say. */
export const calicoAs = (name: string): Cni => ({
  name,
  program(cluster, node) {
    const plan = cluster.calico
    if (plan === undefined || node.interfaces !== undefined) return []
    const pods = podsOf(cluster, node).filter(hasOwnNetns)
    const attached = attachOps(cluster, node, pods, podMtu(plan))
    return [
      { netns: node.meta.name, ops: tunnelOps(cluster, plan, node) },
      ...attached,
      {
        netns: node.meta.name,
        ops: [...routeOps(cluster, plan, node), ...familiesOf(plan).flatMap((family) => ruleOps(cluster, plan, node, family))],
      },
    ]
  },
  bgp: countSessions,
  peering: peeringOf,
  fabric: (cluster) => (cluster.calico === undefined ? [] : fabricOps(cluster, cluster.calico)),
  problems: (cluster) => (cluster.calico === undefined ? [] : problemsOf(cluster, cluster.calico)),
})
