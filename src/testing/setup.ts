/**
 * Property tests draw the same cases on every run of `npm test`, so that a change is judged by what it changes. `npm run test:all`
 * (and PACKETWALK_SEED=N) draws others; fast-check names the seed of a failure.
 */
import fc from 'fast-check'
import { loadParts } from '../engine/parts.ts'

const wanted = process.env['PACKETWALK_SEED']
if (wanted !== undefined) fc.configureGlobal({ seed: Number(wanted) })
else if (process.env['PACKETWALK_HEAVY'] !== '1') fc.configureGlobal({ seed: 20_260_101 })

await loadParts()
