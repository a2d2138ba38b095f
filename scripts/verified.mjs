import { run } from './run.mjs'

await run('src/testing/verified-table.ts', 'verified.mjs')
