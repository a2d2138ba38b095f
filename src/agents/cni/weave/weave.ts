import type { Cluster, ClusterNode } from '../../../cluster/cluster.ts'
import type { WeavePlan } from '../../../cluster/weave/types.ts'
import { madeUpMac } from '../../../kernel/mac.ts'
import type { Op } from '../../../kernel/op.ts'
import { lengthOf } from '../../../net/cidr.ts'
import { type Cidr, familyOf } from '../../../net/ip.ts'
import type { NetnsOps } from '../../agent.ts'
import type { AgentCode } from '../../codes.ts'
import { UPLINK } from '../../machine/underlay.ts'
import { npcOps, npcProblems } from '../../policy/npc/npc.ts'
import { writtenBy } from '../../why.ts'
import type { AgentProblem, Cni } from '../cni.ts'
import { hostPortOps } from '../portmap/portmap.ts'
import { datapathOf } from './flows.ts'
import { BRIDGE, DATAPATH, NETWORK, PORT, TO_BRIDGE, TO_DATAPATH, TUNNEL, TUNNEL_MTU } from './names.ts'
import { ruleOps } from './rules.ts'
import { type Attached, attachedOn, type Site, siteOf } from './site.ts'

/** The bridge, the datapath and the pair between them, as weaver leaves them before the first Pod comes. */
function deviceOps(cluster: Cluster, plan: WeavePlan, self: Site): readonly Op[] {
  const name = self.node.meta.name
  const because = writtenBy(cluster, 'weaver', 'bridge', [self.node.because, plan.because])
  const tunnel = writtenBy(cluster, 'weaver', 'vtep', [plan.because])
  const shared = { mtu: plan.mtu, up: true, because } as const
  const pair = (dev: string, other: string, master: string): Op => ({
    do: 'link',
    link: { ...shared, dev, kind: 'veth', mac: madeUpMac(name, dev), addrs: [], master, peer: [name, other] },
  })
  return [
    {
      do: 'link',
      link: {
        ...shared,
        dev: DATAPATH,
        kind: 'openvswitch',
        mac: madeUpMac(name, DATAPATH),
        addrs: [],
        datapath: datapathOf(cluster, plan, self),
      },
    },
    {
      do: 'link',
      link: {
        ...shared,
        dev: BRIDGE,
        kind: 'bridge',
        mac: madeUpMac(name, BRIDGE),
        addrs: [`${self.bridge}/${lengthOf(plan.range)}` as Cidr],
      },
    },
    pair(TO_BRIDGE, TO_DATAPATH, DATAPATH),
    pair(TO_DATAPATH, TO_BRIDGE, BRIDGE),
    {
      do: 'link',
      link: {
        ...{ dev: TUNNEL, kind: 'vxlan', mac: madeUpMac(name, TUNNEL), addrs: [], mtu: TUNNEL_MTU, up: true, master: DATAPATH },
        ...{ dstport: PORT, underlay: UPLINK, flags: ['external', 'nolearning'], because: tunnel },
      },
    },
    // prog/weave-kube/launch.sh: without it no frame of the bridge meets a policy
    { do: 'sysctl', name: 'net/bridge/bridge-nf-call-iptables', value: 1, because },
  ]
}

const podCause = (cluster: Cluster, plan: WeavePlan, { pod }: Attached): number =>
  writtenBy(cluster, 'weave-net plugin', 'pod-link', [pod.because, plan.because])

/** The node's ends of Pods' pairs. */
export const portOps = (cluster: Cluster, plan: WeavePlan, self: Site, pods: readonly Attached[]): readonly Op[] =>
  pods.map(
    (one): Op => ({
      do: 'link',
      link: {
        ...{ dev: one.dev, kind: 'veth', mac: madeUpMac(self.node.meta.name, one.dev), addrs: [], mtu: plan.mtu, up: true },
        ...{ master: BRIDGE, hairpin: true, peer: [one.netns, 'eth0'], because: podCause(cluster, plan, one) },
      },
    }),
  )

/** Inside the Pod: an address with the length of the whole range, and the bridge as the way to everything else. */
export function podOps(cluster: Cluster, plan: WeavePlan, self: Site, one: Attached): NetnsOps {
  const because = writtenBy(cluster, 'weave-net plugin', 'pod-route', [one.pod.because, plan.because])
  return {
    netns: one.netns,
    ops: [
      {
        do: 'link',
        link: {
          ...{ dev: 'eth0', kind: 'veth', mac: one.mac, mtu: plan.mtu, up: true, because: podCause(cluster, plan, one) },
          addrs: [`${one.ip}/${lengthOf(plan.range)}` as Cidr],
          peer: [self.node.meta.name, one.dev],
        },
      },
      { do: 'route', route: { dst: '0.0.0.0/0' as Cidr, via: self.bridge, dev: 'eth0', because } },
    ],
  }
}

function program(cluster: Cluster, node: ClusterNode): readonly NetnsOps[] {
  const { weave: plan } = cluster
  const self = plan && siteOf(plan, node)
  if (!self) return []
  const pods = attachedOn(cluster, node)
  const from = [node.because, plan.because]
  const rules = ruleOps(plan, self.slice, {
    masquerade: writtenBy(cluster, 'weaver', 'masquerade-pods', from),
    forward: writtenBy(cluster, 'weaver', 'forward-pods', from),
  })
  const mapped = pods.map(({ pod, ip }) => ({ pod, addrs: [`${ip}/${lengthOf(plan.range)}` as Cidr] }))
  return [
    {
      netns: node.meta.name,
      ops: [
        ...deviceOps(cluster, plan, self),
        ...rules,
        ...npcOps(cluster),
        ...portOps(cluster, plan, self, pods),
        ...hostPortOps(cluster, NETWORK, mapped, () => BRIDGE),
      ],
    },
    ...pods.map((one) => podOps(cluster, plan, self, one)),
  ]
}

const notModelled = (what: string, because: number): AgentProblem => ({
  code: 'conflist-not-modelled' satisfies AgentCode,
  params: { what, file: 'weave-net' },
  severity: 'warning',
  because,
})

/** Weave Net 2.8, IPv4: fast datapath, unencrypted, a full mesh of peers. */
export const weave: Cni = {
  name: 'weave',
  unproven: 'Weave',
  program,
  problems(cluster) {
    const { weave: plan, podSubnets, cni } = cluster
    if (!plan) return []
    const dual = podSubnets.some((net) => familyOf(net) === 6)
    return [
      ...plan.unknown.map((what) => notModelled(what, plan.because)),
      ...(dual ? [notModelled('IPv6', cni.because)] : []),
      ...npcProblems(cluster),
    ]
  },
}
