import { nearest } from '../manifest/schema/near.ts'
import type { Problem } from '../trace/problem.ts'
import type { Lang } from '../words/lang.ts'
import { langs } from '../words/lang.ts'
import { type Command, common, everywhere, type Option } from './command.ts'
import { complaint } from './problems.ts'

/** The arguments of one command, taken apart. */
export interface Asked {
  readonly command: Command
  readonly lang: Lang
  /** Paths as they were written. */
  readonly files: readonly string[]
  /** Words behind the files; with `tool` all of the tool's words. */
  readonly tail: readonly string[]
  /** The last value of an option; '' for a switch that is given. */
  option(name: string): string | undefined
  /** All values of an option, in order. */
  all(name: string): readonly string[]
}

export interface Taken {
  readonly asked?: Asked
  readonly help: boolean
  readonly lang: Lang
  /** Usage mistakes; exit status 2. */
  readonly problems: readonly Problem[]
}

/** Whether a word names something on this machine. Asked of words in front of the tail only. */
export type Exists = (path: string) => boolean

interface Loose {
  readonly word: string
  /** No option stood in front of it. */
  readonly leading: boolean
}

interface Split {
  readonly loose: readonly Loose[]
  readonly tail?: readonly string[]
  readonly options: ReadonlyMap<string, readonly string[]>
  readonly problems: readonly Problem[]
}

/** Looks like a path whether or not it is there: a misspelt file is then a missing file, not a strange word. */
const looksLikePath = (word: string): boolean =>
  word === '-' || /[/\\]/.test(word) || /\.(ya?ml|json)$/.test(word) || word === '.' || word === '..'

export const optionsOf = (command: Command): readonly Option[] => [
  ...command.options,
  ...(command.files === false || command.plain ? [] : common),
  ...everywhere,
]

/** Takes the words behind a command's name apart. */
export function take(command: Command, argv: readonly string[], exists: Exists): Taken {
  const isPath = (l: Loose): boolean => (exists(l.word) && (l.leading || !command.known?.().includes(l.word))) || looksLikePath(l.word)
  const { loose, tail, options, problems } = split(command, argv, isPath)
  const found = [...problems]
  const lang = languageOf(options, found)
  if (options.has('--help')) return { help: true, lang, problems: [] }
  const { files, words } = parted(command, loose, tail ?? [], isPath)
  const [least, most] = command.tail
  const extra = words[most]
  if (command.files !== false && files.length === 0) found.push(complaint('needs-file'))
  else if (words.length < least) found.push(complaint('needs-word', { what: wordsOf(command)[words.length] ?? '' }))
  else if (extra !== undefined) found.push(complaint('extra-word', { word: extra }))
  if (found.length > 0) return { help: false, lang, problems: found }
  const asked = {
    command,
    lang,
    files,
    tail: words,
    option: (name: string) => options.get(name)?.at(-1),
    all: (name: string) => options.get(name) ?? [],
  }
  return { help: false, lang, problems: [], asked }
}

/** The names of the words behind the files, out of the usage line: what is neither a file nor an option with its value. */
const wordsOf = (command: Command): readonly string[] =>
  command.usage
    .replace(/\[?--?[\w-]+ \S+/g, '')
    .split(' ')
    .filter((w) => w !== '' && w !== 'FILE…')

/** Which loose words are files, and which belong to the command. */
function parted(
  command: Command,
  loose: readonly Loose[],
  tail: readonly string[],
  isPath: (l: Loose) => boolean,
): { readonly files: readonly string[]; readonly words: readonly string[] } {
  const all = loose.map((l) => l.word)
  if (command.files === false) return { files: [], words: [...all, ...tail] }
  const [least, most] = command.tail
  if (least === most) {
    // Their number is known, so the last ones are the command's, whatever else they may be called.
    const missing = Math.max(0, least - tail.length)
    const own = all.length > missing || !loose.every(isPath) ? missing : 0
    return { files: all.slice(0, all.length - own), words: [...all.slice(all.length - own), ...tail] }
  }
  const first = loose.findIndex((l) => !isPath(l))
  const files = first < 0 ? all : all.slice(0, first)
  const words = [...(first < 0 ? [] : all.slice(first)), ...tail]
  // A name that happens to be a folder here: `dns lab.yaml web`.
  while (words.length < least && files.length > 1 && !looksLikePath(files[files.length - 1] as string)) words.unshift(files.pop() as string)
  return { files, words }
}

function languageOf(options: ReadonlyMap<string, readonly string[]>, problems: Problem[]): Lang {
  const value = options.get('--lang')?.at(-1)
  const lang = value === undefined ? 'en' : langs.find((l) => l === value)
  if (lang === undefined) problems.push(complaint('option-value', { option: '--lang', value: value ?? '', values: langs.join(', ') }))
  return lang ?? 'en'
}

function split(command: Command, argv: readonly string[], isPath: (l: Loose) => boolean): Split {
  const known = optionsOf(command)
  const options = new Map<string, string[]>()
  const problems: Problem[] = []
  const loose: Loose[] = []
  let leading = true
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] as string
    if (word === '--') return { loose, tail: argv.slice(i + 1), options, problems }
    if (word === '-' || !word.startsWith('-')) {
      if (command.tool && !isPath({ word, leading })) return { loose, tail: argv.slice(i), options, problems }
      loose.push({ word, leading })
      continue
    }
    leading = false
    const [name, inline] = word.startsWith('--') ? cut(word) : [word, undefined]
    const option = known.find((o) => o.name === name || o.short === name)
    if (!option) {
      const near = nearest(
        name,
        known.map((o) => o.name),
      )
      problems.push(complaint('unknown-option', { name, ...(near === undefined ? {} : { near }) }))
      continue
    }
    const values = options.get(option.name) ?? []
    options.set(option.name, values)
    if (option.value === undefined) {
      if (inline !== undefined) problems.push(complaint('takes-no-value', { option: name }))
      values.push('')
      continue
    }
    const next = argv[i + 1]
    if (inline === undefined && (next === undefined || next.startsWith('--'))) problems.push(complaint('needs-value', { option: name }))
    else if (inline === undefined) i++
    values.push(inline ?? next ?? '')
  }
  return { loose, options, problems }
}

function cut(word: string): readonly [name: string, value: string | undefined] {
  const at = word.indexOf('=')
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)]
}

/** A whole number out of an option, or the mistake. */
export function numberOf(asked: Asked, name: string, low: number, high: number): number | undefined | Problem {
  const value = asked.option(name)
  if (value === undefined) return undefined
  const n = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN
  return n >= low && n <= high ? n : complaint('option-number', { option: name, value, low, high })
}
