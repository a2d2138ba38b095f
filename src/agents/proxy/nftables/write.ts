import type { Element, NftVerdict, Statement, Value } from '../../../kernel/nft/ast.ts'
import type { Field } from '../../../kernel/nft/fields.ts'
import type { Cidr, Ip } from '../../../net/ip.ts'
import { hex8 } from '../view.ts'

/** Word groups of nft rules, so that a writer's file reads like the rules it writes. */
export const one = (text: string | number): Value => ({ kind: 'one', text: `${text}` })

/** An address, or a net with its length, as it was given. */
export const place = (text: Ip | Cidr): Value => (text.includes('/') ? { kind: 'net', net: text as Cidr } : one(text))
export const is = (field: Field, value: Value): Statement => ({ kind: 'match', key: [field], bits: [], op: '==', values: [value] })
export const isNot = (field: Field, value: Value): Statement => ({ kind: 'match', key: [field], bits: [], op: '!=', values: [value] })
export const isIn = (field: Field, set: string): Statement => ({ kind: 'in', key: [field], among: { set } })
export const lookedUp = (key: readonly Field[], set: string): Statement => ({ kind: 'vmap', key, among: { set } })
export const isNew = is('ct state', one('new'))
export const jump = (chain: string): Statement => ({ kind: 'verdict', verdict: 'jump', chain })
export const goto = (chain: string): Statement => ({ kind: 'verdict', verdict: 'goto', chain })
export const end = (verdict: 'drop' | 'return'): Statement => ({ kind: 'verdict', verdict })
export const marked = (op: '|' | '^', value: number): Statement => ({
  kind: 'set-mark',
  what: 'meta mark',
  from: 'meta mark',
  bits: [{ op, value }],
})
export const hasNoMark = (value: number): Statement => ({
  kind: 'match',
  key: ['meta mark'],
  bits: [{ op: '&', value }],
  op: '==',
  values: [one(hex8(0))],
})

/** An element of a map or set. */
export const element = (key: readonly (string | number)[], to: NftVerdict | undefined, because: number, comment?: string): Element => ({
  key: key.map(one),
  ...(comment === undefined ? {} : { comment }),
  ...(to === undefined ? {} : { to }),
  because,
})
