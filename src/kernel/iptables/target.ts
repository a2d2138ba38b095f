import type { Ip } from '../../net/ip.ts'
import type { RuleVerdict, Skb } from '../../trace/event.ts'
import { entryOf } from '../conntrack.ts'
import { rare } from '../late.ts'
import { withMark } from '../skb.ts'
import type { Target } from './ast.ts'
import { flowName } from './match.ts'
import type { NatTarget, Visit } from './run.ts'

/** `final`: the table has decided. */
export interface Applied {
  readonly skb: Skb
  readonly verdict: RuleVerdict
  readonly final?:
    | { readonly kind: 'accept' }
    | { readonly kind: 'drop' }
    | { readonly kind: 'reject'; readonly with: string }
    | { readonly kind: 'nat'; readonly target: NatTarget }
    | { readonly kind: 'unmodelled'; readonly what: string }
}

const CONTINUE = { kind: 'continue' } as const
const ACCEPT = { kind: 'accept' } as const

/** What a target does to the packet that its rule took. */
export function apply(visit: Visit, target: Target | undefined, skb: Skb): Applied {
  const go = { skb, verdict: CONTINUE }
  const accept = { skb, verdict: ACCEPT }
  if (!target) return go
  switch (target.kind) {
    case 'jump':
    case 'goto':
      return { skb, verdict: { kind: target.kind, chain: target.chain } }
    case 'accept':
      return { ...accept, final: { kind: 'accept' } }
    case 'drop':
      return { skb, verdict: { kind: 'drop' }, final: { kind: 'drop' } }
    case 'return':
      return { skb, verdict: { kind: 'return' } }
    case 'reject':
      return { skb, verdict: { kind: 'reject', with: target.with }, final: { kind: 'reject', with: target.with } }
    case 'mark':
      return { ...go, skb: withMark(skb, ((skb.mark & ~target.mask) ^ target.value) >>> 0) }
    case 'connmark':
      return { ...go, skb: connmarked(visit, target, skb) }
    case 'log':
      return go
    case 'notrack':
      // the rest of the raw table is still asked; a packet that came over lo has its entry already
      return { ...go, skb: skb.ct ? skb : { ...skb, ct: { id: 0, dir: 'original', state: 'untracked' } } }
    case 'masquerade':
      return {
        ...accept,
        final: { kind: 'nat', target: { kind: 'masquerade', randomFully: target.randomFully === true, ...draw(visit, target.ports, skb) } },
      }
    case 'redirect':
      return { ...accept, final: { kind: 'nat', target: { kind: 'redirect', ...draw(visit, target.ports, skb) } } }
    case 'dnat': {
      if (target.address === undefined)
        return { ...accept, final: { kind: 'unmodelled', what: `iptables -j DNAT --to-destination ${target.to}` } }
      return {
        ...accept,
        final: { kind: 'nat', target: { kind: 'dst', wanted: { address: target.address as Ip, ...draw(visit, target.ports, skb) } } },
      }
    }
    case 'snat': {
      if (target.address === undefined)
        return { ...accept, final: { kind: 'unmodelled', what: `iptables -j SNAT --to-source ${target.to}` } }
      return {
        ...accept,
        final: {
          kind: 'nat',
          target: {
            kind: 'src',
            wanted: { address: target.address, randomFully: target.randomFully === true, ...draw(visit, target.ports, skb) },
          },
        },
      }
    }
    case 'unknown': {
      const clamped = target.words.startsWith('-j TCPMSS ') ? rare.get().clamped(target.words, visit, skb) : undefined
      if (clamped) return { ...go, skb: clamped }
      return { ...go, final: { kind: 'unmodelled', what: `iptables ${target.words}` } }
    }
  }
}

/** connmark_tg_shift: without a connection nothing happens. */
function connmarked(visit: Visit, target: Extract<Target, { kind: 'connmark' }>, skb: Skb): Skb {
  const entry = entryOf(visit.run.moment, visit.netns.name, skb)
  if (!entry) return skb
  if (target.op === 'restore') return withMark(skb, ((skb.mark & ~target.nfmask) ^ (entry.mark & target.ctmask)) >>> 0)
  const value = target.op === 'set' ? target.value : skb.mark & target.nfmask
  const mark = ((entry.mark & ~target.ctmask) ^ value) >>> 0
  if (mark !== entry.mark) {
    entry.mark = mark
    entry.dirty = true
  }
  return skb
}

/** The port of a range that this flow gets. */
function draw(visit: Visit, ports: { readonly from: number; readonly to: number } | undefined, skb: Skb): { readonly port?: number } {
  if (!ports) return {}
  if (ports.from === ports.to) return { port: ports.from }
  const flow = flowName({ skb, moment: visit.run.moment, netns: visit.netns })
  return { port: visit.run.luck.number(`port of range ${visit.netns.name} ${ports.from}-${ports.to} ${flow}`, ports.from, ports.to) }
}
