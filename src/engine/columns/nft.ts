import type { NftChain, NftRule, NftTable, Statement } from '../../kernel/nft/ast.ts'
import { type BaseChain, baseChains } from '../../kernel/nft/base.ts'
import { priorityText } from '../../kernel/nft/priority.ts'
import { nftCounterKey } from '../../kernel/nft/run.ts'
import type { NftSight } from '../../kernel/nft/see.ts'
import type { TraceEvent } from '../../trace/event.ts'
import { type JudgedNft, judgeNft, nftParts } from '../whynot-nft.ts'
import type { Language, Standing } from './language.ts'
import { nftLooks } from './nft-looks.ts'
import { replaySets } from './nft-sets.ts'
import type { Ground } from './rows.ts'
import { chainNameOf, momentAt, passedBy, type RuleEvent, type Step, skbOf } from './sight.ts'
import type { Pass } from './visit.ts'

/** The base chain that a pass began at. The steps name its table; its family only those that matched. */
function baseOf({ netns }: Standing, pass: Pass): BaseChain | undefined {
  const [first] = pass.steps
  const named = pass.steps.find((s): s is RuleEvent => s.kind === 'rule')?.rule.tableFamily
  const { hook, family } = first?.at ?? {}
  if (!netns.nft || hook === undefined) return undefined
  return baseChains(netns.nft, family ?? 4, hook).find(
    ({ table, chain, base }) =>
      table.name === pass.table &&
      chain.name === pass.base &&
      base.priority === pass.priority &&
      (named === undefined || table.family === named),
  )
}

const rewrites = (s: Statement): boolean => s.kind === 'set-mark' || isNat(s)
const isNat = (s: Statement): boolean => s.kind === 'dnat' || s.kind === 'snat' || s.kind === 'masquerade' || s.kind === 'redirect'

/** What a packet was to the rules of a chain, one after the other: what one of them changes, the next one sees. */
function asker(at: Standing, table: NftTable, chain: NftChain, step: Step, was: TraceEvent | undefined) {
  const skb = skbOf(was)
  const hook = step.at.hook
  if (!skb || hook === undefined) return undefined
  const moment = momentAt(at.scene, step, skb)
  replaySets(at, step.seq, moment)
  const base: NftSight = {
    run: { moment, luck: at.scene.luck },
    netns: at.netns,
    hook,
    skb,
    ...(skb.iif === undefined ? {} : { iif: skb.iif }),
    ...(skb.oif === undefined ? {} : { oif: skb.oif }),
  }
  const [from] = passedBy(step, chain)
  const judged: { readonly sight: NftSight; readonly judged: JudgedNft }[] = []
  return (index: number): { readonly sight: NftSight; readonly judged: JudgedNft } | undefined => {
    while (from + judged.length <= index) {
      const rule = chain.rules[from + judged.length]
      if (!rule) return undefined
      const sight = { ...base, skb: judged.at(-1)?.judged.skb ?? skb }
      const counter = nftCounterKey(at.netns.name, table, chain.name, from + judged.length)
      judged.push({ sight, judged: judgeNft(rule, sight, { table, chain, counter }) })
    }
    return judged[index - from]
  }
}

const ofChain = (chain: NftChain | undefined): ReturnType<Language['chain']> =>
  chain && {
    total: chain.rules.length,
    ...(chain.base ? { policy: chain.base.policy === 'drop' ? ('DROP' as const) : ('ACCEPT' as const) } : {}),
  }

/** One base chain of nft at one hook, and what it leads to. */
export function nftLanguage(at: Standing, pass: Pass): Language {
  const found = baseOf(at, pass)
  const table = found?.table
  const ruleAt = (step: RuleEvent): NftRule | undefined => table?.chains.get(step.rule.chain)?.rules[step.rule.index]
  const has = (step: RuleEvent, ask: (s: Statement) => boolean): boolean => ruleAt(step)?.statements.some(ask) === true
  return {
    named: {
      kind: 'nft',
      table: `${table?.family ?? ''} ${pass.table}`.trim(),
      ...(found ? { priority: priorityText(found.base.priority, found.base.hook, found.table.family) } : {}),
    },
    ground(step, was): Ground | undefined {
      const chain = table?.chains.get(chainNameOf(step))
      if (!table || !chain) return undefined
      const ask = asker(at, table, chain, step, was)
      const [from] = passedBy(step, chain)
      return {
        step,
        total: chain.rules.length,
        passed: passedBy(step, chain),
        row(index, state, facts = {}) {
          const rule = chain.rules[index] ?? { statements: [] }
          const judged = state === 'no' || state === 'unmodelled' ? ask?.(index)?.judged : undefined
          const counted = at.scene.moment.counters.get(nftCounterKey(at.netns.name, table, chain.name, index))
          return {
            kind: 'rule',
            index,
            state,
            seq: step.seq,
            parts: judged?.parts ?? nftParts(rule, state === 'matched' ? () => true : undefined),
            why: state === 'no' ? (judged?.why ?? []) : [],
            rewrites: rule.statements.some(rewrites),
            packets: counted?.packets ?? 0,
            bytes: counted?.bytes ?? 0,
            ...facts,
            ...(rule.comment === undefined ? {} : { comment: rule.comment }),
            ...(rule.because === undefined ? {} : { because: rule.because }),
          }
        },
        miss: (index) => (index < from ? undefined : ask?.(index)?.judged.why[0]?.part),
        stops: (index) => ask?.(index)?.judged.unmodelled === true,
        changes: (matched) => has(matched, isNat),
      }
    },
    chain: (name) => ofChain(table?.chains.get(name)),
    comment: (step) => ruleAt(step)?.comment,
    looks(step, was) {
      const chain = table?.chains.get(step.rule.chain)
      const rule = ruleAt(step)
      const sight = table && chain && asker(at, table, chain, step, was)?.(step.rule.index)?.sight
      return table && rule && sight ? nftLooks(rule, sight, table, step) : []
    },
    decides: (step) => step.verdict.kind === 'accept' || step.verdict.kind === 'drop' || step.verdict.kind === 'reject' || has(step, isNat),
    masquerades(step) {
      const found = ruleAt(step)?.statements.find((s) => s.kind === 'masquerade')
      return found?.kind === 'masquerade' ? { randomFully: found.flags.some((f) => f === 'fully-random' || f === 'random') } : undefined
    },
    asksMark(step, mark) {
      const chain = table?.chains.get(chainNameOf(step))
      const [from, to] = chain ? passedBy(step, chain) : [0, -1]
      return chain?.rules.slice(from, to + 1).some((r) => r.statements.some((s) => asks(s, mark))) === true
    },
  }
}

/** Does a statement look at any of these bits of the packet's mark? */
function asks(s: Statement, mark: number): boolean {
  if (s.kind !== 'match' || s.key[0] !== 'meta mark') return false
  return s.bits.length === 0 || s.bits.some((b) => b.op !== '&' || (b.value & mark) !== 0)
}
