import type { Family } from '../../net/ip.ts'
import type { TableName } from '../../trace/event.ts'
import type { Written } from './ast.ts'
import type { Word } from './parse-lex.ts'
import { type Fault, parseRule } from './parse-rule.ts'

/** What one line does to its table. */
export type Change =
  | { readonly op: 'declare'; readonly chain: string; readonly policy?: 'ACCEPT' | 'DROP' }
  | { readonly op: 'append'; readonly chain: string; readonly rule: Written; readonly packets?: number; readonly bytes?: number }
  /** `at` counts from 1. */
  | { readonly op: 'insert'; readonly chain: string; readonly at: number; readonly rule: Written }
  /** A rule or its number, from 1. */
  | { readonly op: 'delete'; readonly chain: string; readonly rule: Written | number }
  | { readonly op: 'new'; readonly chain: string }
  | { readonly op: 'policy'; readonly chain: string; readonly policy: 'ACCEPT' | 'DROP' }
  /** Without a chain: all of the table. */
  | { readonly op: 'flush'; readonly chain?: string }
  | { readonly op: 'remove'; readonly chain?: string }

/** `line` counts from 1. */
export type Command = { readonly table: TableName; readonly line: number } & Change

export interface ReadCommand {
  readonly changes: readonly Change[]
  readonly faults: readonly Fault[]
}

type Letter = 'A' | 'I' | 'D' | 'N' | 'X' | 'F' | 'P'
const LETTERS: Readonly<Record<string, Letter>> = {
  '-A': 'A',
  '--append': 'A',
  '-I': 'I',
  '--insert': 'I',
  '-D': 'D',
  '--delete': 'D',
  '-N': 'N',
  '--new-chain': 'N',
  '-X': 'X',
  '--delete-chain': 'X',
  '-F': 'F',
  '--flush': 'F',
  '-P': 'P',
  '--policy': 'P',
}

export const policyOf = (text: string | undefined): 'ACCEPT' | 'DROP' | undefined =>
  text === 'ACCEPT' || text === 'DROP' ? text : undefined
const refused = (text: string, word: Word | undefined): ReadCommand => ({ changes: [], faults: [{ kind: 'refused', text, word }] })
const done = (change: Change): ReadCommand => ({ changes: [change], faults: [] })

/** Reads `-A CHAIN …`, `-N CHAIN`, `-P CHAIN POLICY` …; `counters` stood in brackets before it. */
export function readCommand(words: readonly Word[], family: Family, counters?: readonly [packets: number, bytes: number]): ReadCommand {
  const [word, chainWord, third] = words
  const letter = word && Object.hasOwn(LETTERS, word.text) ? LETTERS[word.text] : undefined
  if (word === undefined || letter === undefined) return refused(`Bad argument \`${word?.text ?? ''}'`, word)
  const chain = chainWord?.text
  if (letter === 'F' || letter === 'X') return done({ op: letter === 'F' ? 'flush' : 'remove', ...(chain === undefined ? {} : { chain }) })
  if (chain === undefined) return refused(`option "${word.text}" requires an argument`, word)
  if (letter === 'N') return done({ op: 'new', chain })
  if (letter === 'P') {
    const policy = policyOf(third?.text)
    return policy === undefined
      ? refused('Bad policy name. Run `dmesg` for more information.', third ?? word)
      : done({ op: 'policy', chain, policy })
  }
  const at = letter !== 'A' && /^\d+$/.test(third?.text ?? '') ? Number(third?.text) : undefined
  if (letter === 'D' && at !== undefined) return done({ op: 'delete', chain, rule: at })
  const { rules, faults } = parseRule(words.slice(at === undefined ? 2 : 3), family)
  const changes = rules.map((rule): Change => {
    if (letter === 'I') return { op: 'insert', chain, at: at ?? 1, rule }
    if (letter === 'D') return { op: 'delete', chain, rule }
    return { op: 'append', chain, rule, ...(counters ? { packets: counters[0], bytes: counters[1] } : {}) }
  })
  return { changes, faults: faults.map((f) => ({ ...f, word: f.word ?? word })) }
}
