import { isTable } from '../../kernel/iptables/ruleset.ts'
import type { TableName } from '../../trace/event.ts'
import { failed, notModelled, type ToolResult } from '../tool.ts'

/** A listing that somebody asked for with -L or -S. */
export interface Listing {
  readonly what: '-L' | '-S'
  readonly table: TableName
  readonly chain?: string
  /** One rule, from 1. */
  readonly rule?: number
  readonly numeric: boolean
  readonly verbose: boolean
  readonly exact: boolean
  readonly lineNumbers: boolean
}

const HINT = "Try `iptables -h' or 'iptables --help' for more information."
/** Commands that change rules: a lab's rules come from its manifests. */
const CHANGES = /^(-[ADCIRFXNPEZ]|--(append|delete|check|insert|replace|flush|delete-chain|new-chain|policy|rename-chain|zero))$/

/** Reads the command line of iptables 1.8.9 (legacy) as far as it lists rules; its own words for what it refuses. */
export function readArgs(name: string, argv: readonly string[]): Listing | ToolResult {
  const usage = (text: string): ToolResult => failed(2, `${name} v1.8.9 (legacy): ${text}`, HINT.replaceAll('iptables', name))
  const words = [...argv]
  let table = 'filter'
  let what: '-L' | '-S' | undefined
  let chain: string | undefined
  let rule: number | undefined
  const on = { numeric: false, verbose: false, exact: false, lineNumbers: false }

  const list = (command: '-L' | '-S'): void => {
    what = command
    if (words[0] === undefined || words[0].startsWith('-')) return
    chain = words.shift()
    if (/^\d+$/.test(words[0] ?? '')) rule = Number(words.shift())
  }
  /** One letter or long word; `more` are letters behind it in the same word (`-nvL`). */
  const option = (word: string): ToolResult | undefined => {
    switch (word) {
      case '-n':
      case '--numeric':
        on.numeric = true
        return undefined
      case '-v':
      case '--verbose':
        on.verbose = true
        return undefined
      case '-x':
      case '--exact':
        on.exact = true
        return undefined
      case '--line-numbers':
      case '--line-number':
      case '--line':
        on.lineNumbers = true
        return undefined
      case '-w':
      case '--wait':
        return undefined
      case '-t':
      case '--table': {
        const named = words.shift()
        if (named === undefined) return usage(`option "${word}" requires an argument`)
        table = named
        return undefined
      }
      case '-L':
      case '--list':
      case '-S':
      case '--list-rules':
        list(word === '-L' || word === '--list' ? '-L' : '-S')
        return undefined
    }
    if (CHANGES.test(word)) return notModelled(name, `${word} (rules come from the lab's files)`)
    if (/^-[sdpijomgcfhVM46]$/.test(word)) return notModelled(name, word)
    return usage(`unknown option "${word}"`)
  }

  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (!word.startsWith('-')) return failed(2, `Bad argument \`${word}'`, HINT.replaceAll('iptables', name))
    if (word.startsWith('--table=')) table = word.slice(8)
    else {
      const each = word.startsWith('--') || word.length === 2 ? [word] : [...word.slice(1)].map((c) => `-${c}`)
      for (const one of each) {
        const wrong = option(one)
        if (wrong !== undefined) return wrong
      }
    }
  }
  if (what === undefined) return usage('no command specified')
  if (!isTable(table)) {
    const text = `can't initialize ${name} table \`${table}': Table does not exist (do you need to insmod?)`
    return failed(3, `${name} v1.8.9 (legacy): ${text}`, `Perhaps ${name} or your kernel needs to be upgraded.`)
  }
  return { what, table, ...(chain === undefined ? {} : { chain }), ...(rule === undefined ? {} : { rule }), ...on }
}
