import { duplicateGo, invalid, type Report, required } from '../../schema/fault.ts'
import { dnsSubdomain, portNumber } from '../../schema/forms.ts'
import { metaShape, selectorOf, selectorShape } from '../../schema/meta.ts'
import { any, fields, formed, listOf, need, oneOf, type Shape, sized, text, unused } from '../../schema/shape.ts'
import { has, intIn, mapIn, mapsIn, maybeText, optional, textIn, type View } from '../../schema/view.ts'
import type { KindReader } from '../reader.ts'
import type { GatewayClassObject, GatewayListenerFields, GatewayObject, ObjectReference, ReferenceGrantObject } from './types.ts'

export const GROUP = 'gateway.networking.k8s.io'
/** The patterns of the CRDs (apis/v1/shared_types.go). */
const HOSTNAME = /^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const PATTERN = "should match '^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$'"

/** `spec.hostnames[0] in body` as the CRD's schema says it: a name or `*.name`, no address. */
export const hostname = formed((value) => (HOSTNAME.test(value) && !/^[\d.]+$/.test(value) ? [] : [PATTERN]))

export const refFields = { group: text, kind: text, name: need(text, required()), namespace: text } as const

/** Core group and Service unless told; `kind` is the usual one of the place. */
export const refOf = (ref: View, group: string, kind: string): ObjectReference => ({
  group: has(ref, 'group') ? textIn(ref, 'group') : group,
  kind: textIn(ref, 'kind', kind),
  name: textIn(ref, 'name'),
  ...optional('namespace', maybeText(ref, 'namespace')),
})

const PROTOCOLS = ['HTTP', 'HTTPS', 'TLS', 'TCP', 'UDP']
const listenerShape: Shape = fields({
  name: need(formed(dnsSubdomain), required()),
  port: need(sized(portNumber), required()),
  protocol: need({ is: 'text', known: PROTOCOLS }, required()),
  hostname,
  tls: fields({
    mode: oneOf('Terminate', 'Passthrough'),
    certificateRefs: listOf(fields(refFields)),
    ...unused('options frontendValidation'),
  }),
  allowedRoutes: fields({
    namespaces: fields({ from: oneOf('All', 'Selector', 'Same'), selector: selectorShape }),
    kinds: listOf(fields({ group: text, kind: need(text, required()) })),
  }),
})

function listenerOf(one: View): GatewayListenerFields {
  const [tls, allowed] = [mapIn(one, 'tls'), mapIn(one, 'allowedRoutes')]
  const namespaces = mapIn(allowed, 'namespaces')
  const from = textIn(namespaces, 'from', 'Same')
  return {
    name: textIn(one, 'name'),
    port: intIn(one, 'port'),
    protocol: textIn(one, 'protocol'),
    ...optional('hostname', maybeText(one, 'hostname')),
    ...(has(one, 'tls')
      ? {
          tls: {
            mode: textIn(tls, 'mode') === 'Passthrough' ? 'Passthrough' : 'Terminate',
            certificateRefs: mapsIn(tls, 'certificateRefs').map((ref) => refOf(ref, '', 'Secret')),
          },
        }
      : {}),
    allowedRoutes: {
      from: from === 'All' || from === 'Selector' ? from : 'Same',
      ...(from === 'Selector' ? { selector: selectorOf(mapIn(namespaces, 'selector')) } : {}),
      kinds: mapsIn(allowed, 'kinds').map((kind) => textIn(kind, 'kind')),
    },
  }
}

/** The rules that the CRD states in CEL (apis/v1/gateway_types.go). */
function gatewayRules(object: View, report: Report): void {
  const listeners = mapsIn(mapIn(object, 'spec'), 'listeners')
  if (listeners.length === 0) report('spec.listeners', required())
  const [names, places] = [new Set<string>(), new Set<string>()]
  listeners.forEach((one, i) => {
    const at = `spec.listeners[${i}]`
    const [name, protocol] = [textIn(one, 'name'), textIn(one, 'protocol')]
    const place = `${intIn(one, 'port')} ${protocol} ${textIn(one, 'hostname')}`
    if (names.has(name)) report(`${at}.name`, duplicateGo(`map[string]interface {}{"name":"${name}"}`))
    if (places.has(place))
      report('spec.listeners', invalid('array', 'Combination of port, protocol and hostname must be unique for each listener'))
    names.add(name)
    places.add(place)
    if (has(one, 'tls') && ['HTTP', 'TCP', 'UDP'].includes(protocol))
      report('spec.listeners', invalid('array', "tls must not be specified for protocols ['HTTP', 'TCP', 'UDP']"), `${at}.tls`)
    if (has(one, 'hostname') && ['TCP', 'UDP'].includes(protocol))
      report('spec.listeners', invalid('array', "hostname must not be specified for protocols ['TCP', 'UDP']"), `${at}.hostname`)
    if (protocol === 'HTTPS' && textIn(mapIn(one, 'tls'), 'mode', 'Terminate') !== 'Terminate')
      report('spec.listeners', invalid('array', 'tls mode must be Terminate for protocol HTTPS'), `${at}.tls.mode`)
  })
}

export const gatewayClass: KindReader<GatewayClassObject> = {
  kind: 'GatewayClass',
  apiVersions: [`${GROUP}/v1`, `${GROUP}/v1beta1`],
  scope: 'cluster',
  nameForm: dnsSubdomain,
  shape: fields({
    metadata: metaShape,
    spec: fields({ controllerName: need(text, required()), description: text, ...unused('parametersRef') }),
    status: any,
  }),
  decode: (object) => ({ controllerName: textIn(mapIn(object, 'spec'), 'controllerName') }),
}

export const gateway: KindReader<GatewayObject> = {
  kind: 'Gateway',
  apiVersions: [`${GROUP}/v1`, `${GROUP}/v1beta1`],
  scope: 'namespaced',
  nameForm: dnsSubdomain,
  shape: fields({
    metadata: metaShape,
    spec: fields({
      gatewayClassName: need(text, required()),
      listeners: listOf(listenerShape),
      addresses: listOf(fields({ type: text, value: text })),
      ...unused('infrastructure backendTLS allowedListeners tls'),
    }),
    status: any,
  }),
  rules: gatewayRules,
  decode: (object) => {
    const spec = mapIn(object, 'spec')
    return {
      gatewayClassName: textIn(spec, 'gatewayClassName'),
      listeners: mapsIn(spec, 'listeners').map(listenerOf),
      addresses: mapsIn(spec, 'addresses').map((one) => textIn(one, 'value')),
    }
  },
}

export const referenceGrant: KindReader<ReferenceGrantObject> = {
  kind: 'ReferenceGrant',
  apiVersions: [`${GROUP}/v1beta1`, `${GROUP}/v1`, `${GROUP}/v1alpha2`],
  scope: 'namespaced',
  nameForm: dnsSubdomain,
  shape: fields({
    metadata: metaShape,
    spec: fields({
      from: listOf(fields({ group: text, kind: need(text, required()), namespace: need(text, required()) })),
      to: listOf(fields({ group: text, kind: need(text, required()), name: text })),
    }),
  }),
  decode: (object) => {
    const spec = mapIn(object, 'spec')
    return {
      from: mapsIn(spec, 'from').map((f) => ({ group: textIn(f, 'group'), kind: textIn(f, 'kind'), namespace: textIn(f, 'namespace') })),
      to: mapsIn(spec, 'to').map((t) => ({
        group: textIn(t, 'group'),
        kind: textIn(t, 'kind'),
        ...optional('name', maybeText(t, 'name')),
      })),
    }
  },
}
