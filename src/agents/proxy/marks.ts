import type { Part, Written } from '../../kernel/iptables/ast.ts'
import type { Why } from '../why.ts'
import { comment, states, target } from '../write.ts'
import { hex8, type ProxyView } from './view.ts'

/** Rules around the masquerade mark, the same in every mode that writes iptables rules. */
export const fixedRule = (view: ProxyView, parts: readonly Part[], why: Why = 'fixed-rule'): Written => ({
  parts,
  because: view.because(why, [view.cluster.proxy.because]),
})

const setMark = (option: 'or-mark' | 'xor-mark', mark: number): Part =>
  target({ kind: 'mark', value: mark, mask: option === 'or-mark' ? mark : 0, written: { option, text: hex8(mark) } })
const marked = (mark: number): Part => ({ part: 'match', match: { kind: 'mark', value: mark, mask: mark, digits: 8 } })
const notMarked = (mark: number): Part => ({ part: 'match', match: { kind: 'mark', value: mark, mask: mark, digits: 8, not: true } })

/** The mark is taken off before MASQUERADE: a packet that comes through again, encapsulated, is not masqueraded twice. */
export const postroutingRules = (view: ProxyView, mark: number): readonly Written[] => [
  fixedRule(view, [notMarked(mark), target({ kind: 'return' })]),
  fixedRule(view, [setMark('xor-mark', mark)]),
  fixedRule(view, [
    comment('kubernetes service traffic requiring SNAT'),
    target({ kind: 'masquerade', ...(view.node.iptablesRandomFully ? { randomFully: true } : {}) }),
  ]),
]

export const markRules = (view: ProxyView, mark: number): readonly Written[] => [fixedRule(view, [setMark('or-mark', mark)])]

/** What is to be masqueraded, and what belongs to a known connection, goes on whatever the policy of FORWARD is. */
export const acceptRules = (view: ProxyView, mark: number): readonly Written[] => [
  fixedRule(view, [comment('kubernetes forwarding rules'), marked(mark), target({ kind: 'accept' })]),
  fixedRule(view, [comment('kubernetes forwarding conntrack rule'), states('RELATED', 'ESTABLISHED'), target({ kind: 'accept' })]),
]
