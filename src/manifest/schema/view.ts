import type { Json } from '../object.ts'

/** A map out of a document whose shape has been checked. */
export type View = { readonly [key: string]: Json }

const EMPTY: View = {}

/** Readers for checked values: the default for what is absent, null, or of another type (which check.ts has reported). */
export function mapIn(view: View, key: string): View {
  const value = view[key]
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as View) : EMPTY
}
export function has(view: View, key: string): boolean {
  const value = view[key]
  return value !== undefined && value !== null
}
/** A list of maps. */
export function mapsIn(view: View, key: string): readonly View[] {
  const value = view[key]
  if (!Array.isArray(value)) return []
  return value.map((item) => (item !== null && typeof item === 'object' && !Array.isArray(item) ? (item as View) : EMPTY))
}
export function textIn(view: View, key: string, otherwise = ''): string {
  const value = view[key]
  return typeof value === 'string' && value !== '' ? value : otherwise
}
export function intIn(view: View, key: string, otherwise = 0): number {
  const value = view[key]
  return typeof value === 'number' ? value : otherwise
}
export function boolIn(view: View, key: string, otherwise = false): boolean {
  const value = view[key]
  return typeof value === 'boolean' ? value : otherwise
}
export function textsIn(view: View, key: string): readonly string[] {
  const value = view[key]
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []
}
/** Values of a map of texts; null counts as ''. */
export function textMapIn(view: View, key: string): Readonly<Record<string, string>> {
  const map: Record<string, string> = {}
  for (const [k, v] of Object.entries(mapIn(view, key))) if (v === null || typeof v === 'string') map[k] = v ?? ''
  return map
}
/** `{ [name]: value }`, or nothing when there is no value: for optional fields. */
export function optional<K extends string, V>(name: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [P in K]?: V })
}
/** A text, or undefined when absent or ''. */
export const maybeText = (view: View, key: string): string | undefined => textIn(view, key) || undefined
export const maybeBool = (view: View, key: string): boolean | undefined => (typeof view[key] === 'boolean' ? view[key] : undefined)
