import { explain } from '../explain.ts'
import type { SourceFile } from '../manifest/object.ts'
import { DocumentCache } from '../manifest/read.ts'
import { labFilesOf } from '../testing/gallery.ts'
import { measure } from './measure.ts'
import { ms, ratio, table } from './table.ts'

/** What a keystroke costs: a number of the default lab is edited, and the answer is there. Without a cache stands for a full rebuild. */
export function edit(): string {
  const files = labFilesOf('clusterip-cross-node')
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
