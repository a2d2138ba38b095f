import { priorityText } from '../../kernel/nft/priority.ts'
import type { RuleVerdict, TraceEvent } from '../../trace/event.ts'
import type { Journey } from '../../trace/journey.ts'
import type { Step } from './golden.ts'
import type { Naming } from './names.ts'

/** How nft names the priorities of the tables that iptables makes; `srcnat` and `dstnat` only at their own hooks. */
function priorityName(table: string, base: string): string {
  if (table !== 'nat') return table
  return ({ PREROUTING: 'dstnat', POSTROUTING: 'srcnat', OUTPUT: '-100', INPUT: '100' } as Readonly<Record<string, string>>)[base] ?? base
}

function verdictText(verdict: RuleVerdict): string {
  switch (verdict.kind) {
    case 'jump':
    case 'goto':
      return `${verdict.kind} ${verdict.chain}`
    case 'reject':
      return 'drop'
    case 'accept':
    case 'drop':
    case 'return':
    case 'continue':
      return verdict.kind
  }
}

interface HookStep {
  ns: string
  hook: string
  iif?: string
  oif?: string
  in: string
  out?: string
  mark?: string
  chains?: { table: string; chain: string; priority: string; rules: Record<string, unknown>[]; verdict: string }[]
}

/** What a recording does not show: namespaces that nobody observed, and base chains that the rules' backend never made. */
export interface Unseen {
  netns(name: string): boolean
  chain(netns: string, table: string, base: string): boolean
}

/** A journey in the steps of the recordings. */
export function stepsOf(journey: Journey, names: Naming, unseen: Unseen): readonly Step[] {
  const steps: Step[] = []
  let hook: HookStep | undefined
  /** The mark that the packet brought to this hook. */
  let entered = 0
  /** The mark after the first rule of the last chain: in these hooks the recorder sees no more of it. */
  let atChain: { readonly of: string; readonly mark: number } | undefined
  const markOf = (now: number): number => (hook && /^(forward|output)$/.test(hook.hook) && atChain ? atChain.mark : now)
  for (const event of journey.events) {
    const ns = event.at.netns
    if (unseen.netns(ns) || event.after.kind !== 'skb') continue
    const skb = event.after.skb
    const pkt = names.pkt(skb.packet)
    switch (event.kind) {
      case 'device': {
        if (event.device !== 'lo')
          steps.push({
            ns,
            dev: event.device,
            dir: event.dir,
            pkt,
            ...(event.ll && event.dir === 'rx' ? { ll: `${event.ll.src} > ${event.ll.dst}` } : {}),
          })
        break
      }
      case 'bridge': {
        steps.push({
          ns,
          bridge: event.hook,
          ...(event.iif === undefined ? {} : { iif: event.iif }),
          ...(event.oif === undefined ? {} : { oif: event.oif }),
          pkt,
        })
        break
      }
      case 'hook': {
        entered = skb.mark
        atChain = undefined
        hook = {
          ns,
          hook: event.at.hook ?? '',
          in: pkt,
          ...(skb.iif === undefined ? {} : { iif: skb.iif }),
          ...(skb.oif === undefined ? {} : { oif: skb.oif }),
        }
        steps.push(hook as unknown as Step)
        break
      }
      case 'conntrack': {
        // the recorder hears of the protocols with ports and of ICMP
        if ((event.what === 'confirmed' || event.what === 'changed') && event.entry && event.entry.orig.proto !== 'ipip') {
          steps.push({
            ns,
            conntrack: { orig: names.tuple(event.entry.orig), reply: names.tuple(event.entry.reply), status: event.entry.status },
          })
        }
        break
      }
      case 'rule':
      case 'chain-end':
        if (hook) addRule(hook, event, unseen)
        if (atChain?.of !== chainOf(event)) atChain = { of: chainOf(event), mark: skb.mark }
        break
      case 'hook-end':
      case 'nat':
        if (hook && event.kind === 'hook-end' && event.verdict === 'stolen') {
          // nobody stands between IPVS and the end of the hook that it takes a packet out of
          finish(hook, hook.in, entered)
        } else if (hook && !(hook.hook === 'forward' && skb.ipvs)) finish(hook, pkt, markOf(skb.mark))
        break
      case 'route':
      case 'neighbour':
      case 'fdb':
      case 'cross':
      case 'encap':
      case 'decap':
      case 'ttl':
      case 'fragment':
      case 'reassemble':
      case 'icmp-error':
      case 'socket':
      case 'process':
      case 'dns':
      case 'bpf':
      case 'bpf-map':
      case 'bpf-end':
      case 'drop':
        break
    }
    if (event.kind === 'rule' && hook) finish(hook, pkt, markOf(skb.mark))
  }
  return steps
}

/** The base chain that an event belongs to. */
const chainOf = (event: Extract<TraceEvent, { kind: 'rule' | 'chain-end' }>): string =>
  `${event.kind === 'rule' ? event.rule.table : event.table} ${event.base}`

function finish(hook: HookStep, pkt: string, mark: number): void {
  delete hook.out
  delete hook.mark
  if (pkt !== hook.in) hook.out = pkt
  if (mark !== 0) hook.mark = `0x${mark.toString(16)}`
}

function addRule(hook: HookStep, event: Extract<TraceEvent, { kind: 'rule' | 'chain-end' }>, unseen: Unseen): void {
  const table = event.kind === 'rule' ? event.rule.table : event.table
  const chain = event.kind === 'rule' ? event.rule.chain : event.chain
  const nft = (event.kind === 'rule' ? event.rule.language : event.language) === 'nft'
  if (!nft && unseen.chain(hook.ns, table, event.base)) return
  hook.chains ??= []
  let visit = hook.chains.find((c) => c.table === table && c.chain === event.base)
  if (!visit) {
    const priority = nft ? priorityText(event.priority, hook.hook, 'ip') : priorityName(table, event.base)
    visit = { table, chain: event.base, priority, rules: [], verdict: 'none' }
    hook.chains.push(visit)
  }
  if (event.kind === 'chain-end') {
    if (event.policy === undefined) visit.rules.push({ chain, end_of_chain: true })
    else visit.verdict = `policy ${event.policy}`
    return
  }
  const verdict = verdictText(event.verdict)
  visit.rules.push({ chain, rule: event.text, verdict })
  if (verdict === 'accept' || verdict === 'drop') visit.verdict = verdict
}
