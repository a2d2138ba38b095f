import type { Cidr, Ip } from '../net/ip.ts'
import type { GatewayApiObject } from './kinds/gateway/types.ts'
import type { LabPod } from './kinds/labTypes.ts'
import type { LabLoadBalancer } from './kinds/loadBalancer.ts'
import type { NetworkPolicyObject } from './kinds/policyTypes.ts'
import type { Json, ObjectOf } from './object.ts'
import type { LabStep } from './past/steps.ts'

export type { LabPod }

/**
 * The kinds that the cluster understands, with the API server's defaults filled in. Field names are the API's own;
 * `is` holds what stands beside metadata (spec, status, data …), typed.
 */
export type PortProtocol = 'TCP' | 'UDP' | 'SCTP'

export interface ServicePort {
  /** '' when unnamed. */
  readonly name: string
  readonly protocol: PortProtocol
  readonly port: number
  /** A number or the name of a container port. Defaults to `port`. */
  readonly targetPort: number | string
  /** 0 when not given: the allocator chooses. */
  readonly nodePort: number
  readonly appProtocol?: string
}

export interface LoadBalancerIngress {
  readonly ip?: Ip
  readonly hostname?: string
  readonly ipMode?: 'VIP' | 'Proxy'
}

export interface ServiceSpec {
  readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName'
  /** undefined: a Service without selector. */
  readonly selector?: Readonly<Record<string, string>>
  /** [] until allocated; ['None'] for headless. First is the primary. */
  readonly clusterIPs: readonly (Ip | 'None')[]
  readonly ports: readonly ServicePort[]
  readonly externalIPs: readonly Ip[]
  readonly externalName?: string
  readonly sessionAffinity: 'None' | 'ClientIP'
  /** Seconds; 10800 unless told. */
  readonly affinityTimeout: number
  readonly externalTrafficPolicy: 'Cluster' | 'Local'
  readonly internalTrafficPolicy: 'Cluster' | 'Local'
  readonly healthCheckNodePort: number
  readonly loadBalancerSourceRanges: readonly Cidr[]
  readonly loadBalancerClass?: string
  /** A wish to the provider; kube-proxy does not read it. */
  readonly loadBalancerIP?: Ip
  readonly allocateLoadBalancerNodePorts: boolean
  readonly publishNotReadyAddresses: boolean
  readonly ipFamilies: readonly ('IPv4' | 'IPv6')[]
  readonly ipFamilyPolicy?: 'SingleStack' | 'PreferDualStack' | 'RequireDualStack'
  readonly trafficDistribution?: string
}
export type ServiceObject = ObjectOf<'Service', { readonly spec: ServiceSpec; readonly ingress: readonly LoadBalancerIngress[] }>

export interface EndpointAddress {
  readonly addresses: readonly string[]
  /** undefined counts as true for ready and serving (API rule), false for terminating. */
  readonly ready?: boolean
  readonly serving?: boolean
  readonly terminating?: boolean
  readonly nodeName?: string
  readonly hostname?: string
  readonly zone?: string
  readonly hints?: readonly string[]
  readonly targetRef?: { readonly kind: string; readonly namespace: string; readonly name: string }
}
export interface SlicePort {
  readonly name: string
  readonly protocol: PortProtocol
  /** undefined: all ports. */
  readonly port?: number
}
export interface SliceFields {
  readonly addressType: 'IPv4' | 'IPv6' | 'FQDN'
  readonly endpoints: readonly EndpointAddress[]
  readonly ports: readonly SlicePort[]
}
export type EndpointSliceObject = ObjectOf<'EndpointSlice', SliceFields>

export interface EndpointsSubset {
  readonly addresses: readonly {
    readonly ip: Ip
    readonly nodeName?: string
    readonly hostname?: string
    readonly targetRef?: EndpointAddress['targetRef']
  }[]
  readonly notReadyAddresses: EndpointsSubset['addresses']
  readonly ports: readonly { readonly name: string; readonly port: number; readonly protocol: PortProtocol }[]
}
export type EndpointsObject = ObjectOf<'Endpoints', { readonly subsets: readonly EndpointsSubset[] }>
export interface ContainerPort {
  readonly name: string
  readonly containerPort: number
  readonly hostPort: number
  readonly hostIP?: Ip
  readonly protocol: PortProtocol
}
export interface Probe {
  readonly kind: 'httpGet' | 'tcpSocket' | 'grpc' | 'exec'
  readonly port?: number | string
  readonly path?: string
}
export interface Container {
  readonly name: string
  readonly image: string
  readonly ports: readonly ContainerPort[]
  readonly readinessProbe?: Probe
  readonly env: readonly { readonly name: string; readonly value: string }[]
}
export interface PodSpec {
  readonly containers: readonly Container[]
  readonly nodeName?: string
  readonly hostNetwork: boolean
  readonly dnsPolicy: 'ClusterFirst' | 'ClusterFirstWithHostNet' | 'Default' | 'None'
  readonly dnsConfig?: {
    readonly nameservers: readonly string[]
    readonly searches: readonly string[]
    readonly options: readonly { readonly name: string; readonly value?: string }[]
  }
  /** Lines for /etc/hosts. */
  readonly hostAliases?: readonly { readonly ip: string; readonly hostnames: readonly string[] }[]
  readonly hostname?: string
  readonly subdomain?: string
  readonly nodeSelector: Readonly<Record<string, string>>
  readonly enableServiceLinks: boolean
  /** undefined: `default`, as the admission plugin ServiceAccount sets it. */
  readonly serviceAccountName?: string
}
export interface PodStatus {
  readonly podIPs: readonly Ip[]
  readonly hostIP?: Ip
  readonly phase?: string
  /** The condition Ready, when the file states it. */
  readonly ready?: boolean
  /** RFC 3339: when the first container started, or as near to it as the file tells. */
  readonly startedAt?: string
}
export type PodObject = ObjectOf<'Pod', { readonly spec: PodSpec; readonly status: PodStatus }>

export interface LabelSelector {
  readonly matchLabels: Readonly<Record<string, string>>
  readonly matchExpressions: readonly {
    readonly key: string
    readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'
    readonly values: readonly string[]
  }[]
}
/** Deployment, ReplicaSet, StatefulSet, DaemonSet (replicas unused). */
export interface WorkloadFields {
  readonly replicas: number
  readonly selector: LabelSelector
  readonly template: {
    readonly labels: Readonly<Record<string, string>>
    readonly annotations: Readonly<Record<string, string>>
    readonly spec: PodSpec
  }
  readonly serviceName?: string
}
export type WorkloadObject = ObjectOf<'Deployment' | 'ReplicaSet' | 'StatefulSet' | 'DaemonSet', WorkloadFields>

export type NodeObject = ObjectOf<
  'Node',
  {
    readonly podCIDRs: readonly Cidr[]
    readonly addresses: readonly { readonly type: string; readonly address: string }[]
    readonly unschedulable: boolean
    readonly taints: readonly { readonly key: string; readonly effect: string }[]
  }
>
export type NamespaceObject = ObjectOf<'Namespace', Record<never, never>>
export type ConfigMapObject = ObjectOf<'ConfigMap', { readonly data: Readonly<Record<string, string>> }>

export type PathType = 'Exact' | 'Prefix' | 'ImplementationSpecific'
/** A Service's port by name or number, or an object of another kind that only some controllers know. */
export type IngressBackend =
  | { readonly service: { readonly name: string; readonly port: number | string } }
  | { readonly resource: { readonly apiGroup: string; readonly kind: string; readonly name: string } }
export interface IngressPath {
  /** '' only with ImplementationSpecific. */
  readonly path: string
  readonly pathType: PathType
  readonly backend: IngressBackend
}
export interface IngressFields {
  readonly ingressClassName?: string
  readonly defaultBackend?: IngressBackend
  /** host '': all. paths undefined: a rule without `http`. */
  readonly rules: readonly { readonly host: string; readonly paths?: readonly IngressPath[] }[]
  readonly tls: readonly { readonly hosts: readonly string[]; readonly secretName: string }[]
}
export type IngressObject = ObjectOf<'Ingress', IngressFields>
export type IngressClassObject = ObjectOf<'IngressClass', { readonly controller: string; readonly isDefault: boolean }>
/** data: still in base64; what stands in stringData has been put there. */
export type SecretObject = ObjectOf<'Secret', { readonly type: string; readonly data: Readonly<Record<string, string>> }>

/** kubeproxy.config.k8s.io/v1alpha1, also from the ConfigMap kube-proxy. */
export interface KubeProxyFields {
  readonly mode: 'iptables' | 'ipvs' | 'nftables' | 'userspace'
  readonly hostnameOverride: string
  readonly clusterCIDR: string
  readonly detectLocalMode: 'ClusterCIDR' | 'NodeCIDR' | 'BridgeInterface' | 'InterfaceNamePrefix'
  readonly detectLocal: { readonly bridgeInterface: string; readonly interfaceNamePrefix: string }
  readonly nodePortAddresses: readonly string[]
  readonly iptables: { readonly masqueradeBit: number; readonly masqueradeAll: boolean; readonly localhostNodePorts: boolean }
  readonly ipvs: { readonly scheduler: string; readonly strictARP: boolean; readonly excludeCIDRs: readonly string[] }
  readonly nftables: { readonly masqueradeBit: number; readonly masqueradeAll: boolean }
  /** It stands in the ConfigMap, and a value in it is one that kube-proxy refuses at its start. */
  readonly refused?: true
}
export type KubeProxyObject = ObjectOf<'KubeProxyConfiguration', KubeProxyFields>
export type ClusterConfigurationObject = ObjectOf<
  'ClusterConfiguration',
  { readonly podSubnets: readonly Cidr[]; readonly serviceSubnets: readonly Cidr[]; readonly dnsDomain: string }
>

export interface LabNode {
  readonly name: string
  readonly addresses: readonly Ip[]
  /** When given, all the node's interfaces; undefined: the CNI and the machine write them. */
  readonly interfaces?: readonly { readonly name: string; readonly addresses: readonly Cidr[] }[]
  readonly sysctls: Readonly<Record<string, number>>
  readonly iptablesRandomFully: boolean
  readonly iptables: 'legacy' | 'nft'
  /** Text of the machine's own /etc/resolv.conf; undefined: it names the lab's resolvers. */
  readonly resolvConf?: string
  /** Programs that /opt/cni/bin of the machine lacks. */
  readonly missingPlugins?: readonly string[]
}
export interface LabHost {
  readonly name: string
  readonly addresses: readonly Ip[]
  readonly gateway?: Ip
  readonly listen: readonly string[]
  /** ttl in seconds; 300 unless told. */
  readonly dns: readonly { readonly name: string; readonly type: string; readonly value: string; readonly ttl?: number }[]
}
export interface LabProbe {
  readonly from: string
  readonly to: string
  readonly sport?: number
  readonly cold?: boolean
  /** The connection stays open; a later probe of the same two ends that keeps too goes on on it. */
  readonly keep?: boolean
}
/** What tools of a node printed: a file of the lab, or the text itself. `table` and `family`: what `iptables -S` does not say. */
export interface LabDump {
  readonly node?: string
  readonly file?: string
  readonly text?: string
  readonly table?: 'raw' | 'mangle' | 'nat' | 'filter' | 'security'
  readonly family?: 4 | 6
}
export interface LabFields {
  readonly nodes: readonly LabNode[]
  readonly hosts: readonly LabHost[]
  readonly pods: readonly LabPod[]
  readonly probes: readonly LabProbe[]
  readonly seed?: number
  /** Objects without text. */
  readonly generate: readonly { readonly services: number; readonly endpoints: number; readonly namespace: string }[]
  /** Which CNI, when the files do not say it by its own objects; the command line's and the page's switch. */
  readonly cni?: string
  /** What the network under the nodes does not carry: `ipip`, `4789/udp`. */
  readonly blocks: readonly string[]
  /** What it carries, in bytes of an IP packet. */
  readonly underlayMtu?: number
  readonly dumps: readonly LabDump[]
  readonly loadBalancers: readonly LabLoadBalancer[]
  readonly timeline: readonly LabStep[]
}
export type LabObject = ObjectOf<'Lab', LabFields>

/** A kind that the cluster does not use. Never an error. */
export type OtherObject = ObjectOf<'Other', { readonly kind: string; readonly json: Json }>

export type ManifestObject =
  | ServiceObject
  | EndpointSliceObject
  | EndpointsObject
  | PodObject
  | WorkloadObject
  | NetworkPolicyObject
  | IngressObject
  | IngressClassObject
  | SecretObject
  | NodeObject
  | NamespaceObject
  | ConfigMapObject
  | KubeProxyObject
  | ClusterConfigurationObject
  | LabObject
  | GatewayApiObject
  | OtherObject
