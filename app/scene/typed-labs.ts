// For tests only: labs as somebody might type them, each hard for the layout in a way of its own.
import type { ProbeQuestion, Question } from '../../src/answer.ts'

const node = (n: number, name = `node-${n}`, pods = `10.244.${n}.0/24`, address = `192.168.10.${10 + n}`): string => `
apiVersion: v1
kind: Node
metadata: { name: ${name} }
spec: { podCIDR: '${pods}' }
status: { addresses: [{ type: InternalIP, address: '${address}' }] }
---`

const nodes = (n: number): string => Array.from({ length: n }, (_, i) => node(i + 1)).join('')

const pod = (name: string, on: string, label = 'client', more = ''): string => `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, labels: { app: ${label} } }
spec: { nodeName: ${on}, ${more} containers: [{ name: c, image: nginx, ports: [{ containerPort: 8080 }] }] }
---`

const web = (replicas: number, on: string | undefined, name = 'web'): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
${on === undefined ? '' : `      nodeName: ${on}\n`}      containers: [{ name: web, image: nginx, ports: [{ containerPort: 8080 }] }]
---`

const service = (more = '', name = 'web', label = 'web'): string => `
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { ${more} selector: { app: ${label} }, ports: [{ port: 80, targetPort: 8080${more.includes('NodePort') ? ', nodePort: 31080' : ''} }] }
---`

/** Chains of names that fill a box: 63 characters are what an API server takes for a Service. */
const longName = 'a-payment-reconciliation-service-with-a-name-as-long-as-allowed'

const sixNode = (n: number): string => node(n, `node-${n}`, `fd00:244:0:${n}::/64`, `fd00:192:168:10::${10 + n}`)
const sixNets = `
apiVersion: kubeadm.k8s.io/v1beta3
kind: ClusterConfiguration
networking: { podSubnet: 'fd00:244::/48', serviceSubnet: 'fd00:10:96::/112' }
---`

interface TypedLab {
  readonly text: string
  readonly probe: ProbeQuestion
}

const asks = (from: string, to: string): ProbeQuestion => ({ from, to })

const texts: Readonly<Record<string, TypedLab>> = {
  'one node': { text: nodes(1) + pod('client', 'node-1') + web(2, 'node-1') + service(), probe: asks('default/client', 'http://web/') },
  'three nodes, the Pods on the third': {
    text: nodes(3) + pod('client', 'node-1') + web(2, 'node-3') + service(),
    probe: asks('default/client', 'http://web/'),
  },
  'five nodes, Pods everywhere': {
    text: nodes(5) + pod('client', 'node-2') + web(10, undefined) + service(),
    probe: asks('default/client', 'http://web/'),
  },
  'ten nodes': { text: nodes(10) + pod('client', 'node-10') + web(9, undefined) + service(), probe: asks('default/client', 'http://web/') },
  'thirty Pods on a node': {
    text: nodes(2) + pod('client', 'node-1') + web(30, 'node-2') + service(),
    probe: asks('default/client', 'http://web/'),
  },
  'long names': {
    text: nodes(2) + pod(`${longName}-client`, 'node-1') + web(3, 'node-2', longName) + service('', longName),
    probe: asks(`default/${longName}-client`, `http://${longName}/`),
  },
  hairpin: { text: nodes(1) + pod('loner', 'node-1', 'web') + service(), probe: asks('default/loner', 'http://web/') },
  'a process of the node asks for the ClusterIP': {
    text: nodes(2) + web(1, 'node-2') + service('clusterIP: 10.96.7.7,'),
    probe: asks('node/node-1', 'http://10.96.7.7/'),
  },
  'a process of the node asks its own NodePort': {
    text: nodes(2) + web(1, 'node-1') + service('type: NodePort,'),
    probe: asks('node/node-1', 'http://192.168.10.11:31080/'),
  },
  'a process of the node asks the NodePort at 127.0.0.1': {
    text: nodes(2) + web(1, 'node-1') + service('type: NodePort,'),
    probe: asks('node/node-1', 'http://127.0.0.1:31080/'),
  },
  'NodePort from outside, the Pod on the same node': {
    text: nodes(2) + web(1, 'node-1') + service('type: NodePort,'),
    probe: asks('host/client', 'http://192.168.10.11:31080/'),
  },
  'a host asks a Pod': {
    text: nodes(1) + pod('web', 'node-1', 'web') + service(),
    probe: asks('host/client', 'http://10.244.1.2:8080/'),
  },
  IPv6: {
    text: sixNets + sixNode(1) + sixNode(2) + pod('client', 'node-1') + web(2, 'node-2') + service(),
    probe: asks('default/client', 'http://web/'),
  },
  'the backend in the network of its node': {
    text: nodes(2) + pod('client', 'node-1') + pod('web', 'node-2', 'web', 'hostNetwork: true,') + service(),
    probe: asks('default/client', 'http://web/'),
  },
  'the client in the network of its node': {
    text: nodes(2) + pod('client', 'node-1', 'client', 'hostNetwork: true,') + web(1, 'node-2') + service(),
    probe: asks('default/client', 'http://web/'),
  },
  'twenty endpoints': {
    text: nodes(2) + pod('client', 'node-1') + web(20, undefined) + service(),
    probe: asks('default/client', 'http://web/'),
  },
  'no endpoint': { text: nodes(2) + pod('client', 'node-1') + service(), probe: asks('default/client', 'http://web/') },
  'out of the cluster': { text: nodes(2) + pod('client', 'node-1'), probe: asks('default/client', 'http://192.168.10.100/') },
}

/** The names of the typed labs. */
export const typedLabs: readonly string[] = Object.keys(texts)

/** The question that one of them asks. */
export function typedQuestion(name: string): Question {
  const lab = texts[name]
  if (lab === undefined) throw new Error(`no lab ${name}`)
  return { v: 1, files: [{ name: 'lab.yaml', text: lab.text }], probe: lab.probe, seed: 1 }
}
