import { lastOf, networkOf } from '../../net/cidr.ts'
import { type Family, fromBigInt } from '../../net/ip.ts'
import type { Element, Value } from './ast.ts'
import { netOf, numberOf } from './values.ts'

/** Both ends of a value. */
function ends(value: Value): readonly [from: string, to: string] | undefined {
  switch (value.kind) {
    case 'one':
      return [value.text, value.text]
    case 'net':
      return [networkOf(value.net), lastOf(value.net)]
    case 'range':
      return [value.from, value.to]
    case 'start':
    case 'any':
      return undefined
  }
}

/** A range of a set as nft lists it: as a net where it is one. */
export function asListed(value: Value): Value {
  return value.kind === 'range' ? (netOf(value.from, value.to) ?? value) : value
}

/** Elements of a set with intervals, those that touch or overlap made one: so the kernel keeps a set that stands in a rule. */
export function merged(elements: readonly Element[], type: string): readonly Element[] {
  const spans: { from: bigint; to: bigint }[] = []
  for (const e of elements) {
    const value = e.key.length === 1 && e.to === undefined ? e.key[0] : undefined
    const both = value && ends(value)
    const [from, to] = both ? [numberOf(both[0], type), numberOf(both[1], type)] : []
    if (from === undefined || to === undefined) return elements
    spans.push({ from, to })
  }
  spans.sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0))
  const out: { from: bigint; to: bigint }[] = []
  for (const span of spans) {
    const last = out[out.length - 1]
    if (!last || span.from > last.to + 1n) out.push({ ...span })
    else if (span.to > last.to) last.to = span.to
  }
  const family: Family | undefined = type === 'ipv4_addr' ? 4 : type === 'ipv6_addr' ? 6 : undefined
  const text = (n: bigint): string => (family === undefined ? `${n}` : fromBigInt(n, family))
  return out.map(({ from, to }): Element => {
    const value: Value = from === to ? { kind: 'one', text: text(from) } : { kind: 'range', from: text(from), to: text(to) }
    return { key: [asListed(value)] }
  })
}
