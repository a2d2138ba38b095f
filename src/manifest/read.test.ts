import { describe, expect, test } from 'vitest'
import type { ConfigMapObject, KubeProxyObject, ManifestObject } from './kinds.ts'
import { refOf } from './object.ts'
import { DocumentCache, MAX_TEXT, readManifests } from './read.ts'

const read = (text: string) => readManifests([{ name: 'a.yaml', text }])
const service = (name: string, more = ''): string =>
  `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\nspec:\n  ports:\n  - port: 80\n${more}`
const refs = (objects: readonly ManifestObject[]): readonly string[] => objects.map(refOf)
const codes = (text: string): readonly string[] =>
  read(text).problems.map((p) => `${p.where?.line}:${p.where?.column} ${p.severity} ${p.code}`)

describe('documents', () => {
  test('after a broken one the others are read', () => {
    const { objects, problems } = read(`${service('a')}---\nkind: [\n---\n${service('b')}---\n"x\n---\n${service('c')}`)
    expect(refs(objects)).toEqual(['Service default/a', 'Service default/b', 'Service default/c'])
    expect(problems.map((p) => [p.code, p.where?.line])).toEqual([
      ['yaml-bracket', 9],
      ['yaml-quote', 19],
    ])
  })

  test('kind: List, with the metadata of kubectl get -o yaml', () => {
    const text = `apiVersion: v1
items:
- apiVersion: v1
  kind: Service
  metadata:
    creationTimestamp: "2024-01-01T00:00:00Z"
    managedFields:
    - apiVersion: v1
      fieldsV1: {"f:spec": {}}
      manager: kubectl
    name: web
    namespace: shop
    resourceVersion: "1"
    uid: 8d6f
  spec:
    clusterIP: 10.96.0.9
    clusterIPs:
    - 10.96.0.9
    internalTrafficPolicy: Cluster
    ipFamilies:
    - IPv4
    ipFamilyPolicy: SingleStack
    ports:
    - port: 80
      protocol: TCP
      targetPort: 80
    sessionAffinity: None
    type: ClusterIP
  status:
    loadBalancer: {}
- apiVersion: apps/v1
  kind: Deployment
  metadata:
    creationTimestamp: null
    name: web
  spec:
    selector: {matchLabels: {app: web}}
    strategy: {}
    template:
      metadata:
        creationTimestamp: null
        labels: {app: web}
      spec:
        containers:
        - image: nginx
          name: nginx
          resources: {}
  status: {}
kind: List
metadata:
  resourceVersion: ""
`
    const { objects, problems } = read(text)
    expect(problems).toEqual([])
    expect(refs(objects)).toEqual(['Service shop/web', 'Deployment default/web'])
    const line = text.slice(0, text.indexOf('nginx')).split('\n').length
    expect(objects[1]?.source.where('spec.template.spec.containers[0].image')).toEqual({
      file: 'a.yaml',
      line,
      column: '        - image: n'.length,
      offset: text.indexOf('nginx'),
      end: text.indexOf('nginx') + 5,
      field: 'spec.template.spec.containers[0].image',
    })
    expect(text.slice(objects[1]?.source.offset).startsWith('apiVersion: apps/v1')).toBe(true)
    expect(objects[1]?.source.document).toBe(0)
  })

  test('PodList gives its items their kind', () => {
    const text = 'kind: PodList\napiVersion: v1\nitems:\n- metadata: {name: a}\n  spec: {containers: [{name: c, image: nginx}]}\n'
    expect(refs(read(text).objects)).toEqual(['Pod default/a'])
  })

  test('JSON', () => {
    expect(refs(read('{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "x"}}\n').objects)).toEqual(['Namespace x'])
  })

  test('Lists in Lists are opened, each object at its own place', () => {
    const text =
      'kind: List\napiVersion: v1\nitems:\n- kind: PodList\n  apiVersion: v1\n  items:\n  - metadata: {name: a}\n    spec: {containers: [{name: c, image: nginx}]}\n'
    const { objects } = read(text)
    expect(refs(objects)).toEqual(['Pod default/a'])
    expect(objects[0]?.source.where('metadata.name')).toMatchObject({ line: 7, column: 22 })
  })

  test.each([
    ['kind: List\napiVersion: v1\nitems:\n', []],
    ['kind: List\napiVersion: v1\nitems: []\nmetadata: {resourceVersion: ""}\n', []],
    ['kind: ServiceList\napiVersion: v1\n', []],
    ['kind: List\napiVersion: v1\nitems: web\n', ['3:8 error type-list']],
    // A custom resource may well be called so.
    ['kind: AllowList\napiVersion: example.com/v1\nmetadata: {name: a}\nspec: {}\n', []],
  ])('%j', (text, want) => {
    expect(codes(text)).toEqual(want)
    expect(read(text).objects).toHaveLength(text.includes('AllowList') ? 1 : 0)
  })

  test('one member of a List with an error leaves the others', () => {
    const text =
      'kind: List\napiVersion: v1\nitems:\n- {apiVersion: v1, kind: Namespace, metadata: {name: A}}\n- {apiVersion: v1, kind: Namespace, metadata: {name: b}}\n'
    expect(refs(read(text).objects)).toEqual(['Namespace b'])
    expect(codes(text)).toEqual(['4:54 error api'])
  })
})

describe('identity', () => {
  test.each([
    ['kind: Service\n', ['1:7 error no-api-version']],
    ['apiVersion: v1\n', ['1:1 error no-kind']],
    ['- a\n', ['1:3 error not-object']],
    ['hello\n', ['1:1 error not-object']],
    ['apiVersion: v1\nkind: Deployment\nmetadata: {name: a}\n', ['1:13 error api-version']],
    ['apiVersion: v1\nkind: [a]\n', ['2:7 error type-text']],
    ['apiVersion: v1\nkind: Sevice\nmetadata: {name: a}\n', ['2:7 warning kind-misspelt']],
    ['apiVersion: gateway.networking.k8s.io/v1\nkind: GRPCRoute\nmetadata: {name: a}\n', ['2:7 hint kind-not-modelled']],
    ['apiVersion: crd.projectcalico.org/v2\nkind: IPPool\nmetadata: {name: a}\n', ['1:13 error api-version']],
    ['apiVersion: v1\nkind: IPPool\nmetadata: {name: a}\n', ['1:13 error api-version']],
    ['apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: a}\n', ['2:7 hint kind-not-modelled']],
    ['apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: a}\n', ['2:7 hint kind-not-modelled']],
    ['apiVersion: cilium.io/v2\nkind: CiliumEndpoint\nmetadata: {name: a}\n', []],
    ['apiVersion: projectcalico.org/v3\nkind: BGPPeer\nspec: {}\n', ['1:1 error api']],
    ['apiVersion: projectcalico.org/v3\nkind: IPPool\nmetadata: {name: off}\n', ['3:18 error type-text']],
    ['apiVersion: operator.tigera.io/v1\nkind: Goldmane\nmetadata: {name: default}\n', []],
    ['apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: a}\n', []],
    ['apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: a}\nrules: [{}]\n', []],
    ['apiVersion: example.com/v1\nkind: Pool\nmetadata: {name: a}\n', []],
    ['apiVersion: example.com/v1\nkind: Widget\nspec: 5\n', []],
  ])('%j', (text, want) => {
    expect(codes(text)).toEqual(want)
  })

  test('an object of a kind that is not used is handed on as it is', () => {
    const [object] = read('apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w, namespace: shop}\nspec: {a: 1}\n').objects
    expect(object).toMatchObject({
      kind: 'Other',
      metadata: { name: 'w', namespace: 'shop' },
      is: { kind: 'Widget', json: { spec: { a: 1 } } },
    })
  })

  test('the second of two equal names is left out and names the first', () => {
    const { objects, problems } = readManifests([
      { name: 'a.yaml', text: service('web') },
      { name: 'b.yaml', text: `${service('other')}---\n${service('web')}` },
    ])
    expect(refs(objects)).toEqual(['Service default/web', 'Service default/other'])
    expect(problems).toMatchObject([
      {
        code: 'duplicate-object',
        severity: 'error',
        params: { object: 'Service default/web', file: 'a.yaml', line: 4 },
        where: { file: 'b.yaml', line: 12, column: 9, field: 'metadata.name' },
      },
    ])
  })

  test('a pool of a CNI too, in whichever of its groups it stands; a kind that nobody reads may stand twice', () => {
    const pool = (group: string): string => `apiVersion: ${group}\nkind: IPPool\nmetadata: {name: a}\n---\n`
    expect(codes(pool('projectcalico.org/v3') + pool('crd.projectcalico.org/v1'))).toEqual(['7:18 error duplicate-object'])
    const policy = 'kind: NetworkPolicy\nmetadata: {name: a, namespace: default}\nspec: {podSelector: {}}\n---\n'
    expect(codes(`apiVersion: networking.k8s.io/v1\n${policy}apiVersion: projectcalico.org/v3\n${policy}`)).toEqual([
      '7:7 hint kind-not-modelled',
    ])
    const widget = 'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: a}\n---\n'
    expect(codes(widget + widget)).toEqual([])
  })

  test('same name in another namespace or kind is another object', () => {
    const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: c, image: nginx}]}\n'
    expect(read(`${service('web')}---\n${service('web').replace('name: web', 'name: web\n  namespace: b')}---\n${pod}`).problems).toEqual(
      [],
    )
  })

  test('generateName becomes a name, the same each time', () => {
    const text = 'apiVersion: v1\nkind: Pod\nmetadata: {generateName: web-}\nspec: {containers: [{name: c, image: nginx}]}\n'
    const name = read(text).objects[0]?.metadata.name
    expect(name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
    expect(read(text).objects[0]?.metadata.name).toBe(name)
  })
})

describe('types', () => {
  test.each([
    [service('a').replace('80', '"eighty"'), 'spec.ports[0].port', 'type-int', '"eighty"'],
    [service('a').replace('80', '"80"'), 'spec.ports[0].port', 'type-unquote', '"80"'],
    [service('a').replace('80', '80.5'), 'spec.ports[0].port', 'type-int', '80.5'],
    [service('a', '  selector:\n    version: 1.0\n'), 'spec.selector.version', 'type-quote', '1.0'],
    [service('a', '  selector: [x]\n'), 'spec.selector', 'type-map', '[…]'],
    [service('a', '  publishNotReadyAddresses: "true"\n'), 'spec.publishNotReadyAddresses', 'type-bool', '"true"'],
    [service('a').replace('- port: 80', '  port: 80'), 'spec.ports', 'type-list', '{…}'],
    ['apiVersion: v1\nkind: Pod\nmetadata: []\n', 'metadata', 'type-map', '[…]'],
  ])('%j', (text, field, code, found) => {
    const { objects, problems } = read(text)
    expect(objects).toEqual([])
    expect(problems).toMatchObject([{ code, severity: 'error', params: { found }, where: { field } }])
  })

  test('a field that nobody knows is a warning at its key', () => {
    const text = service('a', '  selectr: {app: web}\n  zzz: 1\n')
    const { objects, problems } = read(text)
    expect(objects).toHaveLength(1)
    expect(problems).toMatchObject([
      {
        code: 'unknown-field-near',
        severity: 'warning',
        params: { field: 'spec.selectr', near: 'selector' },
        where: { line: 8, column: 3 },
      },
      { code: 'unknown-field', severity: 'warning', params: { field: 'spec.zzz' } },
    ])
  })
})

describe('places', () => {
  const text = `\ufeff# two objects\r\n---\r\n${service('a').replaceAll('\n', '\r\n')}---\r\n${service('b', '  selector: {app: b}\r\n')}`
  const at = (path: string, i = 1): string => {
    const w = read(text).objects[i]?.source.where(path)
    return w ? `${w.line}:${w.column} ${text.slice(w.offset, w.end)}` : ''
  }
  test.each([
    ['spec.ports[0].port', '17:11 80'],
    ['spec.ports[0]', '17:5 port'],
    ['spec.ports', '16:3 ports'],
    ['spec.ports[0].protocol', '17:5 port'],
    ['spec.ports[7].port', '16:3 ports'],
    ['spec.nothing.here', '15:1 spec'],
    ['spec.selector.app', '18:19 b'],
    ['spec.selector', '18:13 {app: b}'],
    ['metadata.name', '14:9 b'],
  ])('%s', (path, want) => {
    expect(at(path)).toBe(want)
  })

  test('the whole object', () => {
    const [a, b] = read(text).objects
    expect(text.slice(b?.source.offset).startsWith('apiVersion: v1')).toBe(true)
    expect(a?.source.where('')).toMatchObject({ line: 3, column: 1, offset: a?.source.offset })
    expect(b?.source.document).toBe(1)
  })
})

describe('configuration inside ConfigMaps', () => {
  const text = `apiVersion: v1
kind: ConfigMap
metadata:
  name: kube-proxy
  namespace: kube-system
data:
  kubeconfig.conf: ""
  config.conf: |-
    apiVersion: kubeproxy.config.k8s.io/v1alpha1

    kind: KubeProxyConfiguration
    mode: ipvs
    clusterCIDR: 10.244.0.0/16
`
  test('is read, and its fields have their places', () => {
    const { objects, problems } = read(text)
    expect(problems).toEqual([])
    expect(objects.map((o) => o.kind)).toEqual(['ConfigMap', 'KubeProxyConfiguration'])
    const proxy = objects[1] as KubeProxyObject
    expect(proxy.metadata).toMatchObject({ name: 'kube-proxy', namespace: 'kube-system' })
    expect(proxy.is).toMatchObject({
      mode: 'ipvs',
      clusterCIDR: '10.244.0.0/16',
      iptables: { masqueradeBit: 14, localhostNodePorts: true },
    })
    expect(proxy.source.where('mode')).toMatchObject({ line: 12, column: 11, offset: text.indexOf('ipvs') })
    expect(text.slice(proxy.source.offset).startsWith('apiVersion: kubeproxy')).toBe(true)
    expect((objects[0] as ConfigMapObject).is.data['config.conf']).toContain('mode: ipvs')
  })

  test('its mistakes too, at their own line', () => {
    expect(codes(text.replace('mode: ipvs', 'mode: ipvz').replace('clusterCIDR:', 'clusterCIDRs:'))).toEqual([
      '12:11 warning one-of',
      '13:5 warning unknown-field-near',
    ])
    expect(codes(text.replace('mode: ipvs', '\tmode: ipvs'))).toEqual(['12:5 error yaml-tab'])
  })

  test('in another namespace it is a ConfigMap and no more', () => {
    expect(read(text.replace('kube-system', 'default')).objects.map((o) => o.kind)).toEqual(['ConfigMap'])
  })
})

describe('size', () => {
  test('over the limit nothing is read and the size is told', () => {
    const { objects, problems } = readManifests([
      { name: 'small.yaml', text: service('a') },
      { name: 'big.yaml', text: '# 😀é\n'.repeat(MAX_TEXT / 9 + 1) },
    ])
    expect(objects).toEqual([])
    expect(problems).toMatchObject([
      { code: 'too-large', severity: 'error', params: { size: '5.1', limit: 5 }, where: { file: 'big.yaml' } },
    ])
  })
  test('just below it everything is read', () => {
    const head = service('a')
    expect(readManifests([{ name: 'a.yaml', text: head + '#'.repeat(MAX_TEXT - head.length) }]).objects).toHaveLength(1)
  })
})

describe('the cache', () => {
  test('keeps what has not changed', () => {
    const cache = new DocumentCache()
    const first = readManifests([{ name: 'a.yaml', text: `${service('a')}---\n${service('b')}---\n${service('c')}` }], cache).objects
    const second = readManifests(
      [{ name: 'a.yaml', text: `${service('a')}---\n${service('b', '  clusterIP: 10.96.0.7\n')}---\n${service('c')}` }],
      cache,
    ).objects
    expect(second[0]).toBe(first[0])
    expect(second[1]?.is).not.toBe(first[1]?.is)
    // Moved down by a line: the same contents, another place.
    expect(second[2]?.is).toBe(first[2]?.is)
    expect(second[2]?.source.where('metadata.name').line).toBe((first[2]?.source.where('metadata.name').line ?? 0) + 1)
  })

  test('gives what a reading without cache gives', () => {
    const cache = new DocumentCache()
    const texts = [service('a'), `# c\n${service('a')}---\nx: [`, `${service('a')}---\n${service('a')}`, `---\n${service('b')}`]
    for (const text of [...texts, ...texts]) {
      const plain = ({ objects, problems }: ReturnType<typeof read>) => [
        objects.map(({ source, ...rest }) => [rest, source.where('metadata.name'), source.offset]),
        problems,
      ]
      expect(plain(readManifests([{ name: 'a.yaml', text }], cache))).toEqual(plain(read(text)))
    }
  })
})
