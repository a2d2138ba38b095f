import type { EndpointSliceObject, EndpointsObject, EndpointsSubset } from '../../manifest/kinds.ts'
import { familyOf } from '../../net/ip.ts'
import type { ClusterSlice } from '../cluster.ts'
import { made, madeBy, withFields } from '../made.ts'
import { generatedName } from '../names.ts'
import { keyOf } from '../pod-draft.ts'
import type { Settling } from '../settling.ts'
import { MANAGED_BY, SERVICE_NAME } from './controller.ts'

/** A slice as a file has it. */
export function givenSlice(s: Settling, object: EndpointSliceObject): ClusterSlice {
  const origin = s.originOf(object)
  return withFields(made(object.metadata, origin, s.isMadeUp(object)), {
    is: object.is,
    service: object.metadata.labels[SERVICE_NAME] ?? '',
    endpointCause: (i: number) => origin.causeOf(`endpoints[${i}]`),
  })
}

export const MIRRORED = 'endpointslicemirroring-controller.k8s.io'
const SKIP_MIRROR = 'endpointslice.kubernetes.io/skip-mirror'
const LEADER = 'control-plane.alpha.kubernetes.io/leader'

/** Whether the mirroring controller copies this Endpoints object (its Service has no selector). */
export const isMirrored = ({ metadata }: EndpointsObject): boolean =>
  metadata.labels[SKIP_MIRROR] !== 'true' && !Object.hasOwn(metadata.annotations, LEADER)

/** --mirroring-max-endpoints-per-subset. */
const MAX_MIRRORED = 1000

/** The slices that mirror an Endpoints object: one for each subset and family; of the conditions only `ready` is set. */
export function mirroredSlices(s: Settling, object: EndpointsObject): readonly ClusterSlice[] {
  const own = s.originOf(object)
  const taken = new Set<string>()
  return object.is.subsets.flatMap((subset, i) =>
    (['IPv4', 'IPv6'] as const).flatMap((family) => {
      const of = (list: EndpointsSubset['addresses'], field: string, ready: boolean) =>
        list
          .map((one, j) => ({ one, path: `subsets[${i}].${field}[${j}]`, ready }))
          .filter(({ one }) => (familyOf(one.ip) === 4) === (family === 'IPv4'))
      const all = [...of(subset.addresses, 'addresses', true), ...of(subset.notReadyAddresses, 'notReadyAddresses', false)].slice(
        0,
        MAX_MIRRORED,
      )
      if (all.length === 0) return []
      const { name, namespace } = object.metadata
      const origin = madeBy(s.causes, 'endpointslicemirroring-controller', 'mirrored', (path) => [
        own.causeOf(/^ports\b/.test(path) ? `subsets[${i}].${path}` : `subsets[${i}]`),
      ])
      const meta = {
        name: generatedName(`${name}-`, `mirror ${keyOf(object.metadata)} ${i} ${family}`, taken),
        namespace,
        labels: { ...object.metadata.labels, [MANAGED_BY]: MIRRORED, [SERVICE_NAME]: name },
        annotations: {},
      }
      return withFields(made(meta, origin, s.isMadeUp(object)), {
        is: {
          addressType: family,
          ports: subset.ports,
          endpoints: all.map(({ one, ready }) => ({
            addresses: [one.ip],
            ready,
            ...(one.nodeName !== undefined && { nodeName: one.nodeName }),
            ...(one.hostname !== undefined && { hostname: one.hostname }),
            ...(one.targetRef && { targetRef: one.targetRef }),
          })),
        },
        service: name,
        endpointCause: (j: number) => own.causeOf(all[j]?.path ?? ''),
      })
    }),
  )
}
