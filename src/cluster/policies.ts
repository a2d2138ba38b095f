import { Late } from '../trace/late.ts'
import type { Cluster, ClusterPolicy } from './cluster.ts'
import { made, withFields } from './made.ts'
import type { Settling } from './settling.ts'
import type { Sorted } from './sorted.ts'

/** What may be wrong with a policy though the API server takes it: few labs have one. */
export const policyCheck = new Late(async () => (await import('./policy/check.ts')).checkPolicy)

export const settlePolicies = (s: Settling, sorted: Sorted): readonly ClusterPolicy[] =>
  sorted.policies.map((object) => withFields(made(object.metadata, s.originOf(object), s.isMadeUp(object)), { spec: object.is }))

/** Throws `Missing` while its part is not loaded. */
export function checkPolicies(s: Settling, sorted: Sorted, cluster: Cluster): void {
  for (const object of sorted.policies) policyCheck.get()(s, object, cluster)
}
