import type { ManifestCode } from '../codes.ts'
import type { Json } from '../object.ts'
import type { Params } from '../text/finding.ts'

/** What is wrong with a value; where it stands is told beside it. */
export interface Fault {
  readonly code: ManifestCode
  readonly params: Params
}

/** Tells a fault. `field` is printed (as the API server names it), `at` is looked up in the text and is the same unless told. */
export type Report = (field: string, fault: Fault, at?: string) => void

/** Go's %#v and %q for what a manifest can hold, as apimachinery's field errors print a bad value. */
export function goText(value: Json): string {
  if (Array.isArray(value)) return `[]string{${value.map(goText).join(', ')}}`
  if (value !== null && typeof value === 'object') {
    const keys = Object.keys(value).sort()
    return `map[string]string{${keys.map((k) => `${JSON.stringify(k)}:${goText((value as Record<string, Json>)[k] as Json)}`).join(', ')}}`
  }
  const text = JSON.stringify(value)
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…"` : text
}

/** Names have at most 253 characters; whatever is much longer fills the screen and tells nothing. */
const LONGEST = 300

const api = (text: string): Fault => ({ code: 'api', params: { text } })

// The five kinds of apimachinery/pkg/util/validation/field/errors.go that we need, printed as ErrorBody() does.
export const invalid = (value: Json, detail: string): Fault => api(`Invalid value: ${goText(value)}: ${detail}`)
export const required = (detail = ''): Fault => api(detail === '' ? 'Required value' : `Required value: ${detail}`)
export const duplicate = (value: Json): Fault => api(`Duplicate value: ${goText(value)}`)
export const forbidden = (detail: string): Fault => api(`Forbidden: ${detail}`)
export const unsupported = (value: Json, values: readonly string[]): Fault =>
  api(
    `Unsupported value: ${goText(value)}: supported values: ${[...values]
      .sort()
      .map((v) => JSON.stringify(v))
      .join(', ')}`,
  )
/** For bad values that are Go structures and printed as such. */
export const invalidGo = (printed: string, detail: string): Fault => api(`Invalid value: ${printed}: ${detail}`)
export const duplicateGo = (printed: string): Fault => api(`Duplicate value: ${printed}`)

/** A value as it could stand in YAML, short enough for a message. */
export function shown(value: Json): string {
  if (Array.isArray(value)) return '[…]'
  if (value !== null && typeof value === 'object') return '{…}'
  const text = JSON.stringify(value)
  return text.length > 40 ? `${text.slice(0, 38)}…"` : text
}
