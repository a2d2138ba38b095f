import type { Cluster, ClusterNode } from '../../../cluster/cluster.ts'
import type { Written } from '../../../kernel/iptables/ast.ts'
import { type Family, familyOf, type Ip } from '../../../net/ip.ts'
import type { CauseId } from '../../../trace/cause.ts'
import { type Why, writtenBy } from '../../why.ts'
import { type LocalDetector, localDetector } from '../detectlocal.ts'
import { endpointsOf, surelyReady } from '../endpoints.ts'
import { type NodePortAddresses, nodePortAddresses } from '../nodeportaddresses.ts'
import { type ServicePort, servicePorts } from '../serviceport.ts'
import { type Used, usedEndpoints } from '../topology.ts'
import { type Version, v1_30 } from './data/v1.30.ts'

/** A rule and the chain that it is appended to. */
export type Line = readonly [chain: string, rule: Written]

/** Everything that one kube-proxy of one family knows while it writes. */
export interface Sync {
  readonly cluster: Cluster
  readonly node: ClusterNode
  readonly family: Family
  readonly version: Version
  readonly ports: readonly ServicePort[]
  readonly detector: LocalDetector | undefined
  readonly nodePorts: NodePortAddresses
  /** Node ports answer on 127.0.0.1 too: IPv4 only, unless switched off or made impossible by nodePortAddresses. */
  readonly localhost: boolean
  readonly masqueradeAll: boolean
  /** The masquerade bit as a number. */
  readonly mark: number
  /** Used for the source range check alone. */
  readonly nodeIP: Ip | undefined
  /** Comments on endpoint rules; a large cluster goes without. Counted when first asked. */
  endpointComments(): boolean
  plan(port: ServicePort): Plan
  because(why: Why, from: readonly CauseId[]): CauseId
}

/** What a service port needs on this node. */
export interface Plan {
  readonly port: ServicePort
  /** Some endpoint somewhere, for whatever policy. */
  readonly any: boolean
  /** Sorted out when first asked for. */
  used(): Used
  readonly hasInternal: boolean
  readonly hasExternal: boolean
  readonly internalKind: 'SVC' | 'SVL'
  readonly externalKind: 'SVC' | 'SVL'
  readonly usesExternal: boolean
  readonly usesFirewall: boolean
}

function planOf(cluster: Cluster, node: ClusterNode, port: ServicePort): Plan {
  const used = once(() => usedEndpoints(cluster, port, node))
  const any = surelyReady(cluster, port) || used().any
  const hasLocal = port.usesLocal && used().local.length > 0
  return {
    port,
    any,
    used,
    hasInternal: port.internalLocal ? hasLocal : any,
    hasExternal: port.externalLocal ? hasLocal : any,
    internalKind: port.internalLocal ? 'SVL' : 'SVC',
    externalKind: port.externalLocal ? 'SVL' : 'SVC',
    usesExternal: any && port.externallyAccessible,
    usesFirewall: any && port.vips.length > 0 && port.ranges.length > 0,
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** More endpoint entries than the limit, counted for each service port on its own. Stops counting there. */
function isLarge(cluster: Cluster, node: ClusterNode, ports: readonly ServicePort[]): boolean {
  let count = 0
  return ports.some((port) => {
    count += endpointsOf(cluster, port, node).length
    return count > v1_30.largeCluster
  })
}

/** What one kube-proxy sees. Nothing is computed for a service port before it is asked about. */
export function syncOf(cluster: Cluster, node: ClusterNode, family: Family): Sync {
  const config = cluster.proxy.config
  const ports = servicePorts(cluster, family)
  const nodePorts = nodePortAddresses(family, config.nodePortAddresses)
  const plans = new Map<ServicePort, Plan>()
  return {
    cluster,
    node,
    family,
    version: v1_30,
    ports,
    detector: localDetector(config, node, family),
    nodePorts,
    localhost: family === 4 && config.iptables.localhostNodePorts && nodePorts.withLoopback,
    masqueradeAll: config.iptables.masqueradeAll,
    mark: 2 ** config.iptables.masqueradeBit,
    nodeIP: node.addresses.find((a) => familyOf(a) === family),
    endpointComments: once(() => !isLarge(cluster, node, ports)),
    plan(port) {
      const old = plans.get(port)
      if (old !== undefined) return old
      const made = planOf(cluster, node, port)
      plans.set(port, made)
      return made
    },
    because: (why, from) => writtenBy(cluster, 'kube-proxy', why, from),
  }
}

/** The families that kube-proxy runs in on a node: those that the node has an address of, IPv4 first. */
export const familiesOf = (node: ClusterNode): readonly Family[] =>
  ([4, 6] as const).filter((f) => node.addresses.some((a) => familyOf(a) === f))
