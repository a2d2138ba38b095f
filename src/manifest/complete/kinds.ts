import { allReaders, notYet } from '../kinds/list.ts'
import type { Cursor } from './cursor.ts'
import { type CompletionItem, escaped, type TextEdit } from './item.ts'
import type { KubernetesSchema } from './kubernetes.ts'
import type { Around } from './meaning.ts'
import { type Outline, scalarAt } from './outline.ts'

interface Known {
  readonly kind: string
  readonly apiVersion: string
  readonly used: boolean
  readonly newer: boolean
}

/** Every kind and version, those that the engine reads first. */
export function knownKinds(schema: KubernetesSchema | undefined): readonly Known[] {
  const own = allReaders().flatMap((r) => r.apiVersions.map((apiVersion) => ({ kind: r.kind, apiVersion, used: true, newer: false })))
  const others = (schema?.kinds ?? []).map(([kind, apiVersion, , newer]) => ({ kind, apiVersion, used: false, newer: newer === 1 }))
  // Those that bear on traffic before the rest.
  const rest = others.filter((o) => !own.some((k) => k.kind === o.kind && k.apiVersion === o.apiVersion))
  return [...own, ...rest.filter((o) => notYet.has(o.kind)), ...rest.filter((o) => !notYet.has(o.kind))]
}

/** The other half of the pair goes along: a kind brings its apiVersion. */
function pairEdit(outline: Outline, around: Around, apiVersion: string, kindEntry: number): readonly TextEdit[] {
  const entry = outline.entries.find((e) => e.parent === around.entry && e.key === 'apiVersion')
  const kind = outline.entries[kindEntry]
  if (entry) {
    if (entry.valueFrom === entry.valueTo)
      return [{ from: entry.valueFrom, to: entry.valueTo, text: outline.text[entry.valueFrom - 1] === ':' ? ` ${apiVersion}` : apiVersion }]
    return outline.text.slice(entry.valueFrom, entry.valueTo) === apiVersion
      ? []
      : [{ from: entry.valueFrom, to: entry.valueTo, text: apiVersion }]
  }
  return kind ? [{ from: kind.from, to: kind.from, text: `apiVersion: ${apiVersion}\n${' '.repeat(kind.column)}` }] : []
}

const item = (label: string, known: Known, of: string, edits: readonly TextEdit[] = []): CompletionItem => ({
  label,
  insert: escaped(label),
  is: 'value',
  of,
  ...(known.used ? { used: true } : {}),
  ...(known.newer ? { newer: true } : {}),
  ...(edits.length > 0 ? { edits } : {}),
})

/** Values of `kind` and `apiVersion`: each knows the other. */
export function identityItems(
  cursor: Extract<Cursor, { is: 'value' }>,
  outline: Outline,
  around: Around,
  schema: KubernetesSchema | undefined,
): readonly CompletionItem[] {
  const known = knownKinds(schema)
  if (cursor.path.at(-1) === 'kind') {
    const index = outline.entries.findIndex((e) => e.parent === around.entry && e.key === 'kind')
    const version = scalarAt(outline, around.entry, 'apiVersion')
    const first = new Map<string, Known>()
    for (const k of known) if (!first.has(k.kind) || k.apiVersion === version) first.set(k.kind, k)
    const fitting = (k: Known): number => (version !== '' && k.apiVersion === version ? 0 : 1)
    return [...first.values()]
      .sort((a, b) => fitting(a) - fitting(b))
      .map((k) => item(k.kind, k, k.apiVersion, pairEdit(outline, around, k.apiVersion, index)))
  }
  const kind = around.kind
  const fitting = known.filter((k) => k.kind === kind)
  const versions = new Map<string, Known[]>()
  for (const k of fitting.length > 0 ? fitting : known) versions.set(k.apiVersion, [...(versions.get(k.apiVersion) ?? []), k])
  return [...versions].map(([version, kinds]) =>
    item(
      version,
      kinds[0] as Known,
      kinds
        .slice(0, 4)
        .map((k) => k.kind)
        .join(', ') + (kinds.length > 4 ? ' …' : ''),
    ),
  )
}
