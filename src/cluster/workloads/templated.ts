import type { WorkloadObject } from '../../manifest/kinds.ts'
import { madeBy } from '../made.ts'
import { keyOf, type PodDraft, tolerationsOf } from '../pod-draft.ts'
import type { Settling } from '../settling.ts'
import type { Controller, ControllerWhy } from '../why.ts'

export interface Replica {
  readonly name: string
  readonly index: number
  readonly by: Controller
  readonly why: ControllerWhy
  readonly owner: { readonly kind: string; readonly name: string }
  /** Labels that the controller adds to those of the template. */
  readonly labels?: Readonly<Record<string, string>>
  readonly hostname?: string
  readonly subdomain?: string
  readonly daemonOf?: string
}

/** `spec.containers[0].image` of the Pod stands in `spec.template.spec.containers[0].image` of its workload. */
function templatePath(path: string): string | undefined {
  if (path === 'spec' || path.startsWith('spec.')) return `spec.template.${path}`
  if (/^metadata\.(labels|annotations)\b/.test(path)) return `spec.template.${path}`
  return undefined
}

/** One Pod out of a workload's template. */
export function templatedPod(s: Settling, object: WorkloadObject, replica: Replica): PodDraft {
  const { template } = object.is
  const own = s.originOf(object)
  const count = object.kind === 'DaemonSet' ? '' : 'spec.replicas'
  const origin = madeBy(s.causes, replica.by, replica.why, (path) => {
    const inTemplate = templatePath(path)
    return inTemplate === undefined ? [own.causeOf(count), own.causeOf('spec.template')] : [own.causeOf(inTemplate)]
  })
  return {
    meta: {
      name: replica.name,
      namespace: object.metadata.namespace,
      labels: { ...template.labels, ...replica.labels },
      annotations: template.annotations,
    },
    spec: {
      ...template.spec,
      ...(replica.hostname !== undefined && { hostname: replica.hostname }),
      ...(replica.subdomain !== undefined && { subdomain: replica.subdomain }),
    },
    status: { podIPs: [] },
    origin,
    specPlace: { object, path: 'spec.template.spec' },
    madeUp: s.isMadeUp(object),
    owner: replica.owner,
    group: `${object.kind} ${keyOf(object.metadata)}`,
    index: replica.index,
    tolerations: tolerationsOf(object),
    ...(replica.daemonOf !== undefined && { daemonOf: replica.daemonOf }),
  }
}
