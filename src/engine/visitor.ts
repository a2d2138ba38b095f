import { hostNetns, podNetns } from '../agents/agent.ts'
import { program } from '../agents/program.ts'
import type { Cluster, ClusterHost, ClusterPod } from '../cluster/cluster.ts'
import type { Machines } from '../kernel/machine.ts'
import type { PodSpec } from '../manifest/kinds.ts'
import { inCidr } from '../net/cidr.ts'
import { type Ip, isLoopback, parseIp } from '../net/ip.ts'
import type { World } from './world.ts'

export interface Visitor {
  readonly netns: string
  readonly machines: Machines
  /** Of a machine that has others too: the program binds to it. */
  readonly address?: Ip
}

/**
 * A source that is no object: `ip/ADDRESS@node/NAME`. An address of the node or loopback is a process there; one in the node's podCIDR
 * (without one: in the cluster CIDR) a pod attached as the CNI attaches pods; anything else a host on the underlay.
 */
export function withVisitor(world: World, from: string): Visitor | undefined {
  const m = /^ip\/([^@]+)@node\/(.+)$/.exec(from)
  const address = m?.[1] === undefined ? undefined : parseIp(m[1])
  const { cluster } = world
  const node = cluster.nodes.find((n) => n.meta.name === m?.[2])
  if (address === undefined || !node || isNobody(address)) return undefined
  const own =
    isLoopback(address) ||
    (world.machines.netns(node.meta.name)?.links.some((l) => l.addrs.some((a) => a.startsWith(`${address}/`))) ?? false)
  if (own) return { netns: node.meta.name, machines: world.machines, address }
  const pod = cluster.pods.find((p) => p.podIPs.includes(address) && !p.spec.hostNetwork)
  if (pod) return { netns: podNetns(pod), machines: world.machines }
  const nets = node.podCIDRs.length > 0 ? node.podCIDRs : cluster.podSubnets
  if (nets.some((net) => inCidr(address, net))) {
    const made = visitorPod(cluster, address, node.meta.name)
    return { netns: podNetns(made), machines: program({ ...cluster, pods: [...cluster.pods, made] }) }
  }
  const host = cluster.hosts.find((h) => h.addresses.includes(address)) ?? visitorHost(cluster, address)
  return { netns: hostNetns(host), machines: program({ ...cluster, hosts: [...cluster.hosts.filter((h) => h !== host), host] }) }
}

/** No machine sends from these: unspecified, multicast, broadcast. */
const isNobody = (address: Ip): boolean => /^(0\.|22[4-9]\.|23\d\.|2[45]\d\.|::$|ff)/.test(address)

/** A pod without containers: nothing listens in it, somebody asks from it. */
const BARE: PodSpec = {
  containers: [],
  hostNetwork: false,
  dnsPolicy: 'ClusterFirst',
  nodeSelector: {},
  enableServiceLinks: true,
}

const nameOf = (address: Ip): string => `ip-${address.replace(/[.:]+/g, '-')}`

function madeHere(cluster: Cluster, name: string, namespace: string): Pick<ClusterPod, 'meta' | 'because' | 'causeOf' | 'madeUp'> {
  const because = cluster.causes.add({ kind: 'question', field: 'from' })
  return { meta: { name, namespace, labels: {}, annotations: {} }, because, causeOf: () => because, madeUp: true }
}

const visitorPod = (cluster: Cluster, address: Ip, nodeName: string): ClusterPod => ({
  ...madeHere(cluster, nameOf(address), 'default'),
  spec: BARE,
  nodeName,
  podIPs: [address],
  ready: true,
  terminating: false,
  listens: [],
  role: 'stand-in',
  restarts: 0,
  phase: 'Running',
})

const visitorHost = (cluster: Cluster, address: Ip): ClusterHost => ({
  ...madeHere(cluster, nameOf(address), ''),
  addresses: [address],
  listens: [],
  dns: [],
})
