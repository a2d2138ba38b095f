import type { Chain, Rule, Target } from '../../kernel/iptables/ast.ts'
import { ruleMatches, type Sight } from '../../kernel/iptables/match.ts'
import type { Netns } from '../../kernel/machine.ts'
import { firstMiss, judge } from '../whynot.ts'
import { countOf } from '../whynot-count.ts'
import { ipsetLooks } from './ipset.ts'
import { ipvsBefore } from './ipvs-replay.ts'
import type { Language, Scene, Standing } from './language.ts'
import type { Ground } from './rows.ts'
import type { RuleRow } from './shape.ts'
import { chainOf, lookFrom, passedBy, type RuleEvent, rulesWith, type Step } from './sight.ts'
import type { Pass } from './visit.ts'

const rewrites = (target: Target | undefined): boolean => {
  switch (target?.kind) {
    case 'dnat':
    case 'snat':
    case 'masquerade':
    case 'redirect':
    case 'mark':
    case 'connmark':
      return true
    case undefined:
    case 'jump':
    case 'goto':
    case 'accept':
    case 'drop':
    case 'return':
    case 'reject':
    case 'log':
    case 'notrack':
    case 'unknown':
      return false
  }
}

/** Does a table end at this target? One that is not modelled ends the whole walk. */
function decides(target: Target | undefined): boolean {
  switch (target?.kind) {
    case undefined:
    case 'jump':
    case 'goto':
    case 'return':
    case 'mark':
    case 'connmark':
    case 'log':
      return false
    case 'accept':
    case 'drop':
    case 'reject':
    case 'dnat':
    case 'snat':
    case 'masquerade':
    case 'redirect':
    case 'notrack':
    case 'unknown':
      return true
  }
}

const changes = (target: Target | undefined): boolean => decides(target) && rewrites(target)

const commentOf = (rule: Rule | undefined): string | undefined =>
  rule?.matches.flatMap((m) => (m.kind === 'comment' && m.text !== '' ? [m.text] : []))[0]

/** Key of what a rule or a policy has counted. */
const counterKey = (step: Step, table: string, chain: string, what: number | 'policy'): string =>
  `${step.at.netns} ${step.at.family ?? 4} ${table} ${chain} ${what}`

/** What IPVS knew, for rules that ask it (`-m ipvs`). */
function withIpvs(scene: Scene, netns: Netns, seq: number, sight: Sight | undefined): Sight | undefined {
  if (!sight || !netns.ipvs || sight.moment.ipvs.has(netns.name)) return sight
  const known = ipvsBefore(scene, netns, netns.ipvs, seq, sight.skb).ipvs.get(netns.name)
  if (known) sight.moment.ipvs.set(netns.name, known)
  return sight
}

/** One table of iptables at one hook. */
export function iptablesLanguage({ scene, netns }: Standing, pass: Pass): Language {
  const family = pass.steps[0]?.at.family ?? 4
  const ruleAt = (step: RuleEvent): Rule | undefined => chainOf(netns, step)?.rules[step.rule.index]
  const targetAt = (step: RuleEvent): Target | undefined => ruleAt(step)?.target
  const counted = (step: Step, chain: string, index: number | 'policy'): Pick<RuleRow, 'packets' | 'bytes'> => {
    const { packets, bytes } = scene.moment.counters.get(counterKey(step, pass.table, chain, index)) ?? { packets: 0, bytes: 0 }
    return { packets, bytes }
  }
  return {
    named: { kind: 'iptables', table: pass.table },
    ground(step, was): Ground | undefined {
      const chain = chainOf(netns, step)
      if (!chain) return undefined
      const bare = lookFrom(scene, step, was)
      const look: typeof bare = bare && rulesWith(chain, 'ipvs').length > 0 ? (i) => withIpvs(scene, netns, step.seq, bare(i)) : bare
      return {
        step,
        total: chain.rules.length,
        passed: passedBy(step, chain),
        row(index, state, facts = {}) {
          const rule = chain.rules[index] ?? { matches: [] }
          const stopped = state === 'matched' && rule.target?.kind === 'unknown' ? 'unmodelled' : state
          const { parts, why } = judge(rule, state === 'unread' ? undefined : look?.(index), state === 'no')
          const comment = commentOf(rule)
          return {
            kind: 'rule',
            index,
            state: stopped,
            seq: step.seq,
            parts,
            why,
            rewrites: rewrites(rule.target),
            ...counted(step, chain.name, index),
            ...facts,
            ...(comment === undefined ? {} : { comment }),
            ...(rule.because === undefined ? {} : { because: rule.because }),
          }
        },
        miss(index) {
          const [rule, sight] = [chain.rules[index], look?.(index)]
          return rule && sight && (firstMiss(rule, sight) ?? countOf(rule)?.part)
        },
        stops(index) {
          const [rule, sight] = [chain.rules[index], look?.(index)]
          // a rule that counts would take this look for a packet
          return rule !== undefined && sight !== undefined && !countOf(rule) && typeof ruleMatches(rule, sight) === 'object'
        },
        policyCount: () => counted(step, chain.name, 'policy'),
        changes: (matched) => changes(targetAt(matched)),
      }
    },
    chain(name) {
      const chain: Chain = netns.rules[family].chain(pass.table as Parameters<(typeof netns.rules)[4]['chain']>[0], name) ?? {
        name,
        rules: [],
      }
      return { total: chain.rules.length, ...(chain.policy === undefined ? {} : { policy: chain.policy }) }
    },
    comment: (step) => commentOf(ruleAt(step)),
    looks: (step, was) => ipsetLooks(scene, netns, step, ruleAt(step), was),
    decides: (step) => decides(targetAt(step)),
    masquerades(step) {
      const target = targetAt(step)
      return target?.kind === 'masquerade' ? { randomFully: target.randomFully === true } : undefined
    },
    asksMark(step, mark) {
      const chain = chainOf(netns, step)
      if (!chain) return false
      const [from, to] = passedBy(step, chain)
      const asks = (i: number): boolean => chain.rules[i]?.matches.some((m) => m.kind === 'mark' && (m.mask & mark) !== 0) === true
      return rulesWith(chain, 'mark').some((i) => i >= from && i <= to && asks(i))
    },
  }
}
