import { describe, expect, test } from 'vitest'
import type { Problem } from '../trace/problem.ts'
import { addDocument, type FieldValue, setField } from './edit.ts'
import type { SourceFile } from './object.ts'
import { readManifests } from './read.ts'

const LAB = `# my lab
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web # the one
spec:
  selector: {matchLabels: {app: web}}
  replicas: 3   # three of them
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: nginx
        image: nginx
        ports:
        - containerPort: 80
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  ports:
  - port: 80
---
apiVersion: v1
kind: ConfigMap
metadata: {name: kube-proxy, namespace: kube-system}
data:
  config.conf: |-
    apiVersion: kubeproxy.config.k8s.io/v1alpha1
    kind: KubeProxyConfiguration
    mode: iptables
    iptables:
      masqueradeAll: true
`
const files: readonly SourceFile[] = [
  { name: 'other.yaml', text: '# nothing\n' },
  { name: 'lab.yaml', text: LAB },
]

const isProblem = (answer: readonly SourceFile[] | Problem): answer is Problem => 'code' in answer
const edit = (ref: string, path: string, value: FieldValue, lab = LAB): string => {
  const answer = setField([files[0]!, { name: 'lab.yaml', text: lab }], ref, path, value)
  return isProblem(answer) ? answer.code : answer[1]!.text
}

describe('setField changes one place', () => {
  test.each<[string, string, FieldValue, string, string]>([
    ['Deployment default/web', 'spec.replicas', 5, 'replicas: 3   #', 'replicas: 5   #'],
    ['Service default/web', 'spec.ports[0].port', 8080, '- port: 80\n', '- port: 8080\n'],
    ['Service default/web', 'spec.ports[0].targetPort', 'http', '- port: 80\n', '- targetPort: http\n    port: 80\n'],
    [
      'Service default/web',
      'spec.type',
      'NodePort',
      'spec:\n  ports:\n  - port: 80\n',
      'spec:\n  type: NodePort\n  ports:\n  - port: 80\n',
    ],
    ['Service default/web', 'metadata.namespace', 'default', '{name: web}\n', '{namespace: default, name: web}\n'],
    [
      'Deployment default/web',
      'metadata.annotations["a.b/c"]',
      'yes',
      'metadata:\n  name: web #',
      'metadata:\n  annotations: { a.b/c: "yes" }\n  name: web #',
    ],
    ['KubeProxyConfiguration kube-system/kube-proxy', 'mode', 'ipvs', 'mode: iptables', 'mode: ipvs'],
    [
      'KubeProxyConfiguration kube-system/kube-proxy',
      'ipvs.scheduler',
      'rr',
      '    apiVersion: kubeproxy',
      '    ipvs: { scheduler: rr }\n    apiVersion: kubeproxy',
    ],
    [
      'KubeProxyConfiguration kube-system/kube-proxy',
      'iptables.masqueradeBit',
      15,
      '      masqueradeAll',
      '      masqueradeBit: 15\n      masqueradeAll',
    ],
  ])('%s %s = %s', (ref, path, value, from, to) => {
    expect(LAB).toContain(from)
    expect(edit(ref, path, value)).toBe(LAB.replace(from, to))
  })

  test('a member of a List', () => {
    const list =
      'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Service\n  metadata: {name: web}\n  spec: {ports: [{port: 80}]}\n'
    expect(edit('Service default/web', 'spec.ports[0].port', 81, list)).toBe(list.replace('80', '81'))
  })

  test('a key with nothing behind it', () => {
    const empty = 'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\niptables:\n'
    expect(edit('KubeProxyConfiguration kube-proxy', 'iptables.masqueradeAll', true, empty)).toBe(
      empty.replace('iptables:', 'iptables: { masqueradeAll: true }'),
    )
  })

  test('what it writes is what is read', () => {
    for (const value of ['80', 'yes', 'a: b', '', '#x', '"q"', 'x\ny']) {
      const text = edit('Deployment default/web', 'metadata.annotations.note', value)
      expect(readManifests([{ name: 'a.yaml', text }]).objects[0]?.metadata.annotations['note']).toBe(value)
    }
  })
})

test.each([
  ['Service default/nope', 'spec.type', 'edit-no-object'],
  ['Service default/web', 'spec.ports', 'edit-no-place'],
  ['Service default/web', 'spec.ports[3].port', 'edit-no-place'],
])('%s %s: %s', (ref, path, code) => {
  expect(edit(ref, path, 1)).toBe(code)
})

test('addDocument', () => {
  expect(addDocument(files, 'other.yaml', 'a: 1\n')[0]?.text).toBe('# nothing\n---\na: 1\n')
  expect(addDocument([{ name: 'x.yaml', text: 'b: 1' }], 'x.yaml', 'a: 1\n')[0]?.text).toBe('b: 1\n---\na: 1\n')
  expect(addDocument(files, 'new.yaml', 'a: 1\n')[2]).toEqual({ name: 'new.yaml', text: 'a: 1\n' })
})
