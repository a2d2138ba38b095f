import type { IngressBackend, IngressFields, IngressObject, IngressPath } from '../../kinds.ts'
import { dnsSubdomain } from '../../schema/forms.ts'
import { metaShape } from '../../schema/meta.ts'
import { type Fields, fields, formed, int, listOf, text, texts, unused } from '../../schema/shape.ts'
import { has, intIn, mapIn, mapsIn, maybeText, optional, textIn, textsIn, type View } from '../../schema/view.ts'
import type { KindReader } from '../reader.ts'
import { ingressRules, PATH_TYPES } from './rules.ts'

const backendFields: Fields = {
  service: fields({ name: text, port: fields({ name: text, number: int }) }),
  resource: fields({ apiGroup: text, kind: text, name: text }),
}
const specFields: Fields = {
  ingressClassName: formed(dnsSubdomain),
  defaultBackend: fields(backendFields),
  rules: listOf(
    fields({
      host: text,
      http: fields({
        paths: listOf(fields({ path: text, pathType: { is: 'text', known: PATH_TYPES }, backend: fields(backendFields) })),
      }),
    }),
  ),
  tls: listOf(fields({ hosts: texts, secretName: text })),
}

function backendOf(backend: View): IngressBackend {
  const service = mapIn(backend, 'service')
  const port = mapIn(service, 'port')
  if (has(backend, 'service')) return { service: { name: textIn(service, 'name'), port: textIn(port, 'name') || intIn(port, 'number') } }
  const resource = mapIn(backend, 'resource')
  return { resource: { apiGroup: textIn(resource, 'apiGroup'), kind: textIn(resource, 'kind'), name: textIn(resource, 'name') } }
}

const pathOf = (path: View): IngressPath => ({
  path: textIn(path, 'path'),
  pathType: PATH_TYPES.find((t) => t === textIn(path, 'pathType')) ?? 'ImplementationSpecific',
  backend: backendOf(mapIn(path, 'backend')),
})

function specOf(spec: View): IngressFields {
  return {
    ...optional('ingressClassName', maybeText(spec, 'ingressClassName')),
    ...(has(spec, 'defaultBackend') ? { defaultBackend: backendOf(mapIn(spec, 'defaultBackend')) } : {}),
    rules: mapsIn(spec, 'rules').map((rule) => ({
      host: textIn(rule, 'host'),
      ...(has(rule, 'http') ? { paths: mapsIn(mapIn(rule, 'http'), 'paths').map(pathOf) } : {}),
    })),
    tls: mapsIn(spec, 'tls').map((tls) => ({ hosts: textsIn(tls, 'hosts'), secretName: textIn(tls, 'secretName') })),
  }
}

/** networking.k8s.io/v1 Ingress. There are no defaults to fill in: pathType must be written. */
export const ingress: KindReader<IngressObject> = {
  kind: 'Ingress',
  apiVersions: ['networking.k8s.io/v1'],
  removed: ['extensions/v1beta1', 'networking.k8s.io/v1beta1'],
  scope: 'namespaced',
  nameForm: dnsSubdomain,
  shape: fields({ metadata: metaShape, spec: fields(specFields), status: fields(unused('loadBalancer')) }),
  rules: ingressRules,
  decode: (object) => specOf(mapIn(object, 'spec')),
}
