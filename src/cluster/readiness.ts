import type { Probe } from '../manifest/kinds.ts'
import type { PodListener } from './cluster.ts'
import type { LabPodRule } from './listening.ts'
import type { PodDraft } from './pod-draft.ts'
import { report, type Settling } from './settling.ts'

/** A named probe port is a port of the same container (pkg/probe/util.go ResolveContainerPort). */
function probePort(draft: PodDraft, container: number, probe: Probe): number | undefined {
  if (typeof probe.port !== 'string') return probe.port
  const numeric = Number(probe.port)
  if (Number.isInteger(numeric)) return numeric
  return draft.spec.containers[container]?.ports.find((one) => one.name === probe.port)?.containerPort
}

/** A Pod is ready unless the Lab or its status says otherwise, or its readiness probe aims at a port on which nobody listens. exec probes succeed. */
export function isReady(
  s: Settling,
  draft: PodDraft,
  listens: readonly PodListener[],
  lab: LabPodRule | undefined,
  told: Set<string>,
): boolean {
  if (lab?.rule.ready !== undefined) return lab.rule.ready
  if (draft.status.ready !== undefined) return draft.status.ready
  for (const [i, container] of draft.spec.containers.entries()) {
    const probe = container.readinessProbe
    if (!probe || probe.kind === 'exec') continue
    const port = probePort(draft, i, probe)
    if (listens.some((one) => one.proto === 'tcp' && one.port === port)) continue
    if (!told.has(draft.group)) {
      told.add(draft.group)
      const params = { pod: draft.meta.name, port: probe.port ?? '' }
      report(s, 'warning', 'probe-without-listener', params, {
        ...draft.specPlace,
        path: `${draft.specPlace.path}.containers[${i}].readinessProbe`,
      })
    }
    return false
  }
  return true
}
