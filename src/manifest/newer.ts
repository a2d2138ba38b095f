import type { Json } from './object.ts'
import type { View } from './schema/view.ts'
import { pathText } from './text/path.ts'

/**
 * Fields and values of the kinds that the engine reads which came after Kubernetes v1.30, with the version that first served
 * them (behind a feature gate or not). A cluster of v1.30 drops the fields and refuses the values. A test compares the names
 * with the types of both versions.
 */
const POD: Readonly<Record<string, string>> = {
  resources: '1.32',
  hostnameOverride: '1.34',
  schedulingGroup: '1.36',
  'containers.restartPolicyRules': '1.34',
  'initContainers.restartPolicyRules': '1.34',
}
const under = (prefix: string, table: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(table).map(([name, version]) => [`${prefix}.${name}`, version]))
const TEMPLATE = under('spec.template.spec', POD)

const FIELDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Pod: under('spec', POD),
  Deployment: TEMPLATE,
  ReplicaSet: TEMPLATE,
  StatefulSet: TEMPLATE,
  DaemonSet: TEMPLATE,
  EndpointSlice: { 'endpoints.hints.forNodes': '1.33' },
}

const VALUES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'Service spec.trafficDistribution': { PreferSameNode: '1.33', PreferSameZone: '1.33' },
}

/** Kubernetes version that first had the field; undefined: v1.30 has it. `names`: the keys of its path, without list indices. */
export const newerField = (kind: string, names: readonly string[]): string | undefined => FIELDS[kind]?.[names.join('.')]
export const newerValue = (kind: string, names: readonly string[], value: string): string | undefined =>
  VALUES[`${kind} ${names.join('.')}`]?.[value]

/** Kinds and the names in them, for the test that holds them against the types. */
export const newerNames: readonly (readonly [kind: string, names: string])[] = Object.entries(FIELDS).flatMap(([kind, table]) =>
  Object.keys(table).map((names) => [kind, names] as const),
)

export interface Newer {
  readonly field: string
  readonly version: string
  /** Set when the value is new, and not the field. */
  readonly value?: string
}

/** What of an object came after v1.30. */
export function newerIn(kind: string, object: View): readonly Newer[] {
  const found: Newer[] = []
  for (const [names, version] of Object.entries(FIELDS[kind] ?? {}))
    each(object, names.split('.'), [], (field) => found.push({ field, version }))
  for (const [place, versions] of Object.entries(VALUES)) {
    const [of, names] = place.split(' ') as [string, string]
    if (of === kind)
      each(object, names.split('.'), [], (field, value) => {
        const version = typeof value === 'string' ? versions[value] : undefined
        if (version !== undefined) found.push({ field, version, value: String(value) })
      })
  }
  return found
}

function each(json: Json, names: readonly string[], path: readonly (string | number)[], tell: (field: string, value: Json) => void): void {
  if (Array.isArray(json)) for (const [i, item] of json.entries()) each(item as Json, names, [...path, i], tell)
  else if (names.length === 0) tell(pathText(path), json)
  else if (json !== null && typeof json === 'object') {
    const [name, ...rest] = names as [string, ...string[]]
    if (Object.hasOwn(json, name)) each((json as View)[name] as Json, rest, [...path, name], tell)
  }
}
