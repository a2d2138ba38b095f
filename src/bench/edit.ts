import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { explain } from '../explain.ts'
import type { SourceFile } from '../manifest/object.ts'
import { DocumentCache } from '../manifest/read.ts'
import { measure } from './measure.ts'
import { ms, ratio, table } from './table.ts'

/** Found from the working directory: the command runs bundled, away from its sources. */
const LAB = 'app/learn/labs/clusterip-cross-node'

const labFiles = (): readonly SourceFile[] =>
  readdirSync(LAB)
    .filter((f) => f.endsWith('.yaml'))
    .sort()
    .map((name) => ({ name, text: readFileSync(join(LAB, name), 'utf8') }))

/** What a keystroke costs: a number of the default lab is edited, and the answer is there. Without a cache stands for a full rebuild. */
export function edit(): string {
  const files = labFiles()
  let n = 0
  const edited = (): readonly SourceFile[] => {
    n++
    return files.map((f) => (f.name === 'manifests.yaml' ? { ...f, text: `${f.text}# ${n}\n` } : f))
  }
  const cache = new DocumentCache()
  const warm = measure((now) => explain({ v: 1, seed: 1, files: now }, cache), edited)
  const cold = measure((now) => explain({ v: 1, seed: 1, files: now }), edited)
  const rows = [
    ['edit → answer, parsed documents kept', ms(warm.median), ms(warm.least), '1.0x'],
    ['edit → answer, full rebuild (reference)', ms(cold.median), ms(cold.least), ratio(cold.least / warm.least)],
  ]
  return table(['default lab, in process', 'median ms', 'least ms', 'ratio'], rows)
}
