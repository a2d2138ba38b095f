import type { Cluster, ClusterNode } from '../../cluster/cluster.ts'
import type { Op } from '../../kernel/op.ts'
import type { CauseId } from '../../trace/cause.ts'
import type { Problem } from '../../trace/problem.ts'
import type { NetnsOps } from '../agent.ts'
import type { Peering } from './peering.ts'

/** A problem that an agent finds: it knows causes and no texts. */
export interface AgentProblem extends Problem {
  /** Leads to the place in the files. */
  readonly because?: CauseId
}

/** A pod network: wires the pods of a node and tells the node how to reach the others. */
export interface Cni {
  readonly name: string
  /** What it is called, where its part of the model was read from source alone: nobody has compared it with a kernel. */
  readonly unproven?: string
  /** Changes to the node's namespace and to those of its pods. */
  program(cluster: Cluster, node: ClusterNode): readonly NetnsOps[]
  /** What it makes routers outside know: changes to the underlay's namespace. */
  fabric?(cluster: Cluster): readonly Op[]
  /** BGP sessions between the machines, each counted once; undefined: it speaks none. */
  bgp?(cluster: Cluster): { readonly up: number; readonly down: number } | undefined
  /** The same sessions, with both their sides and what comes of them. */
  peering?(cluster: Cluster): Peering | undefined
  /** What the lab wants of it and we do not model. */
  problems(cluster: Cluster): readonly AgentProblem[]
}
