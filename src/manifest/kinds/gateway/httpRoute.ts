import { invalid, type Report, required } from '../../schema/fault.ts'
import { dnsSubdomain, notNegative, portNumber } from '../../schema/forms.ts'
import { metaShape } from '../../schema/meta.ts'
import { any, fields, int, listOf, need, oneOf, type Shape, sized, text, texts, unused } from '../../schema/shape.ts'
import { has, intIn, mapIn, mapsIn, maybeText, optional, textIn, textsIn, type View } from '../../schema/view.ts'
import type { KindReader } from '../reader.ts'
import { GROUP, hostname, refFields, refOf } from './gateway.ts'
import type {
  BackendRefFields,
  HeaderChange,
  HttpRouteFields,
  HttpRouteMatch,
  HttpRouteObject,
  HttpRouteRule,
  ParentRef,
  PathChange,
  RouteFilter,
  ValueMatch,
} from './types.ts'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH']
const valueShape: Shape = listOf(
  fields({ type: oneOf('Exact', 'RegularExpression'), name: need(text, required()), value: need(text, required()) }),
)
const matchShape: Shape = fields({
  path: fields({ type: oneOf('Exact', 'PathPrefix', 'RegularExpression'), value: text }),
  method: oneOf(...METHODS),
  headers: valueShape,
  queryParams: valueShape,
})
const pairs: Shape = listOf(fields({ name: need(text, required()), value: need(text, required()) }))
const headerShape: Shape = fields({ set: pairs, add: pairs, remove: texts })
const pathShape: Shape = fields({
  type: need(oneOf('ReplaceFullPath', 'ReplacePrefixMatch'), required()),
  replaceFullPath: text,
  replacePrefixMatch: text,
})
const FILTERS = [
  'RequestHeaderModifier',
  'ResponseHeaderModifier',
  'RequestMirror',
  'RequestRedirect',
  'URLRewrite',
  'ExtensionRef',
  'CORS',
]
const filterShape: Shape = fields({
  type: need({ is: 'text', known: FILTERS, oneOf: FILTERS }, required()),
  requestHeaderModifier: headerShape,
  responseHeaderModifier: headerShape,
  urlRewrite: fields({ hostname, path: pathShape }),
  requestRedirect: fields({ scheme: oneOf('http', 'https'), hostname, path: pathShape, port: sized(portNumber), statusCode: int }),
  requestMirror: any,
  extensionRef: any,
  cors: any,
})
const backendShape: Shape = fields({ ...refFields, port: sized(portNumber), weight: sized(notNegative), filters: listOf(filterShape) })
const ruleShape: Shape = fields({
  name: text,
  matches: listOf(matchShape),
  filters: listOf(filterShape),
  backendRefs: listOf(backendShape),
  ...unused('timeouts retry sessionPersistence'),
})

const valuesOf = (list: readonly View[], name: (n: string) => string): readonly ValueMatch[] =>
  list
    .map((one) => ({ type: textIn(one, 'type', 'Exact'), name: name(textIn(one, 'name')), value: textIn(one, 'value') }))
    // of entries with one name the first counts (HTTPHeaderMatch.Name)
    .filter((one, i, all) => all.findIndex((other) => other.name === one.name) === i)

const matchOf = (one: View): HttpRouteMatch => ({
  path: { type: textIn(mapIn(one, 'path'), 'type', 'PathPrefix'), value: textIn(mapIn(one, 'path'), 'value', '/') },
  ...optional('method', maybeText(one, 'method')),
  headers: valuesOf(mapsIn(one, 'headers'), (n) => n.toLowerCase()),
  query: valuesOf(mapsIn(one, 'queryParams'), (n) => n),
})

const pairsOf = (list: readonly View[]): HeaderChange['set'] => list.map((one) => [textIn(one, 'name'), textIn(one, 'value')] as const)
const headersOf = (change: View): HeaderChange => ({
  set: pairsOf(mapsIn(change, 'set')),
  add: pairsOf(mapsIn(change, 'add')),
  remove: textsIn(change, 'remove'),
})

function pathOf(path: View): PathChange | undefined {
  const type = textIn(path, 'type')
  if (type === 'ReplaceFullPath') return { type, value: textIn(path, 'replaceFullPath') }
  return type === 'ReplacePrefixMatch' ? { type, value: textIn(path, 'replacePrefixMatch') } : undefined
}

function filterOf(one: View): RouteFilter {
  const type = textIn(one, 'type')
  switch (type) {
    case 'RequestHeaderModifier':
      return { type, headers: headersOf(mapIn(one, 'requestHeaderModifier')) }
    case 'ResponseHeaderModifier':
      return { type, headers: headersOf(mapIn(one, 'responseHeaderModifier')) }
    case 'URLRewrite': {
      const rewrite = mapIn(one, 'urlRewrite')
      return { type, ...optional('hostname', maybeText(rewrite, 'hostname')), ...optional('path', pathOf(mapIn(rewrite, 'path'))) }
    }
    case 'RequestRedirect': {
      const redirect = mapIn(one, 'requestRedirect')
      return {
        type,
        ...optional('scheme', maybeText(redirect, 'scheme')),
        ...optional('hostname', maybeText(redirect, 'hostname')),
        ...optional('path', pathOf(mapIn(redirect, 'path'))),
        ...optional('port', has(redirect, 'port') ? intIn(redirect, 'port') : undefined),
        statusCode: intIn(redirect, 'statusCode', 302),
      }
    }
    default:
      return { type: 'unmodelled', name: type }
  }
}

const backendOf = (one: View): BackendRefFields => ({
  ...refOf(one, '', 'Service'),
  ...optional('port', has(one, 'port') ? intIn(one, 'port') : undefined),
  weight: intIn(one, 'weight', 1),
  filters: mapsIn(one, 'filters').map(filterOf),
})

/** Without matches a rule has one: every path (PathPrefix /). */
function ruleOf(one: View): HttpRouteRule {
  const matches = mapsIn(one, 'matches')
  return {
    matches: (matches.length === 0 ? [{} as View] : matches).map(matchOf),
    filters: mapsIn(one, 'filters').map(filterOf),
    backendRefs: mapsIn(one, 'backendRefs').map(backendOf),
  }
}

function specOf(spec: View): HttpRouteFields {
  const rules = mapsIn(spec, 'rules')
  return {
    parentRefs: mapsIn(spec, 'parentRefs').map(
      (ref): ParentRef => ({
        ...refOf(ref, GROUP, 'Gateway'),
        ...optional('sectionName', maybeText(ref, 'sectionName')),
        ...optional('port', has(ref, 'port') ? intIn(ref, 'port') : undefined),
      }),
    ),
    hostnames: textsIn(spec, 'hostnames'),
    rules: (rules.length === 0 ? [{} as View] : rules).map(ruleOf),
  }
}

/** The CEL rules of HTTPPathMatch and of filters (apis/v1/httproute_types.go). */
function pathRules(path: View, at: string, report: Report): void {
  const [type, value] = [textIn(path, 'type', 'PathPrefix'), textIn(path, 'value', '/')]
  const wrong = (words: string): void => report(at, invalid('object', words))
  if (type === 'RegularExpression') return
  if (!value.startsWith('/')) wrong("value must be an absolute path and start with '/' when type one of ['Exact', 'PathPrefix']")
  for (const part of ['//', '/./', '/../', '%2f', '%2F', '#'])
    if (value.includes(part)) wrong(`must not contain '${part}' when type one of ['Exact', 'PathPrefix']`)
  for (const end of ['/..', '/.']) if (value.endsWith(end)) wrong(`must not end with '${end}' when type one of ['Exact', 'PathPrefix']`)
}

function routeRules(object: View, report: Report): void {
  mapsIn(mapIn(object, 'spec'), 'rules').forEach((rule, i) => {
    const at = `spec.rules[${i}]`
    for (const [j, match] of mapsIn(rule, 'matches').entries()) pathRules(mapIn(match, 'path'), `${at}.matches[${j}].path`, report)
    const types = mapsIn(rule, 'filters').map((one) => textIn(one, 'type'))
    if (types.includes('URLRewrite') && types.includes('RequestRedirect'))
      report(
        `${at}.filters`,
        invalid('array', 'May specify either httpRouteFilterRequestRedirect or httpRouteFilterRequestRewrite, but not both'),
      )
    if (types.includes('RequestRedirect') && mapsIn(rule, 'backendRefs').length > 0)
      report(at, invalid('object', 'RequestRedirect filter must not be used together with backendRefs'))
    mapsIn(rule, 'backendRefs').forEach((ref, j) => {
      if (textIn(ref, 'kind', 'Service') === 'Service' && textIn(ref, 'group') === '' && !has(ref, 'port'))
        report(`${at}.backendRefs[${j}]`, invalid('object', 'Must have port for Service reference'))
    })
  })
}

export const httpRoute: KindReader<HttpRouteObject> = {
  kind: 'HTTPRoute',
  apiVersions: [`${GROUP}/v1`, `${GROUP}/v1beta1`],
  scope: 'namespaced',
  nameForm: dnsSubdomain,
  shape: fields({
    metadata: metaShape,
    spec: fields({
      parentRefs: listOf(fields({ ...refFields, sectionName: text, port: sized(portNumber) })),
      hostnames: listOf(hostname),
      rules: listOf(ruleShape),
      ...unused('useDefaultGateways'),
    }),
    status: any,
  }),
  rules: routeRules,
  decode: (object) => specOf(mapIn(object, 'spec')),
}
