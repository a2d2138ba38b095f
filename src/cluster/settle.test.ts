import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readManifests } from '../manifest/read.ts'
import { behind } from '../trace/cause.ts'
import { type Setup, settle } from './settle.ts'

const BARE: Setup = { wants: { everything: false, dns: false } }
const PAGE: Setup = { wants: { everything: true, dns: false } }

function lab(text: string, setup: Setup = BARE) {
  const { objects, problems } = readManifests([{ name: 'lab.yaml', text }])
  expect(problems.filter((one) => one.severity === 'error')).toEqual([])
  return settle(objects, setup)
}
const codes = (text: string, setup?: Setup) => lab(text, setup).problems.map((one) => `${one.severity} ${one.code} ${one.where?.field}`)

const service = (name: string, spec: string, meta = '') => `apiVersion: v1
kind: Service
metadata: {name: ${name}${meta}}
spec: ${spec}
---
`
const deployment = (name: string, replicas: number, spec = '{containers: [{name: web, image: nginx}]}') => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: ${name}}}
  template: {metadata: {labels: {app: ${name}}}, spec: ${spec}}
---
`
const pod = (name: string, spec = '{containers: [{name: web, image: nginx}]}', labels = '{}', status = '') => `apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: ${labels}}
spec: ${spec}
${status === '' ? '' : `status: ${status}\n`}---
`
const WEB = service('web', '{selector: {app: web}, ports: [{port: 80}]}')
const addresses = (text: string, setup?: Setup) =>
  Object.fromEntries(lab(text, setup).cluster.pods.map((one) => [one.meta.name, `${one.nodeName} ${one.podIPs.join()}`]))

describe('the whole', () => {
  test('three nodes are made up, each with a piece of the Pod subnet', () => {
    const { cluster, defaults } = lab(WEB)
    expect(cluster.nodes.map((one) => [one.meta.name, one.addresses, one.podCIDRs, one.madeUp])).toEqual([
      ['node-1', ['192.168.56.11'], ['10.244.0.0/24'], true],
      ['node-2', ['192.168.56.12'], ['10.244.1.0/24'], true],
      ['node-3', ['192.168.56.13'], ['10.244.2.0/24'], true],
    ])
    expect(defaults).not.toContain('CoreDNS')
    expect(cluster.services.map((one) => one.meta.name)).toEqual(['web'])
    expect(cluster).toMatchObject({ cni: { name: 'flannel' }, dnsDomain: 'cluster.local', seed: 1, namespacesListed: false })
    expect(cluster.proxy).toMatchObject({ mode: 'iptables', config: { clusterCIDR: '10.244.0.0/16', detectLocalMode: 'ClusterCIDR' } })
  })

  test('the page makes up the usual things, and their text is a lab itself', () => {
    const { cluster, defaults } = lab(WEB, PAGE)
    const names = (list: readonly { readonly meta: { readonly namespace: string; readonly name: string } }[]) =>
      list.map(({ meta }) => `${meta.namespace}/${meta.name}`)
    expect(names(cluster.services)).toEqual(['default/web', 'default/kubernetes', 'kube-system/kube-dns'])
    expect(cluster.services.map((one) => one.spec.clusterIPs[0]).slice(1)).toEqual(['10.96.0.1', '10.96.0.10'])
    expect(cluster.pods.map((one) => [one.role, one.ready, one.madeUp])).toEqual([
      ['coredns', true, true],
      ['coredns', true, true],
    ])
    expect(cluster.pods[0]?.listens.map((one) => `${one.port}/${one.proto}`)).toEqual(
      expect.arrayContaining(['53/udp', '53/tcp', '9153/tcp']),
    )
    expect(cluster.hosts.map((one) => [one.meta.name, one.addresses])).toEqual([
      ['client', ['192.168.56.100']],
      ['resolver', ['192.168.56.53']],
    ])
    expect(cluster.nodeListeners.map((one) => [one.node, one.proto, one.port])).toEqual([['node-1', 'tcp', 6443]])
    const again = readManifests([{ name: 'defaults.yaml', text: defaults }])
    expect(again.problems).toEqual([])
    expect(settle(again.objects, PAGE).defaults).toBe('')
  })

  test('what a question needs changes nothing of what the files say', () => {
    const text = `${WEB}${deployment('web', 4)}${pod('tool')}`
    const bare = addresses(text)
    expect(addresses(text, PAGE)).toMatchObject(bare)
    expect(lab(text, PAGE).cluster.services[0]?.spec.clusterIPs).toEqual(lab(text).cluster.services[0]?.spec.clusterIPs)
  })

  test('the same question has the same answer', () => {
    const text = `${WEB}${deployment('web', 4)}`
    const plain = (x: ReturnType<typeof lab>) => JSON.stringify([x.cluster.pods, x.cluster.services, x.cluster.slices, x.problems])
    expect(plain(lab(text, PAGE))).toBe(plain(lab(text, PAGE)))
  })

  test('made-up nodes take the names, addresses and nets that pasted Pods give away', () => {
    const { cluster, problems } = lab(
      pod(
        'a',
        '{nodeName: ip-10-0-1-5, containers: [{name: c, image: nginx}]}',
        '{}',
        '{podIP: 10.42.3.7, hostIP: 10.0.1.5, phase: Running}',
      ),
    )
    expect(problems).toEqual([])
    expect(cluster.nodes.map((one) => [one.meta.name, one.addresses, one.podCIDRs])).toEqual([
      ['ip-10-0-1-5', ['10.0.1.5'], ['10.42.3.0/24']],
    ])
  })

  test('causes lead from an endpoint to the selector and to the labels of its Pod', () => {
    const { cluster } = lab(`${WEB}${deployment('web', 1)}`)
    const { list } = cluster.causes
    const ids = behind(list, cluster.slices[0]?.endpointCause(0) ?? 0)
    const said = ids.flatMap((id) => {
      const what = list[id]?.what
      return what?.kind === 'manifest' ? `${what.object} ${what.path}` : []
    })
    expect(said).toEqual(['Service default/web spec.selector', 'Deployment default/web spec.template.metadata.labels'])
    const replicas = behind(list, cluster.pods[0]?.because ?? 0).map((id) => list[id]?.what)
    expect(replicas).toContainEqual(expect.objectContaining({ kind: 'manifest', path: 'spec.replicas' }))
    const net = behind(list, cluster.nodes[0]?.causeOf('spec.podCIDR') ?? 0).map((id) => list[id]?.what)
    expect(net).toContainEqual(expect.objectContaining({ kind: 'made-up', path: 'networking.podSubnet' }))
  })

  test('recorded cases and the labs of the gallery have no errors', () => {
    const golden = 'src/testing/captured/kube-proxy'
    const labs = 'app/learn/labs'
    const folders = [golden, labs].flatMap((at) =>
      readdirSync(at, { withFileTypes: true }).flatMap((one) => (one.isDirectory() ? `${at}/${one.name}` : [])),
    )
    expect(folders.length).toBeGreaterThan(20)
    for (const folder of folders) {
      const files = readdirSync(folder).flatMap((name) =>
        name.endsWith('.yaml') ? { name, text: readFileSync(`${folder}/${name}`, 'utf8') } : [],
      )
      const { problems } = settle(readManifests(files).objects, PAGE)
      expect(
        problems.filter((one) => one.severity === 'error'),
        folder,
      ).toEqual([])
    }
  })
})

describe('workloads and addresses', () => {
  test('names look real and stay when replicas change', () => {
    const two = Object.keys(addresses(`${WEB}${deployment('web', 2)}`))
    const five = Object.keys(addresses(`${WEB}${deployment('web', 5)}`))
    for (const name of five) expect(name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{10}-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
    expect(five.slice(0, 2)).toEqual(two)
    expect(new Set(five).size).toBe(5)
  })

  test('replicas are spread over the nodes', () => {
    const nodes = Object.values(addresses(deployment('web', 6))).map((one) => one.split(' ')[0])
    expect(['node-1', 'node-2', 'node-3'].map((name) => nodes.filter((one) => one === name).length)).toEqual([2, 2, 2])
  })

  test('one more replica of the largest workload moves nobody', () => {
    const rest = `${deployment('b', 2)}${pod('tool')}`
    expect(addresses(`${deployment('a', 5)}${rest}`)).toMatchObject(addresses(`${deployment('a', 4)}${rest}`))
  })

  test('a given address is kept and handed to nobody else; the first free one is .2', () => {
    const on = '{nodeName: node-1, containers: [{name: c, image: nginx}]}'
    const given = pod('given', on, '{}', '{podIP: 10.244.0.3}')
    expect(addresses(`${given}${pod('a', on)}${pod('b', on)}`)).toEqual({
      given: 'node-1 10.244.0.3',
      a: 'node-1 10.244.0.2',
      b: 'node-1 10.244.0.4',
    })
  })

  test.each([
    ['StatefulSet', 'serviceName: db', ['db-0', 'db-1']],
    ['ReplicaSet', '', [expect.stringMatching(/^db-[a-z0-9]{5}$/), expect.stringMatching(/^db-[a-z0-9]{5}$/)]],
  ])('%s', (kind, extra, names) => {
    const text = `apiVersion: apps/v1
kind: ${kind}
metadata: {name: db}
spec:
  replicas: 2
  ${extra}
  selector: {matchLabels: {app: db}}
  template: {metadata: {labels: {app: db}}, spec: {containers: [{name: db, image: redis}]}}
`
    const { cluster } = lab(text)
    expect(cluster.pods.map((one) => one.meta.name)).toEqual(names)
    expect(cluster.pods[0]?.listens.map((one) => one.port)).toEqual([6379])
    expect(cluster.pods[0]?.owner).toEqual({ kind, name: 'db' })
  })

  test('a DaemonSet runs once on each node that its selector and the taints allow', () => {
    const node = (name: string, spec: string, labels = '{}') =>
      `apiVersion: v1\nkind: Node\nmetadata: {name: ${name}, labels: ${labels}}\nspec: ${spec}\n---\n`
    const daemon = (tolerations: string) => `apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template: {metadata: {labels: {app: agent}}, spec: {${tolerations}containers: [{name: a, image: nginx}]}}
`
    const nodes = `${node('cp', '{taints: [{key: node-role.kubernetes.io/control-plane, effect: NoSchedule}]}')}${node('w1', '{}')}${node('w2', '{unschedulable: true}')}`
    const on = (text: string) => lab(text).cluster.pods.map((one) => one.nodeName)
    expect(on(nodes + daemon(''))).toEqual(['w1', 'w2'])
    expect(on(nodes + daemon('tolerations: [{operator: Exists}], '))).toEqual(['cp', 'w1', 'w2'])
    expect(new Set(on(nodes + deployment('web', 3)))).toEqual(new Set(['w1']))
  })

  test('objects of a running cluster are not made twice', () => {
    const owned = (kind: string, name: string) =>
      `, ownerReferences: [{apiVersion: apps/v1, kind: ${kind}, name: ${name}, uid: u, controller: true}]`
    const text = `${deployment('web', 2)}apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: web-abc${owned('Deployment', 'web')}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web, pod-template-hash: abc}}
  template: {metadata: {labels: {app: web, pod-template-hash: abc}}, spec: {containers: [{name: web, image: nginx}]}}
---
apiVersion: v1
kind: Pod
metadata: {name: web-abc-11111, labels: {app: web, pod-template-hash: abc}${owned('ReplicaSet', 'web-abc')}}
spec: {containers: [{name: web, image: nginx}]}
`
    const names = lab(text).cluster.pods.map((one) => one.meta.name)
    expect(names).toHaveLength(2)
    expect(names[0]).toBe('web-abc-11111')
    expect(names[1]).toMatch(/^web-abc-/)
  })

  test.each([
    [
      'an unknown node',
      pod('a', '{nodeName: nowhere, containers: [{name: c, image: nginx}]}') +
        pod('b', '{nodeName: node-1, containers: [{name: c, image: nginx}]}') +
        'apiVersion: v1\nkind: Node\nmetadata: {name: node-1}\n',
      'warning no-such-node spec.nodeName',
      'Pending',
    ],
    [
      'a selector that no node has',
      pod('a', '{nodeSelector: {disk: ssd}, containers: [{name: c, image: nginx}]}'),
      'warning pod-pending spec.nodeSelector',
      'Pending',
    ],
  ])('%s', (_, text, problem, phase) => {
    expect(codes(text)).toContain(problem)
    expect(lab(text).cluster.pods[0]).toMatchObject({ phase, podIPs: [], ready: false })
  })
})

test('a Node that says it is not Ready is told, for its Pods run all the same', () => {
  const node = (status: string): string =>
    `apiVersion: v1\nkind: Node\nmetadata: {name: node-9}\nstatus:\n  conditions: [{type: MemoryPressure, status: 'False'}, {type: Ready, status: '${status}'}]\n`
  expect(codes(node('Unknown'))).toEqual(['warning node-not-ready status.conditions[1].status'])
  expect(codes(node('True'))).toEqual([])
})
