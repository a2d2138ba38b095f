import { keyOf } from '../../kernel/ipset/ast.ts'
import { elementText } from '../../kernel/ipset/entry.ts'
import { elementFor, lookedUp } from '../../kernel/ipset/match.ts'
import { TYPES } from '../../kernel/ipset/types.ts'
import type { Rule } from '../../kernel/iptables/ast.ts'
import type { Netns } from '../../kernel/machine.ts'
import type { TraceEvent } from '../../trace/event.ts'
import type { Scene } from './language.ts'
import type { Look } from './look.ts'
import { momentAt, type RuleEvent, seenBy } from './sight.ts'

/** `10.96.0.10` and `udp:53` of a key, with what they are called in the set's type and where the packet has them. */
const named = (type: string, key: string, dirs: readonly string[]): Look['key'] => {
  const dims = TYPES[type]?.dims ?? []
  return key.split(',').map((value, i) => ({ name: `${dims[i] ?? ''} ${dirs[i] ?? ''}`.trim(), value }))
}

const places = new WeakMap<ReadonlyMap<string, unknown>, ReadonlyMap<string, number>>()

/** Where an element stands in its set, as ipset lists it. */
function placeOf(entries: ReadonlyMap<string, unknown>, key: string): number | undefined {
  const known = places.get(entries) ?? new Map([...entries.keys()].map((k, i) => [k, i] as const))
  places.set(entries, known)
  return known.get(key)
}

/** The sets that a rule asked for and that let it match, with what was found. */
export function ipsetLooks(
  scene: Scene,
  netns: Netns,
  step: RuleEvent,
  rule: Rule | undefined,
  was: TraceEvent | undefined,
): readonly Look[] {
  const sets = netns.ipsets ?? new Map()
  const skb = seenBy(step, was)
  if (!skb) return []
  return (rule?.matches ?? []).flatMap((match): readonly Look[] => {
    const set = match.kind === 'set' ? sets.get(match.name) : undefined
    if (match.kind !== 'set' || !set) return []
    const devices = { ...(skb.iif === undefined ? {} : { iif: skb.iif }), ...(skb.oif === undefined ? {} : { oif: skb.oif }) }
    const asked = { skb, dirs: match.dirs, now: momentAt(scene, step, skb).clock, ...devices }
    const found = elementFor(sets, match.name, asked)
    const keys = [...set.entries.keys()]
    // of a list: the first of its sets in which something was found
    const inList = (): number => keys.findIndex((name) => elementFor(sets, name, asked) !== undefined)
    const place =
      found === undefined || 'unknown' in found ? undefined : set.type === 'list:set' ? inList() : placeOf(set.entries, keyOf(found.values))
    const hit = place === -1 ? undefined : place
    return [
      {
        kind: 'ipset',
        title: set.name,
        type: set.type,
        total: keys.length,
        key: named(set.type, lookedUp(sets, match.name, asked), match.dirs) ?? [],
        ...(hit === undefined ? {} : { hit }),
        element(index) {
          const entry = set.entries.get(keys[index] ?? '')
          if (!entry) return { text: '' }
          return {
            text: `${elementText(set, entry.values)}${entry.nomatch ? ' nomatch' : ''}`,
            ...(entry.comment === undefined ? {} : { comment: entry.comment }),
            ...(entry.because === undefined ? {} : { because: entry.because }),
          }
        },
      },
    ]
  })
}
