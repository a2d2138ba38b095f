import type { Severity } from '../trace/problem.ts'
import { cniVersions, isBuiltinGroup, isCniKind, notYet, otherKinds, readerOf, readKinds } from './kinds/list.ts'
import type { KindReader } from './kinds/reader.ts'
import { type Fault, required, shown } from './schema/fault.ts'
import { nearest } from './schema/near.ts'
import { mapIn, textIn, type View } from './schema/view.ts'

const allKinds: readonly string[] = [...readKinds, ...notYet, ...otherKinds]

/** What a document says it is. Without `fault` of severity error it is read: by `reader`, or as an object of kind Other. */
export interface Identity {
  readonly reader?: KindReader
  readonly fault?: Fault
  readonly severity?: Severity
  /** Field that the fault is about. */
  readonly field?: string
}

export function identify(object: View): Identity {
  for (const field of ['kind', 'apiVersion'])
    if (object[field] !== undefined && object[field] !== null && typeof object[field] !== 'string')
      return { fault: { code: 'type-text', params: { found: String(object[field]) } }, severity: 'error', field }
  const kind = textIn(object, 'kind')
  const apiVersion = textIn(object, 'apiVersion')
  if (kind === '') return { fault: { code: 'no-kind', params: {} }, severity: 'error', field: '' }
  if (apiVersion === '') return { fault: { code: 'no-api-version', params: {} }, severity: 'error', field: 'kind' }
  // A List that could be opened has become its members.
  if (kind === 'List' && apiVersion === 'v1')
    return { fault: { code: 'type-list', params: { found: shown(object['items'] ?? null) } }, severity: 'error', field: 'items' }
  const versions = cniVersions(apiVersion) ?? (isBuiltinGroup(apiVersion) && isCniKind(kind, '') ? [homeOf(kind)] : undefined)
  if (versions) return ofCni(object, kind, apiVersion, versions)
  const reader = readerOf(kind)
  if (reader?.apiVersions.includes(apiVersion)) return { reader }
  if (reader && isBuiltinGroup(apiVersion)) {
    const want = reader.apiVersions[0] as string
    if (reader.removed?.includes(apiVersion)) {
      const meta = mapIn(object, 'metadata')
      const params = { kind, apiVersion, want, name: textIn(meta, 'name'), namespace: textIn(meta, 'namespace'), file: '' }
      return { fault: { code: 'api-removed', params }, severity: 'error', field: 'apiVersion' }
    }
    return { fault: { code: 'api-version', params: { kind, apiVersion, want } }, severity: 'error', field: 'apiVersion' }
  }
  if (notYet.has(kind)) return { fault: { code: 'kind-not-modelled', params: { kind } }, severity: 'hint', field: 'kind' }
  // A kind of ours in a foreign group (serving.knative.dev Service) is somebody else's; so is every other kind of Kubernetes.
  if (reader || otherKinds.has(kind)) return {}
  // Custom resources live in groups of their own: only in Kubernetes' groups is an unknown kind a slip.
  const near = isBuiltinGroup(apiVersion) ? nearest(kind, allKinds) : undefined
  return near === undefined ? {} : { fault: { code: 'kind-misspelt', params: { kind, near } }, severity: 'warning', field: 'kind' }
}

/** Where a kind that only a CNI has belongs. */
const homeOf = (kind: string): string => (kind.startsWith('Cilium') ? 'cilium.io/v2' : 'projectcalico.org/v3')

/** A CNI's own object: its kinds have other schemas than Kubernetes' of the same names. */
function ofCni(object: View, kind: string, apiVersion: string, versions: readonly string[]): Identity {
  if (!versions.includes(apiVersion))
    return { fault: { code: 'api-version', params: { kind, apiVersion, want: versions[0] ?? '' } }, severity: 'error', field: 'apiVersion' }
  if (!isCniKind(kind, apiVersion)) return { fault: { code: 'kind-not-modelled', params: { kind } }, severity: 'hint', field: 'kind' }
  const meta = mapIn(object, 'metadata')
  const { name } = meta
  if (name !== undefined && name !== null && typeof name !== 'string')
    return { fault: { code: 'type-text', params: { found: String(name) } }, severity: 'error', field: 'metadata.name' }
  if (textIn(meta, 'name') !== '' || textIn(meta, 'generateName') !== '') return {}
  return { fault: required('name or generateName is required'), severity: 'error', field: 'metadata.name' }
}
