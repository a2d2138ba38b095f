import { networkOf } from '../../net/cidr.ts'
import type { Element, Value } from './ast.ts'
import { bytesOf, numberOf } from './values.ts'

const firstOf = (value: Value): string => {
  switch (value.kind) {
    case 'one':
    case 'start':
      return value.text
    case 'net':
      return networkOf(value.net)
    case 'range':
      return value.from
    case 'any':
      return ''
  }
}

/** Characters of a name as one number with the last one highest: names stand in host order, here little endian. */
function nameNumber(text: string): bigint {
  let n = 0n
  for (let i = text.length - 1; i >= 0; i--) n = (n << 8n) | BigInt(text.charCodeAt(i))
  return n
}

const reversed = (n: bigint, bytes: number): bigint => {
  let out = 0n
  for (let i = 0; i < bytes; i++) out = (out << 8n) | ((n >> BigInt(8 * i)) & 0xffn)
  return out
}

const isHostOrder = (type: string): boolean => type === 'mark' || type === 'ct_state' || type === 'iface_index'

/**
 * The number by which nft sorts elements: a value by itself, a concatenation as its bytes in memory read as one number of the machine's
 * own order (little endian), so the last byte counts most.
 */
function weight(key: readonly Value[], types: readonly string[]): bigint | undefined {
  if (key.length === 1) {
    const [value, type] = [key[0] as Value, types[0] ?? '']
    if (value.kind === 'any') return 1n << 200n
    return type === 'ifname' ? nameNumber(firstOf(value)) : numberOf(firstOf(value), type)
  }
  let out = 0n
  for (let i = key.length - 1; i >= 0; i--) {
    const [value, type] = [key[i] as Value, types[i] ?? '']
    const bytes = type === 'ifname' ? 16 : bytesOf(type)
    const n = type === 'ifname' ? nameNumber(firstOf(value)) : numberOf(firstOf(value), type)
    if (bytes === undefined || n === undefined) return undefined
    out = (out << BigInt(8 * bytes)) | (type === 'ifname' || isHostOrder(type) ? n : reversed(n, bytes))
  }
  return out
}

/** Elements as nft lists them; where a type's order is not known they stay as they are. */
export function inOrder(elements: readonly Element[], types: readonly string[]): readonly Element[] {
  const weighed = elements.map((e) => ({ e, w: weight(e.key, types) }))
  if (weighed.some(({ w }) => w === undefined)) return elements
  return weighed.sort((a, b) => ((a.w as bigint) < (b.w as bigint) ? -1 : (a.w as bigint) > (b.w as bigint) ? 1 : 0)).map(({ e }) => e)
}
