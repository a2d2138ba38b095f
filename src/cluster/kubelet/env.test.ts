import { expect, test } from 'vitest'
import { readManifests } from '../../manifest/read.ts'
import { settle } from '../settle.ts'
import { environment } from './env.ts'

const service = (name: string, namespace: string, spec: string): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: ${namespace}}\nspec: ${spec}\n---\n`
const pod = (name: string, more = '', env = '[]'): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: shop}\nspec:\n  nodeName: n1\n  ${more}\n  containers: [{name: c, image: nginx, env: ${env}}]\n---\n`

const text = [
  'apiVersion: v1\nkind: Node\nmetadata: {name: n1}\n---\n',
  service('kubernetes', 'default', '{clusterIP: 10.96.0.1, ports: [{name: https, port: 443}]}'),
  service('web', 'shop', '{clusterIP: 10.96.20.15, ports: [{name: http, port: 80}, {name: admin-ui, port: 9000}]}'),
  service('redis-primary', 'shop', '{clusterIP: 10.96.0.11, ports: [{port: 6379}]}'),
  service('dns-like', 'shop', '{clusterIP: 10.96.20.30, ports: [{name: dns, port: 53, protocol: UDP}, {name: dns-tcp, port: 53}]}'),
  service('pg', 'shop', '{clusterIP: None, ports: [{port: 5432}]}'),
  service('far', 'shop', '{type: ExternalName, externalName: example.org}'),
  service('other', 'db', '{clusterIP: 10.96.9.9, ports: [{port: 1}]}'),
  pod('all'),
  pod('unlinked', 'enableServiceLinks: false'),
  pod('host', 'hostNetwork: true'),
  pod(
    'own',
    'hostname: me',
    '[{name: WEB_PORT, value: "1"}, {name: URL, value: "http://$(WEB_SERVICE_HOST):$(WEB_PORT)/$(NOPE)$$(X)"}, {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}]',
  ),
].join('')

const { objects } = readManifests([{ name: 'a.yaml', text }])
const { cluster } = settle(objects, { wants: { everything: false, dns: false } })
const of = (name: string): readonly string[] => {
  const found = cluster.pods.find((p) => p.meta.name === name)
  return found ? environment(cluster, found).map(([key, value]) => `${key}=${value}`) : []
}

const API = [
  'KUBERNETES_SERVICE_HOST=10.96.0.1',
  'KUBERNETES_SERVICE_PORT=443',
  'KUBERNETES_SERVICE_PORT_HTTPS=443',
  'KUBERNETES_PORT=tcp://10.96.0.1:443',
  'KUBERNETES_PORT_443_TCP=tcp://10.96.0.1:443',
  'KUBERNETES_PORT_443_TCP_PROTO=tcp',
  'KUBERNETES_PORT_443_TCP_PORT=443',
  'KUBERNETES_PORT_443_TCP_ADDR=10.96.0.1',
]

test('Services of the own namespace and default/kubernetes; none that has no address', () => {
  const all = of('all')
  expect(all.slice(0, 9)).toEqual(['HOSTNAME=all', ...API])
  for (const line of [
    'WEB_SERVICE_PORT=80',
    'WEB_SERVICE_PORT_ADMIN_UI=9000',
    'WEB_PORT=tcp://10.96.20.15:80',
    'WEB_PORT_9000_TCP_ADDR=10.96.20.15',
    'REDIS_PRIMARY_PORT_6379_TCP=tcp://10.96.0.11:6379',
    'DNS_LIKE_PORT=udp://10.96.20.30:53',
    'DNS_LIKE_PORT_53_UDP_PROTO=udp',
    'DNS_LIKE_PORT_53_TCP=tcp://10.96.20.30:53',
    'DNS_LIKE_SERVICE_PORT_DNS_TCP=53',
  ])
    expect(all).toContain(line)
  expect(all.filter((line) => /^(PG|OTHER|FAR)_/.test(line))).toEqual([])
  expect(all).toHaveLength(1 + 8 + 13 + 7 + 13)
})

test('enableServiceLinks: false leaves the API server alone', () => {
  expect(of('unlinked')).toEqual(['HOSTNAME=unlinked', ...API])
})

test('a hostNetwork Pod has its node for a name', () => {
  expect(of('host')[0]).toBe('HOSTNAME=n1')
})

test('a variable of the container wins, and may be made of others', () => {
  const own = of('own')
  expect(own.slice(0, 3)).toEqual(['HOSTNAME=me', 'WEB_PORT=1', 'URL=http://10.96.20.15:1/$(NOPE)$(X)'])
  expect(own.filter((line) => line.startsWith('WEB_PORT='))).toEqual(['WEB_PORT=1'])
})
