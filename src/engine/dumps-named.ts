import type { GivenDump } from '../cluster/dumps.ts'
import type { DumpCode } from '../dump/codes.ts'
import type { Dump, DumpSays } from '../dump/dump.ts'
import { dumpReader } from '../dump/late.ts'
import type { Progress } from '../dump/reading.ts'
import type { LabDump, LabObject, ManifestObject } from '../manifest/kinds.ts'
import type { SourceFile } from '../manifest/object.ts'
import type { Problem, Where } from '../trace/problem.ts'
import { type DumpCache, isDump } from './dumps.ts'

/** UTF-16 units. Beyond this a browser has no memory for the text itself, let alone twice. */
const LARGEST = 128_000_000

/** A text that has to be read, and what the lab says of it. */
interface Wanted {
  readonly text: string
  /** Named in problems. */
  readonly file: string
  readonly says: DumpSays
  readonly node?: string
  readonly place?: { readonly object: LabObject; readonly path: string }
  /** Where an inline text begins in the file around it. */
  readonly inside?: Inside
}

/** A block of text in a manifest: its first line is line `above` + 1 of the file, and each begins `indent` characters in. */
interface Inside {
  readonly above: number
  readonly indent: number
  readonly starts: readonly number[]
}

const key = ({ text, file, says }: Wanted): string => `${says.family ?? ''} ${says.table ?? ''} ${file} ${text}`
const base = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** The file of a name that a lab gives: the very name, the name beside the lab's own file, or the only one that ends so. */
function fileNamed(files: readonly SourceFile[], name: string, lab: string): SourceFile | undefined {
  const beside = lab.includes('/') ? `${lab.slice(0, lab.lastIndexOf('/') + 1)}${name}` : name
  const found = files.find((f) => f.name === name) ?? files.find((f) => f.name === beside)
  if (found !== undefined) return found
  const ending = files.filter((f) => base(f.name) === base(name))
  return ending.length === 1 ? ending[0] : undefined
}

/** Where the text of a block scalar stands in its file, or undefined when it is written otherwise. */
function insideOf(file: SourceFile | undefined, where: Where): Inside | undefined {
  if (file === undefined || !/^[|>]/.test(file.text.slice(where.offset, where.offset + 1))) return undefined
  const starts = [0, ...[...file.text.matchAll(/\r\n|\r|\n/g)].map((m) => m.index + m[0].length)]
  const first = file.text.slice(starts[where.line] ?? file.text.length)
  const line = /^(?:[ \t]*(?:\r\n|\r|\n))*( *)/.exec(first)
  return { above: where.line, indent: line?.[1]?.length ?? 0, starts }
}

function inLab(files: readonly SourceFile[], object: LabObject, dump: LabDump, i: number, problems: Problem[]): Wanted | undefined {
  const path = `spec.dumps[${i}]`
  const where = (field: string): Where => object.source.where(`${path}.${field}`)
  const tell = (code: DumpCode, params: Problem['params'], field: string): undefined => {
    problems.push({ code, params, severity: 'error', where: where(field) })
    return undefined
  }
  const { file, text, node, family, table } = dump
  if ((file === undefined) === (text === undefined)) return tell('dump-file-or-text', {}, file === undefined ? 'node' : 'text')
  const says: DumpSays = { ...(family === undefined ? {} : { family }), ...(table === undefined ? {} : { table }) }
  const shared = { says, place: { object, path }, ...(node === undefined ? {} : { node }) }
  if (text !== undefined) {
    const own = files.find((f) => f.name === object.source.file)
    const inside = insideOf(own, where('text'))
    return { ...shared, text, file: object.source.file, ...(inside === undefined ? {} : { inside }) }
  }
  const found = fileNamed(files, file ?? '', object.source.file)
  if (found === undefined) return tell('dump-no-file', { file: file ?? '' }, 'file')
  return { ...shared, text: found.text, file: found.name }
}

/** Every dump of the lab: those that spec.dumps names, then files that are a tool's output and that nothing names. */
function wanted(files: readonly SourceFile[], objects: readonly ManifestObject[], problems: Problem[]): readonly Wanted[] {
  const labs = objects.filter((o) => o.kind === 'Lab')
  const named = labs.flatMap((lab) => lab.is.dumps.map((dump, i) => inLab(files, lab, dump, i, problems))).filter((w) => w !== undefined)
  const taken = new Set(named.map((w) => w.file))
  const nodes = objects.flatMap((o) => (o.kind === 'Node' ? [o.metadata.name] : o.kind === 'Lab' ? o.is.nodes.map((n) => n.name) : []))
  const loose = files.filter((f) => !taken.has(f.name) && isDump(f))
  return [...named, ...loose.map(({ name, text }): Wanted => ({ text, file: name, says: {}, ...nodeOf(name, nodes) }))]
}

/** `node-1.iptables-save.txt`, `node-1/ip-route.txt`: the name of a node stands in front. */
function nodeOf(file: string, nodes: readonly string[]): { readonly node?: string } {
  const node = nodes.find((n) => base(file).startsWith(`${n}.`) || base(file) === n || file.split('/').includes(n))
  return node === undefined ? {} : { node }
}

/** A place in an inline text as a place in the file around it. */
function moved(where: Where, { inside }: Wanted): Where {
  if (inside === undefined) return where
  const line = where.line + inside.above
  const column = where.column + inside.indent
  const offset = (inside.starts[line - 1] ?? 0) + column - 1
  return { ...where, line, column, offset, end: offset + (where.end - where.offset) }
}

function given(w: Wanted, dump: Dump): GivenDump {
  return {
    dump,
    file: w.file,
    above: w.inside?.above ?? 0,
    ...(w.node === undefined ? {} : { node: w.node }),
    ...(w.place === undefined ? {} : { place: w.place }),
    where: { file: w.file, line: (w.inside?.above ?? 0) + 1, column: 1, offset: 0, end: 0, field: '' },
  }
}

function told(w: Wanted, dump: Dump): readonly Problem[] {
  const own = w.place?.object.source.where(`${w.place.path}.text`)
  return dump.problems.map((p) => {
    // a text that is no block: its lines cannot be found again in the file
    const where =
      p.where === undefined || (w.inside === undefined && w.place !== undefined && w.file === w.place.object.source.file)
        ? own
        : moved(p.where, w)
    return where === undefined ? p : { ...p, where }
  })
}

/** `readDumps` of a lab that has some. */
export function readNamed(
  files: readonly SourceFile[],
  objects: readonly ManifestObject[],
  cache: DumpCache,
): { readonly dumps: readonly GivenDump[]; readonly problems: readonly Problem[] } {
  const problems: Problem[] = []
  const dumps = wanted(files, objects, problems).map((w) => {
    const dump = cache.known(key(w)) ?? cache.keep(key(w), dumpReader.get().readDump(w.text, w.file, w.says))
    problems.push(...told(w, dump))
    return given(w, dump)
  })
  return { dumps, problems }
}

/** `readingDumps` of a lab that has some. */
export function* readingNamed(
  files: readonly SourceFile[],
  objects: readonly ManifestObject[],
  cache: DumpCache,
): Generator<Progress, void, void> {
  const all = wanted(files, objects, []).filter((w) => cache.known(key(w)) === undefined && w.text.length <= LARGEST)
  const total = all.reduce((n, w) => n + w.text.length, 0)
  let before = 0
  for (const w of all) {
    const reading = dumpReader.get().readingDump(w.text, w.file, w.says)
    let next = reading.next()
    while (!next.done) {
      yield { done: before + next.value.done, total }
      next = reading.next()
    }
    cache.keep(key(w), next.value)
    before += w.text.length
  }
}
