import type { ManifestObject } from '../manifest/kinds.ts'
import type { Metadata } from '../manifest/object.ts'
import { refOf } from '../manifest/object.ts'
import type { CauseId, Causes, CauseWhat } from '../trace/cause.ts'
import type { Made } from './cluster.ts'
import type { Controller, ControllerWhy } from './why.ts'

/** Where a thing comes from. Causes are added when first asked for: most are never shown. */
export interface Origin {
  causeOf(path: string): CauseId
}

/** An object of a file, or one that we made up: then its text is defaults.yaml. Where a field stands is looked for when a cause is shown. */
export function writtenIn(causes: Causes, object: ManifestObject, madeUp: boolean): Origin {
  const known = new Map<string, CauseId>()
  const { source } = object
  const ref = refOf(object)
  const add = (path: string): CauseId => {
    let at: number | undefined
    const offset = (): number => (at ??= source.where(path).offset)
    const what: CauseWhat = madeUp
      ? {
          kind: 'made-up',
          object: ref,
          path,
          get offset() {
            return offset()
          },
        }
      : {
          kind: 'manifest',
          object: ref,
          path,
          file: source.file,
          document: source.document,
          get offset() {
            return offset()
          },
        }
    // fields of one name are one where their objects begin at one place
    const id = causes.add(what, [], [what.kind, source.file, source.document, source.offset, ref, path].join('\0'))
    known.set(path, id)
    return id
  }
  return { causeOf: (path) => known.get(path) ?? add(path) }
}

/** What a controller wrote: `sources` names the causes behind a field of the product. */
export function madeBy(causes: Causes, by: Controller, why: ControllerWhy, sources: (path: string) => readonly CauseId[]): Origin {
  return { causeOf: (path) => causes.add({ kind: 'by', by, why }, sources(path)) }
}

/** The part of a cluster object that says who it is and why it is there. */
export function made(meta: Metadata, origin: Origin, madeUp: boolean): Made {
  return {
    meta,
    madeUp,
    get because() {
      return origin.causeOf('')
    },
    causeOf: (path) => origin.causeOf(path),
  }
}

/** `made` with the fields of its kind beside. The getter `because` survives: it stands on the target. */
export const withFields = <F extends object>(base: Made, fields: F): Made & F => Object.assign(base, fields)
