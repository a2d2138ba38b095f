import type { ManifestObject, PodSpec, PodStatus } from '../manifest/kinds.ts'
import type { Json, Metadata } from '../manifest/object.ts'
import { under } from '../manifest/text/path.ts'
import type { Origin } from './made.ts'
import type { Place } from './settling.ts'

/** A Pod that exists but has no node and no address yet. */
export interface PodDraft {
  readonly meta: Metadata
  readonly spec: PodSpec
  readonly status: PodStatus
  readonly origin: Origin
  /** Where problems with its spec are shown: in its own object or in the template it came from. */
  readonly specPlace: Place
  readonly madeUp: boolean
  readonly owner?: { readonly kind: string; readonly name: string }
  /** Whose replicas are spread over the nodes together; a bare Pod is alone. */
  readonly group: string
  /** Which replica of its group, from 0. */
  readonly index: number
  readonly tolerations: readonly Toleration[]
  /** Set for a DaemonSet's Pods (the real ones have a node affinity). */
  readonly daemonOf?: string
  /** Made without text only to serve. */
  readonly standIn?: boolean
}

export interface Toleration {
  readonly key: string
  readonly operator: string
  readonly value: string
  /** '' tolerates every effect. */
  readonly effect: string
}

const asMap = (json: Json | undefined): { readonly [key: string]: Json } =>
  typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as { readonly [key: string]: Json }) : {}
const asList = (json: Json | undefined): readonly Json[] => (Array.isArray(json) ? json : [])
const asText = (json: Json | undefined): string => (typeof json === 'string' ? json : '')

/** Tolerations stand in the raw text only: the typed kinds leave them out. */
export function tolerationsOf(object: ManifestObject): readonly Toleration[] {
  const spec = asMap(object.raw['spec'])
  const pod = object.kind === 'Pod' ? spec : asMap(asMap(spec['template'])['spec'])
  return asList(pod['tolerations']).map((one) => {
    const t = asMap(one)
    return { key: asText(t['key']), operator: asText(t['operator']) || 'Equal', value: asText(t['value']), effect: asText(t['effect']) }
  })
}

/** The controllers that own an object, as a file from a running cluster says. */
export function ownersOf(object: ManifestObject): readonly { readonly kind: string; readonly name: string }[] {
  return asList(asMap(object.raw['metadata'])['ownerReferences']).map((one) => {
    const ref = asMap(one)
    return { kind: asText(ref['kind']), name: asText(ref['name']) }
  })
}

/** Where an annotation of a Pod stands: in its own object or in its template; its spec where there is neither. */
export function annotationPlace({ specPlace }: PodDraft, key: string): Place {
  const { object, path } = specPlace
  return /(^|\.)spec$/.test(path) ? { object, path: under(path.replace(/spec$/, 'metadata.annotations'), key) } : specPlace
}

export const keyOf = (meta: Metadata): string => `${meta.namespace}/${meta.name}`
