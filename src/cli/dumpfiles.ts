import { dirname, isAbsolute, join } from 'node:path'
import { manifestsOf } from '../engine/dumps.ts'
import { readManifests } from '../manifest/read.ts'
import type { Desk } from './desk.ts'
import { exists, type Files, readFiles } from './files.ts'

/**
 * The files that a command names, and beside them the dumps that a Lab in them names (`spec.dumps[].file`): looked for beside the
 * lab's own file. One that is not there is told by the engine, which knows the line.
 */
export function readLabFiles(paths: readonly string[], desk: Desk): Files {
  const { files, problems } = readFiles(paths, desk)
  const { objects } = readManifests(manifestsOf(files), desk.documents)
  const have = new Set(files.map((f) => f.name))
  const named = objects.flatMap((o) =>
    o.kind === 'Lab'
      ? o.is.dumps.flatMap(({ file }) =>
          file === undefined ? [] : [{ file, path: isAbsolute(file) ? file : join(dirname(o.source.file), file) }],
        )
      : [],
  )
  const missing = named.filter(({ file, path }) => !have.has(file) && !have.has(path) && exists(path)).map(({ path }) => path)
  if (missing.length === 0) return { files, problems }
  const more = readFiles([...new Set(missing)], desk)
  return { files: [...files, ...more.files], problems: [...problems, ...more.problems] }
}
