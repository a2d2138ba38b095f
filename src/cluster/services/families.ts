import type { ServiceObject } from '../../manifest/kinds.ts'
import { type Cidr, familyOf, type Ip } from '../../net/ip.ts'
import { refuse, type Settling } from '../settling.ts'
import { quotedIps, wishField } from './cluster-ip.ts'

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

/**
 * ipFamilies and ipFamilyPolicy as the API server fills them in (pkg/registry/core/service/storage/alloc.go, initIPFamilyFields).
 * `told`: the files say which ranges the cluster has.
 */
export function settleFamilies(s: Settling, object: ServiceObject, cluster: readonly FamilyName[], told: boolean): Families {
  const { spec } = object.is
  const wishes = addressesIn(spec.clusterIPs).map(familyName)
  const free = spec.clusterIPs[0] === 'None' && spec.selector === undefined
  const policy = spec.ipFamilyPolicy ?? (free ? 'RequireDualStack' : 'SingleStack')
  const asked = [...spec.ipFamilies, ...wishes.slice(spec.ipFamilies.length)]
  if (!free) checkFamilies(s, object, wishes, policy, cluster, told)
  const families = asked.length > 0 ? asked : [cluster[0] ?? 'IPv4']
  const more = policy !== 'SingleStack' && families.length === 1 && (free || cluster.length > 1)
  return { policy, families: more ? both(families[0] as FamilyName) : families }
}

function checkFamilies(
  s: Settling,
  object: ServiceObject,
  wishes: readonly FamilyName[],
  policy: Families['policy'],
  cluster: readonly FamilyName[],
  told: boolean,
): void {
  const { spec } = object.is
  for (const [i, one] of wishes.entries()) {
    if (!told || i < spec.ipFamilies.length || cluster.includes(one)) continue
    const place = { object, path: wishField(object), field: `spec.clusterIPs[${i}]` }
    refuse(s, place, `Invalid value: ${quotedIps(object)}: ${one} is not configured on this cluster`)
    return
  }
  for (const [i, one] of spec.ipFamilies.entries()) {
    if (cluster.includes(one)) continue
    refuse(s, { object, path: `spec.ipFamilies[${i}]` }, `Invalid value: "${one}": not configured on this cluster`)
  }
  if (policy !== 'RequireDualStack' || cluster.length > 1) return
  const words = 'Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services'
  refuse(s, { object, path: 'spec.ipFamilyPolicy' }, words)
}
