import { parseIp } from '../../../net/ip.ts'
import { invalid, invalidGo, type Report, required, unsupported } from '../../schema/fault.ts'
import { dns1035Label, dnsSubdomain, longer, portName, portNumber, regexError, SUBDOMAIN } from '../../schema/forms.ts'
import { has, intIn, mapIn, mapsIn, textIn, textMapIn, textsIn, type View } from '../../schema/view.ts'

// ValidateIngressCreate of pkg/apis/networking/validation/validation.go.

export const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'] as const
const SEQUENCES = ['//', '/./', '/../', '%2f', '%2F']
const SUFFIXES = ['/..', '/.']
/** The old way to name a class. */
const CLASS_ANNOTATION = 'kubernetes.io/ingress.class'

const WILDCARD = `\\*\\.${SUBDOMAIN}`
const wildcard = new RegExp(`^${WILDCARD}$`)

/** IsWildcardDNS1123Subdomain. */
const wildcardSubdomain = (text: string): readonly string[] => [
  ...longer(text, 253),
  ...(wildcard.test(text)
    ? []
    : [
        regexError(
          "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
          WILDCARD,
          '*.example.com',
        ),
      ]),
]

function hostRules(host: string, at: string, report: Report): void {
  for (const words of (host.includes('*') ? wildcardSubdomain : dnsSubdomain)(host)) report(at, invalid(host, words))
}

function backendRules(backend: View, at: string, report: Report): void {
  const service = mapIn(backend, 'service')
  if (has(backend, 'resource') && has(backend, 'service')) report(at, invalid('', 'cannot set both resource and service backends'))
  else if (has(backend, 'resource')) {
    const resource = mapIn(backend, 'resource')
    for (const key of ['kind', 'name']) if (textIn(resource, key) === '') report(`${at}.resource.${key}`, required())
  } else if (has(backend, 'service')) {
    const name = textIn(service, 'name')
    if (name === '') report(`${at}.service.name`, required())
    else for (const words of dns1035Label(name)) report(`${at}.service.name`, invalid(name, words))
    const port = mapIn(service, 'port')
    const [called, number] = [textIn(port, 'name'), intIn(port, 'number')]
    if (called !== '' && number !== 0) report(at, invalid('', 'cannot set both port name & port number'))
    else if (called !== '') for (const words of portName(called)) report(`${at}.service.port.name`, invalid(called, words))
    else if (number !== 0) for (const words of portNumber(number)) report(`${at}.service.port.number`, invalid(number, words))
    else report(at, required('port name or number is required'))
  } else report(at, invalid('', 'resource or service backend is required'))
}

function pathRules(path: View, at: string, report: Report): void {
  if (!has(path, 'pathType')) return report(`${at}.pathType`, required('pathType must be specified'), at)
  const type = textIn(path, 'pathType')
  const text = textIn(path, 'path')
  const place = has(path, 'path') ? `${at}.path` : at
  const wrong = (words: string): void => report(`${at}.path`, invalid(text, words), place)
  if (type === 'ImplementationSpecific') {
    if (text !== '' && !text.startsWith('/')) wrong('must be an absolute path')
  } else if (type === 'Exact' || type === 'Prefix') {
    if (!text.startsWith('/')) wrong('must be an absolute path')
    for (const part of SEQUENCES) if (text.includes(part)) wrong(`must not contain '${part}'`)
    for (const end of SUFFIXES) if (text.endsWith(end)) wrong(`cannot end with '${end}'`)
  } else report(`${at}.pathType`, unsupported(type, PATH_TYPES))
  backendRules(mapIn(path, 'backend'), `${at}.backend`, report)
}

export function ingressRules(object: View, report: Report): void {
  const spec = mapIn(object, 'spec')
  const rules = mapsIn(spec, 'rules')
  if (rules.length === 0 && !has(spec, 'defaultBackend'))
    report('spec', invalidGo('[]networking.IngressRule(nil)', 'either `defaultBackend` or `rules` must be specified'))
  if (has(spec, 'defaultBackend')) backendRules(mapIn(spec, 'defaultBackend'), 'spec.defaultBackend', report)
  rules.forEach((rule, i) => {
    const at = `spec.rules[${i}]`
    const host = textIn(rule, 'host')
    if (host !== '' && parseIp(host) !== undefined) report(`${at}.host`, invalid(host, 'must be a DNS name, not an IP address'))
    if (host !== '') hostRules(host, `${at}.host`, report)
    if (!has(rule, 'http')) return
    const paths = mapsIn(mapIn(rule, 'http'), 'paths')
    if (paths.length === 0) report(`${at}.http.paths`, required())
    for (const [j, path] of paths.entries()) pathRules(path, `${at}.http.paths[${j}]`, report)
  })
  mapsIn(spec, 'tls').forEach((tls, i) => {
    for (const [j, host] of textsIn(tls, 'hosts').entries()) hostRules(host, `spec.tls[${i}].hosts[${j}]`, report)
    const name = textIn(tls, 'secretName')
    if (name !== '') for (const words of dnsSubdomain(name)) report(`spec.tls[${i}].secretName`, invalid(name, words))
  })
  const annotated = textMapIn(mapIn(object, 'metadata'), 'annotations')[CLASS_ANNOTATION]
  const named = textIn(spec, 'ingressClassName')
  if (annotated !== undefined && named !== '' && annotated !== named)
    report(
      `annotations.${CLASS_ANNOTATION}`,
      invalid(annotated, 'must match `ingressClassName` when both are specified'),
      `metadata.annotations["${CLASS_ANNOTATION}"]`,
    )
}
