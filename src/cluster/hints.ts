import type { ServiceObject, ServicePort } from '../manifest/kinds.ts'
import { nearest } from '../manifest/schema/near.ts'
import { under } from '../manifest/text/path.ts'
import type { ClusterService, ClusterSlice } from './cluster.ts'
import { imageName } from './data/images.ts'
import { hasLabels, type Labels } from './labels.ts'
import { protoOf } from './listening.ts'
import { keyOf } from './pod-draft.ts'
import type { SettledPod } from './pods.ts'
import { report, type Settling } from './settling.ts'
import { targetOf } from './slices/ports.ts'
import type { SettledSlices } from './slices/settle.ts'

const labelText = (labels: Labels): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',')

/** A selector that matches nothing: which label of which Pod was probably meant. */
function nearHints(s: Settling, object: ServiceObject, selector: Labels, pods: readonly SettledPod[]): void {
  const service = keyOf(object.metadata)
  const elsewhere = pods.find(({ pod }) => hasLabels(pod.meta.labels, selector))
  if (elsewhere) {
    const params = { service, object: `Pod ${keyOf(elsewhere.pod.meta)}`, namespace: elsewhere.pod.meta.namespace }
    report(s, 'hint', 'selector-namespace', params, { object, path: 'metadata.namespace' })
    return
  }
  const here = pods.filter(({ pod }) => pod.meta.namespace === object.metadata.namespace).map(({ pod }) => pod.meta.labels)
  for (const [key, value] of Object.entries(selector)) {
    if (here.some((labels) => labels[key] === value)) continue
    const place = { object, path: under('spec.selector', key) }
    const values = new Set(here.flatMap((labels) => labels[key] ?? []))
    const keys = new Set(here.flatMap((labels) => Object.keys(labels)))
    const nearValue = nearest(value, values)
    const nearKey = nearest(key, keys)
    if (nearValue !== undefined) report(s, 'hint', 'selector-near', { service, key, value, near: `${key}: ${nearValue}` }, place)
    else if (nearKey !== undefined && nearKey !== key)
      report(s, 'hint', 'selector-near', { service, key, value, near: `${nearKey}: ${value}` }, place)
  }
}

function namedPortHints(s: Settling, object: ServiceObject, i: number, port: ServicePort, selected: readonly SettledPod[]): void {
  const name = port.targetPort as string
  const all = selected.flatMap(({ draft }) => draft.spec.containers.flatMap((one) => one.ports))
  const place = { object, path: `spec.ports[${i}].targetPort` }
  const other = all.find((one) => one.name === name)
  if (other) report(s, 'warning', 'port-protocol', { port: name, protocol: port.protocol, found: other.protocol }, place)
  else report(s, 'warning', 'no-such-port-name', { port: name, service: keyOf(object.metadata) }, place)
  const close = other ? undefined : nearest(name, new Set(all.flatMap((one) => (one.name === '' ? [] : one.name))))
  if (close !== undefined) report(s, 'hint', 'port-name-near', { port: name, near: close }, place)
}

function targetHints(s: Settling, object: ServiceObject, selected: readonly SettledPod[], told: Set<string>): void {
  const running = selected.filter(({ pod }) => pod.phase === 'Running')
  for (const one of running) {
    if (!one.listensUnknown || told.has(one.draft.group)) continue
    told.add(one.draft.group)
    const container = one.draft.spec.containers[0]
    const place = { ...one.draft.specPlace, path: `${one.draft.specPlace.path}.containers[0]` }
    report(s, 'hint', 'listens-on-nothing', { pod: one.draft.meta.name, image: imageName(container?.image ?? '') }, place)
  }
  const known = running.filter((one) => !one.listensUnknown)
  if (known.length === 0) return
  for (const [i, port] of object.is.spec.ports.entries()) {
    const targets = known.map(({ pod }) => targetOf(port, pod.spec))
    if (targets.every((one) => one === undefined)) {
      namedPortHints(s, object, i, port, selected)
      continue
    }
    const proto = protoOf(port.protocol)
    if (known.some(({ pod }, j) => pod.listens.some((one) => one.proto === proto && one.port === targets[j]))) continue
    const ports = [...new Set(known.flatMap(({ pod }) => pod.listens.map((one) => `${one.port}/${one.proto.toUpperCase()}`)))]
    const path = 'targetPort' in rawPort(object, i) ? `spec.ports[${i}].targetPort` : `spec.ports[${i}].port`
    report(s, 'warning', 'nobody-listens', { port: `${targets[0]}/${port.protocol}`, ports: ports.join(', ') }, { object, path })
  }
}

function rawPort(object: ServiceObject, i: number): object {
  const spec = object.raw['spec'] as { readonly ports?: readonly object[] } | undefined
  return spec?.ports?.[i] ?? {}
}

/** A slice port belongs to the Service port of the same name and protocol; another name is a port without endpoints. */
function slicePortHints(s: Settling, object: ServiceObject, slices: readonly ClusterSlice[]): void {
  const filled = slices.filter(({ is }) => is.endpoints.length > 0)
  if (filled.length === 0) return
  for (const [i, port] of object.is.spec.ports.entries()) {
    if (filled.some(({ is }) => is.ports.some((one) => one.name === port.name && one.protocol === port.protocol))) continue
    const names = [...new Set(filled.flatMap(({ is }) => is.ports.map((one) => `${one.name === '' ? '""' : one.name}/${one.protocol}`)))]
    const params = {
      service: keyOf(object.metadata),
      port: `${port.name === '' ? '""' : port.name}/${port.protocol}`,
      names: names.join(', '),
    }
    report(s, 'warning', 'slice-port-name', params, { object, path: `spec.ports[${i}]` })
  }
}

/** What is allowed, and still probably not what was meant. */
export function serviceHints(
  s: Settling,
  objectOf: ReadonlyMap<ClusterService, ServiceObject>,
  pods: readonly SettledPod[],
  { slices, given, selected: chosen }: SettledSlices,
): void {
  const all = groupByService(slices)
  const givenBy = groupByService(given)
  const told = new Set<string>()
  const settled = new Map(pods.map((one) => [one.pod, one]))
  for (const [service, object] of objectOf) {
    if (s.isMadeUp(object)) continue
    const key = keyOf(service.meta)
    const selector = service.spec.selector
    const own = givenBy.get(key) ?? []
    slicePortHints(s, object, own)
    if (selector === undefined || Object.keys(selector).length === 0 || service.spec.type === 'ExternalName') continue
    const selected = (chosen.get(service) ?? []).flatMap((pod) => settled.get(pod) ?? [])
    if (selected.length > 0) {
      targetHints(s, object, selected, told)
      if (own.length === 0 && !service.spec.publishNotReadyAddresses && selected.every(({ pod }) => !pod.ready))
        report(s, 'warning', 'none-ready', { service: key, count: selected.length }, { object, path: 'spec.selector' })
    } else if (own.length === 0 && all.has(key)) {
      report(s, 'warning', 'no-endpoints', { service: key, selector: labelText(selector) }, { object, path: 'spec.selector' })
      nearHints(s, object, selector, pods)
    }
  }
}

function groupByService(slices: readonly ClusterSlice[]): ReadonlyMap<string, readonly ClusterSlice[]> {
  const out = new Map<string, ClusterSlice[]>()
  for (const slice of slices) {
    const key = `${slice.meta.namespace}/${slice.service}`
    const list = out.get(key)
    if (list) list.push(slice)
    else out.set(key, [slice])
  }
  return out
}
