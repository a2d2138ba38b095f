import type { Family } from '../../net/ip.ts'
import type { TableName } from '../../trace/event.ts'
import type { Problem } from '../../trace/problem.ts'
import type { Call, Restore, RestoreTable, Written } from './ast.ts'
import type { IptablesCode } from './codes.ts'
import { type Command, policyOf, readCommand } from './parse-command.ts'
import { type Line, lines, type Word, wordsOf } from './parse-lex.ts'
import type { Fault } from './parse-rule.ts'
import { isTable } from './ruleset-table.ts'

export type { Command } from './parse-command.ts'

export interface ReadText {
  readonly restore: Restore
  /** Tables that the text names, in its order. */
  readonly tables: readonly TableName[]
  /** Every line that changes a table, in the order of the text. */
  readonly commands: readonly Command[]
  readonly problems: readonly Problem[]
}

export interface ParseOptions {
  /** Named in problems. Default `-`. */
  readonly file?: string
  readonly family?: Family
  /** The table of lines that stand before any `*TABLE` (output of `iptables -t nat -S`). Without it such lines are refused. */
  readonly table?: TableName
}

const CHAIN_LINE = /^:(\S+)(?:\s+(\S+)(?:\s+\[(\d+):(\d+)\])?)?$/
const COUNTERS = /^\[(\d+):(\d+)\]$/

/** iptables' own words for what it refuses, at a word of the line or the whole line. */
function problem(file: string, line: Line, fault: Fault): Problem {
  const at = fault.word?.at ?? 0
  const end = fault.word ? at + fault.word.raw.length : line.text.length
  return {
    code: (fault.kind === 'kept' ? 'iptables-kept' : 'iptables') satisfies IptablesCode,
    params: { text: fault.text, line: line.number },
    severity: fault.kind === 'kept' ? 'hint' : 'error',
    where: { file, line: line.number, column: line.indent + at + 1, offset: line.offset + at, end: line.offset + end, field: '' },
  }
}

/**
 * Reads iptables-restore text, iptables-save output or `iptables -S` lines. What iptables would refuse is a problem in its own
 * words (code `iptables`) and the line is left out; matches and targets that we do not model are kept word for word, with a
 * hint (`iptables-kept`); text without its last COMMIT is read all the same, with a warning (`iptables-no-commit`).
 */
export function parseRestore(text: string, options: ParseOptions = {}): ReadText {
  const commands: Command[] = []
  const problems: Problem[] = []
  const tables = new Set<TableName>()
  let table = options.table
  let open: Line | undefined

  const tell = (line: Line, fault: Fault): void => {
    problems.push(problem(options.file ?? '-', line, fault))
  }
  const refuse = (line: Line, text: string, word?: Word): void => tell(line, { kind: 'refused', text, word })

  function chainLine(line: Line): void {
    const m = CHAIN_LINE.exec(line.text)
    const policy = policyOf(m?.[2])
    if (m === null || m[2] === undefined || (policy === undefined && m[2] !== '-')) refuse(line, `line ${line.number} policy invalid`)
    else if (table === undefined) refuse(line, `line ${line.number} failed`)
    else commands.push({ table, line: line.number, op: 'declare', chain: m[1] as string, ...(policy ? { policy } : {}) })
  }

  /** Counters and `-t TABLE` may stand before the command. */
  function commandLine(line: Line): void {
    const { words, open: quote } = wordsOf(line.text)
    if (quote !== undefined) {
      refuse(line, 'Unbalanced quote', { text: '"', raw: '"', at: quote, quoted: true })
      return
    }
    const counters = COUNTERS.exec(words[0]?.text ?? '')
    let rest = counters ? words.slice(1) : words
    let where = table
    if (rest[0]?.text === '-t' || rest[0]?.text === '--table') {
      const named = rest[1]?.text ?? ''
      where = isTable(named) ? named : undefined
      if (where === undefined) {
        refuse(line, `can't initialize iptables table \`${named}': Table does not exist`, rest[1] ?? rest[0])
        return
      }
      rest = rest.slice(2)
    }
    const read = readCommand(rest, options.family ?? 4, counters ? [Number(counters[1]), Number(counters[2])] : undefined)
    for (const fault of read.faults) tell(line, fault)
    if (read.changes.length === 0) return
    if (where === undefined) {
      refuse(line, `line ${line.number} failed`, rest[0])
      return
    }
    tables.add(where)
    for (const change of read.changes) commands.push({ table: where, line: line.number, ...change })
  }

  for (const line of lines(text)) {
    if (line.text === '' || line.text.startsWith('#')) continue
    if (line.text.startsWith('*')) {
      const name = line.text.slice(1).trim()
      table = isTable(name) ? name : undefined
      open = line
      if (table === undefined) refuse(line, `unable to initialize table '${name}'`)
      else tables.add(table)
    } else if (line.text === 'COMMIT') {
      open = undefined
      table = options.table
    } else if (line.text.startsWith(':')) chainLine(line)
    else commandLine(line)
  }
  if (open !== undefined)
    problems.push({
      ...problem(options.file ?? '-', open, { kind: 'refused', text: open.text, word: undefined }),
      code: 'iptables-no-commit' satisfies IptablesCode,
      severity: 'warning',
    })
  return { restore: restoreOf([...tables], commands), tables: [...tables], commands, problems }
}

/** The declared chains and `-A` lines of a text as a Restore; other commands are only in `commands`. */
function restoreOf(tables: readonly TableName[], commands: readonly Command[]): Restore {
  return {
    tables: tables.map((table): RestoreTable => {
      const mine = commands.filter((c) => c.table === table)
      const declared = mine.filter((c) => c.op === 'declare').map((c) => c.chain)
      const appended = mine.filter((c) => c.op === 'append')
      const chains = new Map<string, Written[]>(declared.map((name) => [name, []]))
      for (const { chain, rule } of appended) {
        const list = chains.get(chain)
        if (list) list.push(rule)
        else chains.set(chain, [rule])
      }
      return {
        table,
        declared: () => declared,
        chain: (name) => chains.get(name),
        lines: () => appended.map(({ chain, rule }) => [chain, rule] as const),
      }
    }),
  }
}

function callOf(c: Command): Call | undefined {
  switch (c.op) {
    case 'new':
      return { call: '-N', table: c.table, chain: c.chain }
    case 'append':
      return { call: '-A', table: c.table, chain: c.chain, rule: c.rule }
    case 'insert':
      return { call: '-I', table: c.table, chain: c.chain, rule: c.rule }
    case 'policy':
      return { call: '-P', table: c.table, chain: c.chain, policy: c.policy }
    case 'declare':
    case 'delete':
    case 'flush':
    case 'remove':
      return undefined
  }
}

/** Calls of the iptables command, one a line without the program's name: `-t nat -N KUBE-SERVICES`. Table filter when none is named. */
export function parseCalls(
  text: string,
  options: ParseOptions = {},
): { readonly calls: readonly Call[]; readonly problems: readonly Problem[] } {
  const { commands, problems } = parseRestore(text, { table: 'filter', ...options })
  return { calls: commands.map(callOf).filter((c) => c !== undefined), problems }
}
