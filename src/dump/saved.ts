import type { Written } from '../kernel/iptables/ast.ts'
import { readCommand } from '../kernel/iptables/parse-command.ts'
import { wordsOf } from '../kernel/iptables/parse-lex.ts'
import { BUILTIN, isTable } from '../kernel/iptables/ruleset-table.ts'
import type { Family } from '../net/ip.ts'
import type { TableName } from '../trace/event.ts'
import type { DumpLine } from './lines.ts'
import type { Reading } from './reading.ts'
import { keep } from './reading.ts'
import { guessedTable } from './table-guess.ts'

/** One chain of a dump. Its rules are places in the text: 400,000 rules as objects would fill the memory. */
export interface SavedChain {
  readonly name: string
  readonly line: number
  policy?: string
  packets: number
  bytes: number
  /** Offset, end and line of each rule, one after the other. */
  readonly at: number[]
}

/** One table of one family, as a tool printed it. */
export interface SavedTable {
  readonly family: Family
  readonly table: TableName
  /** All of the table is there; otherwise only some chains are, and the rest is unknown. */
  readonly whole: boolean
  readonly chains: ReadonlyMap<string, SavedChain>
  /** In the text: the first line. */
  readonly line: number
  /** Chains that rules lead to, and the line of the first. */
  readonly targets: ReadonlyMap<string, DumpLine>
  /** Rules are rows of a listing, not saved rules. */
  readonly listing?: { readonly interfaces: boolean }
}

const COUNTERS = /^\[(\d+):(\d+)\]$/
const CHAIN_LINE = /^:(\S+)(?:\s+(\S+)(?:\s+\[(\d+):(\d+)\])?)?/

/** The words of a saved rule, read. `undefined`: iptables would refuse the line. */
export function ruleOf(text: string, family: Family): Written | undefined {
  const { words, open } = wordsOf(text)
  if (open !== undefined) return undefined
  const counted = COUNTERS.test(words[0]?.text ?? '')
  const [change] = readCommand(counted ? words.slice(1) : words, family).changes
  return change?.op === 'append' || change?.op === 'insert' ? change.rule : undefined
}

interface Draft {
  family: Family
  named: TableName | undefined
  declared: boolean
  committed: boolean
  readonly line: DumpLine
  readonly chains: Map<string, SavedChain>
  /** Chains that rules lead to, and the line of the first. */
  readonly targets: Map<string, DumpLine>
  readonly heads: string[]
  /** Chains in which a rule without conditions jumps away. */
  readonly always: Set<string>
  readonly wrapped: {
    readonly line: DumpLine
    readonly chain: SavedChain
    readonly target: string
    readonly to: number
    readonly name: string
  }[]
  rules: number
}

/** Reads iptables-save, ip6tables-save and `iptables -S`, line by line. */
export class SavedReader {
  readonly tables: SavedTable[] = []
  /** What is not modelled, with how many rules have it. */
  readonly kept = new Map<string, { n: number; readonly line: DumpLine }>()
  /** Sets that rules ask for, and the line of the first. */
  readonly sets = new Map<string, DumpLine>()
  private readonly reading: Reading
  private readonly given: { readonly family?: Family; readonly table?: TableName }
  private family: Family | undefined
  private draft: Draft | undefined
  private last: { readonly line: DumpLine; readonly refused: () => void } | undefined

  constructor(reading: Reading, given: { readonly family?: Family; readonly table?: TableName } = {}) {
    this.reading = reading
    this.given = given
    this.family = given.family
  }

  /** The command that was typed before the output, in a paste of a terminal. */
  command(text: string): void {
    this.close()
    if (!/\bip6?tables/.test(text)) return
    this.family = /\bip6tables/.test(text) ? 6 : 4
    const table = / (?:-t|--table)[ =]?(\w+)/.exec(text)?.[1] ?? (/-save\b/.test(text) ? undefined : 'filter')
    if (table !== undefined && isTable(table)) this.asked = table
  }
  private asked: TableName | undefined

  line(line: DumpLine): void {
    const { text } = this.reading
    const first = text.charCodeAt(line.from)
    this.last = undefined
    if (first === 35) this.comment(this.reading.lineText(line))
    else if (first === 42) this.open(line)
    else if (first === 58) this.chain(line)
    else if (first === 67) this.commit()
    else this.rule(line)
  }

  /** A word alone on its line, right behind a rule: a terminal may have wrapped the rule there. */
  prose(line: DumpLine, text: string): void {
    const { draft, before } = this
    if (draft === undefined || before?.line.number !== line.number - 1 || !/^[\w-]+$/.test(text)) return
    draft.wrapped.push({ ...before, to: line.to, name: `${before.target}${text}` })
  }
  private before: { readonly line: DumpLine; readonly chain: SavedChain; readonly target: string } | undefined

  /** Rules that were wrapped: joined, they lead to a chain that is there. */
  private unwrap(draft: Draft): void {
    for (const { chain, line, target, to, name } of draft.wrapped) {
      const at = chain.at.indexOf(line.from)
      if (!draft.chains.has(name) || draft.chains.has(target) || at < 0) continue
      chain.at[at + 1] = to
      if (draft.targets.get(target) === line) draft.targets.delete(target)
      this.reading.tell('hint', 'dump-wrapped', { line: line.number }, line)
    }
  }

  /** At the end of the text: the last line may be cut. */
  end(): void {
    const { last } = this
    if (last !== undefined) last.refused()
    this.close()
  }

  private comment(text: string): void {
    const tool = /^# Generated by (ip6?tables|xtables)/.exec(text)?.[1]
    if (tool !== undefined) this.family = this.given.family ?? (tool === 'ip6tables' ? 6 : 4)
  }

  private begin(line: DumpLine, named?: TableName): Draft {
    this.close()
    const draft: Draft = {
      family: this.family ?? 4,
      named: named ?? this.asked ?? this.given.table,
      declared: named !== undefined,
      committed: false,
      line,
      chains: new Map(),
      targets: new Map(),
      heads: [],
      always: new Set(),
      wrapped: [],
      rules: 0,
    }
    this.draft = draft
    return draft
  }

  private open(line: DumpLine): void {
    const name = this.reading.lineText(line).slice(1).trim()
    if (isTable(name)) this.begin(line, name)
  }

  private commit(): void {
    if (this.draft === undefined) return
    this.draft.committed = true
    this.close()
  }

  private head(draft: Draft, line: DumpLine, name: string, policy?: string, packets = 0, bytes = 0): void {
    const old = draft.chains.get(name)
    if (old !== undefined && policy !== undefined) Object.assign(old, { policy, packets, bytes })
    else if (old === undefined)
      draft.chains.set(name, { name, line: line.number, packets, bytes, at: [], ...(policy === undefined ? {} : { policy }) })
    if (policy !== undefined) draft.heads.push(name)
  }

  private chain(line: DumpLine): void {
    const [, name = '', policy, packets, bytes] = CHAIN_LINE.exec(this.reading.lineText(line)) ?? []
    const draft = this.draft ?? this.begin(line)
    this.head(draft, line, name, policy === '-' ? undefined : policy, Number(packets ?? 0), Number(bytes ?? 0))
  }

  private rule(line: DumpLine): void {
    const text = this.reading.lineText(line)
    const { words, open } = wordsOf(text)
    const counted = COUNTERS.test(words[0]?.text ?? '')
    const own = counted ? words.slice(1) : words
    const letter = own[0]?.text ?? ''
    const name = own[1]?.text ?? ''
    // `iptables -S` of another table begins with its policies again
    if ((letter === '-P' || letter === '--policy') && this.draft !== undefined && this.draft.rules > 0 && this.draft.heads.length > 0)
      this.close()
    const draft = this.draft ?? this.begin(line)
    if (letter === '-P' || letter === '--policy') return this.head(draft, line, name, own[2]?.text ?? 'ACCEPT')
    if (letter === '-N' || letter === '--new-chain') return this.head(draft, line, name)
    if (letter === '-X' || letter === '-F' || letter === '-D') return
    if (open !== undefined) {
      this.refuse(line, 'Unbalanced quote', { at: open, length: 1 })
      return
    }
    if (this.family === undefined && draft.family === 4 && /(?:^| )-[sd] [0-9a-fA-F]*:|ipv6-icmp|icmp6/.test(text)) draft.family = 6
    const { changes, faults } = readCommand(own, draft.family)
    for (const { kind, text: words, word } of faults) {
      if (kind === 'kept') keep(this.kept, words, line)
      else this.refuse(line, words, word && { at: word.at, length: word.raw.length })
    }
    if (name === '') return
    this.head(draft, line, name)
    draft.rules++
    // a line that is refused stays as a rule that nobody can read: a walk that reaches it ends there
    ;(draft.chains.get(name) as SavedChain).at.push(line.from, line.to, line.number)
    for (const change of changes) {
      if (change.op !== 'append' && change.op !== 'insert') continue
      this.order(draft, line, name, change.rule)
      for (const part of change.rule.parts) {
        if (part.part === 'match' && part.match.kind === 'set' && !this.sets.has(part.match.name)) this.sets.set(part.match.name, line)
        if (part.part !== 'target' || !('chain' in part.target)) continue
        this.before = { line, chain: draft.chains.get(name) as SavedChain, target: part.target.chain }
        if (!draft.targets.has(part.target.chain)) draft.targets.set(part.target.chain, line)
      }
    }
  }

  /** A choice among endpoints behind a rule that always matches never happens: somebody sorted the lines. */
  private order(draft: Draft, line: DumpLine, chain: string, rule: Written): void {
    const conditions = rule.parts.filter((p) => p.part !== 'target' && !(p.part === 'match' && p.match.kind === 'comment'))
    const jumps = rule.parts.some((p) => p.part === 'target' && (p.target.kind === 'jump' || p.target.kind === 'dnat'))
    if (conditions.length === 0 && jumps) draft.always.add(chain)
    const [only] = conditions
    if (conditions.length === 1 && only?.part === 'match' && only.match.kind === 'statistic' && draft.always.has(chain))
      this.reading.tell('warning', 'dump-order', { chain }, line)
  }

  /** Told when the next line comes; at the end of the text it is a line that was cut. */
  private refuse(line: DumpLine, text: string, word?: { readonly at: number; readonly length: number }): void {
    const { reading } = this
    const token =
      word === undefined
        ? ''
        : text.includes('Unbalanced')
          ? '"'
          : reading.text.slice(line.from + word.at, line.from + word.at + word.length)
    const before = this.pending
    const cut = reading.text.length - line.to < 2
    if (cut) this.last = { line, refused: () => reading.tell('warning', 'dump-cut', { line: line.number }, line, word) }
    else if (before !== line.number) reading.tell('error', 'dump-refused', { tool: 'iptables', text, token }, line, word)
    this.pending = line.number
  }
  private pending = 0

  private close(): void {
    const { draft, reading } = this
    this.draft = undefined
    if (draft === undefined) return
    this.asked = undefined
    this.unwrap(draft)
    const table = draft.named ?? guessedTable(reading.text, draft.heads, draft.chains)
    if (table === undefined) {
      reading.tell('warning', 'dump-no-table', {}, draft.line)
      return
    }
    if (draft.named === undefined) reading.tell('hint', 'dump-table-guessed', { table }, draft.line)
    if (draft.declared && !draft.committed) reading.tell('warning', 'dump-no-commit', { table: `*${table}` }, draft.line)
    const whole = BUILTIN[table].every((name) => draft.chains.get(name)?.policy !== undefined)
    this.tables.push({ family: draft.family, table, whole, chains: draft.chains, line: draft.line.number, targets: draft.targets })
  }
}
