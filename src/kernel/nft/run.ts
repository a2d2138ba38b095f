import type { CauseId } from '../../trace/cause.ts'
import type { Hook, RuleRef, RuleVerdict, Skb } from '../../trace/event.ts'
import type { NatTarget, TableVerdict } from '../iptables/run.ts'
import type { Netns } from '../machine.ts'
import type { Body, Run } from '../run.ts'
import { act, type LookedUp } from './act.ts'
import type { NftChain, NftRule, NftTable } from './ast.ts'
import type { BaseChain } from './base.ts'
import { printNftRule } from './print-rule.ts'
import type { NftSight } from './see.ts'

/** A base chain at its hook, for one packet. */
export interface NftVisit {
  readonly run: Run
  readonly journey: number
  readonly netns: Netns
  readonly family: 4 | 6
  readonly hook: Hook
  readonly base: BaseChain
  readonly iif?: string | undefined
  readonly oif?: string | undefined
}

interface Frame {
  readonly chain: NftChain
  next: number
}

/** The kernel refuses deeper jumps (NFT_JUMP_STACK_SIZE); so many changes of chain in one visit are a loop of gotos, which it refuses too. */
const DEEPEST = 16
const MOST = 4096

interface Hit {
  readonly index: number
  readonly skb: Skb
  readonly verdict: RuleVerdict
  readonly nat?: NatTarget
  readonly lookup?: LookedUp
  /** Cause of the element that decided. */
  readonly because?: CauseId
  readonly counted?: true
}

/** nft_do_chain: walks a base chain and what it leads to. */
export function runBaseChain(visit: NftVisit, skb: Skb): TableVerdict {
  const { table } = visit.base
  const stack: Frame[] = [{ chain: visit.base.chain, next: 0 }]
  let now = skb
  for (let steps = 0; steps < MOST; steps++) {
    const frame = stack[stack.length - 1] as Frame
    const hit = nextHit(visit, now, frame)
    if ('unmodelled' in hit) return { kind: 'unmodelled', skb: now, what: hit.unmodelled }
    now = hit.skb
    const passedOver = hit.index - frame.next
    frame.next = hit.index + 1
    if (!('verdict' in hit)) {
      const ended = endOf(visit, now, frame.chain, passedOver, stack.length === 1)
      if (ended) return ended
      stack.pop()
      continue
    }
    const rule = frame.chain.rules[hit.index] as NftRule
    const ref = refOf(visit, frame.chain, hit.index)
    const { verdict } = hit
    const body = verdict.kind === 'reject' || !visit.run.silent ? told(visit, hit, rule, ref, passedOver) : undefined
    if (verdict.kind === 'reject') return { kind: 'reject', skb: now, rule: ref, with: verdict.with, told: body as Body }
    if (body) visit.run.emit(visit.journey, body)
    if (hit.nat) return { kind: 'nat', skb: now, rule: ref, target: hit.nat, ...because(rule) }
    switch (verdict.kind) {
      case 'accept':
        return { kind: 'accept', skb: now }
      case 'drop':
        return { kind: 'drop', skb: now, rule: ref }
      case 'continue':
        break
      case 'return': {
        const ended = stack.length === 1 ? endOf(visit, now, visit.base.chain, 0, true) : undefined
        if (ended) return ended
        stack.pop()
        break
      }
      case 'jump':
      case 'goto': {
        const to = table.chains.get(verdict.chain)
        if (!to || stack.length > DEEPEST) return { kind: 'unmodelled', skb: now, what: `nft chain ${verdict.chain}` }
        if (verdict.kind === 'goto' && stack.length > 1) stack.pop()
        else if (verdict.kind === 'goto') frame.next = frame.chain.rules.length
        stack.push({ chain: to, next: 0 })
      }
    }
  }
  return { kind: 'unmodelled', skb: now, what: `nft chains of table ${table.name} that go round in a circle` }
}

const because = (rule: { readonly because?: CauseId }): { readonly because?: number } =>
  rule.because === undefined ? {} : { because: rule.because }

const refOf = (visit: NftVisit, chain: NftChain, index: number): RuleRef => ({
  netns: visit.netns.name,
  family: visit.family,
  table: visit.base.table.name,
  chain: chain.name,
  index,
  generation: visit.netns.nft?.generation ?? 0,
  language: 'nft',
  tableFamily: visit.base.table.family,
})

/** Key of a rule's counter in the moment; iptables tables of the same name have their own. */
export const nftCounterKey = (netns: string, table: NftTable, chain: string, index: number): string =>
  `${netns} nft ${table.family} ${table.name} ${chain} ${index}`

/** The next rule that matches: it decides, or it ran to its end. */
function nextHit(
  visit: NftVisit,
  skb: Skb,
  frame: Frame,
): Hit | { readonly unmodelled: string } | { readonly index: number; readonly skb: Skb } {
  let now = skb
  let sight = sightOf(visit, now)
  const { chain } = frame
  const { table } = visit.base
  const at = {
    table,
    chain,
    index: 0,
    get counter() {
      return nftCounterKey(visit.netns.name, table, chain.name, this.index)
    },
  }
  rules: for (let index = frame.next; index < chain.rules.length; index++) {
    let lookup: LookedUp | undefined
    let counted: true | undefined
    at.index = index
    const more = (): Pick<Hit, 'lookup' | 'counted'> => ({ ...(lookup ? { lookup } : {}), ...(counted ? { counted } : {}) })
    for (const statement of chain.rules[index]?.statements ?? []) {
      const did = act(statement, sight, at)
      switch (did.did) {
        case 'break':
          continue rules
        case 'next':
          if (did.skb) {
            now = did.skb
            sight = sightOf(visit, now)
          }
          lookup = did.lookup ?? lookup
          counted = did.counted ?? counted
          break
        case 'verdict':
          lookup = did.lookup ?? lookup
          return { index, skb: now, verdict: did.verdict, ...more(), ...(did.because === undefined ? {} : { because: did.because }) }
        case 'nat':
          return { index, skb: now, verdict: { kind: 'accept' }, nat: did.target, ...more() }
        case 'unmodelled':
          return { unmodelled: did.what }
      }
    }
    return { index, skb: now, verdict: { kind: 'continue' }, ...more() }
  }
  return { index: chain.rules.length, skb: now }
}

const sightOf = (visit: NftVisit, skb: Skb): NftSight => ({
  run: visit.run,
  netns: visit.netns,
  hook: visit.hook,
  skb,
  iif: visit.iif,
  oif: visit.oif,
})

const where = (visit: NftVisit): Body['at'] => ({ netns: visit.netns.name, hook: visit.hook, family: visit.family })

const texts = new WeakMap<NftRule, string>()

function textOf(rule: NftRule): string {
  const old = texts.get(rule)
  if (old !== undefined) return old
  const made = printNftRule(rule)
  texts.set(rule, made)
  return made
}

function told(visit: NftVisit, hit: Hit, rule: NftRule, ref: RuleRef, passedOver: number): Body {
  const { base } = visit.base
  const count = hit.counted && visit.run.moment.counters.get(nftCounterKey(ref.netns, visit.base.table, ref.chain, ref.index))
  return {
    kind: 'rule',
    rule: ref,
    text: textOf(rule),
    verdict: hit.verdict,
    passedOver,
    base: visit.base.chain.name,
    priority: base.priority,
    at: where(visit),
    after: { kind: 'skb', skb: hit.skb },
    ...(hit.lookup ? { lookup: hit.lookup } : {}),
    ...(count ? { writes: [{ kind: 'counter', rule: ref, ...count }] } : {}),
    ...because(hit.because === undefined ? rule : hit),
  }
}

/** A chain that ran out; a base chain then decides by its policy. */
function endOf(visit: NftVisit, skb: Skb, chain: NftChain, passedOver: number, isBase: boolean): TableVerdict | undefined {
  const { table, base } = visit.base
  if (!visit.run.silent)
    visit.run.emit(visit.journey, {
      kind: 'chain-end',
      table: table.name,
      chain: chain.name,
      language: 'nft',
      ...(isBase ? { policy: base.policy } : {}),
      passedOver,
      base: visit.base.chain.name,
      priority: base.priority,
      at: where(visit),
      after: { kind: 'skb', skb },
    })
  return isBase ? { kind: base.policy, skb } : undefined
}
