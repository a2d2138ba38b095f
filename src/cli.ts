import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { run } from './cli/main.ts'
import { loadParts } from './engine/parts.ts'

// `packetwalk … | head` closes the pipe: nothing to report then.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

await loadParts()
process.exitCode = await run(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  stdin: () => readFileSync(0),
  lines: () => createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY }),
  debug: process.env['PACKETWALK_DEBUG'] === '1',
})
