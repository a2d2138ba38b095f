import type { Match, Part, Target } from '../../../kernel/iptables/ast.ts'
import { printMatch, printTarget } from '../../../kernel/iptables/print-rule.ts'

/** A rule before it has its id. */
export interface FelixRule {
  readonly comments?: readonly string[]
  readonly match?: readonly Part[]
  /** Absent: the rule only carries a comment, in a policy that allows nothing. */
  readonly action?: Target
}

const hex = (n: number): string => (n === 0 ? '0' : `0x${n.toString(16)}`)
const bang = (one: { readonly not?: true }): string => (one.not ? '! ' : '')

/** Felix counts protocols by number where it says so (`{part: 'proto', proto: '17'}`), and names them where a policy does. */
function matchText(m: Match): string {
  if (m.kind === 'mark') return `-m mark ${bang(m)}--mark ${hex(m.value)}/${hex(m.mask)}`
  if (m.kind === 'multiport') {
    const option = { dports: 'destination-ports', sports: 'source-ports', ports: 'ports' }[m.which]
    const ports = m.ports.map(({ from, to }) => (from === to ? `${from}` : `${from}:${to}`)).join(',')
    return `-m multiport ${bang(m)}--${option} ${ports}`
  }
  // iptables prints this one the other way round
  return printMatch(m).replace('-m rpfilter --validmark --invert', '-m rpfilter --invert --validmark')
}

function partText(part: Part): string {
  if (part.part === 'src') return `${bang(part)}--source ${part.net}`
  if (part.part === 'dst') return `${bang(part)}--destination ${part.net}`
  if (part.part === 'in') return `${bang(part)}--in-interface ${part.dev}`
  if (part.part === 'out') return `${bang(part)}--out-interface ${part.dev}`
  if (part.part === 'proto') return `${bang(part)}-p ${part.proto}`
  if (part.part === 'dport' && part.ports.from === part.ports.to) return `${bang(part)}--dport ${part.ports.from}`
  if (part.part === 'match') return matchText(part.match)
  throw new Error(`Felix writes no ${part.part}`)
}

function targetText(t: Target): string {
  if (t.kind === 'jump' || t.kind === 'goto') return `--${t.kind} ${t.chain}`
  if (t.kind === 'mark') return `--jump MARK --set-mark ${hex(t.value)}/${hex(t.mask)}`
  return printTarget(t).replace(/^-j/, '--jump')
}

/** The rule's words as Felix has them before they go to iptables-restore: options in their long form (felix/iptables/match_builder.go). */
export const longForm = ({ comments = [], match = [], action }: FelixRule): readonly string[] => [
  ...comments.map((text) => `-m comment --comment "${text}"`),
  ...match.map(partText),
  ...(action === undefined ? [] : [targetText(action)]),
]
