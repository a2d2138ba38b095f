import { run } from './run.mjs'

await run('src/bench/main.ts', 'bench.mjs')
