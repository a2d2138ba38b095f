import { describe, expect, test } from 'vitest'
import type { ServiceObject } from '../kinds.ts'
import { readManifests } from '../read.ts'

/** A Service of default/web with this spec, as one YAML flow map. */
const withSpec = (spec: string, name = 'web') => `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: ${spec}\n`

const errorsOf = (text: string): readonly string[] =>
  readManifests([{ name: 'a.yaml', text }]).problems.map((p) => `${p.where?.field}: ${p.params['text'] ?? p.code}`)

const P80 = 'ports: [{port: 80}]'
const STRUCT =
  'core.ServicePort{Name:"", Protocol:"TCP", AppProtocol:(*string)(nil), Port:80, TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:""}, NodePort:0}'

describe('the words of the API server', () => {
  test.each([
    ['{}', 'spec.ports: Required value'],
    ['{ports: [{port: 80, name: a}, {port: 81}]}', 'spec.ports[1].name: Required value'],
    ['{ports: [{port: 80, name: http}, {port: 81, name: http}]}', 'spec.ports[1].name: Duplicate value: "http"'],
    ['{ports: [{port: 0}]}', 'spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive'],
    ['{ports: [{}]}', 'spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive'],
    ['{ports: [{port: 70000}]}', 'spec.ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive'],
    ['{ports: [{port: 80, targetPort: 70000}]}', 'spec.ports[0].targetPort: Invalid value: 70000: must be between 1 and 65535, inclusive'],
    [
      '{ports: [{port: 80, targetPort: "8080"}]}',
      'spec.ports[0].targetPort: Invalid value: "8080": must contain at least one letter (a-z)',
    ],
    [
      '{ports: [{port: 80, targetPort: a-very-long-port-name}]}',
      'spec.ports[0].targetPort: Invalid value: "a-very-long-port-name": must be no more than 15 characters',
    ],
    ['{ports: [{port: 80, targetPort: -a}]}', 'spec.ports[0].targetPort: Invalid value: "-a": must not begin or end with a hyphen'],
    ['{ports: [{port: 80, targetPort: a--b}]}', 'spec.ports[0].targetPort: Invalid value: "a--b": must not contain consecutive hyphens'],
    [
      '{ports: [{port: 80, targetPort: Web}]}',
      'spec.ports[0].targetPort: Invalid value: "Web": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
    ],
    ['{ports: [{port: 80, protocol: ICMP}]}', 'spec.ports[0].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"'],
    ['{ports: [{port: 80, name: a}, {port: 80, name: b}]}', `spec.ports[1]: Duplicate value: ${STRUCT}`],
    [
      '{type: NodePort, ports: [{port: 80, name: a, nodePort: 30080}, {port: 81, name: b, nodePort: 30080}]}',
      'spec.ports[1].nodePort: Duplicate value: 30080',
    ],
    ['{ports: [{port: 80, nodePort: 30080}]}', "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
    [
      '{type: NodePort, ports: [{port: 80, nodePort: 80}]}',
      'spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
    ],
    [
      '{type: LoadBalancer, ports: [{port: 10250}]}',
      'spec.ports[0]: Invalid value: 10250: may not expose port 10250 externally since it is used by kubelet',
    ],
    [
      `{type: NodePort, clusterIP: None, ${P80}}`,
      `spec.clusterIPs[0]: Invalid value: "None": may not be set to 'None' for NodePort services`,
    ],
    [
      '{type: ExternalName, externalName: a.b, clusterIP: 10.96.0.9}',
      'spec.clusterIPs: Forbidden: may not be set for ExternalName services',
    ],
    ['{type: ExternalName}', 'spec.externalName: Required value'],
    [
      `{type: Foo, ${P80}}`,
      'spec.type: Unsupported value: "Foo": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
    ],
    [`{sessionAffinity: Cookie, ${P80}}`, 'spec.sessionAffinity: Unsupported value: "Cookie": supported values: "ClientIP", "None"'],
    [
      `{sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 0}}, ${P80}}`,
      'spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 0: must be greater than 0 and less than 86400',
    ],
    [
      `{externalTrafficPolicy: Local, ${P80}}`,
      'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services',
    ],
    [
      `{type: NodePort, externalTrafficPolicy: X, ${P80}}`,
      'spec.externalTrafficPolicy: Unsupported value: "X": supported values: "Cluster", "Local"',
    ],
    [`{internalTrafficPolicy: X, ${P80}}`, 'spec.internalTrafficPolicy: Unsupported value: "X": supported values: "Cluster", "Local"'],
    [
      `{type: LoadBalancer, healthCheckNodePort: 30500, ${P80}}`,
      "spec.healthCheckNodePort: Invalid value: 30500: may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
    ],
    [
      `{loadBalancerSourceRanges: [10.0.0.0/8], ${P80}}`,
      "spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'",
    ],
    [
      `{type: LoadBalancer, loadBalancerSourceRanges: ["10.0.0.0"], ${P80}}`,
      'spec.LoadBalancerSourceRanges[0]: Invalid value: "10.0.0.0": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
    ],
    [`{loadBalancerClass: a.b/c, ${P80}}`, "spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'"],
    [
      `{allocateLoadBalancerNodePorts: true, ${P80}}`,
      "spec.allocateLoadBalancerNodePorts: Forbidden: may only be used when `type` is 'LoadBalancer'",
    ],
    [
      `{externalIPs: [x], ${P80}}`,
      'spec.externalIPs[0]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ],
    [
      `{externalIPs: [127.0.0.1], ${P80}}`,
      'spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
    ],
    [
      `{clusterIP: 10.96.0.1, clusterIPs: [10.96.0.2], ${P80}}`,
      'spec.clusterIPs: Invalid value: []string{"10.96.0.2"}: first value must match `clusterIP`',
    ],
    [
      `{clusterIPs: [10.96.0.1, 10.96.0.2], ${P80}}`,
      'spec.clusterIPs: Invalid value: []string{"10.96.0.1", "10.96.0.2"}: may specify no more than one IP for each IP family',
    ],
    [
      `{clusterIP: 10.96.0.300, ${P80}}`,
      'spec.clusterIPs[0]: Invalid value: "10.96.0.300": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ],
    [
      `{ipFamilyPolicy: SingleStack, ipFamilies: [IPv4, IPv6], ${P80}}`,
      `spec.ipFamilyPolicy: Invalid value: "SingleStack": must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified`,
    ],
    [`{trafficDistribution: X, ${P80}}`, 'spec.trafficDistribution: Unsupported value: "X": supported values: "PreferClose"'],
    [
      `{clusterIP: 10.96.0.9, ipFamilies: [IPv6], ${P80}}`,
      'spec.clusterIPs[0]: Invalid value: "10.96.0.9": expected an IPv6 value as indicated by `ipFamilies[0]`',
    ],
  ])('%s', (spec, want) => {
    const text = withSpec(spec)
    expect(errorsOf(text)).toEqual([want])
    expect(readManifests([{ name: 'a.yaml', text }]).objects).toEqual([])
  })

  test('annotations for topology hints that differ', () => {
    const annotations = '{service.kubernetes.io/topology-mode: Auto, service.kubernetes.io/topology-aware-hints: Disabled}'
    expect(errorsOf(withSpec(`{${P80}}`).replace('{name: web}', `{name: web, annotations: ${annotations}}`))).toEqual([
      'metadata.annotations[service.kubernetes.io/topology-mode]: Invalid value: "Auto": must match annotations[service.kubernetes.io/topology-aware-hints] when both are specified',
    ])
  })

  test('names', () => {
    expect(errorsOf(withSpec(`{${P80}}`, '1web'))).toEqual([
      `metadata.name: Invalid value: "1web": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')`,
    ])
    expect(errorsOf(withSpec('{ports: [{port: 80, name: HTTP}]}'))[0]).toMatch(
      /^spec\.ports\[0\]\.name: Invalid value: "HTTP": a lowercase RFC 1123 label must consist of .*'\[a-z0-9\]\(\[-a-z0-9\]\*\[a-z0-9\]\)\?'\)$/,
    )
    expect(errorsOf(withSpec('{type: ExternalName, externalName: a_b}'))[0]).toMatch(
      /^spec\.externalName: Invalid value: "a_b": a lowercase RFC 1123 subdomain must consist of /,
    )
    expect(errorsOf(withSpec(`{selector: {"a b": x}, ${P80}}`))[0]).toMatch(
      /^spec\.selector: Invalid value: "a b": name part must consist of alphanumeric/,
    )
    expect(errorsOf(withSpec(`{selector: {a: "x y"}, ${P80}}`))[0]).toMatch(
      /^spec\.selector: Invalid value: "x y": a valid label must be an empty string or consist of/,
    )
  })

  test.each([
    ['{type: ExternalName, externalName: a.b.}', 'one trailing dot'],
    ['{type: ExternalName, externalName: 1.2.3.4}', 'an address is a valid subdomain'],
    ['{clusterIP: None}', 'headless without ports'],
    ['{ports: [{port: 53, name: a}, {port: 53, name: b, protocol: UDP}]}', 'one port, two protocols'],
    [
      '{type: NodePort, ports: [{port: 53, name: a, nodePort: 30053}, {port: 53, name: b, protocol: UDP, nodePort: 30053}]}',
      'one node port, two protocols',
    ],
    [`{sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 86400}}, ${P80}}`, 'a day'],
    [`{externalIPs: [1.2.3.4], externalTrafficPolicy: Local, ${P80}}`, 'reachable by its external IP'],
    [`{ipFamilyPolicy: PreferDualStack, clusterIPs: [10.96.0.1, "fd00::1"], ${P80}}`, 'both families'],
  ])('accepted: %s (%s)', (spec) => {
    expect(errorsOf(withSpec(spec))).toEqual([])
  })
})

describe('defaults', () => {
  const serviceOf = (spec: string): ServiceObject => readManifests([{ name: 'a.yaml', text: withSpec(spec) }]).objects[0] as ServiceObject

  test('a plain Service', () => {
    expect(serviceOf(`{selector: {app: web}, ${P80}}`)).toMatchObject({
      kind: 'Service',
      metadata: { name: 'web', namespace: 'default', labels: {}, annotations: {} },
      is: {
        ingress: [],
        spec: {
          type: 'ClusterIP',
          selector: { app: 'web' },
          clusterIPs: [],
          externalIPs: [],
          sessionAffinity: 'None',
          affinityTimeout: 10800,
          ports: [{ name: '', protocol: 'TCP', port: 80, targetPort: 80, nodePort: 0 }],
          externalTrafficPolicy: 'Cluster',
          internalTrafficPolicy: 'Cluster',
          allocateLoadBalancerNodePorts: false,
          publishNotReadyAddresses: false,
        },
      },
    })
  })

  test.each([
    ['{ports: [{port: 80, targetPort: 0}]}', { ports: [{ targetPort: 80 }] }],
    ['{ports: [{port: 80, targetPort: ""}]}', { ports: [{ targetPort: 80 }] }],
    ['{ports: [{port: 80, targetPort: http}]}', { ports: [{ targetPort: 'http' }] }],
    [`{clusterIP: None, ${P80}}`, { clusterIPs: ['None'] }],
    [`{clusterIP: "FD00::0:1", ${P80}}`, { clusterIPs: ['fd00::1'] }],
    [`{type: LoadBalancer, ${P80}}`, { allocateLoadBalancerNodePorts: true }],
  ])('%s', (spec, want) => {
    expect(serviceOf(spec).is.spec).toMatchObject(want)
  })

  test('an empty selector is none', () => {
    expect(serviceOf(`{selector: {}, ${P80}}`).is.spec.selector).toBeUndefined()
  })

  test('a load balancer address is a VIP', () => {
    const text = `${withSpec(`{type: LoadBalancer, ${P80}}`)}status: {loadBalancer: {ingress: [{ip: 1.2.3.4}, {hostname: a.b}]}}\n`
    expect((readManifests([{ name: 'a.yaml', text }]).objects[0] as ServiceObject).is.ingress).toEqual([
      { ip: '1.2.3.4', ipMode: 'VIP' },
      { hostname: 'a.b' },
    ])
  })
})
