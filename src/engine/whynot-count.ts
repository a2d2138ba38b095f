import type { Rule } from '../kernel/iptables/ast.ts'
import type { TextPart, WhyNot } from './columns/shape.ts'

/** `-m limit`, which the kernel reads from its words. */
export const LIMIT = '-m limit'

/** The part of a rule that counts packets: where its count stood at a moment is not kept with the steps. */
export function countOf(rule: Rule): WhyNot | undefined {
  for (const match of rule.matches) {
    if (match.kind === 'nth')
      return { part: 'turn', wanted: `${match.packet}/${match.every}`, found: '', ...(match.not ? { not: true } : {}) }
    if (match.kind === 'unknown' && match.words.startsWith(`${LIMIT} `))
      return { part: 'rate', wanted: match.words.slice(LIMIT.length + 1), found: '' }
  }
  return undefined
}

/** A rule that was passed over although all else of it matched was passed over for its count. */
export function blameCount(rule: Rule, parts: TextPart[], why: WhyNot[]): void {
  const count = countOf(rule)
  if (count === undefined || why.length > 0) return
  why.push(count)
  const at = parts.findIndex((p) => p.role === 'condition' && /--(limit|every) /.test(p.text))
  const part = parts[at]
  if (part) parts[at] = { ...part, hit: false }
}
