import type { Conf } from './read.ts'

/** Go's names of the types that a program's configuration has. */
export type GoType = 'string' | 'bool' | 'int'

const KINDS: Readonly<Record<string, string>> = { string: 'string', number: 'number', boolean: 'bool', object: 'object' }

function found(value: unknown, type: GoType): string | undefined {
  if (value === null || value === undefined) return undefined
  const kind = Array.isArray(value) ? 'array' : (KINDS[typeof value] ?? 'object')
  if (type === 'int' && typeof value === 'number') return Number.isSafeInteger(value) ? undefined : `number ${value}`
  return kind === type ? undefined : kind
}

/** What encoding/json says of the first field that does not fit its struct (decode.go, UnmarshalTypeError); undefined: all fit. */
export function typeError(json: Conf, fields: Readonly<Record<string, GoType>>, struct: string): string | undefined {
  for (const [key, value] of Object.entries(json)) {
    const type = Object.hasOwn(fields, key) ? fields[key] : undefined
    const wrong = type && found(value, type)
    if (wrong !== undefined) return `json: cannot unmarshal ${wrong} into Go struct field ${struct}.${key} of type ${type}`
  }
  return undefined
}
