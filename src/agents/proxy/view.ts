import type { Cluster, ClusterNode } from '../../cluster/cluster.ts'
import { type Family, familyOf, type Ip } from '../../net/ip.ts'
import type { CauseId } from '../../trace/cause.ts'
import { type Why, writtenBy } from '../why.ts'
import { type LocalDetector, localDetector } from './detectlocal.ts'
import { type Plan, plansOf } from './plan.ts'
import { type ServicePort, servicePorts } from './serviceport.ts'

/** What one kube-proxy of one address family knows while it writes, in every mode. Nothing is computed for a service port before it is asked about. */
export interface ProxyView {
  readonly cluster: Cluster
  readonly node: ClusterNode
  readonly family: Family
  readonly ports: readonly ServicePort[]
  readonly detector: LocalDetector | undefined
  /** The node's first address of this family. */
  readonly nodeIP: Ip | undefined
  plan(port: ServicePort): Plan
  because(why: Why, from: readonly CauseId[]): CauseId
}

export const viewOf = (cluster: Cluster, node: ClusterNode, family: Family): ProxyView => ({
  cluster,
  node,
  family,
  ports: servicePorts(cluster, family),
  detector: localDetector(cluster.proxy.config, node, family),
  nodeIP: node.addresses.find((a) => familyOf(a) === family),
  plan: plansOf(cluster, node),
  because: (why, from) => writtenBy(cluster, 'kube-proxy', why, from),
})

/** The same without causes: a text has none, and for ten thousand Services they would be a hundred thousand. */
export const unexplained = <V extends ProxyView>(view: V): V => ({ ...view, because: () => 0 })

/** The families that kube-proxy runs in on a node: those that the node has an address of, IPv4 first. */
export const familiesOf = (node: ClusterNode): readonly Family[] =>
  ([4, 6] as const).filter((f) => node.addresses.some((a) => familyOf(a) === f))

/** A mark of one bit as kube-proxy writes it. */
export const hex8 = (mark: number): string => `0x${mark.toString(16).padStart(8, '0')}`
