import type { Cluster, ClusterNode } from '../../../cluster/cluster.ts'
import type { Bpf } from '../../../kernel/bpf/ast.ts'
import { familyOf } from '../../../net/ip.ts'
import type { NetnsOps } from '../../agent.ts'
import type { AgentCode } from '../../codes.ts'
import { writtenBy } from '../../why.ts'
import type { AgentProblem, Cni } from '../cni.ts'
import { lostHostPorts } from '../host-ports.ts'
import { ciliumConfig, configProblems } from './config.ts'
import { nodeOps, podOps, sameSegment } from './devices.ts'
import { everyMap, type Maps, mapsOf } from './maps.ts'
import { namesOfMany } from './policy.ts'
import { containerProgram } from './programs/container.ts'
import type { Ctx } from './programs/ctx.ts'
import { hostPrograms } from './programs/host.ts'
import { netdevPrograms } from './programs/netdev.ts'
import { sockPrograms } from './programs/sock.ts'
import { ruleOps } from './rules.ts'
import { endpointsOf, sitesOf } from './site.ts'

/** What Cilium attaches, with its maps as they are: `cilium bpf` lists them. */
export interface CiliumBpf extends Bpf {
  readonly cilium: Maps
}

/** Pods with an address of IPv6: no program here knows the family. Said at what gave it: the range of the Pod's node. */
const sixes = (cluster: Cluster): readonly AgentProblem[] =>
  cluster.pods
    .filter((pod) => !pod.spec.hostNetwork && pod.podIPs.some((a) => familyOf(a) === 6))
    .slice(0, 1)
    .map((pod) => {
      const node = cluster.nodes.find((n) => n.meta.name === pod.spec.nodeName)
      const range = node?.podCIDRs.findIndex((c) => familyOf(c) === 6) ?? -1
      const because = node === undefined || range < 0 ? pod.because : node.causeOf(`spec.podCIDRs[${range}]`)
      return { code: 'cilium-ipv6' satisfies AgentCode, params: {}, severity: 'warning', because }
    })

/** Beside kube-proxy nobody opens them; in its place Cilium does (host-ports.ts). */
const hostPorts = (cluster: Cluster): readonly AgentProblem[] => (ciliumConfig(cluster).kubeProxyReplacement ? [] : lostHostPorts(cluster))

/** cilium-agent and cilium-cni on one node. Read from Cilium's source; no kernel has run this model's copy of it. */
function program(cluster: Cluster, node: ClusterNode): readonly NetnsOps[] {
  const sites = sitesOf(cluster)
  const self = sites.get(node)
  if (self === undefined) return []
  const config = ciliumConfig(cluster)
  const peers = [...sites.values()].filter((s) => s !== self)
  const endpoints = endpointsOf(cluster, node)
  const ctx: Ctx = { config, self, maps: mapsOf(cluster, config, self) }
  const because = writtenBy(cluster, 'cilium-agent', 'bpf-program', [cluster.cni.because])
  const sock = sockPrograms(ctx, because)
  const machine = node.meta.name
  const maps = everyMap(ctx.maps)
  const whole: CiliumBpf = {
    machine,
    sock,
    maps,
    cilium: ctx.maps,
    tc: [...endpoints.map((e) => containerProgram(ctx, e, because)), ...netdevPrograms(ctx, because), ...hostPrograms(ctx, because)],
  }
  return [
    {
      netns: machine,
      ops: [...nodeOps(cluster, config, self, peers, endpoints), ...ruleOps(cluster, config, self), { do: 'bpf', bpf: whole }],
    },
    ...endpoints.map(
      (e): NetnsOps => ({
        netns: e.netns,
        ops: [...podOps(cluster, config, self, e), { do: 'bpf', bpf: { machine, sock, tc: [], maps } }],
      }),
    ),
  ]
}

/** Nodes behind a router: cilium-agent makes no direct route to them (pkg/datapath/linux/node.go). */
function notDirect(cluster: Cluster): readonly AgentProblem[] {
  const { routing, directRoutes } = ciliumConfig(cluster)
  if (routing !== 'native' || !directRoutes) return []
  const sites = [...sitesOf(cluster).values()]
  return sites.flatMap((self) =>
    sites
      .filter((peer) => peer !== self && !sameSegment(self, peer))
      .map(
        (peer): AgentProblem => ({
          code: 'cilium-not-direct' satisfies AgentCode,
          params: { node: self.node.meta.name, peer: peer.node.meta.name, address: peer.publicIp },
          severity: 'warning',
          because: peer.node.causeOf('status.addresses'),
        }),
      ),
  )
}

const ciliumAs = (name: string): Cni => ({
  name,
  unproven: 'Cilium',
  program,
  problems: (cluster) => [
    ...configProblems(cluster),
    ...notDirect(cluster),
    ...sixes(cluster),
    ...hostPorts(cluster),
    ...namesOfMany(cluster),
  ],
})

export const cilium: Cni = ciliumAs('cilium')
export const ciliumNative: Cni = ciliumAs('cilium-native')
