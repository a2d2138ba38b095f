#!/usr/bin/env node
import { run } from './run.mjs'

// npm runs scripts at the root of the project; paths mean what they mean where the command was typed.
const { INIT_CWD, npm_lifecycle_event } = process.env
if (npm_lifecycle_event === 'packetwalk' && INIT_CWD) process.chdir(INIT_CWD)

await run('src/cli.ts', 'cli.mjs')
