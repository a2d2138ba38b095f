import type { Chain, Rule, Target } from './ast.ts'

/** What a rule leads to, in words that stay the same when other rules come and go. */
function targetName(target: Target | undefined): string {
  if (target === undefined) return ''
  if (target.kind === 'dnat') return `dnat ${target.to}`
  return 'chain' in target ? target.chain : target.kind
}

const throws = (rule: Rule): boolean => rule.matches.some((m) => m.kind === 'statistic')
const made = new WeakMap<Chain, readonly string[]>()

/**
 * What each rule of a chain leads to, as the dice of the chain are named. xt_statistic throws anew at each rule, so two that lead to
 * the same are two dice: the later ones carry their number (`accept #2`). Rules without dice count for nothing here.
 */
export function leadsOf(chain: Chain): readonly string[] {
  const known = made.get(chain)
  if (known) return known
  const seen = new Map<string, number>()
  const names = chain.rules.map((rule) => {
    const name = targetName(rule.target)
    if (!throws(rule)) return name
    const nth = (seen.get(name) ?? 0) + 1
    seen.set(name, nth)
    return nth === 1 ? name : `${name} #${nth}`
  })
  made.set(chain, names)
  return names
}
