import type { SourceFile } from '../../../src/manifest/object.ts'

interface ObjectPlace {
  readonly kind: string
  readonly name: string
  readonly file: string
  readonly offset: number
}

/** Where the objects of a text begin, read by their lines alone: good enough to jump to, also in a text with errors. */
export function placesIn(files: readonly SourceFile[]): readonly ObjectPlace[] {
  return files.flatMap(({ name: file, text }) => {
    const found: ObjectPlace[] = []
    let offset = 0
    for (const part of text.split(/^---.*$/m)) {
      const kind = /^kind:[ \t]*["']?(\w+)/m.exec(part)
      const name = /^metadata:[ \t]*(?:\r?\n(?:[ \t]+.*)?)*?\r?\n?[ \t]*\{?.*?\bname:[ \t]*["']?([^\s"',}]+)/m.exec(part)
      if (kind?.[1] !== undefined) {
        found.push({ kind: kind[1], name: name?.[1] ?? '', file, offset: offset + kind.index })
      }
      offset += part.length
      offset += /^---.*$/m.exec(text.slice(offset))?.[0].length ?? 0
    }
    return found
  })
}
