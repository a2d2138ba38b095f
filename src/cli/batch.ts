import { type Desk, newDesk } from './desk.ts'
import { answer, type Io } from './main.ts'
import { complaint } from './problems.ts'
import type { Result } from './result.ts'
import { usage } from './usage.ts'

/**
 * One command a line from standard input, a JSON array of its arguments; one line of JSON an answer, in order. All in one process,
 * so that what one command worked out is there for the next. A line that fails is answered and the next one is read.
 */
export async function batch(argv: readonly string[], io: Io): Promise<number> {
  const extra = argv[0]
  if (extra !== undefined) {
    io.err(usage([complaint(extra.startsWith('-') ? 'unknown-option' : 'extra-word', { name: extra, word: extra })], 'batch', 'en').stderr)
    return 2
  }
  const desk = newDesk()
  for await (const line of io.lines()) {
    if (line.trim() === '') continue
    const { code, stdout, stderr } = answerLine(line, desk, io.debug)
    io.out(`${JSON.stringify({ code, stdout, stderr })}\n`)
  }
  return 0
}

function answerLine(line: string, desk: Desk, debug: boolean): Result {
  const words = wordsIn(line)
  if (words === undefined || words[0] === 'batch') return usage([complaint('batch-line')], 'batch', 'en')
  return answer(words, desk, debug)
}

function wordsIn(line: string): readonly string[] | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return Array.isArray(value) && value.every((w) => typeof w === 'string') ? value : undefined
  } catch {
    return undefined
  }
}
