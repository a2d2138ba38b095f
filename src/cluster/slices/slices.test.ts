import { describe, expect, test } from 'vitest'
import { readManifests } from '../../manifest/read.ts'
import { settle } from '../settle.ts'

function lab(text: string) {
  const { objects, problems } = readManifests([{ name: 'lab.yaml', text }])
  expect(problems.filter((one) => one.severity === 'error')).toEqual([])
  return settle(objects, { wants: { everything: false, dns: false } })
}
const service = (spec: string, meta = '') => `apiVersion: v1\nkind: Service\nmetadata: {name: web${meta}}\nspec: ${spec}\n---\n`
const WEB = service('{selector: {app: web}, ports: [{port: 80, targetPort: http}]}')
const container = (port: number, name = 'http') => `{containers: [{name: c, image: x, ports: [{name: ${name}, containerPort: ${port}}]}]}`
const pod = (name: string, spec = container(8080), more = '') =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, labels: {app: web}${more}}\nspec: ${spec}\n---\n`
const NODES = ['node-1', 'node-2']
  .map(
    (name, i) =>
      `apiVersion: v1\nkind: Node\nmetadata: {name: ${name}, labels: {topology.kubernetes.io/zone: z${i}}}\nspec: {podCIDR: 10.244.${i}.0/24}\nstatus: {addresses: [{type: InternalIP, address: 192.168.10.1${i}}]}\n---\n`,
  )
  .join('')
const slice = (name: string, endpoints: string, labels = '', ports = '[{name: "", port: 8080}]') =>
  `apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: ${name}, labels: {kubernetes.io/service-name: web${labels}}}
addressType: IPv4
ports: ${ports}
endpoints: ${endpoints}
---
`
const MANAGED = ', endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io'
const said = (text: string) =>
  lab(text).cluster.slices.map(({ is }) => [
    is.ports.map((p) => p.port),
    is.endpoints.map((e) => `${e.targetRef?.name ?? e.addresses[0]} ${e.ready}`),
  ])
const codes = (text: string) => lab(text).problems.map((one) => `${one.severity} ${one.code} ${one.where?.field}`)

describe('the EndpointSlice controller', () => {
  test('writes what the API documents: labels, name, conditions, node, zone, reference', () => {
    const { cluster } = lab(
      `${NODES}${service('{selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}', ', labels: {tier: front}')}${pod('a', '{nodeName: node-2, containers: [{name: c, image: nginx, ports: [{containerPort: 8080}]}]}')}`,
    )
    const [found] = cluster.slices
    expect(found?.meta.name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
    expect(found?.meta.labels).toEqual({
      tier: 'front',
      'kubernetes.io/service-name': 'web',
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
    })
    expect(found?.is).toEqual({
      addressType: 'IPv4',
      ports: [{ name: '', protocol: 'TCP', port: 8080 }],
      endpoints: [
        {
          addresses: ['10.244.1.2'],
          ready: true,
          serving: true,
          terminating: false,
          nodeName: 'node-2',
          zone: 'z1',
          targetRef: { kind: 'Pod', namespace: 'default', name: 'a' },
        },
      ],
    })
  })

  test('one group for each set of ports; a Pod without the named port has none', () => {
    expect(said(`${WEB}${pod('a')}${pod('b', container(9090))}${pod('c', container(8080))}${pod('d', container(80, 'other'))}`)).toEqual([
      [[8080], ['a true', 'c true']],
      [[9090], ['b true']],
      [[], ['d true']],
    ])
  })

  test('100 endpoints a slice', () => {
    const many = `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 250, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: ${container(8080)}}}\n`
    const { cluster } = lab(WEB + many)
    expect(cluster.slices.map((one) => one.is.endpoints.length)).toEqual([100, 100, 50])
    expect(new Set(cluster.slices.map((one) => one.meta.name)).size).toBe(3)
  })

  test.each([
    ['not ready', container(8080), '', '{conditions: [{type: Ready, status: "False"}], podIP: 10.244.0.9}', '', [false, false, false]],
    ['terminating', container(8080), ', deletionTimestamp: "2026-01-01T00:00:00Z"', '{podIP: 10.244.0.9}', '', [false, true, true]],
    [
      'published all the same',
      container(8080),
      '',
      '{conditions: [{type: Ready, status: "False"}], podIP: 10.244.0.9}',
      ', publishNotReadyAddresses: true',
      [true, false, false],
    ],
  ])('%s', (_, spec, more, status, publish, conditions) => {
    const text = `${service(`{selector: {app: web}, ports: [{port: 80, targetPort: 8080}]${publish}}`)}${pod('a', `${spec}\nstatus: ${status}`, more)}`
    const [one] = lab(text).cluster.slices[0]?.is.endpoints ?? []
    expect([one?.ready, one?.serving, one?.terminating]).toEqual(conditions)
  })

  test('finished Pods and Pods without an address are left out', () => {
    expect(
      said(
        `${WEB}${pod('done', `${container(8080)}\nstatus: {phase: Succeeded, podIP: 10.244.0.9}`)}${pod('lost', '{nodeSelector: {a: b}, containers: [{name: c, image: x}]}')}`,
      ),
    ).toEqual([[[], []]])
  })

  test('a hostNetwork Pod has its node address', () => {
    const { cluster } = lab(`${NODES}${WEB}${pod('a', `{nodeName: node-2, hostNetwork: true, ${container(8080).slice(1)}`)}`)
    expect(cluster.slices[0]?.is.endpoints[0]?.addresses).toEqual(['192.168.10.11'])
    expect(cluster.pods[0]?.podIPs).toEqual(['192.168.10.11'])
  })

  test('host names only below the governing Service', () => {
    const set =
      'apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec: {serviceName: web, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: redis}]}}}\n---\n'
    const headless = service('{clusterIP: None, selector: {app: web}, ports: [{port: 6379}]}')
    const [found] = lab(headless + set).cluster.slices
    expect(found?.is.endpoints.map((one) => one.hostname)).toEqual(['db-0'])
    expect(found?.meta.labels['service.kubernetes.io/headless']).toBe('')
  })

  test('nothing selected: one placeholder, a warning, and a hint what was meant', () => {
    const text = `${service('{selector: {app: wbe}, ports: [{port: 80}]}')}${pod('a')}`
    expect(said(text)).toEqual([[[], []]])
    expect(codes(text)).toEqual(['warning no-endpoints spec.selector', 'hint selector-near spec.selector.app'])
    expect(lab(text).problems[1]?.params['near']).toBe('app: web')
  })

  test('a Pod in another namespace is named', () => {
    expect(codes(`${service('{selector: {app: web}, ports: [{port: 80}]}', ', namespace: shop')}${pod('a')}`)).toEqual([
      'warning no-endpoints spec.selector',
      'hint selector-namespace metadata.namespace',
    ])
  })
})

describe('what the files already have', () => {
  const selecting = service('{selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}')

  test('slices count where no Pod matches', () => {
    expect(said(`${NODES}${selecting}${slice('web-x', '[{addresses: [10.244.1.7], nodeName: node-2}]', MANAGED)}`)).toEqual([
      [[8080], ['10.244.1.7 undefined']],
    ])
  })

  test('a managed slice gives way to the Pods and keeps its name; another one stays beside', () => {
    const { cluster, problems } = lab(
      `${selecting}${pod('a')}${slice('web-x', '[{addresses: [10.244.1.7]}]', MANAGED)}${slice('web-mine', '[{addresses: [10.244.1.8]}]')}`,
    )
    expect(cluster.slices.map((one) => [one.meta.name, one.is.endpoints[0]?.addresses[0]])).toEqual([
      ['web-x', '10.244.0.2'],
      ['web-mine', '10.244.1.8'],
    ])
    expect(problems.map((one) => one.code)).toEqual(['slice-recomputed'])
  })

  test('no warning where the slice says the same', () => {
    expect(
      codes(
        `${selecting}${pod('a')}${slice('web-x', '[{addresses: [10.244.0.9], conditions: {ready: true}}]', MANAGED)}`.replace(
          `spec: ${container(8080)}`,
          `spec: ${container(8080)}\nstatus: {podIP: 10.244.0.9}`,
        ),
      ),
    ).toEqual([])
  })

  test('Endpoints of a Service without selector are mirrored', () => {
    const endpoints = (labels: string) =>
      `apiVersion: v1\nkind: Endpoints\nmetadata: {name: web${labels}}\nsubsets: [{addresses: [{ip: 192.168.10.50}], notReadyAddresses: [{ip: 192.168.10.51}], ports: [{port: 5432}]}]\n---\n`
    const plain = service('{ports: [{port: 80}]}')
    expect(said(plain + endpoints(''))).toEqual([[[5432], ['192.168.10.50 true', '192.168.10.51 false']]])
    expect(said(plain + endpoints(', labels: {endpointslice.kubernetes.io/skip-mirror: "true"}'))).toEqual([])
  })

  test('another port name is another port', () => {
    const text = `${NODES}${service('{ports: [{name: http, port: 80}]}')}${slice('web-x', '[{addresses: [10.244.1.7]}]', '', '[{name: web, port: 80}]')}`
    expect(codes(text)).toEqual(['warning slice-port-name spec.ports[0]'])
  })
})

describe('slices that the controller wrote before', () => {
  const numeric = service('{selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}')
  const at = (n: number) => `10.244.0.${n}`
  const running = (n: number) => pod(`p${n}`, `${container(8080)}\nstatus: {podIP: ${at(n)}}`)
  const entry = (n: number) =>
    `{addresses: [${at(n)}], conditions: {ready: true, serving: true, terminating: false}, targetRef: {kind: Pod, namespace: default, name: p${n}}}`
  const held = (name: string, pods: readonly number[], port = 8080) =>
    slice(name, `[${pods.map(entry).join(', ')}]`, MANAGED, `[{name: "", port: ${port}}]`)
  const shape = (text: string) =>
    lab(text).cluster.slices.map(({ meta, is }) => `${meta.name}: ${is.endpoints.map((e) => e.targetRef?.name).join(' ')}`)

  test('stay as they are, half full as they are; what is new goes where it fits best', () => {
    const pods = [2, 3, 4, 5, 6].map(running).join('')
    expect(shape(numeric + pods + held('web-a', [5]) + held('web-b', [2, 3, 4]))).toEqual(['web-a: p5', 'web-b: p2 p3 p4 p6'])
    expect(shape(numeric + pods + held('web-a', [5, 6, 9]) + held('web-b', [2, 3]))).toEqual(['web-a: p5 p6 p4', 'web-b: p2 p3'])
  })

  test('of other ports go, and leave their names to what comes', () => {
    expect(shape(numeric + running(2) + held('web-a', [2], 9090))).toEqual(['web-a: p2'])
    expect(shape(numeric + running(2) + held('web-a', [2]) + held('web-b', [2], 9090))).toEqual(['web-a: p2'])
  })
})

describe('zone hints', () => {
  const AUTO = ', annotations: {service.kubernetes.io/topology-mode: Auto}'
  const asked = service('{selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}', AUTO)
  const node = (name: string, zone: string, cpu = '"4"', role = '') =>
    `apiVersion: v1\nkind: Node\nmetadata: {name: ${name}, labels: {topology.kubernetes.io/zone: ${zone}${role}}}\nspec: {podCIDR: 10.244.${name.slice(1)}.0/24}\nstatus: {addresses: [{type: InternalIP, address: 192.168.10.1${name.slice(1)}}], allocatable: {cpu: ${cpu}}}\n---\n`
  const on = (where: string, count: number) =>
    Array.from({ length: count }, (_, i) => pod(`${where}-${i}`, `{nodeName: ${where}, ${container(8080).slice(1)}`)).join('')
  const hints = (text: string) =>
    lab(text).cluster.slices.flatMap(({ is }) => is.endpoints.map((e) => `${e.targetRef?.name} ${e.hints?.join() ?? '-'}`))

  test('each endpoint for its own zone, where they stand as the CPU does', () => {
    const text = asked + node('n1', 'a') + node('n2', 'b') + on('n1', 2) + on('n2', 2)
    expect(hints(text)).toEqual(['n1-0 a', 'n1-1 a', 'n2-0 b', 'n2-1 b'])
    expect(codes(text)).toEqual([])
    expect(hints(text.replace(AUTO, ''))).toEqual(['n1-0 -', 'n1-1 -', 'n2-0 -', 'n2-1 -'])
  })

  test('a zone with more than its share gives some away', () => {
    expect(hints(asked + node('n1', 'a') + node('n2', 'b') + on('n1', 5) + on('n2', 1))).toEqual([
      ...['n1-0 b', 'n1-1 b', 'n1-2 a', 'n1-3 a', 'n1-4 a', 'n2-0 b'],
    ])
    expect(hints(asked + node('n1', 'a', '"6"') + node('n2', 'b', '2000m') + on('n1', 1) + on('n2', 3))).toEqual([
      ...['n1-0 a', 'n2-0 a', 'n2-1 a', 'n2-2 b'],
    ])
  })

  test('the control plane does not count; what is not ready has no hint', () => {
    const text =
      asked +
      node('n1', 'a') +
      node('n2', 'b') +
      node('n3', 'c', '"64"', ', node-role.kubernetes.io/control-plane: ""') +
      on('n1', 1) +
      on('n2', 1)
    const sick = pod('z', `{nodeName: n1, ${container(8080).slice(1)}\nstatus: {conditions: [{type: Ready, status: "False"}]}`)
    expect(hints(text + sick)).toEqual(['n1-0 a', 'n2-0 b', 'z -'])
  })

  test.each([
    ['one zone', node('n1', 'a') + node('n2', 'a') + on('n1', 4), 'Insufficient Node information: allocatable CPU or zone not specified on one or more nodes, addressType: IPv4'],
    ['fewer endpoints than zones', node('n1', 'a') + node('n2', 'b') + on('n1', 1), 'Insufficient number of endpoints (1 endpoints, 2 zones), addressType: IPv4'],
    ['the least for each zone is too much', node('n1', 'a') + node('n2', 'b') + on('n1', 3), 'Unable to allocate minimum required endpoints to each zone without exceeding overload threshold (3 endpoints, 2 zones), addressType: IPv4'],
  ])('%s: none, and the event says why', (_, text, why) => {
    const settled = lab(asked + text)
    expect(settled.cluster.slices.flatMap(({ is }) => is.endpoints.flatMap((e) => e.hints ?? []))).toEqual([])
    expect(settled.problems.map((one) => `${one.severity} ${one.params['text']}`)).toEqual([`hint TopologyAwareHintsDisabled: ${why}`])
  }) // biome-ignore format: a table
})

describe('the Endpoints object beside the slices', () => {
  const many = (n: number) =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: ${n}, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: ${container(8080)}}}\n---\n`
  const WIDE = Array.from(
    { length: 12 },
    (_, i) =>
      `apiVersion: v1\nkind: Node\nmetadata: {name: n${i}}\nspec: {podCIDR: 10.244.${i}.0/24}\nstatus: {addresses: [{type: InternalIP, address: 192.168.10.${i + 10}}]}\n---\n`,
  ).join('')
  const counted = (text: string) => {
    const [one] = lab(text).cluster.endpoints
    return [one?.subsets.reduce((n, { addresses }) => n + addresses.length, 0), one?.meta.annotations]
  }

  test('holds 1000 addresses and says when it was cut; the slices hold all', () => {
    expect(counted(WIDE + WEB + many(1000))).toEqual([1000, {}])
    expect(counted(WIDE + WEB + many(1001))).toEqual([1000, { 'endpoints.kubernetes.io/over-capacity': 'truncated' }])
    expect(lab(WIDE + WEB + many(1001)).cluster.slices.reduce((n, { is }) => n + is.endpoints.length, 0)).toBe(1001)
  })

  test('leaves out a Pod that has none of the ports', () => {
    const [found] = lab(`${WEB}${pod('a')}${pod('d', container(80, 'other'))}`).cluster.endpoints
    expect(found?.subsets.map(({ ports, addresses }) => [ports[0]?.port, addresses.map((one) => one.targetRef?.name)])).toEqual([
      [8080, ['a']],
    ])
  })
})

describe('stand-ins', () => {
  test('a Pod on its node, a process of a node, a host', () => {
    const { cluster } = lab(
      `${NODES}${service('{ports: [{port: 80}]}')}${slice('web-x', '[{addresses: [10.244.1.7], nodeName: node-2}, {addresses: [192.168.10.10]}, {addresses: [203.0.113.9]}, {addresses: [10.244.0.8], nodeName: node-1, targetRef: {kind: Pod, name: web-1}}, {addresses: [10.244.0.9], nodeName: node-2}]')}`,
    )
    expect(
      cluster.pods.map((one) => [one.meta.name, one.nodeName, one.podIPs, one.role, one.madeUp, one.listens.map((l) => l.port)]),
    ).toEqual([
      ['web-10-244-1-7', 'node-2', ['10.244.1.7'], 'stand-in', true, [8080]],
      ['web-1', 'node-1', ['10.244.0.8'], 'stand-in', true, [8080]],
    ])
    expect(cluster.nodeListeners.map((one) => [one.node, one.port])).toEqual([['node-1', 8080]])
    expect(cluster.hosts.map((one) => [one.meta.name, one.addresses, one.listens.map((l) => l.port)])).toEqual([
      ['web-203-0-113-9', ['203.0.113.9'], [8080]],
      ['web-10-244-0-9', ['10.244.0.9'], [8080]],
    ])
  })

  test('their addresses are handed to no Pod', () => {
    const text = `${NODES}${service('{ports: [{port: 80}]}')}${slice('web-x', '[{addresses: [10.244.1.2], nodeName: node-2}]')}${pod('a', '{nodeName: node-2, containers: [{name: c, image: nginx}]}')}`
    expect(lab(text).cluster.pods.map((one) => one.podIPs[0])).toEqual(['10.244.1.3', '10.244.1.2'])
  })

  test('behind kube-dns stands CoreDNS', () => {
    const text =
      `${NODES}${service('{ports: [{port: 53, protocol: UDP}]}', ', namespace: kube-system')}${slice('web-x', '[{addresses: [10.244.1.2], nodeName: node-2}]', '', '[{name: "", port: 53, protocol: UDP}]')}`
        .replace(/web/g, 'kube-dns')
        .replace('name: kube-dns-x', 'name: kube-dns-x, namespace: kube-system')
    expect(lab(text).cluster.pods.map((one) => [one.role, one.meta.namespace])).toEqual([['coredns', 'kube-system']])
  })
})
