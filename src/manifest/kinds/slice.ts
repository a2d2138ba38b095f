import { parseIp } from '../../net/ip.ts'
import type { EndpointAddress, EndpointSliceObject, SlicePort } from '../kinds.ts'
import { duplicate, invalid, type Report, required } from '../schema/fault.ts'
import { dnsLabel, dnsSubdomain, endpointIp, portNumber, qualifiedName } from '../schema/forms.ts'
import { metaShape, protocolShape, refShape } from '../schema/meta.ts'
import { protocolOf } from '../schema/pod.ts'
import { any, bool, fields, formed, listOf, need, oneOf, sized, text, textMap, texts } from '../schema/shape.ts'
import { has, intIn, mapIn, mapsIn, maybeBool, maybeText, optional, textIn, textsIn, type View } from '../schema/view.ts'
import type { KindReader } from './reader.ts'

const TYPES = ['IPv4', 'IPv6', 'FQDN'] as const

const endpointShape = fields({
  addresses: need(texts, required()),
  conditions: fields({ ready: bool, serving: bool, terminating: bool }),
  hostname: formed(dnsLabel),
  nodeName: formed(dnsSubdomain),
  zone: text,
  targetRef: refShape,
  hints: fields({ forZones: listOf(fields({ name: need(text, required()) })), forNodes: any }),
  deprecatedTopology: textMap,
})

/** ValidateEndpointSlice of pkg/apis/discovery/validation/validation.go. */
function rules(object: View, report: Report): void {
  const type = textIn(object, 'addressType')
  mapsIn(object, 'endpoints').forEach((endpoint, i) => {
    const addresses = textsIn(endpoint, 'addresses')
    if (addresses.length > 100)
      report(`endpoints[${i}].addresses`, { code: 'api', params: { text: `Too many: ${addresses.length}: must have at most 100 items` } })
    addresses.forEach((address, j) => {
      for (const words of addressFaults(address, type)) report(`endpoints[${i}].addresses[${j}]`, invalid(address, words))
    })
  })
  const names = new Set<string>()
  mapsIn(object, 'ports').forEach((port, i) => {
    const name = textIn(port, 'name')
    if (names.has(name)) report(`ports[${i}].name`, duplicate(name))
    names.add(name)
  })
}

function addressFaults(address: string, type: string): readonly string[] {
  if (type === 'FQDN') return dnsSubdomain(address)
  const ip = parseIp(address)
  if (ip === undefined || ip.includes(':') !== (type === 'IPv6')) return [`must be a valid ${type} address`]
  return endpointIp(address)
}

function endpointOf(endpoint: View): EndpointAddress {
  const conditions = mapIn(endpoint, 'conditions')
  const ref = mapIn(endpoint, 'targetRef')
  const zones = mapsIn(mapIn(endpoint, 'hints'), 'forZones').map((z) => textIn(z, 'name'))
  return {
    addresses: textsIn(endpoint, 'addresses').map((a) => parseIp(a) ?? a),
    ...optional('ready', maybeBool(conditions, 'ready')),
    ...optional('serving', maybeBool(conditions, 'serving')),
    ...optional('terminating', maybeBool(conditions, 'terminating')),
    ...optional('nodeName', maybeText(endpoint, 'nodeName')),
    ...optional('hostname', maybeText(endpoint, 'hostname')),
    ...optional('zone', maybeText(endpoint, 'zone')),
    ...(has(endpoint, 'hints') ? { hints: zones } : {}),
    ...(has(endpoint, 'targetRef')
      ? { targetRef: { kind: textIn(ref, 'kind'), namespace: textIn(ref, 'namespace'), name: textIn(ref, 'name') } }
      : {}),
  }
}

const portOf = (port: View): SlicePort => ({
  name: textIn(port, 'name'),
  protocol: protocolOf(port),
  ...(has(port, 'port') ? { port: intIn(port, 'port') } : {}),
})

/** discovery.k8s.io/v1 EndpointSlice. Defaults: pkg/apis/discovery/v1/defaults.go. */
export const endpointSlice: KindReader<EndpointSliceObject> = {
  kind: 'EndpointSlice',
  apiVersions: ['discovery.k8s.io/v1'],
  scope: 'namespaced',
  nameForm: dnsSubdomain,
  shape: fields({
    metadata: metaShape,
    addressType: need(oneOf(...TYPES), required()),
    endpoints: listOf(endpointShape),
    ports: listOf(fields({ name: formed(dnsLabel), protocol: protocolShape, port: sized(portNumber), appProtocol: formed(qualifiedName) })),
  }),
  rules,
  decode: (object) => ({
    addressType: TYPES.find((t) => t === textIn(object, 'addressType')) ?? 'IPv4',
    endpoints: mapsIn(object, 'endpoints').map(endpointOf),
    ports: mapsIn(object, 'ports').map(portOf),
  }),
}
