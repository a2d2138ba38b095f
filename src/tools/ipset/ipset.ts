import type { Ipset, Ipsets } from '../../kernel/ipset/ast.ts'
import { ipset as part } from '../../kernel/ipset/late.ts'
import type { Netns } from '../../kernel/machine.ts'
import { failed, notModelled, printed, type Tool } from '../tool.ts'

const LIST = ['list', '-L', '--list']
const SAVE = ['save', '-S', '--save']
const TEST = ['test', '-T', '--test']

/** How many rules and lists name each set. */
function references(netns: Netns, sets: Ipsets): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  const add = (name: string): void => void found.set(name, (found.get(name) ?? 0) + 1)
  for (const family of [4, 6] as const) {
    const rules = netns.rules[family]
    for (const table of rules.tables)
      for (const chain of rules.chainNames(table))
        for (const rule of rules.chain(table, chain)?.rules ?? []) for (const m of rule.matches) if (m.kind === 'set') add(m.name)
  }
  for (const set of sets.values()) if (set.type === 'list:set') for (const e of set.entries.values()) add(e.values[0] ?? '')
  return found
}

const missing = (): ReturnType<typeof failed> => failed(1, 'ipset v7.17: The set with the given name does not exist')

function test(set: Ipset, text: string): ReturnType<typeof failed> {
  const [values, more] = part.get().elementsOf(set, text) ?? []
  if (!values || more) return failed(1, `ipset v7.17: Syntax error: cannot parse ${text}`)
  return part.get().hasElement(set, values)
    ? { ...printed([], [`Warning: ${text} is in set ${set.name}.`]) }
    : failed(1, `${text} is NOT in set ${set.name}.`)
}

/** ipset 7.17 as far as it shows: list (with -t and -n), save, test. */
export const ipset: Tool = {
  name: 'ipset',
  run({ netns, now }, argv) {
    const sets = netns.ipsets ?? new Map<string, Ipset>()
    const words = argv.filter((w) => !['-t', '-terse', '-n', '-name', '-q', '-quiet', '-s', '-sorted'].includes(w))
    const on = (...names: readonly string[]): boolean => names.some((n) => argv.includes(n))
    const [verb = '', name, entry, more] = words
    if (TEST.includes(verb) && name !== undefined && entry !== undefined && more === undefined) {
      const set = sets.get(name)
      return set ? test(set, entry) : missing()
    }
    if ((!LIST.includes(verb) && !SAVE.includes(verb)) || entry !== undefined) return notModelled('ipset', argv.join(' '))
    const chosen = name === undefined ? [...sets.values()] : [sets.get(name)]
    if (chosen.some((s) => s === undefined)) return missing()
    const list = chosen as readonly Ipset[]
    if (SAVE.includes(verb)) return printed(list.flatMap((s) => [...part.get().saveLines(s, now)]))
    if (on('-n', '-name')) return printed(list.map((s) => s.name))
    const used = references(netns, sets)
    return printed(
      list.flatMap((s, i) => [...(i > 0 ? [''] : []), ...part.get().listLines(s, used.get(s.name) ?? 0, now, on('-t', '-terse'))]),
    )
  },
}
