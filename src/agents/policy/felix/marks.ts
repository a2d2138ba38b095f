import type { Part, Target } from '../../../kernel/iptables/ast.ts'

/**
 * Bits of the packet's mark by which Felix v3.30 and later tells itself what its chains found (felix/rules/rule_defs.go; mask 0xffff0000,
 * lowest bit first): accepted, passed on to the profiles, dropped, and two scratch bits for rules that iptables cannot say in one.
 */
export const ACCEPT = 0x10000
export const PASS = 0x20000
export const SCRATCH0 = 0x80000
export const SCRATCH1 = 0x100000
/** All that is left, for the Pod that a packet came from; its lowest bit is for what came from no Pod. Beside IPVS alone. */
export const ENDPOINT = 0xffe00000
export const NON_CALI = 0x200000

const mark = (value: number, mask: number): Part => ({ part: 'match', match: { kind: 'mark', value, mask } })

/** The one bit is set. */
export const isSet = (bit: number): Part => mark(bit, bit)
/** None of the bits is set. */
export const isClear = (bits: number): Part => mark(0, bits)
/** Any of the bits is set. */
export const isAny = (bits: number): Part => ({ part: 'match', match: { kind: 'mark', value: 0, mask: bits, not: true } })

export const set = (bit: number): Target => ({ kind: 'mark', value: bit, mask: bit })
export const clear = (bits: number): Target => ({ kind: 'mark', value: 0, mask: bits })
/** The bits of the mask are these. */
export const isMarked = (value: number, mask: number, not?: true): Part => ({
  part: 'match',
  match: { kind: 'mark', value, mask, ...(not ? { not } : {}) },
})

/** The bits of the mask become those of `value`. */
export const assign = (value: number, mask: number): Target => ({ kind: 'mark', value, mask })
