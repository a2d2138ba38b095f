/** Pieces that stories put together. Two machines on one switch, each with a slice of the Pod network. */
export const twoNodes = `
apiVersion: v1
kind: Node
metadata: {name: node-1}
spec: {podCIDR: 10.244.1.0/24}
status:
  addresses: [{type: InternalIP, address: 192.168.10.11}]
---
apiVersion: v1
kind: Node
metadata: {name: node-2}
spec: {podCIDR: 10.244.2.0/24}
status:
  addresses: [{type: InternalIP, address: 192.168.10.12}]
`

interface PodLines {
  readonly name: string
  readonly node: string
  readonly ip: string
  readonly app?: string
  readonly port?: number
}

export const pod = ({ name, node, ip, app, port }: PodLines): string => `
apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  labels: {app: ${app ?? name}}
spec:
  nodeName: ${node}
  containers:
  - name: main
    image: example.com/${app ?? name}
    ports: [${port === undefined ? '' : `{containerPort: ${port}}`}]
status:
  podIP: ${ip}
  podIPs: [{ip: ${ip}}]
`

interface ServiceLines {
  readonly name: string
  readonly ip: string
  readonly app: string
  readonly nodePort?: number
}

export const service = ({ name, ip, app, nodePort }: ServiceLines): string => `
apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec:
  type: ${nodePort === undefined ? 'ClusterIP' : 'NodePort'}
  clusterIP: ${ip}
  selector: {app: ${app}}
  ports:
  - {port: 80, targetPort: 8080${nodePort === undefined ? '' : `, nodePort: ${nodePort}`}}
`

export const host = (name: string, address: string, listen: readonly string[] = []): string => `
apiVersion: packetwalk.dev/v1alpha1
kind: Lab
metadata: {name: ${name}}
spec:
  v: 1
  hosts:
  - {name: ${name}, addresses: [${address}], listen: [${listen.map((l) => `"${l}"`).join(', ')}]}
`

export const together = (...documents: readonly string[]): string => documents.join('---\n')

/** The client that most stories start from: 10.244.1.2 on node-1. */
export const client = pod({ name: 'client', node: 'node-1', ip: '10.244.1.2' })

/** CoreDNS as one Pod, 10.244.2.9 on node-2, behind its Service. */
export const coreDns = `
apiVersion: v1
kind: Pod
metadata:
  name: coredns
  namespace: kube-system
  labels: {k8s-app: kube-dns}
spec:
  nodeName: node-2
  dnsPolicy: Default
  containers:
  - name: coredns
    image: registry.k8s.io/coredns/coredns:v1.11.1
    ports: [{name: dns, containerPort: 53, protocol: UDP}, {name: dns-tcp, containerPort: 53, protocol: TCP}]
status:
  podIP: 10.244.2.9
  podIPs: [{ip: 10.244.2.9}]
---
apiVersion: v1
kind: Service
metadata: {name: kube-dns, namespace: kube-system}
spec:
  clusterIP: 10.96.0.10
  selector: {k8s-app: kube-dns}
  ports:
  - {name: dns, port: 53, protocol: UDP}
  - {name: dns-tcp, port: 53, protocol: TCP}
`
