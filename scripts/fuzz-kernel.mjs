import { run } from './run.mjs'

await run('src/testing/fuzz/main.ts', 'fuzz-kernel.mjs')
