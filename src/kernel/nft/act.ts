import { familyOf, type Ip } from '../../net/ip.ts'
import { ipLength, ipOf } from '../../net/packet.ts'
import type { CauseId } from '../../trace/cause.ts'
import type { RuleVerdict, Skb } from '../../trace/event.ts'
import { fraction } from '../../trace/luck.ts'
import { creditTaken, tokenTaken } from '../bucket.ts'
import { entryOf } from '../conntrack.ts'
import { flowName } from '../iptables/match.ts'
import type { NatTarget } from '../iptables/run.ts'
import { turn } from '../turn.ts'
import type { LimitUnit, NatTo, NftChain, NftTable, NftVerdict, Numgen, Statement } from './ast.ts'
import { type Found, find, flagsMatch, keyOf, matches, setKey, typesOf, withBits } from './match.ts'
import { printVerdict } from './print-rule.ts'
import type { NftSight } from './see.ts'

/** Where a rule stands that is being run. */
export interface Standing {
  readonly table: NftTable
  readonly chain: NftChain
  /** Key of the rule's counter in the moment. */
  readonly counter: string
}

/** A look-up that a rule made, for whoever tells the walk. */
export interface LookedUp {
  readonly map: string
  readonly key: string
  readonly element: string
}

/** What one statement did. `next`: the rule goes on with this packet; `break`: it does not match. */
export type Did =
  | { readonly did: 'next'; readonly skb?: Skb; readonly lookup?: LookedUp; readonly because?: CauseId; readonly counted?: true }
  | { readonly did: 'break' }
  /** `because`: the element that said so, where it was one. */
  | { readonly did: 'verdict'; readonly verdict: RuleVerdict; readonly lookup?: LookedUp; readonly because?: CauseId }
  | { readonly did: 'nat'; readonly target: NatTarget }
  | { readonly did: 'unmodelled'; readonly what: string }

const NEXT: Did = { did: 'next' }
const BREAK: Did = { did: 'break' }
const when = (yes: boolean): Did => (yes ? NEXT : BREAK)

/** Runs one statement (nft_do_chain's loop over expressions). */
export function act(s: Statement, sight: NftSight, at: Standing): Did {
  const { skb, run, netns } = sight
  switch (s.kind) {
    case 'match':
      return when(matches(s, sight))
    case 'tcp-flags':
      return when(flagsMatch(s, sight))
    case 'in': {
      const key = keyOf(s.key, sight)
      if (!key) return BREAK
      const found = find(s.among, key, typesOf(s.key), at.table, sight)
      if (found !== 'no' && 'unknown' in found) return { did: 'unmodelled', what: found.unknown }
      if ((found === 'no') === (s.not !== true)) return BREAK
      return found === 'no' ? NEXT : { did: 'next', ...noted(found, '') }
    }
    case 'vmap':
      return mapped(s, sight, at)
    case 'verdict':
      return s.verdict === 'continue' ? NEXT : { did: 'verdict', verdict: verdictOf(s) }
    case 'counter': {
      const key = at.counter
      const count = run.moment.counters.get(key) ?? { packets: 0, bytes: 0 }
      count.packets += 1
      count.bytes += ipLength(skb.packet)
      run.moment.counters.set(key, count)
      return { did: 'next', counted: true }
    }
    case 'counter-name':
    case 'log':
    case 'nftrace':
      return NEXT
    case 'limit':
      return when(limited(s, sight, at) === (s.over !== true))
    case 'set-mark':
      return marked(s, sight)
    case 'dnat':
    case 'snat':
    case 'masquerade':
    case 'redirect':
      return translated(s, sight)
    case 'reject':
      return rejected(s.with, skb)
    case 'notrack':
      return { did: 'next', skb: skb.ct ? skb : { ...skb, ct: { id: 0, dir: 'original', state: 'untracked' } } }
    case 'update': {
      const key = keyOf(s.key, sight)
      const set = at.table.sets.get(s.set)
      if (!key) return BREAK
      if (!set) return { did: 'unmodelled', what: `nft set ${s.set}` }
      const name = setKey(sight, at.table, s.set)
      const held = run.moment.nftSets.get(name) ?? new Map<string, number>()
      run.moment.nftSets.set(name, held)
      const text = key.join(' . ')
      const timeout = s.timeout ?? set.timeout
      const until = timeout === undefined ? Number.POSITIVE_INFINITY : run.moment.clock + timeout * 1e9
      if (s.op === 'delete') held.delete(text)
      else if (s.op === 'update' || (held.get(text) ?? 0) <= run.moment.clock) held.set(text, until)
      return NEXT
    }
    case 'unknown':
      return { did: 'unmodelled', what: `nft ${s.words} (${netns.name})` }
  }
}

const SECONDS: Readonly<Record<LimitUnit, number>> = { second: 1, minute: 60, hour: 3600, day: 86_400, week: 604_800 }

/** nft_limit_pkts_eval, nft_limit_bytes_eval: whether the bucket of this statement had enough for the packet. */
function limited(s: Extract<Statement, { kind: 'limit' }>, { run, netns, skb }: NftSight, { table, chain }: Standing): boolean {
  const nth = chain.rules.flatMap((r) => r.statements).indexOf(s)
  const place = `nft limit ${netns.name} ${table.family} ${table.name} ${chain.name} ${nth}`
  const unit = SECONDS[s.unit] * 1e9
  if (!s.bytes) return tokenTaken(run.moment, place, Math.floor(unit / s.rate), s.burst)
  const ns = (bytes: number): number => Number((BigInt(unit) * BigInt(bytes)) / BigInt(s.rate))
  return creditTaken(run.moment, place, ns(ipLength(skb.packet)), ns(s.rate + s.burst))
}

const verdictOf = (v: NftVerdict): RuleVerdict => ('chain' in v ? { kind: v.verdict, chain: v.chain } : { kind: v.verdict })

function noted(found: Extract<Found, object>, to: string): { readonly lookup?: LookedUp } {
  if ('unknown' in found || found.set === undefined) return {}
  const element = found.element.key.map((v) => ('text' in v ? v.text : v.kind === 'net' ? v.net : '*')).join(' . ')
  return { lookup: { map: found.set, key: found.key, element: to === '' ? element : `${element} : ${to}` } }
}

function mapped(s: Extract<Statement, { kind: 'vmap' }>, sight: NftSight, at: Standing): Did {
  const { key } = s
  const values = 'mod' in key ? [`${thrown(key, s, sight, at) + key.offset}`] : keyOf(key, sight)
  if (!values) return BREAK
  const found = find(s.among, values, 'mod' in key ? ['integer'] : typesOf(key), at.table, sight)
  if (found === 'no') return BREAK
  if ('unknown' in found) return { did: 'unmodelled', what: found.unknown }
  const to = found.element.to
  if (to === undefined || !('verdict' in to)) return { did: 'unmodelled', what: 'nft vmap of a map without verdicts' }
  const { because } = found.element
  const told = { ...noted(found, printVerdict(to)), ...(because === undefined ? {} : { because }) }
  return to.verdict === 'continue' ? { did: 'next', ...told } : { did: 'verdict', verdict: verdictOf(to), ...told }
}

/** numgen random: each number is as likely as the others, the same flow throws the same dice; numgen inc: one after the other. */
function thrown({ mod, inc }: Numgen, s: Extract<Statement, { kind: 'vmap' }>, sight: NftSight, at: Standing): number {
  const { run, netns, skb } = sight
  if (inc) return turn(run.moment, run.luck, at.counter, mod)
  if (mod === 1) return 0
  const targets = 'elements' in s.among ? s.among.elements.map((e) => (e.to && 'chain' in e.to ? e.to.chain : '')) : []
  const labels = Array.from({ length: mod }, (_, i) => targets[i] ?? `${i}`)
  // a chain may throw more than once, each time anew
  const dice = at.chain.rules.flatMap((r) => r.statements).filter((one) => one.kind === 'vmap' && 'mod' in one.key && !one.key.inc)
  const nth = dice.indexOf(s)
  const place = `${netns.name} ${at.table.name} ${at.chain.name} numgen${nth > 0 ? ` #${nth + 1}` : ''}`
  const key = `${place} ${flowName({ skb, moment: run.moment, netns })}`
  return run.luck.choose({ key, weights: labels.map(() => fraction(1, mod)), labels })
}

function marked(s: Extract<Statement, { kind: 'set-mark' }>, sight: NftSight): Did {
  const { skb, run, netns } = sight
  const entry = entryOf(run.moment, netns.name, skb)
  if ((s.from === 'ct mark' || s.what === 'ct mark') && !entry) return s.from === 'ct mark' ? BREAK : NEXT
  const from = typeof s.from === 'number' ? s.from : s.from === 'ct mark' ? (entry?.mark ?? 0) : skb.mark
  const mark = withBits(from, s.bits)
  if (s.what === 'meta mark') return { did: 'next', skb: { ...skb, mark } }
  if (entry && entry.mark !== mark) {
    entry.mark = mark
    entry.dirty = true
  }
  return NEXT
}

/** The port of a range that this flow gets. */
function drawn(ports: NatTo['ports'], { run, netns, skb }: NftSight): { readonly port?: number } {
  if (!ports) return {}
  if (ports.from === ports.to) return { port: ports.from }
  const flow = flowName({ skb, moment: run.moment, netns })
  return { port: run.luck.number(`port of range ${netns.name} ${ports.from}-${ports.to} ${flow}`, ports.from, ports.to) }
}

function translated(s: { readonly kind: 'dnat' | 'snat' | 'masquerade' | 'redirect' } & NatTo, sight: NftSight): Did {
  const ip = ipOf(sight.skb.packet)
  const family = s.family === undefined ? s.address && familyOf(s.address) : s.family === 'ip' ? 4 : 6
  if (!ip || (family !== undefined && family !== ip.family)) return BREAK
  const randomFully = s.flags.includes('fully-random') || s.flags.includes('random')
  const port = drawn(s.ports, sight)
  switch (s.kind) {
    case 'masquerade':
      return { did: 'nat', target: { kind: 'masquerade', randomFully, ...port } }
    case 'redirect':
      return { did: 'nat', target: { kind: 'redirect', ...port } }
    case 'dnat':
      return { did: 'nat', target: { kind: 'dst', wanted: { address: s.address ?? (ip.dst as Ip), ...port } } }
    case 'snat':
      return { did: 'nat', target: { kind: 'src', wanted: { address: s.address ?? (ip.src as Ip), randomFully, ...port } } }
  }
}

/** Errors by nft's names, in the names of iptables, which reject.ts knows. */
const ICMPX: Readonly<Record<string, readonly [v4: string, v6: string]>> = {
  'port-unreachable': ['icmp-port-unreachable', 'icmp6-port-unreachable'],
  'admin-prohibited': ['icmp-admin-prohibited', 'icmp6-adm-prohibited'],
  'no-route': ['icmp-net-unreachable', 'icmp6-no-route'],
  'host-unreachable': ['icmp-host-unreachable', 'icmp6-addr-unreachable'],
}

function rejected(words: string | undefined, skb: Skb): Did {
  const ip = ipOf(skb.packet)
  if (!ip) return BREAK
  const [kind = '', what = ''] = (words ?? 'icmpx port-unreachable').split(' ')
  const reject = (name: string): Did => ({ did: 'verdict', verdict: { kind: 'reject', with: name } })
  if (kind === 'tcp') return ip.proto === 'tcp' ? reject('tcp-reset') : BREAK
  if (kind === 'icmpx') {
    const names = ICMPX[what]
    return names ? reject(names[ip.family === 4 ? 0 : 1]) : { did: 'unmodelled', what: `nft reject with ${words}` }
  }
  if ((kind === 'icmp') !== (ip.family === 4)) return BREAK
  if (kind === 'icmp') return reject(`icmp-${what === 'prot-unreachable' ? 'proto-unreachable' : what}`)
  return reject(`icmp6-${what === 'admin-prohibited' ? 'adm-prohibited' : what}`)
}
