// npm start: builds the page if a source is newer, serves it, prints the address.
import { buildPageIfStale } from './build.mjs'
import { serve } from './serve.mjs'

const port = Number(process.env['PORT'] ?? 4173)
if (!Number.isInteger(port) || port < 1 || port > 65_535) {
  console.error(`packetwalk: PORT=${process.env['PORT']} is not a port`)
  process.exit(2)
}
buildPageIfStale()
try {
  const address = await serve({ port, tries: 50 })
  console.log(`\n  Packetwalk is at ${address}\n  Ctrl+C ends it.\n`)
} catch (error) {
  console.error(`packetwalk: no free port from ${port} on: ${error instanceof Error ? error.message : error}`)
  process.exit(1)
}
