/**
 * Property tests draw the same cases on every run, so that a change is judged by what it changes: `npm run test:all` draws others than
 * `npm test`, PACKETWALK_SEED=N those of a seed, PACKETWALK_SEED=any new ones each time; fast-check names the seed of a failure.
 */
import fc from 'fast-check'
import { loadParts } from '../engine/parts.ts'

const wanted = process.env['PACKETWALK_SEED'] ?? (process.env['PACKETWALK_HEAVY'] === '1' ? '20260102' : '20260101')
if (wanted !== 'any') fc.configureGlobal({ seed: Number(wanted) })

await loadParts()
