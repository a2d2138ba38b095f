import type { Node } from 'yaml'
import type { ManifestObject } from './kinds.ts'
import { type Bare, readMember } from './member.ts'
import type { Json } from './object.ts'
import { appliedIn } from './past/applied.ts'
import { past } from './past/late.ts'
import type { View } from './schema/view.ts'
import { type Place, sourceOf } from './source.ts'
import type { Finding } from './text/finding.ts'
import { type InnerText, innerText } from './text/inner.ts'
import { lineStarts } from './text/lines.ts'
import { type Parsed, parseText } from './text/parse.ts'
import type { Path } from './text/path.ts'

/** One object of a document and the way to its fields. */
export interface Placeable {
  readonly bare: Bare
  /** Path of the object in the document: [] or ['items', 3]. */
  readonly prefix: Path
  /** Set for an object that stands in a text inside the document (a ConfigMap's file): the path of that text. */
  readonly textAt?: Path
  /** Set for an object of a Lab's timeline. */
  readonly step?: number
}

/** Thousands of documents with a warning each would otherwise hold all their trees. */
const MOST_TREES = 64
const withTrees: DocumentText[] = []

/**
 * All that a document's text says, whatever file it stands in: cached by the text. The tree of the YAML library is ten times
 * the size of the text, so it is not kept: it is made again for the few documents whose places are asked for.
 */
export class DocumentText {
  readonly text: string
  readonly findings: readonly Finding[]
  readonly members: readonly Placeable[]
  private tree?: Parsed
  private lines?: readonly number[]
  private readonly inner = new Map<Path, { readonly text: InnerText; readonly root: Node | null }>()
  private placed?: { readonly place: Place; readonly objects: readonly ManifestObject[] }

  constructor(text: string) {
    this.text = text
    const parsed = parseText(text)
    const findings: Finding[] = [...parsed.findings]
    const members: Placeable[] = []
    const read = (json: Json, at: Path, step?: number): void => {
      for (const { json: one, prefix } of listMembers(json, at)) {
        const member = readMember(one, parsed.root, prefix, `${prefix.join('/')} ${text}`)
        findings.push(...member.findings)
        if (!member.bare) continue
        const when = step === undefined ? {} : { step }
        members.push({ bare: member.bare, prefix, ...when })
        const embedded = readEmbedded(member.bare, prefix, text, parsed)
        findings.push(...embedded.findings)
        members.push(...embedded.members.map((m) => ({ ...m, ...when })))
        if (member.bare.kind === 'Lab' && step === undefined)
          for (const { step: number, json: inner } of appliedIn(member.bare.raw))
            read(inner, [...prefix, 'spec', 'timeline', number, 'apply'], number)
      }
    }
    if (parsed.json !== undefined && parsed.json !== null) read(parsed.json, [])
    this.findings = findings.sort((a, b) => a.range[0] - b.range[0])
    this.members = members
  }

  /** The objects at this place; the very same ones as long as the document has not moved. */
  objects(place: Place): readonly ManifestObject[] {
    const was = this.placed
    if (
      was &&
      was.place.file === place.file &&
      was.place.document === place.document &&
      was.place.offset === place.offset &&
      was.place.line === place.line
    )
      return was.objects
    const objects = this.members.map(
      (member) =>
        ({
          ...member.bare,
          ...(member.step === undefined ? {} : { step: member.step }),
          source: sourceOf(this, member, place),
        }) as ManifestObject,
    )
    this.placed = { place, objects }
    return objects
  }

  get root(): Node | null {
    return this.parsed.root
  }

  private get parsed(): Parsed {
    if (!this.tree) {
      this.tree = parseText(this.text)
      withTrees.push(this)
      const oldest = withTrees.length > MOST_TREES ? withTrees.shift() : undefined
      if (oldest) delete oldest.tree
    }
    return this.tree
  }

  /** Offsets at which the lines begin. */
  get starts(): readonly number[] {
    this.lines ??= lineStarts(this.text)
    return this.lines
  }

  /** The text at a path, with its own tree. */
  innerAt(path: Path): { readonly text: InnerText; readonly root: Node | null } | undefined {
    const known = this.inner.get(path)
    if (known) return known
    const text = innerText(this.text, this.parsed, path)
    if (!text) return undefined
    const made = { text, root: parseText(text.text).root }
    this.inner.set(path, made)
    return made
  }
}

/**
 * The document itself, or the members of a List: `kind: List`, or `PodList` with items that leave out their kind. Lists in lists
 * are opened too, as kubectl does; without items (`kubectl get` that found nothing) there are no members.
 */
function listMembers(json: Json, prefix: Path = []): readonly { readonly json: Json; readonly prefix: Path }[] {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return [{ json, prefix }]
  const { kind, apiVersion, items } = json as View
  if (typeof kind !== 'string' || !kind.endsWith('List')) return [{ json, prefix }]
  const of = kind.slice(0, -'List'.length)
  if (Array.isArray(items))
    return (items as readonly Json[]).flatMap((item, i) =>
      listMembers(of === '' ? item : typed(item, of, apiVersion), [...prefix, 'items', i]),
    )
  return (items === undefined || items === null) && Object.keys(json).every((key) => LIST_FIELDS.has(key)) ? [] : [{ json, prefix }]
}

const LIST_FIELDS: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata', 'items'])

function typed(item: Json, kind: string, apiVersion: Json | undefined): Json {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return item
  return { kind, ...(apiVersion === undefined ? {} : { apiVersion }), ...item }
}

/** Configuration files that live in ConfigMaps and that programs of the cluster read from there. */
const EMBEDDED = [
  { namespace: 'kube-system', name: 'kube-proxy', key: 'config.conf' },
  { namespace: 'kube-system', name: 'kubeadm-config', key: 'ClusterConfiguration' },
] as const

function readEmbedded(bare: Bare, prefix: Path, outer: string, parsed: Parsed): { findings: Finding[]; members: Placeable[] } {
  const findings: Finding[] = []
  const members: Placeable[] = []
  const { name, namespace } = bare.metadata
  for (const file of EMBEDDED) {
    if (bare.kind !== 'ConfigMap' || name !== file.name || namespace !== file.namespace) continue
    const textAt = [...prefix, 'data', file.key]
    const text = innerText(outer, parsed, textAt)
    if (!text || text.text.trim() === '') continue
    const inner = parseText(text.text)
    const plain = inner.json === undefined ? undefined : readMember(inner.json, inner.root, [], text.text)
    const wrong = file.name === 'kube-proxy' && plain?.findings.some((f) => f.severity === 'error') === true
    const member = wrong ? (past.get().refusedConfig(plain, inner.json as View) ?? plain) : plain
    for (const f of [...inner.findings, ...(member?.findings ?? [])])
      findings.push({ ...f, range: [text.toOuter(f.range[0]), text.toOuter(f.range[1])] })
    if (member?.bare)
      members.push({ bare: { ...member.bare, metadata: { ...member.bare.metadata, name, namespace } } as Bare, prefix: [], textAt })
  }
  return { findings, members }
}
