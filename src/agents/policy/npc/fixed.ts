import type { Part } from '../../../kernel/iptables/ast.ts'
import type { Cidr } from '../../../net/ip.ts'
import { comment, dstType, jump, target, to } from '../../write.ts'
import { defaultAllow } from './names.ts'

/** Rules that stand on every node with weave-npc 2.8 (prog/weave-npc/main.go, npc/namespace.go). */

/** Bit of a packet that some egress rule lets out. */
const MARK = 0x40000
/** The bridge's way to the other nodes. */
const PORT = 'vethwe-bridge'
const MULTICAST = '224.0.0.0/4' as Cidr

const state = (...states: readonly ('NEW' | 'RELATED' | 'ESTABLISHED')[]): Part => ({
  part: 'match',
  match: { kind: 'conntrack', states, module: 'state' },
})
const unmarked: Part = { part: 'match', match: { kind: 'mark', value: MARK, mask: MARK, not: true } }
const accept = target({ kind: 'accept' })
const leave = target({ kind: 'return' })

export const FIXED: readonly (readonly [chain: string, rules: readonly (readonly Part[])[]])[] = [
  [
    'WEAVE-NPC',
    [
      [state('RELATED', 'ESTABLISHED'), accept],
      [to(MULTICAST), accept],
      // for a Pod of another node, which judges it
      [{ part: 'match', match: { kind: 'physdev', out: PORT, isBridged: true } }, accept],
      [state('NEW'), jump('WEAVE-NPC-DEFAULT')],
      [state('NEW'), jump('WEAVE-NPC-INGRESS')],
    ],
  ],
  [
    'WEAVE-NPC-EGRESS',
    [
      [state('RELATED', 'ESTABLISHED'), accept],
      [{ part: 'match', match: { kind: 'physdev', in: PORT, isBridged: true } }, leave],
      [dstType('LOCAL'), leave],
      [to(MULTICAST), leave],
      [state('NEW'), jump('WEAVE-NPC-EGRESS-DEFAULT')],
      [state('NEW'), unmarked, jump('WEAVE-NPC-EGRESS-CUSTOM')],
      [state('NEW'), unmarked, target({ kind: 'log', words: '--nflog-group 86', group: true })],
      [unmarked, target({ kind: 'drop' })],
    ],
  ],
  ['WEAVE-NPC-EGRESS-ACCEPT', [[target({ kind: 'mark', value: MARK, mask: MARK })]]],
]

/** What lets Pods through that no policy isolates. */
export function bypass(namespace: string): Readonly<Record<'ingress' | 'egress', readonly (readonly Part[])[]>> {
  const rule = (direction: 'ingress' | 'egress', end: Part): readonly Part[] => [
    { part: 'match', match: { kind: 'set', name: defaultAllow(direction, namespace), dirs: [direction === 'ingress' ? 'dst' : 'src'] } },
    comment(`DefaultAllow ${direction} isolation for namespace: ${namespace}`),
    end,
  ]
  return {
    ingress: [rule('ingress', accept)],
    egress: [rule('egress', jump('WEAVE-NPC-EGRESS-ACCEPT')), rule('egress', leave)],
  }
}
