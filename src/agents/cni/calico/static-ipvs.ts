import type { Part } from '../../../kernel/iptables/ast.ts'
import type { Family } from '../../../net/ip.ts'
import { ACCEPT, clear, ENDPOINT, isAny, isMarked, isSet, NON_CALI } from '../../policy/felix/marks.ts'
import type { FelixRule } from './long-form.ts'
import { setName } from './names.ts'
import { accept, inSet } from './static-tunnels.ts'

/**
 * Beside kube-proxy in IPVS mode (KubeIPVSSupportEnabled of felix/rules/static.go): what IPVS takes passes INPUT and OUTPUT, where it is
 * judged as FORWARD would have judged it. A mark tells the Pod that sent it.
 */
const FORWARD_CHECK = 'cali-forward-check'
const FORWARD_MARK = 'cali-forward-endpoint-mark'
const SET_MARK = 'cali-set-endpoint-mark'
/** KubeNodePortRanges of FelixConfiguration. */
const NODE_PORTS = { from: 30000, to: 32767 }

/** Before all that is for the node itself. */
export const ipvsInput: readonly FelixRule[] = [
  { action: clear(ENDPOINT) },
  { action: { kind: 'jump', chain: FORWARD_CHECK } },
  { match: [isAny(ENDPOINT)], action: { kind: 'return' } },
]

export const ipvsOutput: readonly FelixRule[] = [{ match: [isAny(ENDPOINT)], action: { kind: 'goto', chain: FORWARD_MARK } }]

/** Of mangle's POSTROUTING: what IPVS forwards is no host's own traffic. */
export const ipvsPostrouting: readonly FelixRule[] = [{ match: [isAny(ENDPOINT)], action: { kind: 'return' } }]

export function ipvsChains(family: Family): readonly (readonly [name: string, rules: readonly FelixRule[]])[] {
  const host = setName('this-host', family)
  const ports: Part = { part: 'match', match: { kind: 'multiport', which: 'dports', ports: [NODE_PORTS] } }
  const established: Part = { part: 'match', match: { kind: 'conntrack', states: ['RELATED', 'ESTABLISHED'] } }
  return [
    [
      FORWARD_CHECK,
      [
        { match: [established], action: { kind: 'return' } },
        ...['tcp', 'udp'].map(
          (proto): FelixRule => ({
            comments: ['To kubernetes NodePort service'],
            match: [{ part: 'proto', proto }, ports, inSet(host, 'dst')],
            action: { kind: 'goto', chain: SET_MARK },
          }),
        ),
        { comments: ['To kubernetes service'], match: [inSet(host, 'dst', true)], action: { kind: 'jump', chain: SET_MARK } },
      ],
    ],
    [
      FORWARD_MARK,
      [
        { match: [isMarked(NON_CALI, ENDPOINT, true)], action: { kind: 'jump', chain: 'cali-from-endpoint-mark' } },
        { match: [{ part: 'out', dev: 'cali+' }], action: { kind: 'jump', chain: 'cali-to-wl-dispatch' } },
        { action: { kind: 'jump', chain: 'cali-to-hep-forward' } },
        // what is put into a tunnel keeps its mark, and is no Pod's any more
        { action: clear(ENDPOINT) },
        { comments: ['Policy explicitly accepted packet.'], match: [isSet(ACCEPT)], action: accept },
      ],
    ],
  ]
}
