import type { ServiceObject } from '../../manifest/kinds.ts'
import type { ClusterService } from '../cluster.ts'
import { keyOf } from '../pod-draft.ts'
import type { SettledPod } from '../pods.ts'
import { report, type Settling } from '../settling.ts'
import { cameLater, variableNames } from './env.ts'

/** `$(NAME)` of the variables that a container's own variables are made of. */
const used = (one: SettledPod): readonly string[] =>
  (one.draft.spec.containers[0]?.env ?? []).flatMap(({ value }) => [...value.matchAll(/\$\(([^)]*)\)/g)].map(([, name = '']) => name))

/**
 * Variables of a Service are those of the moment at which the container starts. Told where a Pod makes use of them and the Service came
 * later, by the times of a running cluster or, in files still to be applied, by standing further down.
 */
export function envHints(s: Settling, pods: readonly SettledPod[], objectOf: ReadonlyMap<ClusterService, ServiceObject>): void {
  const told = new Set<string>()
  for (const one of pods) {
    const { pod, draft } = one
    const names = new Set(used(one))
    if (names.size === 0 || told.has(draft.group)) continue
    told.add(draft.group)
    for (const [service, object] of objectOf) {
      if (service.meta.namespace !== pod.meta.namespace || !variableNames(service).some((name) => names.has(name))) continue
      const params = { service: keyOf(service.meta), pod: draft.meta.name }
      const place = { ...draft.specPlace, path: `${draft.specPlace.path}.containers[0].env` }
      const [here, there] = [draft.specPlace.object.source, object.source]
      if (cameLater(service, pod)) report(s, 'warning', 'env-too-late', params, place)
      else if (pod.startedAt === undefined && here.file === there.file && here.offset < there.offset)
        report(s, 'hint', 'env-order', params, place)
    }
  }
}
