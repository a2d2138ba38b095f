import type { Ip } from '../../../net/ip.ts'
import { interfaceAddresses } from '../../machine/interfaces.ts'
import { nodePortIps } from '../nodeportaddresses.ts'
import type { Sync } from './sync.ts'

/** The node's own addresses that node ports are reached at, where not all are. */
export const ipsOf = (sync: Sync): readonly Ip[] => nodePortIps(sync.nodePorts, interfaceAddresses(sync.cluster, sync.node), sync.family)

/** Without it the kernel takes no packet for 127.0.0.1 that goes elsewhere: a node port could not be reached there. */
export const sysctls = (sync: Sync): readonly (readonly [name: string, value: number])[] =>
  sync.localhost ? [['net/ipv4/conf/all/route_localnet', 1]] : []
