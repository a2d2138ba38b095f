import { describe, expect, test } from 'vitest'
import { settle } from '../../cluster/settle.ts'
import { readManifests } from '../../manifest/read.ts'
import { type GetOptions, getTable } from './get.ts'

const TEXT = `apiVersion: v1
kind: Service
metadata: {name: web, labels: {app: web}}
spec: {type: NodePort, clusterIP: 10.96.40.40, selector: {tier: front, app: web}, ports: [{name: http, port: 80, nodePort: 31080, targetPort: 8080}, {name: m, port: 9100, nodePort: 31910}]}
---
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {clusterIP: None, ports: [{port: 5432}]}
---
apiVersion: v1
kind: Service
metadata: {name: ext}
spec: {type: ExternalName, externalName: db.example.org}
---
apiVersion: v1
kind: Service
metadata: {name: lb, namespace: edge}
spec: {type: LoadBalancer, clusterIP: 10.96.7.7, externalIPs: [192.0.2.1], ports: [{port: 443, nodePort: 30443}]}
status: {loadBalancer: {ingress: [{hostname: a-very-long-name.elb.example.org}]}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec:
  replicas: 4
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web, tier: front}}, spec: {nodeName: node-1, containers: [{name: a, image: x, ports: [{containerPort: 8080}]}, {name: b, image: z}]}}
---
apiVersion: v1
kind: Pod
metadata: {name: lost}
spec: {nodeSelector: {a: b}, containers: [{name: c, image: nginx}]}
---
apiVersion: v1
kind: Node
metadata: {name: node-1, labels: {node-role.kubernetes.io/control-plane: ""}}
spec: {podCIDR: 10.244.1.0/24, unschedulable: true}
status: {addresses: [{type: InternalIP, address: 192.168.10.11}]}
`
const { cluster } = settle(readManifests([{ name: 'lab.yaml', text: TEXT }]).objects, { wants: { everything: false, dns: false } })
const get = (kind: string, options?: GetOptions) => getTable(cluster, kind, options)
const slice = cluster.slices[0]?.meta.name.slice(4) ?? ''

describe('kubectl get', () => {
  test.each<[string, GetOptions | undefined, string]>([
    [
      'svc',
      undefined,
      `
NAME   TYPE           CLUSTER-IP    EXTERNAL-IP      PORT(S)                       AGE
db     ClusterIP      None          <none>           5432/TCP                      <unknown>
ext    ExternalName   <none>        db.example.org   <none>                        <unknown>
web    NodePort       10.96.40.40   <none>           80:31080/TCP,9100:31910/TCP   <unknown>
`,
    ],
    [
      'services',
      { namespace: 'edge', output: 'wide' },
      `
NAME   TYPE           CLUSTER-IP   EXTERNAL-IP                                  PORT(S)         AGE         SELECTOR
lb     LoadBalancer   10.96.7.7    a-very-long-name.elb.example.org,192.0.2.1   443:30443/TCP   <unknown>   <none>
`,
    ],
    [
      'svc',
      { namespace: 'edge' },
      `
NAME   TYPE           CLUSTER-IP   EXTERNAL-IP                  PORT(S)         AGE
lb     LoadBalancer   10.96.7.7    a-very-long-n...,192.0.2.1   443:30443/TCP   <unknown>
`,
    ],
    [
      'po',
      { output: 'wide' },
      `
NAME    READY   STATUS    RESTARTS   AGE         IP           NODE     NOMINATED NODE   READINESS GATES
lost    0/1     Pending   0          <unknown>   <none>       <none>   <none>           <none>
web-0   2/2     Running   0          <unknown>   10.244.1.2   node-1   <none>           <none>
web-1   2/2     Running   0          <unknown>   10.244.1.3   node-1   <none>           <none>
web-2   2/2     Running   0          <unknown>   10.244.1.4   node-1   <none>           <none>
web-3   2/2     Running   0          <unknown>   10.244.1.5   node-1   <none>           <none>
`,
    ],
    [
      'ep',
      undefined,
      `
NAME   ENDPOINTS                                                     AGE
web    10.244.1.2:8080,10.244.1.3:8080,10.244.1.4:8080 + 5 more...   <unknown>
`,
    ],
    [
      'endpointslices',
      undefined,
      `
NAME        ADDRESSTYPE   PORTS       ENDPOINTS                                      AGE
web-${slice}   IPv4          8080,9100   10.244.1.2,10.244.1.3,10.244.1.4 + 1 more...   <unknown>
`,
    ],
    [
      'nodes',
      { output: 'wide', allNamespaces: true },
      `
NAME     STATUS                     ROLES           AGE         VERSION   INTERNAL-IP     EXTERNAL-IP   OS-IMAGE    KERNEL-VERSION   CONTAINER-RUNTIME
node-1   Ready,SchedulingDisabled   control-plane   <unknown>   v1.30.5   192.168.10.11   <none>        <unknown>   <unknown>        <unknown>
`,
    ],
    [
      'svc',
      { allNamespaces: true },
      `
NAMESPACE   NAME   TYPE           CLUSTER-IP    EXTERNAL-IP                  PORT(S)                       AGE
default     db     ClusterIP      None          <none>                       5432/TCP                      <unknown>
default     ext    ExternalName   <none>        db.example.org               <none>                        <unknown>
default     web    NodePort       10.96.40.40   <none>                       80:31080/TCP,9100:31910/TCP   <unknown>
edge        lb     LoadBalancer   10.96.7.7     a-very-long-n...,192.0.2.1   443:30443/TCP                 <unknown>
`,
    ],
    ['pods', { namespace: 'shop' }, '\nNo resources found in shop namespace.\n'],
  ])('%s %j', (kind, options, expected) => expect(`\n${get(kind, options)}`).toBe(expected))

  test('a kind that there is not', () => {
    expect(get('foo')).toEqual({ code: 'api', params: { text: 'the server doesn\'t have a resource type "foo"' }, severity: 'error' })
  })

  test.each(['pods', 'services', 'endpoints', 'endpointslices', 'nodes'])('%s -o yaml is a lab again', (kind) => {
    const text = get(kind, { output: 'yaml', allNamespaces: true }) as string
    const { objects, problems } = readManifests([{ name: 'again.yaml', text }])
    expect(problems.filter((one) => one.severity === 'error')).toEqual([])
    expect(objects.length).toBeGreaterThan(0)
    const again = settle(objects, { wants: { everything: false, dns: false } })
    expect(getTable(again.cluster, kind, { output: 'yaml', allNamespaces: true })).toBe(text)
  })

  test('texts that look like something else are quoted, keys sorted', () => {
    expect(get('nodes', { output: 'yaml' })).toBe(`apiVersion: v1
items:
- apiVersion: v1
  kind: Node
  metadata:
    labels:
      kubernetes.io/arch: amd64
      kubernetes.io/hostname: node-1
      kubernetes.io/os: linux
      node-role.kubernetes.io/control-plane: ""
    name: node-1
  spec:
    podCIDR: 10.244.1.0/24
    podCIDRs:
    - 10.244.1.0/24
    unschedulable: true
  status:
    addresses:
    - address: 192.168.10.11
      type: InternalIP
    - address: node-1
      type: Hostname
kind: List
metadata:
  resourceVersion: ""
`)
  })
})
