import type { Path } from '../text/path.ts'
import { isPlainText } from '../text/scalar.ts'
import { type CompletionItem, escaped } from './item.ts'
import type { Labels, LabNames } from './lab-names.ts'
import { type Around, type Meaning, wordsOf } from './meaning.ts'
import { type Outline, pathTo, valueText } from './outline.ts'

/** Where a value is looked for, and what is known of the place. */
export interface Place {
  readonly around: Around
  readonly outline: Outline
  readonly names: LabNames
  /** Steps below the object. */
  readonly path: Path
}

export const written = (value: string): string => (isPlainText(value) ? value : JSON.stringify(value))

const named = (name: string, of?: string, quoted = true): CompletionItem => ({
  label: name,
  insert: escaped(quoted ? written(name) : name),
  is: 'name',
  ...(of === undefined ? {} : { of }),
})

const keysOf = (path: Path): string => path.filter((step) => typeof step === 'string').join('.')
const LABELS = /(^|\.)(labels|matchLabels|selector|nodeSelector|podSelector)$/

/** Is this a map of labels? */
export const holdsLabels = (path: Path): boolean => LABELS.test(keysOf(path))

/** Labels of the Pods (or nodes) that a selector can choose from, and those that this very document writes elsewhere. */
export function labelsFor(place: Place, mapPath: Path): readonly { readonly labels: Labels; readonly of: string }[] {
  const { around, names, outline } = place
  if (mapPath.at(-1) === 'nodeSelector') return names.nodes.map((n) => ({ labels: n.labels, of: `Node ${n.name}` }))
  const namespace = around.namespace || 'default'
  const own = outline.entries.flatMap((e) => {
    const path = e.key === undefined ? [] : pathTo(outline, e.parent)
    const here = pathTo(outline, around.entry).length + mapPath.length
    const same = path.length === here && path.every((step, i) => step === [...around.prefix, ...mapPath][i])
    return holdsLabels(path) && !same && e.valueFrom < e.valueTo
      ? [{ labels: { [e.key as string]: valueText(outline, e) }, of: keysOf(path) }]
      : []
  })
  return [
    ...own,
    ...names.pods.filter((p) => p.namespace === namespace).map((p) => ({ labels: p.labels, of: `Pod ${p.namespace}/${p.name}` })),
  ]
}

function labelValues(place: Place): readonly CompletionItem[] {
  const key = String(place.path.at(-1))
  return labelsFor(place, place.path.slice(0, -1)).flatMap(({ labels, of }) =>
    Object.hasOwn(labels, key) ? [named(labels[key] as string, of)] : [],
  )
}

/** Names and numbers of ports that the Pods behind a Service have; of all Pods when its selector chooses none. */
function targetPorts({ outline, around, names }: Place): readonly CompletionItem[] {
  const selector = outline.entries.flatMap((e, i) => {
    const [a, b, key, ...deeper] = e.key === undefined ? [] : pathTo(outline, i).slice(around.prefix.length)
    return a === 'spec' && b === 'selector' && key !== undefined && deeper.length === 0
      ? [[String(key), valueText(outline, e)] as const]
      : []
  })
  const here = names.pods.filter((p) => p.namespace === (around.namespace || 'default'))
  const chosen = here.filter((p) => selector.length > 0 && selector.every(([k, v]) => p.labels[k] === v))
  return (chosen.length > 0 ? chosen : here).flatMap((p) =>
    p.ports.flatMap((port) => [
      ...(port.name === '' ? [] : [named(port.name, `${port.port}, Pod ${p.name}`)]),
      named(String(port.port), `Pod ${p.name}`, false),
    ]),
  )
}

const inNamespace = ({ around }: Place, list: LabNames['services'], kind: string): readonly CompletionItem[] =>
  list.filter((o) => o.namespace === (around.namespace || 'default')).map((o) => named(o.name, `${kind} ${o.namespace}/${o.name}`))

/** Which names fit a field: the first rule whose expression meets `KIND FIELD.FIELD…` of the place. */
const RULES: readonly (readonly [at: RegExp, items: (place: Place) => readonly CompletionItem[]])[] = [
  [/ metadata\.namespace$/, (p) => p.names.namespaces.map((n) => named(n))],
  [/^EndpointSlice metadata\.labels\.kubernetes\.io\/service-name$/, (p) => inNamespace(p, p.names.services, 'Service')],
  [/^Service spec\.ports\.targetPort$/, targetPorts],
  [/^Service spec\.externalName$/, () => []],
  [/ (.*\.)?nodeName$|^Lab spec\.nodes\.name$/, (p) => p.names.nodes.map((n) => named(n.name, `Node ${n.name}`))],
  [/^StatefulSet spec\.serviceName$| (.*\.)?service\.name$/, (p) => inNamespace(p, p.names.services, 'Service')],
  [/ (.*\.)?(configMap|configMapRef|configMapKeyRef)\.name$/, (p) => inNamespace(p, p.names.configMaps, 'ConfigMap')],
  [
    / (.*\.)?scaleTargetRef\.name$/,
    (p) =>
      p.names.workloads
        .filter((w) => w.namespace === (p.around.namespace || 'default'))
        .map((w) => named(w.name, `${w.kind} ${w.namespace}/${w.name}`)),
  ],
  [/ (.*\.)?(httpGet|tcpSocket)\.port$/, (p) => ownPorts(p)],
  [/ (.*\.)?containers\.image$/, (p) => p.names.images.map((image) => named(image, undefined, false))],
  [/^Lab spec\.probes\.from$/, (p) => p.names.sources.map((s) => named(s))],
  [/^Lab spec\.probes\.to$/, (p) => p.names.targets.map((t) => named(t, undefined, false))],
  [/^Lab spec\.pods\.name$/, (p) => p.names.pods.map((pod) => named(`${pod.namespace}/${pod.name}`))],
  [/^Lab spec\.cni$/, (p) => p.names.cnis.map((c) => named(c))],
]

/** Ports that this very document names. */
const ownPorts = ({ outline }: Place): readonly CompletionItem[] =>
  outline.entries.flatMap((e, i) => {
    const keys = keysOf(pathTo(outline, i))
    if (/containers\.ports\.name$/.test(keys)) return [named(valueText(outline, e), 'ports')]
    return /containers\.ports\.containerPort$/.test(keys) ? [named(valueText(outline, e), 'ports', false)] : []
  })

/** What can stand at a place, each once. */
export function valueItems(place: Place, meaning: Meaning | undefined): readonly CompletionItem[] {
  const words = meaning ? wordsOf(meaning) : []
  const at = `${place.around.kind} ${keysOf(place.path)}`
  const rule = RULES.find(([expression]) => expression.test(at))
  const items = [
    ...words.map((word): CompletionItem => ({ label: word, insert: escaped(word), is: 'value' })),
    ...(rule ? rule[1](place) : []),
    ...(holdsLabels(place.path.slice(0, -1)) && !rule ? labelValues(place) : []),
  ]
  return once(items.filter((item) => item.label !== ''))
}

export function once(items: readonly CompletionItem[]): readonly CompletionItem[] {
  const seen = new Set<string>()
  return items.filter((item) => !seen.has(item.label) && seen.add(item.label))
}
