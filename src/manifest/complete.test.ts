import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { KubernetesSchema } from './complete/kubernetes.ts'
import { type LabNames, NO_NAMES } from './complete/lab-names.ts'
import { SNIPPETS } from './complete/snippets.ts'
import { completeAt } from './complete.ts'
import { readManifests } from './read.ts'

const schema = JSON.parse(readFileSync('generated/kubernetes.json', 'utf8')) as KubernetesSchema
const names: LabNames = {
  ...NO_NAMES,
  services: [{ namespace: 'default', name: 'shop' }],
  nodes: [{ name: 'node-1', labels: { 'kubernetes.io/os': 'linux' } }],
  namespaces: ['default', 'kube-system'],
  pods: [
    { namespace: 'default', name: 'web-1', labels: { app: 'web', tier: 'front' }, ports: [{ name: 'http', port: 8080 }] },
    { namespace: 'other', name: 'x', labels: { app: 'elsewhere' }, ports: [] },
  ],
}

/** Completes at the | of a text. */
function at(marked: string, lab: LabNames = names) {
  const offset = marked.indexOf('|')
  const text = marked.replace('|', '')
  const done = completeAt(text, offset, schema, lab)
  const labels = done?.items.map((i) => i.label) ?? []
  const take = (label: string): string => {
    const item = done?.items.find((i) => i.label === label)
    if (!done || !item) throw new Error(`${label} is not offered, but ${labels.join(', ')}`)
    const plain = item.insert
      .replace(/\$\{\d+:([^}]*)\}/g, '$1')
      .replace(/\$\d/g, '')
      .replace(/\\(.)/g, '$1')
    const edits = [...(item.edits ?? []), { from: done.from, to: done.to, text: plain }].sort((a, b) => b.from - a.from)
    return edits.reduce((t, e) => t.slice(0, e.from) + e.text + t.slice(e.to), text)
  }
  return { labels, take, items: done?.items ?? [] }
}

const service = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n'

describe('keys', () => {
  test('of the map at the cursor, without those that it has', () => {
    const { labels } = at(`${service}spec:\n  type: NodePort\n  |`)
    expect(labels).toContain('ports')
    expect(labels).toContain('selector')
    expect(labels).not.toContain('type')
    expect(labels).not.toContain('containers')
  })
  test('a word that is begun is replaced, in a text that does not parse', () => {
    expect(at(`${service}spec:\n  por|\n  selector: {app: web`).take('ports')).toBe(
      `${service}spec:\n  ports:\n    - \n  selector: {app: web`,
    )
  })
  test('below the line too: keys behind the cursor are taken as well', () => {
    expect(at(`${service}spec:\n  |\n  type: NodePort\n`).labels).not.toContain('type')
  })
  test('a key with its colon changes alone', () => {
    expect(at(`${service}spec:\n  por|t: 80\n`).take('ports')).toBe(`${service}spec:\n  ports: 80\n`)
  })
  test('in a list item, behind the dash and on the next line', () => {
    expect(at(`${service}spec:\n  ports:\n    - |`).take('port')).toBe(`${service}spec:\n  ports:\n    - port: `)
    expect(at(`${service}spec:\n  ports:\n    - port: 80\n      tar|`).take('targetPort')).toBe(
      `${service}spec:\n  ports:\n    - port: 80\n      targetPort: `,
    )
  })
  test('a list without its dash gets one', () => {
    expect(at(`${service}spec:\n  ports:\n    |`).take('port')).toBe(`${service}spec:\n  ports:\n    - port: `)
  })
  test('dashes as the document has them', () => {
    const text = `${service}spec:\n  ports:\n  - port: 80\n  externalI|`
    expect(at(text).take('externalIPs')).toBe(`${service}spec:\n  ports:\n  - port: 80\n  externalIPs:\n  - `)
  })
  test('deep in a template, with required fields first and the schema behind our own', () => {
    const text = 'apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n          |'
    const { labels, items } = at(text)
    expect(labels[0]).toBe('image')
    expect(labels).toContain('resources')
    expect(items.find((i) => i.label === 'image')).toMatchObject({
      need: true,
      used: true,
      field: 'PodSpec.containers.image',
      type: 'text',
    })
    expect(items.find((i) => i.label === 'restartPolicyRules')).toMatchObject({ newer: true })
    expect(at(text.replace('|', 'resources:\n            |')).labels).toContain('limits')
  })
  test('a nested object opens on the next line, two columns in', () => {
    expect(at(`${service}spec:\n  sel|`).take('selector')).toBe(`${service}spec:\n  selector:\n    `)
  })
  test('kinds that the engine does not read come from the schema', () => {
    const ingress = 'apiVersion: networking.k8s.io/v1\nkind: Ingress\nspec:\n  rules:\n    - http:\n        paths:\n          - |'
    expect(at(ingress).labels).toEqual(expect.arrayContaining(['path', 'pathType', 'backend']))
    expect(at(`${ingress.slice(0, -1)}pathType: |`).labels).toEqual(['Exact', 'ImplementationSpecific', 'Prefix'])
    expect(at(`${ingress.slice(0, -1)}backend: {service: {name: |`).labels).toEqual(['shop'])
  })
  test('in braces', () => {
    expect(at(`${service}spec: {ty|`).take('type')).toBe(`${service}spec: {type: `)
    expect(at(`${service}spec:\n  ports: [{port: 80, tar|}]\n`).take('targetPort')).toBe(
      `${service}spec:\n  ports: [{port: 80, targetPort: }]\n`,
    )
    expect(at(`${service}spec: {type: No|}`).take('NodePort')).toBe(`${service}spec: {type: NodePort}`)
  })
  test('members of a List are objects', () => {
    const { labels } = at(
      'apiVersion: v1\nkind: List\nitems:\n- kind: Pod\n  apiVersion: v1\n- apiVersion: v1\n  kind: Service\n  spec:\n    |',
    )
    expect(labels).toContain('ports')
    expect(at('apiVersion: v1\nkind: PodList\nitems:\n- spec:\n    |').labels).toContain('containers')
  })
  test('nothing in comments, in block scalars, under a scalar', () => {
    expect(at(`${service}# |`).labels).toEqual([])
    expect(at(`${service}spec: # |`).labels).toEqual([])
    expect(at('kind: ConfigMap\napiVersion: v1\ndata:\n  a: |-\n    x\n    ').labels).toEqual([])
    expect(at(`${service}spec:\n  type: ClusterIP\n    |`).labels).toEqual([])
  })
})

describe('values', () => {
  test.each([
    ['spec:\n  type: |', ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName']],
    ['spec:\n  type: Clu|', ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName']],
    ['spec:\n  publishNotReadyAddresses: |', ['true', 'false']],
    ['spec:\n  ipFamilies:\n    - |', ['IPv4', 'IPv6']],
    ['spec:\n  ipFamilies: [IPv4, |]', ['IPv4', 'IPv6']],
    ['spec:\n  selector:\n    app: |', ['web']],
    ['spec:\n  selector: {app: w|', ['web']],
    ['spec:\n  selector:\n    |', ['app: web', 'tier: front']],
    ['spec:\n  ports:\n    - port: 80\n      targetPort: |', ['http', '8080']],
  ])('%j', (more, expected) => {
    expect(at(service + more).labels).toEqual(expected)
  })
  test('the whole value is replaced, a comment stays', () => {
    expect(at(`${service}spec:\n  type: Clu|sterIP # why\n`).take('NodePort')).toBe(`${service}spec:\n  type: NodePort # why\n`)
  })
  test('a blank behind the colon comes along', () => {
    expect(at(`${service}spec:\n  type:|`).take('NodePort')).toBe(`${service}spec:\n  type: NodePort`)
  })
  test('what would change its type is quoted', () => {
    const lab = { ...names, pods: [{ namespace: 'default', name: 'a', labels: { on: 'yes', n: '1' }, ports: [] }] }
    expect(at(`${service}spec:\n  selector:\n    n: |`, lab).take('1')).toContain('n: "1"')
    expect(at(`${service}spec:\n  selector:\n    |`, lab).take('on: yes')).toContain('"on": "yes"')
  })
  test('names of the lab', () => {
    const pod = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  namespace: |\nspec:\n'
    expect(at(pod).labels).toEqual(['default', 'kube-system'])
    expect(at(`${pod.replace('|', 'default')}  nodeName: |`).labels).toEqual(['node-1'])
    expect(at('apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: |').labels).toContain('ipvs')
    expect(
      at(
        'apiVersion: apps/v1\nkind: Deployment\nspec:\n  selector:\n    matchLabels:\n      app: |\n  template:\n    metadata:\n      labels:\n        app: mine\n',
      ).labels,
    ).toEqual(['mine', 'web'])
  })
})

describe('kind and apiVersion', () => {
  test('a kind brings its version', () => {
    expect(at('kind: |').take('Deployment')).toBe('apiVersion: apps/v1\nkind: Deployment')
    expect(at('apiVersion: v1\nkind: |\n').take('Ingress')).toBe('apiVersion: networking.k8s.io/v1\nkind: Ingress\n')
    expect(at('apiVersion:\nkind: |\n').take('Pod')).toBe('apiVersion: v1\nkind: Pod\n')
  })
  test('kinds of the version that stands there come first', () => {
    expect(at('apiVersion: apps/v1\nkind: |\n').labels.slice(0, 3)).toEqual(['Deployment', 'ReplicaSet', 'StatefulSet'])
  })
  test('a version by its kind', () => {
    expect(at('apiVersion: |\nkind: HorizontalPodAutoscaler\n').labels).toEqual(['autoscaling/v1', 'autoscaling/v2'])
  })
})

describe('new documents', () => {
  test('at the start, and behind a marker', () => {
    expect(at('|').labels.slice(0, 3)).toEqual(['Service', 'Deployment', 'Pod'])
    expect(at(`${service}---\nDep|`).take('Deployment')).toContain('---\napiVersion: apps/v1\nkind: Deployment')
    expect(at(`${service}---\n|\n---\n${service}`).labels).toContain('NetworkPolicy')
  })
  test.each(SNIPPETS.map(([label]) => [label]))('%s reads without a problem', (label) => {
    const text = at('|').take(label)
    const { problems, objects } = readManifests([{ name: 'a.yaml', text }])
    expect(problems).toEqual([])
    expect(objects.length).toBeGreaterThan(0)
  })
})
