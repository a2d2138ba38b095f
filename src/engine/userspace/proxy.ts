import { portalsOf } from '../../agents/proxy/userspace/portals.ts'
import type { Cluster, ClusterNode } from '../../cluster/cluster.ts'
import { messageBytes } from '../../userspace/http/text.ts'
import type { Process } from '../../userspace/process.ts'
import { roundRobin } from '../../userspace/proxy/roundrobin.ts'

/** kube-proxy on a node as the process that takes the connections of every Service itself. */
export const proxyOn = (cluster: Cluster, node: ClusterNode, name: string): Process =>
  roundRobin(name, portalsOf(cluster, node), messageBytes) as Process
