import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { PodSpec } from '../../manifest/kinds.ts'
import { readManifests } from '../../manifest/read.ts'
import { ip } from '../../net/ip.ts'
import { settle } from '../settle.ts'
import { environment } from './env.ts'
import { type DnsSettings, parseNodeConf, podDns, resolvConfText } from './resolvconf.ts'

/** src/testing/captured/dns/21 and 22, worked out from the source of Kubernetes. */
const read = (name: string): unknown => parse(readFileSync(join(import.meta.dirname, '../../testing/captured/dns', name), 'utf8'))

interface ConfCase {
  readonly name: string
  readonly pod: { readonly namespace: string } & Partial<Pick<PodSpec, 'dnsPolicy' | 'hostNetwork' | 'dnsConfig'>>
  readonly expect: DnsSettings & { readonly events: readonly string[] }
}
const conf = read('21-resolv-conf.yaml') as {
  readonly kubelet: { readonly clusterDNS: readonly string[]; readonly clusterDomain: string; readonly nodeResolvConf: DnsSettings }
  readonly cases: readonly ConfCase[]
}

describe('resolv.conf', () => {
  it('all are there', () => expect(conf.cases).toHaveLength(7))
  it.each(conf.cases)('$name', ({ pod, expect: wanted }) => {
    const { clusterDNS, clusterDomain, nodeResolvConf } = conf.kubelet
    const node = parseNodeConf(resolvConfText(nodeResolvConf))
    const { dnsPolicy = 'ClusterFirst', hostNetwork = false, dnsConfig } = pod
    const empty = { nameservers: [], searches: [], options: [] }
    const spec = { dnsPolicy, hostNetwork, ...(dnsConfig ? { dnsConfig: { ...empty, ...dnsConfig } } : {}) }
    const { settings, events } = podDns(spec, pod.namespace, { clusterDNS: clusterDNS.map(ip), clusterDomain, node })
    // The kubelet merges options through a map: their order says nothing.
    const sorted = (s: DnsSettings): DnsSettings => ({ ...s, options: [...s.options].sort() })
    expect({ ...sorted(settings), events }).toEqual({ ...sorted(wanted), events: wanted.events })
  })
})

interface EnvCase {
  readonly name: string
  readonly podNamespace: string
  readonly enableServiceLinks: boolean
  readonly servicesExistingAtContainerStart: readonly string[]
  readonly expectEnv: Readonly<Record<string, string>>
}
interface EnvService {
  readonly namespace: string
  readonly name: string
  readonly clusterIP: string
  readonly ports: readonly object[]
}
const env = read('22-service-env.yaml') as { readonly services: readonly EnvService[]; readonly cases: readonly EnvCase[] }
const [EARLY, START, LATE] = ['2026-01-01T10:00:00Z', '2026-01-01T11:00:00Z', '2026-01-01T12:00:00Z']

describe('variables of Services', () => {
  it('all are there', () => expect(env.cases).toHaveLength(4))
  it.each(env.cases)('$name', ({ podNamespace, enableServiceLinks, servicesExistingAtContainerStart: early, expectEnv }) => {
    const services = env.services.map(({ namespace, name, clusterIP, ports }) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace, creationTimestamp: namespace === 'default' || early.includes(name) ? EARLY : LATE },
      spec: { clusterIP, ports },
    }))
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', namespace: podNamespace, creationTimestamp: EARLY },
      spec: { nodeName: 'n1', enableServiceLinks, containers: [{ name: 'c', image: 'nginx' }] },
      status: { startTime: EARLY, containerStatuses: [{ name: 'c', state: { running: { startedAt: START } } }] },
    }
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } }
    const text = [node, ...services, pod].map((object) => JSON.stringify(object)).join('\n---\n')
    const { objects } = readManifests([{ name: 'a.yaml', text }])
    const { cluster } = settle(objects, { wants: { everything: false, dns: false } })
    const found = cluster.pods.find((p) => p.meta.name === 'p')
    const all = found ? environment(cluster, found) : []
    expect(Object.fromEntries(all.filter(([name]) => name !== 'HOSTNAME'))).toEqual(expectEnv)
  })
})

describe('use of variables of a Service that is not there yet', () => {
  const service = (time = ''): string =>
    `apiVersion: v1\nkind: Service\nmetadata: {name: web${time}}\nspec: {clusterIP: 10.96.0.7, ports: [{port: 80}]}\n---\n`
  const pod = (status: string): string =>
    `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  nodeName: n1\n  containers: [{name: c, image: nginx, env: [{name: U, value: "http://$(WEB_SERVICE_HOST)/"}]}]\n${status}---\n`
  const codes = (text: string): readonly string[] =>
    settle(readManifests([{ name: 'a.yaml', text: `apiVersion: v1\nkind: Node\nmetadata: {name: n1}\n---\n${text}` }]).objects, {
      wants: { everything: false, dns: false },
    }).problems.map((p) => p.code)
  const started = `status: {startTime: "${START}"}\n`
  it.each([
    ['below the Pod', pod('') + service(), ['env-order']],
    ['above the Pod', service() + pod(''), []],
    ['younger than the container', service(`, creationTimestamp: "${LATE}"`) + pod(started), ['env-too-late']],
    ['older than the container, though it stands below', pod(started) + service(`, creationTimestamp: "${EARLY}"`), []],
  ])('%s', (_, text, expected) => expect(codes(text).filter((c) => c.startsWith('env'))).toEqual(expected))
})
