import type { GivenDump } from '../cluster/dumps.ts'
import type { Dump } from '../dump/dump.ts'
import { dumpReader } from '../dump/late.ts'
import type { Progress } from '../dump/reading.ts'
import type { ManifestObject } from '../manifest/kinds.ts'
import type { SourceFile } from '../manifest/object.ts'
import { Late } from '../trace/late.ts'
import type { Problem } from '../trace/problem.ts'

/** How a lab names its dumps, for the labs that have one. */
export const labDumps = new Late(() => import('./dumps-named.ts'))

/** A file that a tool on a node wrote, and no manifest: no YAML by its name, and a tool's output by its text. */
export const isDump = ({ name, text }: SourceFile): boolean => !/\.(?:ya?ml|json)$/i.test(name) && dumpReader.get().looksLikeDump(text)

export const manifestsOf = (files: readonly SourceFile[]): readonly SourceFile[] => files.filter((f) => !isDump(f))

/** Texts that were read, by the text itself: a keystroke elsewhere reads none again. */
export class DumpCache {
  private before: ReadonlyMap<string, Dump> = new Map()
  private now = new Map<string, Dump>()

  turn(): void {
    this.before = this.now
    this.now = new Map()
  }

  known(key: string): Dump | undefined {
    const dump = this.now.get(key) ?? this.before.get(key)
    if (dump !== undefined) this.now.set(key, dump)
    return dump
  }

  keep(key: string, dump: Dump): Dump {
    this.now.set(key, dump)
    return dump
  }
}

const hasDumps = (files: readonly SourceFile[], objects: readonly ManifestObject[]): boolean =>
  objects.some((o) => o.kind === 'Lab' && o.is.dumps.length > 0) || files.some(isDump)

/** The dumps of a lab, read, and what is wrong with them. */
export function readDumps(
  files: readonly SourceFile[],
  objects: readonly ManifestObject[],
  cache: DumpCache = new DumpCache(),
): { readonly dumps: readonly GivenDump[]; readonly problems: readonly Problem[] } {
  const read = hasDumps(files, objects) ? labDumps.get().readNamed(files, objects, cache) : { dumps: [], problems: [] }
  cache.turn()
  return read
}

/** Reads what the cache does not have yet, in slices: for a worker, which has to hear "stop" in between. */
export function* readingDumps(
  files: readonly SourceFile[],
  objects: readonly ManifestObject[],
  cache: DumpCache,
): Generator<Progress, void, void> {
  if (hasDumps(files, objects)) yield* labDumps.get().readingNamed(files, objects, cache)
}
