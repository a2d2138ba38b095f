import { readCommand } from '../kernel/iptables/parse-command.ts'
import { wordsOf } from '../kernel/iptables/parse-lex.ts'
import { BUILTIN, isTable } from '../kernel/iptables/ruleset-table.ts'
import type { Family } from '../net/ip.ts'
import type { TableName } from '../trace/event.ts'
import type { DumpLine } from './lines.ts'
import { rowAsRule, rowOf } from './listing-row.ts'
import type { Reading } from './reading.ts'
import { keep } from './reading.ts'
import type { SavedChain, SavedTable } from './saved.ts'
import { guessedTable } from './table-guess.ts'

const CHAIN = /^Chain (\S+) \((?:policy (\S+)(?: (\d+[KMGTP]?) packets, (\d+[KMGTP]?) bytes)?|(\d+) references)/

const POWERS: Readonly<Record<string, number>> = { K: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15 }
const count = (text = '0'): number => Number.parseInt(text, 10) * (POWERS[text.slice(-1)] ?? 1)

interface Draft {
  family: Family
  named: TableName | undefined
  /** undefined until a header line has been seen. */
  interfaces: boolean | undefined
  readonly line: DumpLine
  readonly chains: Map<string, SavedChain>
  readonly targets: Map<string, DumpLine>
  readonly heads: string[]
}

/** Reads `iptables -L`, with and without -n, -v, -x and --line-numbers. */
export class ListingReader {
  readonly tables: SavedTable[] = []
  readonly kept = new Map<string, { n: number; readonly line: DumpLine }>()
  private readonly reading: Reading
  private readonly given: { readonly family?: Family; readonly table?: TableName }
  private asked: TableName | undefined
  private family: Family = 4
  private draft: Draft | undefined
  private chain: SavedChain | undefined

  constructor(reading: Reading, given: { readonly family?: Family; readonly table?: TableName } = {}) {
    this.reading = reading
    this.given = given
    this.family = given.family ?? 4
  }

  command(text: string): void {
    this.close()
    if (!/\bip6?tables/.test(text)) return
    this.family = this.given.family ?? (/\bip6tables/.test(text) ? 6 : 4)
    const table = / (?:-t|--table)[ =]?(\w+)/.exec(text)?.[1] ?? 'filter'
    this.asked = isTable(table) ? table : undefined
  }

  line(line: DumpLine): void {
    const text = this.reading.lineText(line)
    const head = CHAIN.exec(text)
    if (head !== null) this.head(line, head)
    else if (/^(?:num +)?(?:pkts +bytes +)?target +prot/.test(text)) {
      if (this.draft !== undefined) this.draft.interfaces = /\bin +out\b/.test(text)
    } else this.row(line, text)
  }

  end(): void {
    this.close()
  }

  private head(line: DumpLine, head: RegExpExecArray): void {
    const [, name = '', policy, packets, bytes] = head
    // a chain for the second time is a chain of another table
    if (this.draft?.chains.has(name) === true || (policy !== undefined && this.foreign(name))) this.close()
    this.draft ??= {
      family: this.family,
      named: this.asked ?? this.given.table,
      interfaces: undefined,
      line,
      chains: new Map(),
      targets: new Map(),
      heads: [],
    }
    const chain = {
      name,
      line: line.number,
      packets: count(packets),
      bytes: count(bytes),
      at: [],
      ...(policy === undefined ? {} : { policy }),
    }
    this.draft.chains.set(name, chain)
    if (policy !== undefined) this.draft.heads.push(name)
    this.chain = chain
  }

  /** A built-in chain that no table has together with those before it. */
  private foreign(name: string): boolean {
    const heads = [...(this.draft?.heads ?? []), name]
    return !Object.values(BUILTIN).some((names) => heads.every((h) => names.includes(h)))
  }

  private row(line: DumpLine, text: string): void {
    const { draft, chain, reading } = this
    if (draft === undefined || chain === undefined) return
    const columns = { family: draft.family, listing: { interfaces: draft.interfaces !== false } }
    const row = rowOf(text, columns)
    chain.at.push(line.from, line.to, line.number)
    if (row === undefined) {
      const cut = reading.text.length - line.to < 2
      if (cut) reading.tell('warning', 'dump-cut', { line: line.number }, line)
      else
        reading.tell(
          'warning',
          'dump-refused',
          { tool: 'iptables -L', text: 'target prot opt source destination', token: text.slice(0, 60) },
          line,
        )
      return
    }
    const written = rowAsRule(text, chain.name, columns)
    const { changes, faults } = readCommand(wordsOf(written).words, draft.family)
    for (const { text: words } of faults) keep(this.kept, words, line)
    if (row.target !== '' && changes.some((c) => c.op === 'append' && c.rule.parts.some((p) => p.part === 'target' && 'chain' in p.target)))
      if (!draft.targets.has(row.target)) draft.targets.set(row.target, line)
  }

  private close(): void {
    const { draft, reading } = this
    this.draft = undefined
    this.chain = undefined
    if (draft === undefined) return
    this.asked = undefined
    const table = draft.named ?? guessedTable(reading.text, draft.heads, draft.chains)
    if (table === undefined) {
      reading.tell('warning', 'dump-no-table', {}, draft.line)
      return
    }
    const interfaces = draft.interfaces !== false
    if (draft.named === undefined) reading.tell('hint', 'dump-table-guessed', { table }, draft.line)
    if (!interfaces) reading.tell('warning', 'dump-no-interfaces', { table }, draft.line)
    const whole = BUILTIN[table].every((name) => draft.chains.has(name))
    this.tables.push({
      family: draft.family,
      table,
      whole,
      chains: draft.chains,
      line: draft.line.number,
      targets: draft.targets,
      listing: { interfaces },
    })
  }
}
