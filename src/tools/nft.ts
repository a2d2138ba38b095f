import type { NftFamily, NftTable } from '../kernel/nft/ast.ts'
import { chainLines, nftLines, setLines, tableLines } from '../kernel/nft/print.ts'
import { failed, notModelled, printed, type Tool } from './tool.ts'

const FAMILIES: readonly string[] = ['ip', 'ip6', 'inet', 'arp', 'bridge', 'netdev'] satisfies readonly NftFamily[]

/** nft's own words for something that is not there. */
const missing = (line: string, word: string): ReturnType<typeof failed> => {
  const at = line.lastIndexOf(word)
  return failed(1, 'Error: No such file or directory', line, `${' '.repeat(at)}${'^'.repeat(word.length)}`)
}

function* within(table: NftTable, lines: Iterable<string>): Generator<string, void, void> {
  yield `table ${table.family} ${table.name} {`
  yield* lines
  yield '}'
}

/** nft of 1.0.6 as far as it lists: `list ruleset|tables|table|chain|set|map`. What iptables holds is not shown: that is the legacy backend's. */
export const nft: Tool = {
  name: 'nft',
  run({ netns }, argv) {
    const [verb, what, ...rest] = argv
    if (verb !== 'list') return notModelled('nft', verb ?? '-i')
    const tables = netns.nft?.tables ?? []
    const line = argv.join(' ')
    const family = FAMILIES.includes(rest[0] ?? '') ? rest[0] : undefined
    const [name, inside, more] = family === undefined ? rest : rest.slice(1)
    const whole = tables.filter((t) => family === undefined || t.family === family)
    if (what === 'ruleset' && name === undefined) return printed(nftLines({ generation: 0, tables: whole }))
    if (what === 'tables' && name === undefined) return printed(whole.map((t) => `table ${t.family} ${t.name}`))
    if (what !== 'table' && what !== 'chain' && what !== 'set' && what !== 'map') return notModelled('nft', line)
    if (name === undefined || more !== undefined || (what === 'table') !== (inside === undefined)) return notModelled('nft', line)
    const table = tables.find((t) => t.name === name && t.family === (family ?? 'ip'))
    if (table === undefined) return missing(line, name)
    if (inside === undefined) return printed(tableLines(table))
    if (what === 'chain') {
      const chain = table.chains.get(inside)
      return chain ? printed(within(table, chainLines(chain, table))) : missing(line, inside)
    }
    const set = table.sets.get(inside)
    return set && set.kind === what ? printed(within(table, setLines(set))) : missing(line, inside)
  },
}
