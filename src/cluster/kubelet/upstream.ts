import { type Ip, ip } from '../../net/ip.ts'
import type { Cluster, ClusterHost } from '../cluster.ts'

const DNS_PORT = 53
/** Where nodes ask when the lab has no resolver at all (RFC 5737): nobody answers there. */
const NOBODY = ip('192.0.2.53')

/** Whether a machine outside answers DNS: it holds records, or listens on port 53. */
export const answersDns = (host: ClusterHost): boolean => host.dns.length > 0 || host.listens.some((l) => l.port === DNS_PORT)

/** The resolvers that a node's own /etc/resolv.conf names: machines of the lab that answer DNS, in their order. */
export function upstreamResolvers(cluster: Cluster): readonly Ip[] {
  return orNobody(cluster.hosts.filter(answersDns).flatMap((h) => h.addresses.slice(0, 1)))
}

/** A resolv.conf without a name server would mean the machine itself. */
export const orNobody = (found: readonly Ip[]): readonly Ip[] => (found.length > 0 ? found : [NOBODY])
