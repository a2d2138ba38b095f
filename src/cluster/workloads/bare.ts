import type { PodObject } from '../../manifest/kinds.ts'
import { keyOf, ownersOf, type PodDraft, tolerationsOf } from '../pod-draft.ts'
import type { Settling } from '../settling.ts'

/** A Pod that stands in a file itself. */
export function barePod(s: Settling, object: PodObject): PodDraft {
  const owner = ownersOf(object)[0]
  return {
    meta: object.metadata,
    spec: object.is.spec,
    status: object.is.status,
    origin: s.originOf(object),
    specPlace: { object, path: 'spec' },
    madeUp: s.isMadeUp(object),
    ...(owner && { owner }),
    group: `Pod ${keyOf(object.metadata)}`,
    index: 0,
    tolerations: tolerationsOf(object),
  }
}
