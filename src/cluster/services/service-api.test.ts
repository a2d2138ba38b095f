import { describe, expect, test } from 'vitest'
import { readManifests } from '../../manifest/read.ts'
import { settle } from '../settle.ts'

const NETS = (nets: string): string =>
  `apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\nnetworking: {serviceSubnet: "${nets}"}\n---\n`
const SINGLE = NETS('10.96.0.0/12')
const DUAL = NETS('10.96.0.0/12,fd00:10:96::/112')
const service = (spec: string, name = 'web', meta = '', more = ''): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}${meta}}\nspec: ${spec}\n${more}---\n`
const P = 'ports: [{port: 80}]'
const LB = 'type: LoadBalancer'
const status = (entry: string): string => `status: {loadBalancer: {ingress: [${entry}]}}\n`

/** What the API server says, one line a fault, as kubectl prints it: `PATH: TYPE: DETAIL`. */
function said(text: string, severity: 'error' | 'warning'): readonly string[] {
  const { objects, problems } = readManifests([{ name: 'a.yaml', text }])
  const settled = settle(objects, { wants: { everything: false, dns: false } })
  return [...problems, ...settled.problems]
    .filter((one) => one.code === 'api' && one.severity === severity)
    .map((one) => `${one.where?.field}: ${one.params['text']}`)
}

const label = (words: string, more: string): string => `${words} (e.g. ${more})`
const STRUCT =
  'core.ServicePort{Name:"", Protocol:"TCP", AppProtocol:(*string)(nil), Port:80, TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:""}, NodePort:0}'
const NAME_1035 = label(
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  "'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?'",
)
const LABEL_1123 = label(
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  "'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?'",
)
const SUBDOMAIN_1123 = label(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  "'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*'",
)
const PORT = 'must be between 1 and 65535, inclusive'
const IP = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'
const ONLY_LB = "Forbidden: may only be used when `type` is 'LoadBalancer'"
const LONG = 'x'.repeat(64)

/** Every mistake that the reference of the Service API lists: what it is, the text, and all that must be said. */
const MISTAKES: readonly (readonly [mistake: string, text: string, ...lines: readonly string[]])[] = [
  ['name starts with a digit', service(`{${P}}`, '1web'), `metadata.name: Invalid value: "1web": ${NAME_1035}`],
  ['name of 64 letters', service(`{${P}}`, LONG), `metadata.name: Invalid value: "${LONG}": must be no more than 63 characters`],
  ['no ports', service('{selector: {a: b}}'), 'spec.ports: Required value'],
  ['several ports, one without name', service('{ports: [{name: a, port: 80}, {port: 81}]}'), 'spec.ports[1].name: Required value'],
  ['a port name twice', service('{ports: [{name: http, port: 80}, {name: http, port: 81}]}'), 'spec.ports[1].name: Duplicate value: "http"'],
  ['bad port name', service('{ports: [{name: HTTP, port: 80}]}'), `spec.ports[0].name: Invalid value: "HTTP": ${LABEL_1123}`],
  ['port name of 64 letters', service(`{ports: [{name: ${LONG}, port: 80}]}`), `spec.ports[0].name: Invalid value: "${LONG}": must be no more than 63 characters`],
  ['port 0', service('{ports: [{port: 0}]}'), `spec.ports[0].port: Invalid value: 0: ${PORT}`],
  ['port 70000', service('{ports: [{port: 70000}]}'), `spec.ports[0].port: Invalid value: 70000: ${PORT}`],
  ['targetPort out of range', service('{ports: [{port: 80, targetPort: 70000}]}'), `spec.ports[0].targetPort: Invalid value: 70000: ${PORT}`],
  ['targetPort: letters', service('{ports: [{port: 80, targetPort: a_b}]}'), 'spec.ports[0].targetPort: Invalid value: "a_b": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)'],
  ['targetPort: length', service('{ports: [{port: 80, targetPort: abcdefghijklmnop}]}'), 'spec.ports[0].targetPort: Invalid value: "abcdefghijklmnop": must be no more than 15 characters'],
  ['targetPort: a letter', service('{ports: [{port: 80, targetPort: "80"}]}'), 'spec.ports[0].targetPort: Invalid value: "80": must contain at least one letter (a-z)'],
  ['targetPort: two hyphens', service('{ports: [{port: 80, targetPort: a--b}]}'), 'spec.ports[0].targetPort: Invalid value: "a--b": must not contain consecutive hyphens'],
  ['targetPort: hyphen at an end', service('{ports: [{port: 80, targetPort: a-}]}'), 'spec.ports[0].targetPort: Invalid value: "a-": must not begin or end with a hyphen'],
  ['protocol', service('{ports: [{port: 80, protocol: ICMP}]}'), 'spec.ports[0].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"'],
  ['protocol and port twice', service('{ports: [{name: a, port: 80}, {name: b, port: 80}]}'), `spec.ports[1]: Duplicate value: ${STRUCT}`],
  ['protocol and node port twice', service('{type: NodePort, ports: [{name: a, port: 80, nodePort: 30080}, {name: b, port: 81, nodePort: 30080}]}'), 'spec.ports[1].nodePort: Duplicate value: 30080'],
  ['nodePort of a ClusterIP', service('{ports: [{port: 80, nodePort: 30080}]}'), "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
  ['nodePort out of range', service('{type: NodePort, ports: [{port: 80, nodePort: 80}]}'), 'spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767'],
  ['nodePort in use', service('{type: NodePort, ports: [{port: 80, nodePort: 30080}]}') + service('{type: NodePort, ports: [{port: 80, protocol: UDP, nodePort: 30080}]}', 'b'), 'spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated'],
  ['one number for two ports of one Service', service('{type: NodePort, ports: [{name: a, port: 80, nodePort: 30080}, {name: b, port: 81, protocol: UDP, nodePort: 30080}]}'), 'spec.ports[1].nodePort: Invalid value: 30080: provided port is already allocated'],
  ['LoadBalancer of 10250', service(`{${LB}, ports: [{port: 10250}]}`), 'spec.ports[0]: Invalid value: 10250: may not expose port 10250 externally since it is used by kubelet'],
  ['None of a NodePort', service(`{type: NodePort, clusterIP: None, ${P}}`), `spec.clusterIPs[0]: Invalid value: "None": may not be set to 'None' for NodePort services`],
  ['None of a LoadBalancer', service(`{${LB}, clusterIP: None, ${P}}`), `spec.clusterIPs[0]: Invalid value: "None": may not be set to 'None' for LoadBalancer services`],
  ['clusterIP of an ExternalName', service('{type: ExternalName, externalName: a.b, clusterIP: 10.96.0.9}'), 'spec.clusterIPs: Forbidden: may not be set for ExternalName services'],
  ['ipFamilies of an ExternalName', service('{type: ExternalName, externalName: a.b, ipFamilies: [IPv4]}'), 'spec.ipFamilies: Forbidden: may not be set for ExternalName services'],
  ['ipFamilyPolicy of an ExternalName', service('{type: ExternalName, externalName: a.b, ipFamilyPolicy: SingleStack}'), 'spec.ipFamilyPolicy: Forbidden: may not be set for ExternalName services'],
  ['ExternalName empty', service('{type: ExternalName}'), 'spec.externalName: Required value'],
  ['ExternalName no name', service('{type: ExternalName, externalName: a_b}'), `spec.externalName: Invalid value: "a_b": ${SUBDOMAIN_1123}`],
  ['type', service(`{type: Foo, ${P}}`), 'spec.type: Unsupported value: "Foo": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"'],
  ['sessionAffinity', service(`{sessionAffinity: Cookie, ${P}}`), 'spec.sessionAffinity: Unsupported value: "Cookie": supported values: "ClientIP", "None"'],
  ...[0, 86401].map((n) => [`affinity timeout ${n}`, service(`{sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: ${n}}}, ${P}}`), `spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: ${n}: must be greater than 0 and less than 86400`] as const),
  ['eTP of a plain ClusterIP', service(`{externalTrafficPolicy: Local, ${P}}`), 'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services'],
  ['eTP', service(`{type: NodePort, externalTrafficPolicy: X, ${P}}`), 'spec.externalTrafficPolicy: Unsupported value: "X": supported values: "Cluster", "Local"'],
  ['iTP', service(`{internalTrafficPolicy: X, ${P}}`), 'spec.internalTrafficPolicy: Unsupported value: "X": supported values: "Cluster", "Local"'],
  ['trafficDistribution', service(`{trafficDistribution: X, ${P}}`), 'spec.trafficDistribution: Unsupported value: "X": supported values: "PreferClose"'],
  ['healthCheckNodePort of eTP Cluster', service(`{${LB}, healthCheckNodePort: 30500, ${P}}`), "spec.healthCheckNodePort: Invalid value: 30500: may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"],
  ['healthCheckNodePort in use', service('{type: NodePort, ports: [{port: 80, nodePort: 30500}]}') + service(`{${LB}, externalTrafficPolicy: Local, healthCheckNodePort: 30500, ${P}}`, 'b'), 'spec.healthCheckNodePort: Internal error occurred: failed to allocate requested HealthCheck NodePort 30500: provided port is already allocated'],
  ['source ranges of another type', service(`{loadBalancerSourceRanges: [10.0.0.0/8], ${P}}`), `spec.LoadBalancerSourceRanges: ${ONLY_LB}`],
  ['bad source range', service(`{${LB}, loadBalancerSourceRanges: [10.0.0.0], ${P}}`), 'spec.LoadBalancerSourceRanges[0]: Invalid value: "10.0.0.0": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'],
  ['loadBalancerClass of another type', service(`{loadBalancerClass: a.b/c, ${P}}`), `spec.loadBalancerClass: ${ONLY_LB}`],
  ['allocateLoadBalancerNodePorts of another type', service(`{allocateLoadBalancerNodePorts: false, ${P}}`), `spec.allocateLoadBalancerNodePorts: ${ONLY_LB}`],
  ['externalIPs: no address', service(`{externalIPs: [x], ${P}}`), `spec.externalIPs[0]: Invalid value: "x": ${IP}`],
  ['externalIPs: unspecified', service(`{externalIPs: [0.0.0.0], ${P}}`), 'spec.externalIPs[0]: Invalid value: "0.0.0.0": may not be unspecified (0.0.0.0)'],
  ['externalIPs: loopback', service(`{externalIPs: [127.0.0.1], ${P}}`), 'spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)'],
  ['externalIPs: link-local', service(`{externalIPs: ["fe80::1"], ${P}}`), 'spec.externalIPs[0]: Invalid value: "fe80::1": may not be in the link-local range (169.254.0.0/16, fe80::/10)'],
  ['externalIPs: multicast', service(`{externalIPs: [224.0.0.5], ${P}}`), 'spec.externalIPs[0]: Invalid value: "224.0.0.5": may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'],
  ['clusterIP and clusterIPs differ', service(`{clusterIP: 10.96.0.1, clusterIPs: [10.96.0.2], ${P}}`), 'spec.clusterIPs: Invalid value: []string{"10.96.0.2"}: first value must match `clusterIP`'],
  ['clusterIP no address', service(`{clusterIP: 10.96.0.300, ${P}}`), `spec.clusterIPs[0]: Invalid value: "10.96.0.300": ${IP}`],
  ['clusterIP outside the range', SINGLE + service(`{clusterIP: 10.0.0.1, ${P}}`), 'spec.clusterIPs: Invalid value: []string{"10.0.0.1"}: failed to allocate IP 10.0.0.1: the provided IP (10.0.0.1) is not in the valid range. The range of valid IPs is 10.96.0.0/12'],
  ['clusterIP taken', service(`{clusterIP: 10.96.0.10, ${P}}`) + service(`{clusterIP: 10.96.0.10, ${P}}`, 'b'), 'spec.clusterIPs: Invalid value: []string{"10.96.0.10"}: failed to allocate IP 10.96.0.10: provided IP is already allocated'],
  ['three clusterIPs', service(`{clusterIP: 10.96.0.1, clusterIPs: [10.96.0.1, "fd00::1", 10.96.0.3], ipFamilyPolicy: PreferDualStack, ${P}}`), 'spec.clusterIPs: Invalid value: []string{"10.96.0.1", "fd00::1", "10.96.0.3"}: may only hold up to 2 values'],
  ['None and another', service(`{clusterIP: None, clusterIPs: [None, 10.96.0.3], ${P}}`), `spec.clusterIPs: Invalid value: []string{"None", "10.96.0.3"}: 'None' must be the first and only value`],
  ['two of one family', service(`{clusterIP: 10.96.0.1, clusterIPs: [10.96.0.1, 10.96.0.2], ipFamilyPolicy: PreferDualStack, ${P}}`), 'spec.clusterIPs: Invalid value: []string{"10.96.0.1", "10.96.0.2"}: may specify no more than one IP for each IP family'],
  ['a family twice', service(`{ipFamilies: [IPv4, IPv4], ipFamilyPolicy: PreferDualStack, ${P}}`), 'spec.ipFamilies[1]: Duplicate value: "IPv4"'],
  ['no family', service(`{ipFamilies: [IPv5], ${P}}`), 'spec.ipFamilies[0]: Unsupported value: "IPv5": supported values: "IPv4", "IPv6"'],
  ['no policy', service(`{ipFamilyPolicy: X, ${P}}`), 'spec.ipFamilyPolicy: Unsupported value: "X": supported values: "PreferDualStack", "RequireDualStack", "SingleStack"'],
  ['SingleStack with two families', DUAL + service(`{ipFamilyPolicy: SingleStack, ipFamilies: [IPv4, IPv6], ${P}}`), `spec.ipFamilyPolicy: Invalid value: "SingleStack": must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified`],
  ['SingleStack with two addresses', DUAL + service(`{ipFamilyPolicy: SingleStack, clusterIP: 10.96.0.5, clusterIPs: [10.96.0.5, "fd00:10:96::5"], ${P}}`), `spec.ipFamilyPolicy: Invalid value: "SingleStack": must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster IPs are specified`],
  ['two families without a policy', DUAL + service(`{ipFamilies: [IPv6, IPv4], ${P}}`), `spec.ipFamilyPolicy: Invalid value: "SingleStack": must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified`],
  ['RequireDualStack on a single-stack cluster', SINGLE + service(`{ipFamilyPolicy: RequireDualStack, ${P}}`), 'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services'],
  ['family not in the cluster', SINGLE + service(`{ipFamilies: [IPv6], ${P}}`), 'spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster'],
  ['address of a family not in the cluster', SINGLE + service(`{clusterIP: "fd00::5", ${P}}`), 'spec.clusterIPs[0]: Invalid value: []string{"fd00::5"}: IPv6 is not configured on this cluster'],
  ['family does not match the address', DUAL + service(`{clusterIP: 10.96.0.9, ipFamilies: [IPv6], ${P}}`), 'spec.clusterIPs[0]: Invalid value: "10.96.0.9": expected an IPv6 value as indicated by `ipFamilies[0]`'],
  ['topology annotations that differ', service(`{${P}}`, 'web', ', annotations: {service.kubernetes.io/topology-mode: Auto, service.kubernetes.io/topology-aware-hints: Disabled}'), 'metadata.annotations[service.kubernetes.io/topology-mode]: Invalid value: "Auto": must match annotations[service.kubernetes.io/topology-aware-hints] when both are specified'],
  ['source ranges in an annotation of another type', service(`{${P}}`, 'web', ', annotations: {service.beta.kubernetes.io/load-balancer-source-ranges: 10.0.0.0/8}'), `metadata.annotations[service.beta.kubernetes.io/load-balancer-source-ranges]: ${ONLY_LB}`],
  ['ingress status of another type', service(`{${P}}`, 'web', '', status('{ip: 1.2.3.4}')), "status.loadBalancer.ingress: Forbidden: may only be used when `spec.type` is 'LoadBalancer'"],
  ['ipMode without an address', service(`{${LB}, ${P}}`, 'web', '', status('{hostname: a.b, ipMode: VIP}')), 'status.loadBalancer.ingress[0].ipMode: Forbidden: may not be specified when `ip` is not set'],
  ['ipMode', service(`{${LB}, ${P}}`, 'web', '', status('{ip: 1.2.3.4, ipMode: X}')), 'status.loadBalancer.ingress[0].ipMode: Unsupported value: "X": supported values: "Proxy", "VIP"'],
  ['ingress hostname an address', service(`{${LB}, ${P}}`, 'web', '', status('{hostname: 1.2.3.4}')), 'status.loadBalancer.ingress[0].hostname: Invalid value: "1.2.3.4": must be a DNS name, not an IP address'],
  ['clusterIP changed', service(`{clusterIP: 10.96.0.8, ${P}}`) + service(`{clusterIP: 10.96.0.9, ${P}}`), 'spec.clusterIPs[0]: Invalid value: []string{"10.96.0.9"}: may not change once set'],
  ['clusterIP changed to None', service(`{clusterIP: 10.96.0.8, ${P}}`) + service(`{clusterIP: None, ${P}}`), 'spec.clusterIPs[0]: Invalid value: []string{"None"}: may not change once set'],
  ['primary family changed', DUAL + service(`{ipFamilies: [IPv4], ${P}}`) + service(`{ipFamilies: [IPv6], ${P}}`), 'spec.ipFamilies[0]: Invalid value: []core.IPFamily{"IPv6"}: may not change once set'],
  ['loadBalancerClass changed', service(`{${LB}, loadBalancerClass: x, ${P}}`) + service(`{${LB}, loadBalancerClass: "y", ${P}}`), 'spec.loadBalancerClass: Invalid value: "y": may not change once set'],
  ['healthCheckNodePort changed', service(`{${LB}, externalTrafficPolicy: Local, healthCheckNodePort: 30500, ${P}}`) + service(`{${LB}, externalTrafficPolicy: Local, healthCheckNodePort: 30501, ${P}}`), 'spec.healthCheckNodePort: Forbidden: field is immutable'],
] // biome-ignore format: a table

describe('every mistake of the reference, by path, type and text', () => {
  test.each(MISTAKES)('%s', (_, text, ...lines) => expect(said(text, 'error')).toEqual(lines))

  test('no two rows are of one kind of mistake', () => {
    expect(new Set(MISTAKES.map(([mistake]) => mistake)).size).toBe(MISTAKES.length)
  })
})

describe('taken, with a warning', () => {
  const OLD = 'service.kubernetes.io/topology-aware-hints'
  test.each([
    [
      service(`{${P}}`, 'web', `, annotations: {${OLD}: Auto}`),
      `metadata.annotations: annotation ${OLD} is deprecated, please use service.kubernetes.io/topology-mode instead`,
    ],
    [
      service(`{externalIPs: ["010.9.8.7"], ${P}}`),
      'spec.externalIPs[0]: IP address was accepted, but will be invalid in a future Kubernetes release: ParseAddr("010.9.8.7"): IPv4 field has octet with leading zero',
    ],
    [
      DUAL + service(`{clusterIP: "fd00:10:96::0:7", ipFamilies: [IPv6], ${P}}`),
      'spec.clusterIP: IPv6 address "fd00:10:96::0:7" is not in RFC 5952 canonical format ("fd00:10:96::7"), which may cause controller apply-loops',
    ],
    [
      service(`{${LB}, loadBalancerSourceRanges: ["2001:db8::1/64"], ${P}}`),
      'spec.loadBalancerSourceRanges[0]: IPv6 prefix "2001:db8::1/64" is not in RFC 5952 canonical format ("2001:db8::/64"), which may cause controller apply-loops',
    ],
    [
      service('{type: ExternalName, externalName: a.b, externalIPs: [1.2.3.4]}'),
      'spec.externalIPs: spec.externalIPs is ignored when spec.type is "ExternalName"',
    ],
    [service(`{externalName: a.b, ${P}}`), 'spec.externalName: spec.externalName is ignored when spec.type is not "ExternalName"'],
  ])('%s', (text, line) => {
    expect(said(text, 'warning')).toEqual([line])
    expect(said(text, 'error')).toEqual([])
  })
})

describe('at the limits', () => {
  const many = (n: number, more = ''): string =>
    `{${more}ports: [${Array.from({ length: n }, (_, i) => `{name: p${i}, port: ${i + 1}}`).join(', ')}]}`

  test.each([
    ['names of 63 letters', service(`{ports: [{name: ${'x'.repeat(63)}, port: 65535, targetPort: abcdefghijklmno}]}`, 'y'.repeat(63))],
    ['5,000 ports', service(many(5000))],
    ['an affinity of a day', service(`{sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 86400}}, ${P}}`)],
    ['affinity told of None', service(`{sessionAffinityConfig: {clientIP: {timeoutSeconds: 5}}, ${P}}`)],
    ['the last node port', service('{type: NodePort, ports: [{port: 80, nodePort: 32767}]}')],
    ['the last address but one of the range', SINGLE + service(`{clusterIP: 10.111.255.254, ${P}}`)],
    ['no address of the cluster but headless', SINGLE + service('{clusterIP: None, ipFamilyPolicy: RequireDualStack}')],
    ['a source range with blanks', service(`{${LB}, loadBalancerSourceRanges: [" 10.0.0.0/8 "], ${P}}`)],
    ['a node port of an ExternalName', service('{type: ExternalName, externalName: a.b, ports: [{port: 80, nodePort: 30080}]}')],
    ['a second address added', DUAL + service(`{clusterIP: 10.96.0.8, ipFamilyPolicy: PreferDualStack, ${P}}`)],
  ])('%s: nothing to say', (_, text) => expect(said(text, 'error')).toEqual([]))

  test('5,000 node ports: the range has 2,768', () => {
    expect(said(service(many(5000, 'type: NodePort, ')), 'error')).toEqual([
      'spec.ports[2768]: Internal error occurred: failed to allocate a nodePort: range is full',
    ])
  })
})
