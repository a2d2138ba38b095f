import type { Family } from '../../net/ip.ts'
import type { Word } from './parse-lex.ts'

/** One option of a match or target as it was written. */
export interface Given {
  /** Its full name without dashes. */
  readonly option: string
  readonly not: boolean
  readonly args: readonly Word[]
}

/** All options that one `-m` or `-j` got, wherever they stood. */
export interface Bag {
  readonly name: string
  readonly given: readonly Given[]
  /** Word for word, from the `-m` or `-j` on. */
  readonly words: string
  readonly family: Family
}

/** What iptables says when it refuses; `word` is where. */
export class Refusal {
  readonly text: string
  readonly word: Word | undefined
  constructor(text: string, word?: Word) {
    this.text = text
    this.word = word
  }
}

/** How many words each option takes; names before `|` are what we call it, the rest are other names. */
export type Options = Readonly<Record<string, number>>

/** What a match or target makes of its options: a thing of ours, `undefined` when we do not model this use of it, or a refusal. */
export interface Module<T> {
  readonly options: Options
  /** Options that exist but that we do not model; they make the whole match or target one that is kept word for word. */
  readonly other?: readonly string[]
  readonly make: (bag: Bag) => T | undefined | Refusal
}

/** Finds an option by its name, by another name, or by a beginning that fits only one (getopt_long). */
export function optionOf(options: Options, name: string): { readonly option: string; readonly takes: number } | undefined {
  const found: { option: string; takes: number }[] = []
  for (const [names, takes] of Object.entries(options)) {
    const all = names.split('|')
    const option = all[0] as string
    if (all.includes(name)) return { option, takes }
    if (name.length > 1 && all.some((n) => n.startsWith(name))) found.push({ option, takes })
  }
  return found.length === 1 ? found[0] : undefined
}

export const has = (bag: Bag, option: string): boolean => bag.given.some((g) => g.option === option)
export const get = (bag: Bag, option: string): Given | undefined => bag.given.find((g) => g.option === option)
/** The first word that an option got. */
export const value = (bag: Bag, option: string): string | undefined => get(bag, option)?.args[0]?.text
export const flag = <K extends string>(bag: Bag, option: string, key: K): { readonly [k in K]?: true } =>
  (has(bag, option) ? { [key]: true } : {}) as { readonly [k in K]?: true }
/** Whether exactly one option bears a negation, and it is this match's only negatable one. */
export const notOf = (given: Given | undefined): { readonly not?: true } => (given?.not ? { not: true } : {})
