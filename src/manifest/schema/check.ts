import type { Json } from '../object.ts'
import { type Path, pathText } from '../text/path.ts'
import { type Fault, invalid, shown, unsupported } from './fault.ts'
import { nearest } from './near.ts'
import type { Fields, Shape } from './shape.ts'

/** A fault and the field that has it. */
export interface Found {
  readonly fault: Fault
  readonly field: string
  readonly severity: 'error' | 'warning'
  /** Point at the key and not at its value. */
  readonly ofKey: boolean
}

/**
 * What a shape says of a value. `types`: what could not even be read (then the rest of the server's words never come);
 * `faults`: read, and not right; `warnings`: fields that nobody reads.
 */
export interface Checked {
  readonly types: readonly Found[]
  readonly faults: readonly Found[]
  readonly warnings: readonly Found[]
}

export function check(json: Json, shape: Shape): Checked {
  const checker = new Checker()
  checker.value(json, shape)
  return checker
}

const wrongType = (code: Fault['code'], value: Json): Fault => ({ code, params: { found: shown(value) } })
const isEmpty = (value: Json | undefined): boolean =>
  value === undefined || value === null || value === '' || value === 0 || (Array.isArray(value) && value.length === 0)
const isMap = (value: Json): value is { readonly [key: string]: Json } =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** A class, because one walk shares its path and its three lists. */
class Checker implements Checked {
  readonly types: Found[] = []
  readonly faults: Found[] = []
  readonly warnings: Found[] = []
  private readonly path: (string | number)[] = []

  value(json: Json, shape: Shape): void {
    // Go's decoder leaves a field alone whose value is null.
    if (json === null) return
    switch (shape.is) {
      case 'any':
        break
      case 'text':
        this.text(json, shape)
        break
      case 'int':
        this.int(json, shape)
        break
      case 'bool':
        if (typeof json !== 'boolean') this.type('type-bool', json)
        break
      case 'int-or-text':
        if (typeof json === 'string' || (typeof json === 'number' && Number.isSafeInteger(json))) this.own(shape.own?.(json))
        else this.type('type-int-or-text', json)
        break
      case 'list':
        if (!Array.isArray(json)) this.type('type-list', json)
        // A lone `-` is an item with nothing in it.
        else for (let i = 0; i < json.length; i++) this.under(i, json[i] ?? (shape.of.is === 'fields' ? {} : null), shape.of)
        break
      case 'map':
        if (!isMap(json)) this.type('type-map', json)
        else for (const key of Object.keys(json)) this.under(key, json[key] as Json, shape.of)
        break
      case 'fields':
        if (isMap(json)) this.fields(json, shape.fields)
        else this.type('type-map', json)
        break
      case 'not-modelled':
        this.warn({ code: 'not-modelled', params: { field: pathText(this.path) } }, this.path)
        break
    }
  }

  private text(json: Json, shape: Shape & { readonly is: 'text' }): void {
    if (typeof json !== 'string') this.type(typeof json === 'object' ? 'type-text' : 'type-quote', json)
    else if (json !== '') {
      if (shape.oneOf && !shape.oneOf.includes(json)) this.fault(unsupported(json, shape.oneOf))
      for (const words of shape.form?.(json) ?? []) this.fault(invalid(json, words))
      this.own(shape.own?.(json))
      if (shape.notModelled?.includes(json)) {
        const found: Fault = { code: 'not-modelled', params: { field: `${pathText(this.path)}: ${json}` } }
        this.warnings.push({ fault: found, field: pathText(this.path), severity: 'warning', ofKey: false })
      }
    }
  }

  private int(json: Json, shape: Shape & { readonly is: 'int' }): void {
    if (typeof json === 'string') this.type(/^-?\d+$/.test(json) ? 'type-unquote' : 'type-int', json)
    else if (typeof json !== 'number' || !Number.isSafeInteger(json)) this.type('type-int', json)
    // A zero that is needed is told by its parent, as if it were absent.
    else if (json !== 0 || !shape.need) {
      for (const words of shape.form?.(json) ?? []) this.fault(invalid(json, words))
      this.own(shape.own?.(json))
    }
  }

  private fields(json: { readonly [key: string]: Json }, table: Fields): void {
    for (const key of Object.keys(json)) {
      const shape = Object.hasOwn(table, key) ? table[key] : undefined
      if (shape) this.under(key, json[key] as Json, shape)
      else this.unknown(key, table)
    }
    for (const key of Object.keys(table)) {
      const shape = table[key] as Shape
      if ('need' in shape && shape.need && isEmpty(json[key])) this.fault(shape.need, [...this.path, key])
      else if (shape.is === 'fields' && shape.always && (json[key] ?? null) === null) this.under(key, {}, shape)
    }
  }

  private unknown(key: string, table: Fields): void {
    const path = [...this.path, key]
    const near = nearest(key, Object.keys(table))
    const field = pathText(path)
    this.warn(
      near === undefined ? { code: 'unknown-field', params: { field } } : { code: 'unknown-field-near', params: { field, near } },
      path,
    )
  }

  private under(step: string | number, json: Json, shape: Shape): void {
    this.path.push(step)
    this.value(json, shape)
    this.path.pop()
  }

  private type(code: Fault['code'], json: Json): void {
    this.types.push({ fault: wrongType(code, json), field: pathText(this.path), severity: 'error', ofKey: false })
  }
  private own(fault: Fault | undefined): void {
    if (fault) this.fault(fault)
  }
  private fault(fault: Fault, path: Path = this.path): void {
    this.faults.push({ fault, field: pathText(path), severity: 'error', ofKey: false })
  }
  private warn(fault: Fault, path: Path): void {
    this.warnings.push({ fault, field: pathText(path), severity: 'warning', ofKey: true })
  }
}
