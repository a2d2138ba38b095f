import { inCidr } from '../../net/cidr.ts'
import type { Ip } from '../../net/ip.ts'
import type { Element, Value } from './ast.ts'
import { numberOf } from './values.ts'

/** One value as printed, device names without quotes. */
export function valueText(value: Value): string {
  switch (value.kind) {
    case 'one':
      return value.text
    case 'net':
      return value.net
    case 'range':
      return `${value.from}-${value.to}`
    case 'start':
      return `${value.text}*`
    case 'any':
      return '*'
  }
}

export const keyText = (key: readonly Value[]): string => key.map(valueText).join(' . ')

/** Whether a value of this type, in nft's own words, is the one meant. */
export function holds(value: Value, text: string, type: string): boolean {
  switch (value.kind) {
    case 'one':
      return value.text === text
    case 'net':
      return inCidr(text as Ip, value.net)
    case 'range': {
      const [n, from, to] = [text, value.from, value.to].map((t) => numberOf(t, type))
      return n !== undefined && from !== undefined && to !== undefined && from <= n && n <= to
    }
    case 'start':
      return text.startsWith(value.text)
    case 'any':
      return true
  }
}

interface Sorted {
  readonly exact: ReadonlyMap<string, Element>
  /** Those with nets, ranges or names that are cut off. */
  readonly wide: readonly Element[]
  readonly any?: Element
}

const known = new WeakMap<readonly Element[], Sorted>()

/** Sorted once a list of elements: ten thousand Services are one look at a map, as in the kernel. */
function sorted(elements: readonly Element[]): Sorted {
  const old = known.get(elements)
  if (old) return old
  const exact = new Map<string, Element>()
  const wide: Element[] = []
  let any: Element | undefined
  for (const e of elements) {
    if (e.key.length === 1 && e.key[0]?.kind === 'any') any = e
    else if (e.key.every((v) => v.kind === 'one')) exact.set(keyText(e.key), e)
    else wide.push(e)
  }
  const made = { exact, wide, ...(any ? { any } : {}) }
  known.set(elements, made)
  return made
}

/** The element that holds this key; `types` of its fields. */
export function lookUp(elements: readonly Element[], key: readonly string[], types: readonly string[]): Element | undefined {
  const { exact, wide, any } = sorted(elements)
  return exact.get(key.join(' . ')) ?? wide.find((e) => e.key.every((v, i) => holds(v, key[i] ?? '', types[i] ?? ''))) ?? any
}
