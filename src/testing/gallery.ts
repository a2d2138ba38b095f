import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SourceFile } from '../manifest/object.ts'

/** The labs of the gallery, found from the working directory: benchmarks run bundled, away from their sources. */
const GALLERY = 'app/learn/labs'

/** Their folders. */
export const slugs: readonly string[] = readdirSync(GALLERY, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort()

/** A lab's files by their names. */
export const labFilesOf = (slug: string): readonly SourceFile[] => {
  const folder = join(GALLERY, slug)
  const names = readdirSync(folder).filter((f) => f.endsWith('.yaml'))
  return names.sort().map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }))
}
