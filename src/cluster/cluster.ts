import type { PolicyFields } from '../manifest/kinds/policyTypes.ts'
import type {
  EndpointsSubset,
  IngressFields,
  KubeProxyFields,
  LabPod,
  LabProbe,
  LoadBalancerIngress,
  OtherObject,
  PodSpec,
  ServiceSpec,
  SliceFields,
} from '../manifest/kinds.ts'
import type { Metadata, ObjectOf } from '../manifest/object.ts'
import type { Cidr, Ip } from '../net/ip.ts'
import type { CauseId, Causes } from '../trace/cause.ts'
import type { CalicoPlan } from './calico/types.ts'
import type { NodeDump } from './dumps.ts'
import type { GatewayApi } from './gateway/types.ts'
import type { WeavePlan } from './weave/types.ts'

/** What every object of the cluster has, whether it stands in a file, a controller made it, or we made it up. */
export interface Made {
  readonly meta: Metadata
  /** The object behind it; path '' = the whole. */
  readonly because: CauseId
  /** Cause of one of its fields: `causeOf('spec.ports[0].port')`. */
  causeOf(path: string): CauseId
  /** Shown as made up on the page; the command line adds such things only when a probe needs them. */
  readonly madeUp: boolean
}

export interface ClusterNode extends Made {
  readonly podCIDRs: readonly Cidr[]
  /** InternalIPs, first of each family counts. */
  readonly addresses: readonly Ip[]
  readonly zone?: string
  readonly unschedulable: boolean
  /** Absent: none. */
  readonly taints?: readonly { readonly key: string; readonly effect: string }[]
  /** What only the machine knows; see manifest/kinds.ts LabNode. */
  readonly interfaces?: readonly { readonly name: string; readonly addresses: readonly Cidr[] }[]
  /** Programs that /opt/cni/bin lacks. Absent: none. */
  readonly missingPlugins?: readonly string[]
  readonly sysctls: Readonly<Record<string, number>>
  readonly iptablesRandomFully: boolean
  /** Text of its own /etc/resolv.conf, when the Lab writes it. */
  readonly resolvConf?: string
  /** Outputs of the node's own tools, which stand in the place of what programs write there. */
  readonly dumps?: readonly NodeDump[]
}

/** A port on which a process of the Pod listens, and what answers there. */
export interface PodListener {
  readonly proto: 'tcp' | 'udp' | 'sctp'
  readonly port: number
  /** Container that owns it. */
  readonly process: string
  readonly because: CauseId
}

export interface ClusterPod extends Made {
  readonly spec: PodSpec
  readonly nodeName: string
  /** First is the primary; the node's own addresses for hostNetwork. Empty while pending. */
  readonly podIPs: readonly Ip[]
  readonly ready: boolean
  readonly terminating: boolean
  readonly listens: readonly PodListener[]
  /** What it is to the engine: an ordinary workload, CoreDNS, … */
  readonly role: 'workload' | 'coredns' | 'stand-in'
  readonly owner?: { readonly kind: string; readonly name: string }
  readonly restarts: number
  /** Pending: no node, or no address. Succeeded and Failed only as a file tells. Absent: Running. */
  readonly phase?: 'Pending' | 'Running' | 'Succeeded' | 'Failed'
  /** RFC 3339; only as a file from a running cluster tells. */
  readonly startedAt?: string
  /** Only of a Pod without addresses. */
  readonly stuck?: Stuck
}

/** Why a Pod that is bound to a node has no network, as the kubelet's event on it says. */
export interface Stuck {
  readonly reason: 'FailedCreatePodSandBox' | 'NetworkNotReady'
  /** FailedCreatePodSandBox: what stands behind `failed to setup network for sandbox "…": `. Else the whole message. */
  readonly text: string
  /** Its own words, where a plugin or its IPAM plugin refuses this one Pod. Absent: no Pod of the node gets a network. */
  readonly words?: string
  readonly by?: 'plugin' | 'ipam'
}

export interface ClusterService extends Made {
  /** clusterIPs and nodePorts allocated. */
  readonly spec: ServiceSpec
  readonly ingress: readonly LoadBalancerIngress[]
}

export interface ClusterSlice extends Made {
  readonly is: SliceFields
  /** Label kubernetes.io/service-name. */
  readonly service: string
  /** Cause of endpoint i; of its pod when it has one. */
  endpointCause(i: number): CauseId
}

/** A NetworkPolicy. What it selects and lets through is worked out in policy/select.ts, for whoever enforces it. */
export interface ClusterPolicy extends Made {
  readonly spec: PolicyFields
}

/** An Ingress with its class: the one that it names, or the default one that the admission plugin DefaultIngressClass gave it. */
export interface ClusterIngress extends Made {
  readonly spec: IngressFields
  /** Objects that no controller made are as old as their place in the files says, unless creationTimestamp does. */
  readonly created: string
}
export interface ClusterIngressClass extends Made {
  readonly controller: string
  readonly isDefault: boolean
}
export interface ClusterSecret extends Made {
  readonly type: string
  readonly data: Readonly<Record<string, string>>
}

export interface ClusterEndpoints extends Made {
  readonly subsets: readonly EndpointsSubset[]
}

/** A machine outside the cluster, or an endpoint address that belongs to nobody else. */
export interface ClusterHost extends Made {
  readonly addresses: readonly Ip[]
  readonly gateway?: Ip
  readonly listens: readonly PodListener[]
  readonly dns: readonly { readonly name: string; readonly type: string; readonly value: string; readonly ttl?: number }[]
  /** It is the machine of this load balancer. */
  readonly balancer?: Balancer
}

/** What a health check of a node came to. */
export interface NodeHealth {
  readonly node: string
  /** As a probe says it: `http://192.168.56.11:30512/`; '' where the node is not asked at all. */
  readonly asks: string
  readonly healthy: boolean
  /** `HTTP 200`, `connected`, `refused`, `timeout`, or why it is not asked: `excluded`. */
  readonly answer: string
  readonly body?: string
}

/** One Service behind a load balancer. */
export interface BalancedService {
  readonly service: ClusterService
  readonly vips: readonly Ip[]
  /** Walks the health checks when first asked; [] for kind l2, where nobody checks. */
  health(): readonly NodeHealth[]
}

/** Who takes traffic for Services of type LoadBalancer; kinds as in manifest/kinds.ts LabLoadBalancer. */
export interface Balancer {
  readonly name: string
  readonly kind: 'passthrough' | 'nat' | 'l2'
  readonly healthCheck: 'healthz' | 'nodePort'
  readonly because: CauseId
  readonly serves: readonly BalancedService[]
}

/** Process on a node that stands in for an endpoint at the node's own address. */
export interface NodeListener extends PodListener {
  readonly node: string
}

/** A real server that is on its way out of a virtual server of IPVS, with weight 0. */
export interface Leaving {
  readonly proto: 'tcp' | 'udp' | 'sctp'
  readonly address: Ip
  readonly port: number
  readonly server: Ip
  readonly serverPort: number
  readonly because: CauseId
}

/** kube-proxy of one node after its lab's timeline. */
export interface NodeProxy {
  readonly state: 'running' | 'stopped' | 'crashed'
  /**
   * What stands on the node, the newest last: as a kube-proxy that saw this cluster, configured as the cluster says, wrote it.
   * `cleaned`: the rules are gone, the sysctls stay.
   */
  readonly wrote: readonly { readonly cluster: Cluster; readonly cleaned?: true }[]
  readonly leaving: readonly Leaving[]
  /** ns on the lab's clock at each start, and the configuration that it read. */
  readonly starts: readonly { readonly at: number; readonly cluster: Cluster }[]
  /** ns: real servers on their way out were last looked at. */
  readonly looked: number
}

export interface Cluster {
  readonly causes: Causes
  readonly podSubnets: readonly Cidr[]
  readonly serviceSubnets: readonly Cidr[]
  readonly dnsDomain: string
  /** False when the files list no Namespace: then every namespace exists for DNS. */
  readonly namespacesListed: boolean
  readonly namespaces: readonly string[]
  /** Labels that the files give; every namespace has kubernetes.io/metadata.name as well. */
  readonly namespaceLabels: ReadonlyMap<string, Readonly<Record<string, string>>>
  readonly nodes: readonly ClusterNode[]
  readonly pods: readonly ClusterPod[]
  readonly services: readonly ClusterService[]
  readonly slices: readonly ClusterSlice[]
  readonly policies: readonly ClusterPolicy[]
  readonly endpoints: readonly ClusterEndpoints[]
  readonly hosts: readonly ClusterHost[]
  /** Absent: the files hold nothing of Gateway API. */
  readonly gatewayApi?: GatewayApi
  /** Absent: no Service has a load balancer. */
  readonly balancers?: readonly Balancer[]
  readonly nodeListeners: readonly NodeListener[]
  readonly proxy: {
    readonly mode: 'iptables' | 'ipvs' | 'nftables' | 'userspace' | 'none'
    readonly config: KubeProxyFields
    readonly because: CauseId
    /** As it was written, before defaults. */
    readonly raw: ObjectOf<string, unknown>['raw']
  }
  /** By node, where something happened since the start; else kube-proxy has just written what the cluster says. */
  readonly proxies?: ReadonlyMap<string, NodeProxy>
  /** Name out of agents/cni/list.ts, and the objects that configure it. */
  readonly cni: { readonly name: string; readonly because: CauseId }
  /** What the network under the nodes does not carry: `ipip`, `4789/udp`. */
  readonly blocks: readonly string[]
  /** The most bytes of an IP packet that it carries, when less than the machines' 1500. */
  readonly underlayMtu?: number
  /** What Calico goes by, where it is the CNI. */
  readonly calico?: CalicoPlan
  /** What Weave goes by, where it is the CNI. */
  readonly weave?: WeavePlan
  readonly ingresses: readonly ClusterIngress[]
  readonly ingressClasses: readonly ClusterIngressClass[]
  readonly secrets: readonly ClusterSecret[]
  /** Objects of kinds that only one program knows (a Mapping, a VirtualService): it reads them itself. */
  readonly others: readonly OtherObject[]
  readonly configMaps: readonly ObjectOf<'ConfigMap', { readonly data: Readonly<Record<string, string>> }>[]
  readonly labPods: readonly LabPod[]
  readonly probes: readonly LabProbe[]
  readonly seed: number
}
