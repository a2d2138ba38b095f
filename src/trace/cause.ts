/**
 * Why a thing is there. Causes form a graph: a rule, route, FDB entry or record holds one number,
 * and the nodes behind it lead back to the manifest, a made-up default, a dump, a fault or the question.
 * Line numbers are computed from the offset when they are shown.
 */
export type CauseId = number

export type CauseWhat =
  | {
      readonly kind: 'manifest'
      /** "Service default/web" */
      readonly object: string
      /** `spec.ports[0].port`; empty for the whole object. */
      readonly path: string
      readonly file: string
      /** Position in the file's list of documents, from 0. */
      readonly document: number
      /** Characters from the start of the file. */
      readonly offset: number
    }
  | { readonly kind: 'made-up'; readonly object: string; readonly path: string /** defaults.yaml */; readonly offset?: number }
  | { readonly kind: 'dump'; readonly file: string; readonly line: number }
  | { readonly kind: 'fault'; readonly name: string }
  | { readonly kind: 'question'; readonly field: string }
  /** Written by a program: `by` in its own name ("kube-proxy", "flanneld", "kubelet"), `why` a code that words/ turns into a sentence. */
  | { readonly kind: 'by'; readonly by: string; readonly why: string }

export interface Cause {
  readonly what: CauseWhat
  readonly from: readonly CauseId[]
}

/** Equal causes have equal names; a NUL stands between parts that may hold any text. */
function nameOf(what: CauseWhat): string {
  switch (what.kind) {
    case 'manifest':
      return `m\0${what.file}\0${what.document}\0${what.offset}\0${what.object}\0${what.path}`
    case 'made-up':
      return `u\0${what.object}\0${what.path}\0${what.offset ?? ''}`
    case 'dump':
      return `d\0${what.file}\0${what.line}`
    case 'fault':
      return `f\0${what.name}`
    case 'question':
      return `q\0${what.field}`
    case 'by':
      return `b\0${what.by}\0${what.why}`
  }
}

/**
 * Collects causes; equal causes share one number. 0 stands for "not told" and has no entry in from-lists.
 * `name`: of a cause whose offset is a getter that nobody should ask yet, since places are found by reading a document once more.
 */
export class Causes {
  readonly list: Cause[] = [{ what: { kind: 'by', by: 'packetwalk', why: 'unknown' }, from: [] }]
  private readonly known = new Map<string, CauseId>()

  add(what: CauseWhat, from: readonly CauseId[] = [], name = nameOf(what)): CauseId {
    const key = `${from.join()} ${name}`
    const old = this.known.get(key)
    if (old !== undefined) return old
    this.list.push({ what, from })
    this.known.set(key, this.list.length - 1)
    return this.list.length - 1
  }
}

/** All causes that stand behind one, itself first, each once, nearest first. */
export function behind(list: readonly Cause[], id: CauseId): readonly CauseId[] {
  const seen = new Set<CauseId>([id])
  for (const n of seen) for (const f of list[n]?.from ?? []) seen.add(f)
  return [...seen]
}
