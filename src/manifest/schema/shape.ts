import type { Fault } from './fault.ts'
import type { Form } from './forms.ts'

/**
 * What a value must look like: a schema as data, one table a kind. `form` gives the API server's words about one value;
 * `own` is for objects that no API server reads (a program's configuration, the Lab), with codes of ours.
 */
export type Shape =
  | { readonly is: 'any' }
  | {
      readonly is: 'text'
      readonly form?: Form<string>
      readonly oneOf?: readonly string[]
      /** Words to offer, where `own` or somebody else says which are right. */
      readonly known?: readonly string[]
      readonly own?: (value: string) => Fault | undefined
      /** Of those that are right: accepted and said aloud, since nothing acts on them yet. */
      readonly notModelled?: readonly string[]
      readonly need?: Fault
    }
  | { readonly is: 'int'; readonly form?: Form<number>; readonly own?: (value: number) => Fault | undefined; readonly need?: Fault }
  | { readonly is: 'bool' }
  | { readonly is: 'int-or-text'; readonly own?: (value: number | string) => Fault | undefined }
  | { readonly is: 'list'; readonly of: Shape; readonly need?: Fault }
  /** Any keys, all values of one shape. */
  | { readonly is: 'map'; readonly of: Shape }
  /** `always`: absent is the same as empty (a structure of Go, not a pointer to one). */
  | { readonly is: 'fields'; readonly fields: Fields; readonly always?: true; readonly need?: Fault }
  /** Ours: accepted and said aloud, since nothing reads it yet. */
  | { readonly is: 'not-modelled' }

export type Fields = Readonly<Record<string, Shape>>

export const any: Shape = { is: 'any' }
export const text: Shape = { is: 'text' }
export const int: Shape = { is: 'int' }
export const bool: Shape = { is: 'bool' }
export const notModelled: Shape = { is: 'not-modelled' }
export const texts: Shape = { is: 'list', of: text }
export const textMap: Shape = { is: 'map', of: text }
export const formed = (form: Form<string>): Shape => ({ is: 'text', form })
export const sized = (form: Form<number>): Shape => ({ is: 'int', form })
/** One of these words; the API server's "Unsupported value" otherwise. */
export const oneOf = (...values: readonly string[]): Shape => ({ is: 'text', oneOf: values })
export const listOf = (of: Shape): Shape => ({ is: 'list', of })
export const mapOf = (of: Shape): Shape => ({ is: 'map', of })
export const fields = (table: Fields): Shape => ({ is: 'fields', fields: table })
export const always = (table: Fields): Shape => ({ is: 'fields', fields: table, always: true })
/** Absent, null, '' or empty is a fault: the zero values of Go. */
export const need = (shape: Shape, fault: Fault): Shape => ({ ...shape, need: fault }) as Shape
/** Fields that exist in the API and do not bear on traffic. */
export const unused = (names: string): Fields => Object.fromEntries(names.split(' ').map((name) => [name, any]))
