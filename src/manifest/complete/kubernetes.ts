/**
 * What scripts/schema.mjs reads out of the type files of Kubernetes: every kind with its fields. Loaded when the first
 * completion is asked for; without it the kinds that the engine itself reads are still completed.
 */

/** text, int, bool, a number or a name, anything; the index of a type with fields; one of some words; a list; a map. */
export type Code = 's' | 'i' | 'b' | 'o' | '*' | number | { readonly e: readonly string[] } | readonly [Code] | { readonly m: Code }

export interface KubernetesType {
  readonly f: Readonly<Record<string, Code>>
  /** Names of required fields. */
  readonly need?: readonly string[]
  /** Names of fields that Kubernetes v1.30 does not have. */
  readonly newer?: readonly string[]
}

export interface KubernetesSchema {
  /** Packages and versions that it was made from. */
  readonly made: string
  readonly kinds: readonly (readonly [kind: string, apiVersion: string, type: number, newer?: 1])[]
  readonly types: readonly KubernetesType[]
}

/** The type behind one step of a path; undefined where the schema ends. */
export function codeUnder(schema: KubernetesSchema, code: Code, step: string | number): Code | undefined {
  if (typeof code === 'number') return Object.hasOwn(schema.types[code]?.f ?? {}, step) ? schema.types[code]?.f[step] : undefined
  if (typeof code === 'string') return code === '*' ? '*' : undefined
  if ('m' in code) return code.m
  if ('e' in code) return undefined
  return typeof step === 'number' ? code[0] : undefined
}

export const typeOf = (schema: KubernetesSchema, code: Code | undefined): KubernetesType | undefined =>
  typeof code === 'number' ? schema.types[code] : undefined
