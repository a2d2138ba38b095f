import type { Problem } from '../trace/problem.ts'
import { DocumentText } from './document.ts'
import { cniVersions, kindReaders } from './kinds/list.ts'
import type { ManifestObject } from './kinds.ts'
import { refOf, type SourceFile } from './object.ts'
import { whereOf } from './source.ts'
import { splitDocuments } from './text/split.ts'

/**
 * What is remembered between two readings: each document by its text. After a keystroke one document is parsed; the objects
 * of all others keep their `is`, `raw` and `metadata`, and those that have not moved are the very same objects.
 */
export class DocumentCache {
  private before: ReadonlyMap<string, DocumentText> = new Map()
  private now = new Map<string, DocumentText>()

  /** Ends a reading: what it did not use is forgotten. */
  turn(): void {
    this.before = this.now
    this.now = new Map()
  }

  get(text: string): DocumentText {
    let document = this.now.get(text)
    if (!document) {
      document = this.before.get(text) ?? new DocumentText(text)
      this.now.set(text, document)
    }
    return document
  }
}

/** UTF-8 bytes. Beyond this a page would stand still for many seconds; `spec.generate` of a Lab makes big clusters without text. */
export const MAX_TEXT = 5_000_000

export interface Manifests {
  /** In the order of the text; those with an error are left out. */
  readonly objects: readonly ManifestObject[]
  readonly problems: readonly Problem[]
}

/** Reads every document of every file. Never throws: what is wrong becomes problems, and the rest is read all the same. */
export function readManifests(files: readonly SourceFile[], cache: DocumentCache = new DocumentCache()): Manifests {
  const large = tooLarge(files)
  if (large) return { objects: [], problems: [large] }
  const problems: Problem[] = []
  const objects: ManifestObject[] = []
  const known = new Map<string, ManifestObject>()
  for (const file of files)
    splitDocuments(file.text).forEach((chunk, document) => {
      const text = cache.get(chunk.text)
      const place = { file: file.name, document, offset: chunk.offset, line: chunk.line }
      // Only here it is known which file kubectl would name.
      for (const { code, params, severity, range, field } of text.findings)
        problems.push({
          code,
          params: 'file' in params ? { ...params, file: file.name } : params,
          severity,
          where: whereOf(text, place, range, field),
        })
      for (const object of text.objects(place)) {
        const again =
          object.step !== undefined || (object.kind === 'Other' && cniVersions(object.apiVersion) === undefined)
            ? undefined
            : duplicateOf(object, known)
        if (again) problems.push(...again)
        else objects.push(object)
      }
    })
  cache.turn()
  return { objects, problems }
}

/** An object that stands a second time: that it does, and what the server would not let it change of the first. */
function duplicateOf(object: ManifestObject, known: Map<string, ManifestObject>): readonly Problem[] | undefined {
  const ref = refOf(object)
  // Kinds of a CNI share names with Kubernetes' own; calicoctl and kubectl have the same object in two groups.
  const key = object.kind === 'Other' ? `${object.apiVersion.replace(/^crd\.|\/.*/g, '')}/${ref}` : ref
  const first = known.get(key)
  if (!first) {
    known.set(key, object)
    return undefined
  }
  const { file, line } = first.source.where('metadata.name')
  const problems: Problem[] = [
    { code: 'duplicate-object', params: { object: ref, file, line }, severity: 'error', where: object.source.where('metadata.name') },
  ]
  const reader = kindReaders.find((one) => one.kind === object.kind)
  reader?.update?.(first.raw, object.raw, (field, { code, params }, at = field) => {
    problems.push({ code, params, severity: 'error', where: { ...object.source.where(at), field } })
  })
  return problems
}

function bytes(text: string): number {
  let n = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    // A surrogate is half of four bytes, and already counted as one.
    if (unit >= 0x80) n += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2
  }
  return n
}

function tooLarge(files: readonly SourceFile[]): Problem | undefined {
  const length = files.reduce((n, f) => n + f.text.length, 0)
  const size = length * 3 <= MAX_TEXT ? length : files.reduce((n, f) => n + bytes(f.text), 0)
  if (size <= MAX_TEXT) return undefined
  const largest = files.reduce((a, b) => (b.text.length > a.text.length ? b : a))
  const params = { size: (Math.ceil(size / 100_000) / 10).toFixed(1), limit: MAX_TEXT / 1_000_000 }
  return { code: 'too-large', params, severity: 'error', where: { file: largest.name, line: 1, column: 1, offset: 0, end: 0, field: '' } }
}
