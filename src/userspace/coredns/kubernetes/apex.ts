import { familyOf, type Ip } from '../../../net/ip.ts'
import type { DnsRecord } from '../../../net/message.ts'
import type { ChainRun } from '../chain.ts'
import type { DnsService } from '../view.ts'
import type { Options } from './setup.ts'

/** Seconds since 1970 of the last change in the real program; a lab has no calendar. */
const SERIAL = 1
const MOST_SOA_TTL = 300

/** plugin/kubernetes/ns.go, plugin/backend_lookup.go SOA. */
export function soa(zone: string, o: Options): DnsRecord {
  return {
    name: zone,
    ttl: Math.min(o.ttl, MOST_SOA_TTL),
    type: 'SOA',
    rdata: `ns.dns.${zone} hostmaster.${zone} ${SERIAL} 7200 1800 86400 ${o.ttl}`,
  }
}

/** The Services that this CoreDNS itself stands behind. */
function ownServices(run: ChainRun): readonly DnsService[] {
  const keys = new Set(run.localIPs.flatMap((ip) => run.view.endpointsAt(ip)).map((e) => `${e.namespace}/${e.service}`))
  return run.view.services.filter((s) => keys.has(`${s.namespace}/${s.name}`))
}

const addressRecord = (name: string, address: Ip, ttl: number): DnsRecord => ({
  name,
  ttl,
  type: familyOf(address) === 4 ? 'A' : 'AAAA',
  rdata: address,
})

/** NS records of the zone and the addresses of what they name; without a Service the pod itself. */
export function nameServers(
  zone: string,
  o: Options,
  run: ChainRun,
): { readonly ns: readonly DnsRecord[]; readonly glue: readonly DnsRecord[] } {
  const own = ownServices(run).map((s) => ({
    name: `${s.name}.${s.namespace}.svc.${zone}`,
    addresses: s.clusterIPs.length > 0 ? s.clusterIPs : run.localIPs,
  }))
  const all = own.length > 0 ? own : [{ name: `ns.dns.${zone}`, addresses: run.localIPs }]
  return {
    ns: all.map(({ name }) => ({ name: zone, ttl: o.ttl, type: 'NS', rdata: name })),
    glue: all.flatMap(({ name, addresses }) => addresses.map((a) => addressRecord(name, a, o.ttl))),
  }
}
