import type { ServiceObject } from '../../manifest/kinds.ts'
import { type Cidr, familyOf, type Ip } from '../../net/ip.ts'
import { refuse, type Settling } from '../settling.ts'

export type FamilyName = 'IPv4' | 'IPv6'
/** The addresses of a clusterIPs list that are no `None`. */
export const addressesIn = (list: readonly (Ip | 'None')[]): readonly Ip[] => list.filter((one): one is Ip => one !== 'None')
export const familyName = (address: Ip | Cidr): FamilyName => (familyOf(address) === 4 ? 'IPv4' : 'IPv6')

export interface Families {
  readonly policy: 'SingleStack' | 'PreferDualStack' | 'RequireDualStack'
  /** Primary first. */
  readonly families: readonly FamilyName[]
}

const both = (first: FamilyName): readonly FamilyName[] => (first === 'IPv4' ? ['IPv4', 'IPv6'] : ['IPv6', 'IPv4'])

/** ipFamilies and ipFamilyPolicy as the API server fills them in (pkg/registry/core/service/storage/alloc.go, initIPFamilyFields). */
export function settleFamilies(s: Settling, object: ServiceObject, cluster: readonly FamilyName[]): Families {
  const { spec } = object.is
  const given = addressesIn(spec.clusterIPs).map(familyName)
  const headless = spec.clusterIPs[0] === 'None'
  const free = headless && spec.selector === undefined
  const policy =
    spec.ipFamilyPolicy ?? (free ? 'RequireDualStack' : given.length > 1 || spec.ipFamilies.length > 1 ? 'PreferDualStack' : 'SingleStack')
  const primary = spec.ipFamilies[0] ?? given[0] ?? cluster[0] ?? 'IPv4'
  const told = spec.ipFamilies.length > 0 ? spec.ipFamilies : given.length > 0 ? given : [primary]
  if (!free) {
    for (const [i, one] of told.entries()) {
      if (cluster.includes(one) || spec.ipFamilies[i] === undefined) continue
      refuse(s, { object, path: `spec.ipFamilies[${i}]` }, `Invalid value: "${one}": not configured on this cluster`)
    }
    if (policy === 'RequireDualStack' && cluster.length < 2) {
      refuse(
        s,
        { object, path: 'spec.ipFamilyPolicy' },
        'Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
      )
    }
  }
  if (policy === 'SingleStack') return { policy, families: told.slice(0, 1) }
  if (free || cluster.length > 1) return { policy, families: both(primary) }
  return { policy, families: told.slice(0, 1) }
}
