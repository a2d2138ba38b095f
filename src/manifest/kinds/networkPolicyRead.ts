import { addressOf, inCidr, lengthOf, maskedCidr, parseCidr } from '../../net/cidr.ts'
import type { Cidr } from '../../net/ip.ts'
import { forbidden, invalid, invalidGo, type Report, required, unsupported } from '../schema/fault.ts'
import { cidrValue, portName, portNumber } from '../schema/forms.ts'
import { metaShape, protocolShape, selectorOf, selectorRules, selectorShape } from '../schema/meta.ts'
import { protocolOf } from '../schema/pod.ts'
import { always, any, type Fields, fields, int, listOf, text, texts } from '../schema/shape.ts'
import { has, intIn, mapIn, mapsIn, optional, textIn, textsIn, type View } from '../schema/view.ts'
import type { PolicyFields, PolicyPeer, PolicyPort, PolicyRule } from './policyTypes.ts'

const peerShape = fields({
  podSelector: selectorShape,
  namespaceSelector: selectorShape,
  ipBlock: fields({ cidr: text, except: texts }),
})
const ports = listOf(fields({ protocol: protocolShape, port: { is: 'int-or-text' }, endPort: int }))
const ruleList = (peers: 'from' | 'to') => listOf(fields({ ports, [peers]: listOf(peerShape) } satisfies Fields))

const TYPES = ['Ingress', 'Egress'] as const
const SIDES = [
  ['ingress', 'from'],
  ['egress', 'to'],
] as const

function portRules(port: View, at: string, report: Report): void {
  const value = port['port']
  const end = intIn(port, 'endPort')
  const refuseEnd = (words: string): void => {
    if (has(port, 'endPort')) report(`${at}.endPort`, invalid(end, words))
  }
  if (typeof value === 'number') {
    for (const words of portNumber(value)) report(`${at}.port`, invalid(value, words))
    if (end < value) refuseEnd('must be greater than or equal to `port`')
    for (const words of portNumber(end)) refuseEnd(words)
  } else if (typeof value === 'string') {
    refuseEnd('may not be specified when `port` is non-numeric')
    for (const words of portName(value)) report(`${at}.port`, invalid(value, words))
  } else refuseEnd('may not be specified when `port` is not specified')
}

/** Whether a net lies in another and is smaller. */
const strictlyIn = (inner: Cidr, outer: Cidr): boolean => inCidr(addressOf(maskedCidr(inner)), outer) && lengthOf(inner) > lengthOf(outer)

function blockRules(block: View, at: string, report: Report): void {
  const written = textIn(block, 'cidr')
  if (written === '') return report(`${at}.cidr`, required())
  for (const words of cidrValue(written)) report(`${at}.cidr`, invalid(written, words))
  const outer = parseCidr(written)
  if (outer === undefined) return
  textsIn(block, 'except').forEach((one, i) => {
    const inner = parseCidr(one)
    for (const words of cidrValue(one)) report(`${at}.except[${i}]`, invalid(one, words))
    if (inner !== undefined && !strictlyIn(inner, outer)) report(`${at}.except[${i}]`, invalid(one, 'must be a strict subset of `cidr`'))
  })
}

function peerRules(peer: View, at: string, report: Report): void {
  const given = (['podSelector', 'namespaceSelector', 'ipBlock'] as const).filter((name) => has(peer, name))
  for (const name of given)
    if (name === 'ipBlock') blockRules(mapIn(peer, name), `${at}.${name}`, report)
    else selectorRules(mapIn(peer, name), `${at}.${name}`, report)
  if (given.length === 0) report(at, required('must specify a peer'))
  else if (given.length > 1 && has(peer, 'ipBlock')) report(at, forbidden('may not specify both ipBlock and another peer'))
}

/** ValidateNetworkPolicySpec of pkg/apis/networking/validation/validation.go. */
function rules(object: View, report: Report): void {
  const spec = mapIn(object, 'spec')
  selectorRules(mapIn(spec, 'podSelector'), 'spec.podSelector', report)
  for (const [side, peers] of SIDES)
    mapsIn(spec, side).forEach((rule, i) => {
      const at = `spec.${side}[${i}]`
      mapsIn(rule, 'ports').forEach((port, j) => {
        portRules(port, `${at}.ports[${j}]`, report)
      })
      mapsIn(rule, peers).forEach((peer, j) => {
        peerRules(peer, `${at}.${peers}[${j}]`, report)
      })
    })
  const types = textsIn(spec, 'policyTypes')
  if (types.length > TYPES.length) {
    const printed = `[]networking.PolicyType{${types.map((t) => JSON.stringify(t)).join(', ')}}`
    return report('spec.policyTypes', invalidGo(printed, 'may not specify more than two policyTypes'))
  }
  types.forEach((type, i) => {
    if (!TYPES.some((t) => t === type)) report(`spec.policyTypes[${i}]`, unsupported(type, TYPES))
  })
}

function portOf(port: View): PolicyPort {
  const value = port['port']
  return {
    protocol: protocolOf(port),
    ...(typeof value === 'number' || typeof value === 'string' ? { port: value } : {}),
    ...(has(port, 'endPort') ? { endPort: intIn(port, 'endPort') } : {}),
  }
}

function peerOf(peer: View): PolicyPeer {
  const block = mapIn(peer, 'ipBlock')
  const cidr = parseCidr(textIn(block, 'cidr'))
  const except = textsIn(block, 'except').flatMap((one) => parseCidr(one) ?? [])
  const selector = (name: string) => (has(peer, name) ? selectorOf(mapIn(peer, name)) : undefined)
  return {
    ...optional('podSelector', selector('podSelector')),
    ...optional('namespaceSelector', selector('namespaceSelector')),
    // a host part is cut off: 10.1.2.3/8 means 10.0.0.0/8 to all who enforce it
    ...(cidr === undefined ? {} : { ipBlock: { cidr: maskedCidr(cidr), except: except.map(maskedCidr) } }),
  }
}

function decode(object: View): PolicyFields {
  const spec = mapIn(object, 'spec')
  const rulesOf = (side: 'ingress' | 'egress', peers: 'from' | 'to'): readonly PolicyRule[] =>
    mapsIn(spec, side).map((rule) => ({ peers: mapsIn(rule, peers).map(peerOf), ports: mapsIn(rule, 'ports').map(portOf) }))
  const told = textsIn(spec, 'policyTypes')
  const [ingress, egress] = [rulesOf('ingress', 'from'), rulesOf('egress', 'to')]
  return {
    podSelector: selectorOf(mapIn(spec, 'podSelector')),
    policyTypes: TYPES.filter((type) => (told.length > 0 ? told.includes(type) : type === 'Ingress' || egress.length > 0)),
    ingress,
    egress,
  }
}

/** The late part behind networkPolicy.ts. */
export const networkPolicyRead = {
  shape: fields({
    metadata: metaShape,
    spec: always({
      podSelector: selectorShape,
      policyTypes: texts,
      ingress: ruleList('from'),
      egress: ruleList('to'),
    }),
    // served until v1.27 behind a gate
    status: any,
  }),
  rules,
  decode,
}
