import type { Finding } from '../../trace/finding.ts'
import type { Journey } from '../../trace/journey.ts'
import { Late } from '../../trace/late.ts'
import type { Walked } from './policy.ts'

/** What of the lab explains a walk, for labs with policies and for packets that were lost between the machines. */
export const findings = new Late(() => import('./part.ts'))

const lostOnTheWay = ({ ending }: Journey): boolean =>
  ending.kind === 'dropped' && (ending.reason === 'mtu' || ending.reason === 'underlay' || ending.reason === 'blackhole')

/** For an outcome: its key, or nothing where nothing was found. */
export function found(walked: Walked, ok: boolean): { readonly findings?: readonly Finding[] } {
  const { cluster, journeys } = walked
  if (cluster.policies.length === 0 && !(!ok && journeys.some(lostOnTheWay))) return {}
  const list = findings.get().findingsOf(walked, ok)
  return list.length === 0 ? {} : { findings: list }
}
