import { leaderOf } from '../../agents/balancer/announce.ts'
import type { BalancedService, Balancer, Cluster, NodeHealth } from '../../cluster/cluster.ts'

/** What a load balancer knows of the nodes behind one of its Services. */
export interface ServiceHealth {
  /** NS/NAME */
  readonly service: string
  readonly kind: Balancer['kind']
  readonly vips: readonly string[]
  readonly policy: 'Cluster' | 'Local'
  readonly nodes: readonly NodeHealth[]
  /** l2: the node that answers ARP. */
  readonly leader?: string
}

const healthOfService = (cluster: Cluster, { kind }: Balancer, one: BalancedService): ServiceHealth => {
  const { meta, spec } = one.service
  const leader = kind === 'l2' ? leaderOf(cluster, one)?.meta.name : undefined
  return {
    service: `${meta.namespace}/${meta.name}`,
    kind,
    vips: one.vips,
    policy: spec.externalTrafficPolicy,
    nodes: one.health(),
    ...(leader === undefined ? {} : { leader }),
  }
}

/** The health table of a balancer's machine; of a node, the Services whose address it answers for. */
export function healthTable(cluster: Cluster, netns: string): readonly ServiceHealth[] {
  const machine = cluster.hosts.find((host) => `host/${host.meta.name}` === netns)?.balancer
  if (machine) return machine.serves.map((one) => healthOfService(cluster, machine, one))
  return (cluster.balancers ?? [])
    .filter(({ kind }) => kind === 'l2')
    .flatMap((balancer) => balancer.serves.map((one) => healthOfService(cluster, balancer, one)))
    .filter(({ leader }) => leader === netns)
}
