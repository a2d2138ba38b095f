import type { Networks } from '../config/networks.ts'
import { defaultCorefile } from './corefile.ts'

/** A node that nobody wrote down. */
export interface MadeUpNode {
  readonly name: string
  readonly address: string
  /** undefined: the node IPAM controller chooses. */
  readonly podCIDR?: string
}

export const clusterText = ({ podSubnets, serviceSubnets, dnsDomain }: Networks): string => `apiVersion: kubeadm.k8s.io/v1beta3
kind: ClusterConfiguration
networking:
  podSubnet: ${podSubnets.join(',')}
  serviceSubnet: ${serviceSubnets.join(',')}
  dnsDomain: ${dnsDomain}
`

/** kubeadm writes the Pod subnet into clusterCIDR. */
export const proxyText = ({ podSubnets }: Networks): string => `apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: iptables
clusterCIDR: ${podSubnets.join(',')}
`

/** The ConfigMap of flannel's own manifest (kube-flannel.yml), as far as a packet can tell. */
export function flannelText({ podSubnets }: Networks, backend = 'vxlan'): string {
  const four = podSubnets.find((one) => !one.includes(':'))
  const six = podSubnets.find((one) => one.includes(':'))
  const lines = [
    ...(four === undefined ? ['"EnableIPv4": false'] : [`"Network": "${four}"`]),
    ...(six === undefined ? [] : ['"EnableIPv6": true', `"IPv6Network": "${six}"`]),
    `"Backend": { "Type": "${/^(flannel|canal)$/.test(backend) ? 'vxlan' : backend}" }`,
  ]
  return `apiVersion: v1
kind: ConfigMap
metadata:
  name: kube-flannel-cfg
  namespace: kube-flannel
data:
  net-conf.json: |
    {
      ${lines.join(',\n      ')}
    }
`
}

export const nodeText = ({ name, address, podCIDR }: MadeUpNode): string => `apiVersion: v1
kind: Node
metadata:
  name: ${name}
${podCIDR === undefined ? '' : `spec:\n  podCIDR: ${podCIDR}\n`}status:
  addresses:
    - type: InternalIP
      address: ${address}
`

export const KUBERNETES_SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: kubernetes
  namespace: default
  labels:
    component: apiserver
    provider: kubernetes
spec:
  ports:
    - name: https
      port: 443
      targetPort: 6443
`

/** The API server writes this slice itself: its own address. */
export const kubernetesSliceText = (address: string): string => `apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: kubernetes
  namespace: default
  labels:
    kubernetes.io/service-name: kubernetes
addressType: ${address.includes(':') ? 'IPv6' : 'IPv4'}
ports:
  - name: https
    port: 6443
    protocol: TCP
endpoints:
  - addresses:
      - ${address}
    conditions:
      ready: true
`

export const KUBE_DNS_SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: kube-dns
  namespace: kube-system
  labels:
    k8s-app: kube-dns
    kubernetes.io/cluster-service: "true"
    kubernetes.io/name: CoreDNS
spec:
  selector:
    k8s-app: kube-dns
  ports:
    - name: dns
      port: 53
      protocol: UDP
      targetPort: 53
    - name: dns-tcp
      port: 53
      protocol: TCP
      targetPort: 53
    - name: metrics
      port: 9153
      protocol: TCP
      targetPort: 9153
`

export const corefileText = (domain: string): string => `apiVersion: v1
kind: ConfigMap
metadata:
  name: coredns
  namespace: kube-system
data:
  Corefile: |
${defaultCorefile(domain).replace(/^(?=.)/gm, '    ')}`

export const COREDNS = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: coredns
  namespace: kube-system
  labels:
    k8s-app: kube-dns
spec:
  replicas: 2
  selector:
    matchLabels:
      k8s-app: kube-dns
  template:
    metadata:
      labels:
        k8s-app: kube-dns
    spec:
      dnsPolicy: Default
      tolerations:
        - key: CriticalAddonsOnly
          operator: Exists
        - key: node-role.kubernetes.io/control-plane
          effect: NoSchedule
      containers:
        - name: coredns
          image: registry.k8s.io/coredns/coredns:v1.11.1
          ports:
            - name: dns
              containerPort: 53
              protocol: UDP
            - name: dns-tcp
              containerPort: 53
              protocol: TCP
            - name: metrics
              containerPort: 9153
              protocol: TCP
`

export const hostText = (name: string, address: string): string => `apiVersion: packetwalk.dev/v1alpha1
kind: Lab
metadata:
  name: made-up
spec:
  hosts:
    - name: ${name}
      addresses:
        - ${address}
`

/**
 * Knows no name of the outside world but `names`, which lead to `to`: a lab that has others says so with `dns` of a host of its own.
 */
export const resolverText = (
  name: string,
  address: string,
  names: readonly string[] = [],
  to = '',
): string => `apiVersion: packetwalk.dev/v1alpha1
kind: Lab
metadata:
  name: made-up-resolver
spec:
  hosts:
    - name: ${name}
      addresses:
        - ${address}
      listen:
        - 53/UDP
        - 53/TCP
${names.length === 0 ? '' : `      dns:\n${names.map((n) => `        - {name: ${n}, type: A, value: ${to}}\n`).join('')}`}`
