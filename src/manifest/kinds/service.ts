import type { Ip } from '../../net/ip.ts'
import type { LoadBalancerIngress, ServiceObject, ServicePort, ServiceSpec } from '../kinds.ts'
import { serviceChanges } from '../late.ts'
import { invalid, unsupported } from '../schema/fault.ts'
import { dns1035Label, dnsLabel, portNumber, qualifiedName } from '../schema/forms.ts'
import { metaShape, protocolShape } from '../schema/meta.ts'
import { protocolOf } from '../schema/pod.ts'
import {
  always,
  bool,
  type Fields,
  fields,
  formed,
  int,
  listOf,
  need,
  oneOf,
  type Shape,
  sized,
  text,
  textMap,
  unused,
} from '../schema/shape.ts'
import { boolIn, intIn, mapIn, mapsIn, maybeText, optional, textIn, textMapIn, textsIn, type View } from '../schema/view.ts'
import type { KindReader } from './reader.ts'
import { externalIpWords, serviceCidr, serviceIp } from './serviceAddresses.ts'
import { serviceRules } from './serviceRules.ts'
import { serviceWarnings } from './serviceWarnings.ts'

const portFields: Fields = {
  name: formed(dnsLabel),
  protocol: protocolShape,
  port: need(sized(portNumber), invalid(0, 'must be between 1 and 65535, inclusive')),
  targetPort: { is: 'int-or-text' },
  nodePort: int,
  appProtocol: formed(qualifiedName),
}

const DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode']
/** v1.30 knows the first; the others, of v1.33, are taken with a hint (newer.ts). */
const distribution: Shape = {
  is: 'text',
  known: DISTRIBUTIONS,
  own: (value) => (DISTRIBUTIONS.includes(value) ? undefined : unsupported(value, ['PreferClose'])),
}

const specFields: Fields = {
  type: oneOf('ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'),
  selector: textMap,
  clusterIP: text,
  clusterIPs: listOf(text),
  ports: listOf(fields(portFields)),
  externalIPs: listOf(formed(externalIpWords)),
  externalName: text,
  sessionAffinity: oneOf('None', 'ClientIP'),
  sessionAffinityConfig: fields({ clientIP: fields({ timeoutSeconds: int }) }),
  externalTrafficPolicy: oneOf('Cluster', 'Local'),
  internalTrafficPolicy: oneOf('Cluster', 'Local'),
  healthCheckNodePort: int,
  loadBalancerIP: text,
  // Their faults are reported by serviceRules: the server prints the path with a capital L.
  loadBalancerSourceRanges: listOf(text),
  loadBalancerClass: formed(qualifiedName),
  allocateLoadBalancerNodePorts: bool,
  publishNotReadyAddresses: bool,
  ipFamilies: listOf(oneOf('IPv4', 'IPv6')),
  ipFamilyPolicy: oneOf('SingleStack', 'PreferDualStack', 'RequireDualStack'),
  trafficDistribution: distribution,
}

const ingressShape = listOf(fields({ ip: text, hostname: text, ipMode: oneOf('VIP', 'Proxy'), ...unused('ports') }))

const TYPES = ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'] as const
const FAMILY_POLICIES = ['SingleStack', 'PreferDualStack', 'RequireDualStack'] as const

function portOf(port: View): ServicePort {
  const number = intIn(port, 'port')
  const target = port.targetPort
  return {
    name: textIn(port, 'name'),
    protocol: protocolOf(port),
    port: number,
    targetPort: (typeof target === 'number' || typeof target === 'string') && target !== 0 && target !== '' ? target : number,
    nodePort: intIn(port, 'nodePort'),
    ...optional('appProtocol', maybeText(port, 'appProtocol')),
  }
}

/** clusterIPs as the server normalizes the two fields: either may be given alone. */
function clusterIPsOf(spec: View): readonly (Ip | 'None')[] {
  const list = textsIn(spec, 'clusterIPs')
  const first = textIn(spec, 'clusterIP')
  const all = list.length > 0 ? list : first === '' ? [] : [first]
  return all.map((a) => (a === 'None' ? a : (serviceIp(a) as Ip)))
}

function ingressOf(entry: View): LoadBalancerIngress {
  const ip = serviceIp(textIn(entry, 'ip'))
  const mode = textIn(entry, 'ipMode') === 'Proxy' ? 'Proxy' : 'VIP'
  // ipMode VIP is the default of an entry with an address (SetDefaults_Service).
  return { ...optional('ip', ip), ...optional('hostname', maybeText(entry, 'hostname')), ...(ip === undefined ? {} : { ipMode: mode }) }
}

function specOf(spec: View): ServiceSpec {
  const type = TYPES.find((t) => t === textIn(spec, 'type')) ?? 'ClusterIP'
  const selector = textMapIn(spec, 'selector')
  const affinity = textIn(spec, 'sessionAffinity') === 'ClientIP' ? 'ClientIP' : 'None'
  return {
    type,
    // An empty selector is stored as none.
    ...optional('selector', Object.keys(selector).length > 0 ? selector : undefined),
    clusterIPs: type === 'ExternalName' ? [] : clusterIPsOf(spec),
    ports: mapsIn(spec, 'ports').map(portOf),
    externalIPs: textsIn(spec, 'externalIPs').map((a) => serviceIp(a) as Ip),
    ...optional('externalName', maybeText(spec, 'externalName')),
    sessionAffinity: affinity,
    affinityTimeout: intIn(mapIn(mapIn(spec, 'sessionAffinityConfig'), 'clientIP'), 'timeoutSeconds', 10800),
    externalTrafficPolicy: textIn(spec, 'externalTrafficPolicy') === 'Local' ? 'Local' : 'Cluster',
    internalTrafficPolicy: textIn(spec, 'internalTrafficPolicy') === 'Local' ? 'Local' : 'Cluster',
    healthCheckNodePort: intIn(spec, 'healthCheckNodePort'),
    loadBalancerSourceRanges: textsIn(spec, 'loadBalancerSourceRanges').flatMap((net) => serviceCidr(net) ?? []),
    ...optional('loadBalancerClass', maybeText(spec, 'loadBalancerClass')),
    ...optional('loadBalancerIP', serviceIp(textIn(spec, 'loadBalancerIP'))),
    allocateLoadBalancerNodePorts: boolIn(spec, 'allocateLoadBalancerNodePorts', type === 'LoadBalancer'),
    publishNotReadyAddresses: boolIn(spec, 'publishNotReadyAddresses'),
    ipFamilies: textsIn(spec, 'ipFamilies').flatMap((f) => (f === 'IPv4' || f === 'IPv6' ? [f] : [])),
    ...optional(
      'ipFamilyPolicy',
      FAMILY_POLICIES.find((p) => p === textIn(spec, 'ipFamilyPolicy')),
    ),
    ...optional('trafficDistribution', maybeText(spec, 'trafficDistribution')),
  }
}

/** v1 Service. Defaults: pkg/apis/core/v1/defaults.go SetDefaults_Service. */
export const service: KindReader<ServiceObject> = {
  kind: 'Service',
  apiVersions: ['v1'],
  scope: 'namespaced',
  nameForm: dns1035Label,
  shape: fields({
    metadata: metaShape,
    spec: always(specFields),
    status: fields({ loadBalancer: fields({ ingress: ingressShape }), ...unused('conditions') }),
  }),
  rules: serviceRules,
  warnings: serviceWarnings,
  update: (...applied) => serviceChanges.get().serviceUpdate(...applied),
  decode: (object) => ({
    spec: specOf(mapIn(object, 'spec')),
    ingress: mapsIn(mapIn(mapIn(object, 'status'), 'loadBalancer'), 'ingress').map(ingressOf),
  }),
}
