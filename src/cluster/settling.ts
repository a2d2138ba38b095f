import type { ManifestObject } from '../manifest/kinds.ts'
import type { Ip } from '../net/ip.ts'
import type { CauseId, Causes } from '../trace/cause.ts'
import type { Problem, Severity } from '../trace/problem.ts'
import type { ClusterNode, Stuck } from './cluster.ts'
import type { ClusterCode } from './codes.ts'
import { type Origin, writtenIn } from './made.ts'
import type { PodDraft } from './pod-draft.ts'

/** Another IPAM than host-local's. */
export interface Ipam {
  /** Addresses that Pods have already, with their node, and all that are spoken for. */
  begin(given: readonly (readonly [node: string, ips: readonly Ip[]])[], taken: Iterable<string>): void
  /** Addresses of one more Pod; none, told as a problem, where the plugin fails. */
  take(draft: PodDraft, node: ClusterNode): readonly Ip[]
}

/** What all controllers share while one lab is settled. */
export interface Settling {
  readonly causes: Causes
  readonly problems: Problem[]
  /** Name of the CNI. */
  readonly cni?: string
  /** Why Pods get no network, told while addresses are given. */
  readonly stuck: Map<PodDraft, Stuck>
  /** What keeps every Pod of a node without one. */
  nodeFault?(node: ClusterNode): Stuck | undefined
  /** Gives Pods their addresses, where host-local does not. */
  readonly ipam?: Ipam
  isMadeUp(object: ManifestObject): boolean
  originOf(object: ManifestObject): Origin
}

export function newSettling(causes: Causes, madeUp: ReadonlySet<ManifestObject>): Settling {
  const origins = new Map<ManifestObject, Origin>()
  return {
    causes,
    problems: [],
    stuck: new Map(),
    isMadeUp: (object) => madeUp.has(object),
    originOf(object) {
      const known = origins.get(object)
      if (known) return known
      const origin = writtenIn(causes, object, madeUp.has(object))
      origins.set(object, origin)
      return origin
    },
  }
}

/** Where a problem is shown: a field of an object, or nowhere (arguments). */
export interface Place {
  readonly object: ManifestObject
  readonly path: string
  /** The field as the API server names it, where that is not the path in the text: it speaks of clusterIPs, a user writes clusterIP. */
  readonly field?: string
}

export function report(s: Settling, severity: Severity, code: ClusterCode | 'api', params: Problem['params'], place?: Place): void {
  const where = place?.object.source.where(place.path)
  s.problems.push({
    code,
    params,
    severity,
    ...(where && { where: place?.field === undefined ? where : { ...where, field: place.field } }),
  })
}

/** A refusal in the API server's own words (the part after the field path). */
export const refuse = (s: Settling, place: Place, text: string): void => report(s, 'error', 'api', { text }, place)

export const causeAt = (s: Settling, place: Place): CauseId => s.originOf(place.object).causeOf(place.path)
