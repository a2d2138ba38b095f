import { describe, expect, test } from 'vitest'
import { readManifests } from '../../manifest/read.ts'
import { cidr, inCidr } from '../../net/cidr.ts'
import { ip } from '../../net/ip.ts'
import { settle } from '../settle.ts'

function lab(text: string) {
  const { objects, problems } = readManifests([{ name: 'lab.yaml', text }])
  const settled = settle(objects, { wants: { everything: false, dns: false } })
  return { ...settled, problems: [...problems, ...settled.problems] }
}
const service = (name: string, spec: string) => `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: ${spec}\n---\n`
const port = '{port: 80}'
const DUAL = `apiVersion: kubeadm.k8s.io/v1beta3
kind: ClusterConfiguration
networking: {podSubnet: "10.244.0.0/16,fd00:10:244::/56", serviceSubnet: "10.96.0.0/12,fd00:10:96::/112"}
---
`
const NARROW =
  'apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\nnetworking: {podSubnet: 10.244.0.0/16, serviceSubnet: 10.96.0.0/28}\n---\n'
const clusterIPs = (text: string) => lab(text).cluster.services.map((one) => one.spec.clusterIPs.join())
const nodePorts = (text: string) => lab(text).cluster.services.map((one) => one.spec.ports.map((p) => p.nodePort))
const refusals = (text: string) =>
  lab(text).problems.flatMap((one) => (one.code === 'api' ? `${one.where?.field}: ${one.params['text']}` : []))

describe('cluster IPs', () => {
  test('come from the upper band, by name, and an edit elsewhere changes none', () => {
    const [web] = clusterIPs(service('web', `{ports: [${port}]}`))
    expect(inCidr(ip(web ?? ''), cidr('10.96.0.0/12'))).toBe(true)
    expect(inCidr(ip(web ?? ''), cidr('10.96.0.0/24'))).toBe(false)
    expect(clusterIPs(service('a', `{ports: [${port}]}`) + service('web', `{ports: [${port}]}`))[1]).toBe(web)
  })

  test('are all different, down to the last of a small range, whose bands are one', () => {
    const all = clusterIPs(NARROW + Array.from({ length: 14 }, (_, i) => service(`s${i}`, `{ports: [${port}]}`)).join(''))
    expect(new Set(all).size).toBe(14)
    expect(all.every((one) => inCidr(ip(one), cidr('10.96.0.0/28')))).toBe(true)
    expect(all).not.toContain('10.96.0.0')
    expect(all).not.toContain('10.96.0.15')
    expect(refusals(NARROW + Array.from({ length: 15 }, (_, i) => service(`s${i}`, `{ports: [${port}]}`)).join(''))).toHaveLength(1)
  })

  test('kubernetes gets the first and kube-dns the tenth, unless somebody has it', () => {
    const system = 'apiVersion: v1\nkind: Service\nmetadata: {name: kube-dns, namespace: kube-system}\nspec: {ports: [{port: 53}]}\n---\n'
    expect(clusterIPs(service('kubernetes', `{ports: [${port}]}`) + system)).toEqual(['10.96.0.1', '10.96.0.10'])
    expect(clusterIPs(system + service('x', `{clusterIP: 10.96.0.10, ports: [${port}]}`))[0]).not.toBe('10.96.0.10')
  })

  test.each([
    [
      'used twice',
      service('a', `{clusterIP: 10.96.0.9, ports: [${port}]}`) + service('b', `{clusterIP: 10.96.0.9, ports: [${port}]}`),
      'spec.clusterIPs: Invalid value: []string{"10.96.0.9"}: failed to allocate IP 10.96.0.9: provided IP is already allocated',
    ],
    [
      'outside',
      service('a', `{clusterIP: 10.0.0.1, ports: [${port}]}`),
      'spec.clusterIPs: Invalid value: []string{"10.0.0.1"}: failed to allocate IP 10.0.0.1: the provided IP (10.0.0.1) is not in the valid range. The range of valid IPs is 10.96.0.0/12',
    ],
    [
      'family not there',
      service('a', `{ipFamilies: [IPv6], ports: [${port}]}`) + NARROW,
      'spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster',
    ],
    [
      'dual-stack not there',
      service('a', `{ipFamilyPolicy: RequireDualStack, ports: [${port}]}`) + NARROW,
      'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
    ],
  ])('%s: the API server says so', (_, text, words) => expect(refusals(text)).toEqual([words]))

  test('a Service of a running cluster is not measured against a range that nobody told', () => {
    const text = `apiVersion: v1\nkind: Service\nmetadata: {name: a, uid: 5f}\nspec: {clusterIP: 10.43.0.5, ports: [${port}]}\n`
    expect(refusals(text)).toEqual([])
    expect(refusals(`${NARROW}${text}`)).toHaveLength(1)
  })

  test.each([
    ['headless', `{clusterIP: None, selector: {a: b}, ports: [${port}]}`, ['None'], ['IPv4']],
    ['headless without selector', `{clusterIP: None, ports: [${port}]}`, ['None'], ['IPv4', 'IPv6']],
    [
      'dual-stack preferred',
      `{ipFamilyPolicy: PreferDualStack, ports: [${port}]}`,
      [expect.stringMatching(/^10\./), expect.stringMatching(/^fd00:10:96::/)],
      ['IPv4', 'IPv6'],
    ],
    [
      'IPv6 first',
      `{ipFamilyPolicy: PreferDualStack, ipFamilies: [IPv6], ports: [${port}]}`,
      [expect.stringMatching(/^fd00:/), expect.stringMatching(/^10\./)],
      ['IPv6', 'IPv4'],
    ],
    ['single', `{ports: [${port}]}`, [expect.stringMatching(/^10\./)], ['IPv4']],
  ])('%s on a dual-stack cluster', (_, spec, ips, families) => {
    const [found] = lab(DUAL + service('a', spec)).cluster.services
    expect(found?.spec.clusterIPs).toEqual(ips)
    expect(found?.spec.ipFamilies).toEqual(families)
  })

  test('ExternalName has none', () => {
    expect(lab(service('a', '{type: ExternalName, externalName: example.org}')).cluster.services[0]?.spec.clusterIPs).toEqual([])
  })
})

describe('node ports', () => {
  test('come from the dynamic band; TCP and UDP of one port share a number', () => {
    const [ports] = nodePorts(
      service('dns', '{type: NodePort, ports: [{name: a, port: 53, protocol: UDP}, {name: b, port: 53}, {name: c, port: 80}]}'),
    )
    expect(ports?.[0]).toBe(ports?.[1])
    expect(ports?.[2]).not.toBe(ports?.[0])
    for (const one of ports ?? []) expect(one >= 30086 && one <= 32767).toBe(true)
  })

  test.each([
    [
      'too small',
      service('a', '{type: NodePort, ports: [{port: 80, nodePort: 80}]}'),
      'spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
    ],
    [
      'taken, whatever the protocol',
      service('a', '{type: NodePort, ports: [{port: 80, nodePort: 30080}]}') +
        service('b', '{type: NodePort, ports: [{port: 80, nodePort: 30080, protocol: UDP}]}'),
      'spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated',
    ],
  ])('%s: the API server says so', (_, text, words) => expect(refusals(text)).toEqual([words]))

  test('TCP and UDP of one Service may ask for the same number', () => {
    expect(
      refusals(
        service(
          'a',
          '{type: NodePort, ports: [{name: a, port: 53, nodePort: 30053}, {name: b, port: 53, protocol: UDP, nodePort: 30053}]}',
        ),
      ),
    ).toEqual([])
  })

  test('no node port for ClusterIP, nor for a load balancer that wants none', () => {
    expect(
      nodePorts(
        service('a', `{ports: [${port}]}`) + service('b', `{type: LoadBalancer, allocateLoadBalancerNodePorts: false, ports: [${port}]}`),
      ),
    ).toEqual([[0], [0]])
  })

  test('externalTrafficPolicy Local of a load balancer has a health check port', () => {
    const [found] = lab(service('b', `{type: LoadBalancer, externalTrafficPolicy: Local, ports: [${port}]}`)).cluster.services
    expect(found?.spec.healthCheckNodePort).toBeGreaterThanOrEqual(30086)
  })
})
