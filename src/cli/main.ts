import { nearest } from '../manifest/schema/near.ts'
import type { Problem } from '../trace/problem.ts'
import { type Lang, langs } from '../words/lang.ts'
import { take } from './asked.ts'
import { batch } from './batch.ts'
import { type Desk, newDesk } from './desk.ts'
import { exists } from './files.ts'
import { helpFor, helpForAll } from './help.ts'
import { commands } from './list.ts'
import { complaint } from './problems.ts'
import { done, type Result } from './result.ts'
import { usage } from './usage.ts'
import { kubernetes, version } from './version.ts'
import { say } from './words/words.ts'

/** What the command touches of its machine, files apart. */
export interface Io {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  readonly stdin: () => Uint8Array
  readonly lines: () => AsyncIterable<string>
  /** Prints where a bug of ours happened. */
  readonly debug: boolean
}

/** The whole command: arguments in, exit status out. */
export function run(argv: readonly string[], io: Io): number | Promise<number> {
  if (argv[0] === 'batch' && !argv.includes('--help') && !argv.includes('-h')) return batch(argv.slice(1), io)
  const result = answer(argv, newDesk(io.stdin), io.debug)
  if (result.stderr !== '') io.err(result.stderr)
  if (result.stdout !== '') io.out(result.stdout)
  return result.code
}

/** One command without a process around it. Never throws. */
export function answer(argv: readonly string[], desk: Desk, debug = false): Result {
  try {
    return obey(argv, desk)
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error)
    const trace = debug && error instanceof Error ? `${error.stack}\n` : ''
    return { code: 70, stdout: '', stderr: `${say(languageIn(argv), 'bug', { what: what.split('\n')[0] ?? '', version })}\n${trace}` }
  }
}

function obey(argv: readonly string[], desk: Desk): Result {
  const [name = '', ...rest] = argv
  const lang = languageIn(argv)
  if (name === '' || name === '--help' || name === '-h')
    return name === '' ? { code: 2, stdout: '', stderr: helpForAll(lang) } : done(helpForAll(lang))
  if (name === '--version' || name === '-V') return done(`packetwalk ${version} (rules as written by Kubernetes ${kubernetes})\n`)
  if (name === 'help') return helpOn(rest, lang)
  const command = commands.find((c) => c.name === name)
  if (!command) return usage([unknown(name)], '', lang)
  const taken = take(command, rest, exists)
  if (taken.help) return done(helpFor(command, taken.lang))
  if (!taken.asked) return usage(taken.problems, name, taken.lang)
  return command.run(taken.asked, desk)
}

function helpOn(words: readonly string[], lang: Lang): Result {
  const name = words.find((w, i) => !w.startsWith('-') && words[i - 1] !== '--lang')
  if (name === undefined) return done(helpForAll(lang))
  const command = commands.find((c) => c.name === name)
  return command ? done(helpFor(command, lang)) : usage([unknown(name)], '', lang)
}

function unknown(name: string): Problem {
  const near = nearest(
    name,
    commands.map((c) => c.name),
  )
  return complaint(name.startsWith('-') ? 'unknown-option' : 'unknown-command', { name, ...(near === undefined ? {} : { near }) })
}

/** The language of what is said before the options are taken apart. */
function languageIn(argv: readonly string[]): Lang {
  const at = argv.indexOf('--lang')
  return langs.find((l) => l === (at < 0 ? argv.find((w) => w.startsWith('--lang='))?.slice(7) : argv[at + 1])) ?? 'en'
}
