import type { Cluster, ClusterNode } from '../../cluster/cluster.ts'
import { surelyReady } from './endpoints.ts'
import type { ServicePort } from './serviceport.ts'
import { type Used, usedEndpoints } from './topology.ts'

/** What a service port needs on one node, whatever the mode. */
export interface Plan {
  readonly port: ServicePort
  /** Some endpoint somewhere, for whatever policy. */
  readonly any: boolean
  /** Sorted out when first asked for. */
  used(): Used
  /** Somebody can answer traffic to the cluster IP, under its policy. */
  readonly hasInternal: boolean
  /** Somebody can answer traffic from outside, under its policy. */
  readonly hasExternal: boolean
  readonly usesExternal: boolean
}

/** A value that is made when it is first asked for. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
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
    usesExternal: any && port.externallyAccessible,
  }
}

/** Plans of a node's service ports, each made once. */
export function plansOf(cluster: Cluster, node: ClusterNode): (port: ServicePort) => Plan {
  const plans = new Map<ServicePort, Plan>()
  return (port) => {
    const old = plans.get(port)
    if (old !== undefined) return old
    const made = planOf(cluster, node, port)
    plans.set(port, made)
    return made
  }
}
