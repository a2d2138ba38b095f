import type { LoadBalancerIngress, ServiceObject } from '../../manifest/kinds.ts'
import { compareIp, type Family, familyOf, type Ip } from '../../net/ip.ts'
import type { ClusterNode } from '../cluster.ts'
import { report, type Settling } from '../settling.ts'
import type { Sorted } from '../sorted.ts'
import { freeAddress, modeOf, type Provider, providerFor, providersOf, rangesOf } from './providers.ts'

/** status.loadBalancer.ingress of a Service with these families. */
export type AddressGiver = (object: ServiceObject, families: readonly ('IPv4' | 'IPv6')[]) => readonly LoadBalancerIngress[]

const familyNumber = (name: 'IPv4' | 'IPv6'): Family => (name === 'IPv4' ? 4 : 6)

/**
 * The service controllers of the lab's providers: a status that a file tells is kept; else the Service's wish (spec.loadBalancerIP), or the
 * first free address of the pool. Without a provider the status stays empty, and kubectl prints <pending>.
 */
export function addressGiver(s: Settling, sorted: Sorted, nodes: readonly ClusterNode[]): AddressGiver {
  const providers = providersOf(sorted)
  const taken = new Set<string>([
    ...nodes.flatMap((node) => node.addresses),
    ...sorted.labs.flatMap((lab) => [
      ...lab.is.hosts.flatMap((host) => host.addresses),
      ...lab.is.loadBalancers.flatMap((one) => one.address ?? []),
    ]),
    ...sorted.services.flatMap(({ is }) => [...is.ingress.flatMap((one) => one.ip ?? []), ...is.spec.externalIPs]),
    ...sorted.services.flatMap(({ is }) => is.spec.loadBalancerIP ?? []),
  ])

  function pick(object: ServiceObject, provider: Provider, family: Family, wish: Ip | undefined): Ip | undefined {
    const ranges = rangesOf(provider, nodes)
    if (wish === undefined || familyOf(wish) !== family) return freeAddress(ranges, family, taken)
    if (ranges.some(({ first, last }) => familyOf(first) === family && compareIp(first, wish) <= 0 && compareIp(wish, last) <= 0))
      return wish
    report(s, 'warning', 'load-balancer-wish', { address: wish, name: provider.lab.name }, { object, path: 'spec.loadBalancerIP' })
    return undefined
  }

  return (object, families) => {
    const { spec, ingress } = object.is
    if (spec.type !== 'LoadBalancer' || ingress.length > 0) return ingress
    const provider = providerFor(providers, object)
    const service = `${object.metadata.namespace}/${object.metadata.name}`
    if (provider === undefined) {
      const { loadBalancerClass } = spec
      if (loadBalancerClass !== undefined)
        report(s, 'hint', 'load-balancer-class', { service, class: loadBalancerClass }, { object, path: 'spec.loadBalancerClass' })
      else report(s, 'hint', 'no-load-balancer', { service }, { object, path: 'spec.type' })
      return []
    }
    const found = families.flatMap((name) => pick(object, provider, familyNumber(name), spec.loadBalancerIP) ?? [])
    for (const ip of found) taken.add(ip)
    if (found.length === 0 && spec.loadBalancerIP === undefined)
      report(s, 'warning', 'load-balancer-pool', { service, name: provider.lab.name }, provider.place)
    const ipMode = modeOf(provider)
    return found.map((ip) => ({ ip, ...(ipMode === undefined ? {} : { ipMode }) }))
  }
}
