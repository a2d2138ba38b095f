import { familyOf, type Ip, parseIp } from '../../../net/ip.ts'
import type { CauseId } from '../../../trace/cause.ts'
import { absolute } from '../../dns/name.ts'
import type { DnsEndpoint, DnsPort, DnsService, IndexedView } from '../view.ts'
import type { ParsedName } from './name.ts'
import type { Options } from './setup.ts'

/** One thing that a name stands for: an address and port, or (ExternalName) another name. */
export interface Item {
  readonly host: Ip | { readonly alias: string }
  /** undefined: a headless Service without ports; it has no SRV. */
  readonly port: number | undefined
  /** The name that SRV points at: below the zone, `web.shop.svc`. */
  readonly owner: string
  readonly because: CauseId
}

export type Finding =
  | { readonly kind: 'items'; readonly items: readonly Item[] }
  | { readonly kind: 'no-data' }
  | { readonly kind: 'no-name' }

const NO_NAME: Finding = { kind: 'no-name' }
const NO_DATA: Finding = { kind: 'no-data' }

export const exposed = (view: IndexedView, o: Options, namespace: string): boolean =>
  view.hasNamespace(namespace) && (o.namespaces === undefined || o.namespaces.includes(namespace))

/** The label under which an endpoint is known (endpointHostname). */
export function endpointLabel(e: DnsEndpoint, address: Ip, o: Options): string {
  if (e.hostname !== undefined && e.hostname !== '') return e.hostname
  if (o.endpointPodNames && e.target !== undefined && e.target.length < 64) return e.target
  // The label must not end with a dash: an address ending in :: gets a 0.
  return familyOf(address) === 4 ? address.replace(/\./g, '-') : address.replace(/::$/, '::0').replace(/:/g, '-')
}

const portFits = (p: DnsPort, name: ParsedName): boolean =>
  (name.port === '' || name.port === p.name) && (name.protocol === '' || name.protocol === p.protocol)

function ofEndpoints(s: DnsService, name: ParsedName, view: IndexedView, o: Options): readonly Item[] {
  if (o.noEndpoints) return []
  return view.endpointsOf(s.namespace, s.name).flatMap((e) =>
    (e.ready ? e.addresses : []).flatMap((address): readonly Item[] => {
      const label = endpointLabel(e, address, o)
      if (name.endpoint !== '' && name.endpoint !== label.toLowerCase()) return []
      const item = { host: address, owner: `${label}.${s.name}.${s.namespace}.svc`, because: e.because }
      if (e.ports.length === 0) return name.port === '' ? [{ ...item, port: undefined }] : []
      return e.ports.filter((p) => portFits(p, name)).map((p) => ({ ...item, port: p.port }))
    }),
  )
}

function ofClusterIPs(s: DnsService, name: ParsedName): readonly Item[] {
  return s.ports
    .filter((p) => portFits(p, name))
    .flatMap((p) => s.clusterIPs.map((host) => ({ host, port: p.port, owner: `${s.name}.${s.namespace}.svc`, because: s.because })))
}

function ofService(s: DnsService, name: ParsedName, view: IndexedView, o: Options): readonly Item[] {
  if (s.externalName !== undefined) {
    // An address is no name to point at; and nothing lies below an alias.
    if (parseIp(s.externalName) !== undefined || name.endpoint !== '' || name.port !== '') return []
    return [{ host: { alias: absolute(s.externalName) }, port: undefined, owner: `${s.name}.${s.namespace}.svc`, because: s.because }]
  }
  if (s.headless || name.endpoint !== '') return ofEndpoints(s, name, view, o)
  const empty = !view.endpointsOf(s.namespace, s.name).some((e) => e.ready)
  return o.ignoreEmpty && empty ? [] : ofClusterIPs(s, name)
}

/** Everything behind NAME.NS.svc (findServices). */
export function findServices(name: ParsedName, view: IndexedView, o: Options): Finding {
  if (!exposed(view, o, name.namespace)) return NO_NAME
  if (name.service === '') return NO_DATA
  const service = view.service(name.namespace, name.service)
  const items = service === undefined ? [] : ofService(service, name, view, o)
  return items.length === 0 ? NO_NAME : { kind: 'items', items }
}

/** A-B-C-D.NS.pod (findPods): three dashes make an IPv4 address, else dashes stand for colons. */
export function findPods(name: ParsedName, view: IndexedView, o: Options): Finding {
  if (o.pods === 'disabled' || !exposed(view, o, name.namespace)) return NO_NAME
  if (name.service === '') return NO_DATA
  const four = name.service.split('-').length === 4 && !name.service.includes('--')
  const address = parseIp(name.service.replace(/-/g, four ? '.' : ':'))
  if (address === undefined) return NO_NAME
  const pod = view.pods.find((p) => p.namespace === name.namespace && p.address === address)
  if (o.pods === 'verified' && pod === undefined) return NO_NAME
  const owner = `${name.service}.${name.namespace}.pod`
  return { kind: 'items', items: [{ host: address, port: undefined, owner, because: pod?.because ?? 0 }] }
}

export function find(name: ParsedName, view: IndexedView, o: Options): Finding {
  if (name.kind === '' || name.namespace === '') return NO_DATA
  return name.kind === 'pod' ? findPods(name, view, o) : findServices(name, view, o)
}
