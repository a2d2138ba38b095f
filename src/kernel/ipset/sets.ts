import type { Ipset, Ipsets, SetCommand, SetEntry } from './ast.ts'
import { keyOf } from './ast.ts'

/** A namespace without any set. */
export const noSets: Ipsets = new Map()

function taken(sets: Map<string, Ipset>, name: string, own: Set<string>): Map<string, SetEntry> | undefined {
  const set = sets.get(name)
  if (!set) return undefined
  if (own.has(name)) return set.entries as Map<string, SetEntry>
  const entries = new Map(set.entries)
  sets.set(name, { ...set, entries })
  own.add(name)
  return entries
}

/**
 * The sets after some commands, in order. The sets that came in stay as they were. Commands about a set that is not there are
 * refused by the reader (parse.ts), so that here they change nothing.
 */
export function withIpsets(before: Ipsets, commands: readonly SetCommand[]): Ipsets {
  const sets = new Map(before)
  /** Sets whose elements are copies of our own. */
  const own = new Set<string>()
  const put = (name: string, set: Ipset): void => {
    sets.set(name, set)
    own.delete(name)
  }
  for (const c of commands) {
    switch (c.do) {
      case 'create':
        if (!sets.has(c.head.name)) put(c.head.name, { ...c.head, entries: new Map() })
        break
      case 'add': {
        const entries = taken(sets, c.set, own)
        for (const e of c.entries) entries?.set(keyOf(e.values), e)
        break
      }
      case 'del': {
        const entries = taken(sets, c.set, own)
        for (const e of c.entries) entries?.delete(keyOf(e.values))
        break
      }
      case 'flush':
        for (const [name, set] of sets) if (c.set === undefined || c.set === name) put(name, { ...set, entries: new Map() })
        break
      case 'destroy':
        for (const name of [...sets.keys()]) if (c.set === undefined || c.set === name) sets.delete(name)
        break
      case 'rename': {
        const set = sets.get(c.set)
        if (!set || sets.has(c.other)) break
        sets.delete(c.set)
        put(c.other, { ...set, name: c.other })
        break
      }
      case 'swap': {
        const [a, b] = [sets.get(c.set), sets.get(c.other)]
        if (!a || !b) break
        put(c.set, { ...b, name: c.set })
        put(c.other, { ...a, name: c.other })
        break
      }
    }
  }
  return sets
}
