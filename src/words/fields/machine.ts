import type { Sentence } from '../sentence.ts'

/** Fields of every object, of nodes, and of the programs' own configuration. */
export const machineFields = {
  apiVersion: {
    en: 'Group and version of the kind: v1, apps/v1, discovery.k8s.io/v1 …',
    zh: 'kind 所属的组和版本：v1、apps/v1、discovery.k8s.io/v1 等。',
  },
  kind: { en: 'What object this is.', zh: '这是什么对象。' },
  metadata: { en: 'Name, namespace, labels and annotations.', zh: '名称、命名空间、标签和注解。' },
  spec: { en: 'What is wanted.', zh: '期望的状态。' },
  status: {
    en: 'What is: written by controllers, read here only from files of a running cluster.',
    zh: '实际状态：由控制器写入；这里只从运行中的集群导出的文件里读取。',
  },
  'metadata.name': {
    en: 'Its name. That of a Service is its DNS name: NAME.NAMESPACE.svc.cluster.local.',
    zh: '名称。Service 的名称就是 DNS 名：NAME.NAMESPACE.svc.cluster.local。',
  },
  'metadata.generateName': { en: 'Beginning of a name; the server adds five letters.', zh: '名称的开头；服务器补上五个字符。' },
  'metadata.namespace': {
    en: 'default unless told. Selectors and short DNS names stay inside a namespace.',
    zh: '默认 default。selector 和短 DNS 名称只在同一命名空间内有效。',
  },
  'metadata.labels': { en: 'What selectors look for.', zh: 'selector 查找的标签。' },
  'metadata.annotations': { en: 'Notes for programs; nothing selects by them.', zh: '给程序看的注解；不能用于选择。' },
  'metadata.uid': { en: 'Given by the server.', zh: '由服务器给出。' },
  'metadata.creationTimestamp': { en: 'When the server stored it.', zh: '服务器保存它的时间。' },
  'metadata.deletionTimestamp': { en: 'Set: it is terminating.', zh: '一旦设置，就处于终止过程。' },
  'Node.spec.podCIDR': {
    en: 'The piece of the Pod subnet out of which this node’s Pods get addresses.',
    zh: 'Pod 网段中分给此节点的一段，节点上的 Pod 从中取地址。',
  },
  'Node.spec.podCIDRs': { en: 'The same for both families.', zh: '两个地址族的 podCIDR。' },
  'Node.spec.unschedulable': { en: 'Cordoned: new Pods go elsewhere, those that run stay.', zh: '已封锁：新 Pod 去别处，已有的不动。' },
  'Node.spec.taints': { en: 'Keep Pods away that do not tolerate them.', zh: '拒绝不容忍它的 Pod。' },
  'Node.spec.taints.key': { en: 'Name of the taint.', zh: '污点名。' },
  'Node.spec.taints.value': { en: 'Its value.', zh: '污点的值。' },
  'Node.spec.taints.effect': { en: 'NoSchedule, PreferNoSchedule or NoExecute.', zh: 'NoSchedule、PreferNoSchedule 或 NoExecute。' },
  'Node.status.addresses': { en: 'Addresses of the machine.', zh: '机器的地址。' },
  'Node.status.addresses.type': { en: 'InternalIP is the one that other nodes and tunnels use.', zh: '其他节点和隧道使用 InternalIP。' },
  'Node.status.addresses.address': { en: 'The address itself.', zh: '地址本身。' },
  'ConfigMap.data': {
    en: 'Files and values by name. Some configure programs: kube-proxy, CoreDNS, flannel.',
    zh: '按名称存放的文件和值。其中一些是程序的配置：kube-proxy、CoreDNS、flannel。',
  },
  'ConfigMap.immutable': { en: 'May not be changed any more.', zh: '不能再修改。' },
  'KubeProxyConfiguration.mode': {
    en: 'How Services become rules: iptables, ipvs or nftables.',
    zh: 'Service 如何变成规则：iptables、ipvs 或 nftables。',
  },
  'KubeProxyConfiguration.hostnameOverride': { en: 'The node’s name, if not the machine’s.', zh: '节点名，如果与主机名不同。' },
  'KubeProxyConfiguration.clusterCIDR': {
    en: 'The Pod net: traffic to a Service from outside it is masqueraded.',
    zh: 'Pod 网段：从它之外发往 Service 的流量会被 SNAT。',
  },
  'KubeProxyConfiguration.detectLocalMode': {
    en: 'How kube-proxy tells traffic of local Pods from the rest.',
    zh: 'kube-proxy 如何识别本地 Pod 的流量。',
  },
  'KubeProxyConfiguration.detectLocal': { en: 'Names of interfaces for that.', zh: '识别时用的接口名。' },
  'KubeProxyConfiguration.detectLocal.bridgeInterface': { en: 'The bridge that local Pods hang on.', zh: '本地 Pod 所接的网桥。' },
  'KubeProxyConfiguration.detectLocal.interfaceNamePrefix': {
    en: 'How names of local Pods’ interfaces begin.',
    zh: '本地 Pod 接口名的前缀。',
  },
  'KubeProxyConfiguration.nodePortAddresses': {
    en: 'Nets of node addresses that take node ports; all unless told.',
    zh: '哪些节点地址接受 NodePort；默认全部。',
  },
  'KubeProxyConfiguration.iptables': { en: 'Settings of iptables mode.', zh: 'iptables 模式的设置。' },
  'KubeProxyConfiguration.iptables.masqueradeBit': {
    en: 'The bit of the mark that asks for SNAT: 14 is 0x4000.',
    zh: '要求 SNAT 的标记位：14 即 0x4000。',
  },
  'KubeProxyConfiguration.iptables.masqueradeAll': {
    en: 'SNAT for everything that goes to a Service.',
    zh: '发往 Service 的流量一律 SNAT。',
  },
  'KubeProxyConfiguration.iptables.localhostNodePorts': {
    en: 'Node ports on 127.0.0.1 too (route_localnet).',
    zh: '127.0.0.1 上也有 NodePort（route_localnet）。',
  },
  'KubeProxyConfiguration.ipvs': { en: 'Settings of IPVS mode.', zh: 'IPVS 模式的设置。' },
  'KubeProxyConfiguration.ipvs.scheduler': { en: 'How IPVS chooses: rr, lc, sh …', zh: 'IPVS 如何选择后端：rr、lc、sh 等。' },
  'KubeProxyConfiguration.ipvs.strictARP': {
    en: 'No answers to ARP for addresses of kube-ipvs0.',
    zh: '不回应对 kube-ipvs0 上地址的 ARP。',
  },
  'KubeProxyConfiguration.ipvs.excludeCIDRs': { en: 'IPVS services that kube-proxy leaves alone.', zh: 'kube-proxy 不去动的 IPVS 服务。' },
  'KubeProxyConfiguration.nftables': { en: 'Settings of nftables mode.', zh: 'nftables 模式的设置。' },
  'KubeProxyConfiguration.nftables.masqueradeBit': { en: 'The bit of the mark that asks for SNAT.', zh: '要求 SNAT 的标记位。' },
  'KubeProxyConfiguration.nftables.masqueradeAll': {
    en: 'SNAT for everything that goes to a Service.',
    zh: '发往 Service 的流量一律 SNAT。',
  },
  'ClusterConfiguration.networking': { en: 'Nets of the cluster, as kubeadm was told.', zh: '告诉 kubeadm 的集群网段。' },
  'ClusterConfiguration.networking.podSubnet': { en: 'Out of this each node gets its podCIDR.', zh: '每个节点的 podCIDR 从中分出。' },
  'ClusterConfiguration.networking.serviceSubnet': {
    en: 'Out of this Services get their ClusterIPs.',
    zh: 'Service 的 ClusterIP 从中分配。',
  },
  'ClusterConfiguration.networking.dnsDomain': { en: 'cluster.local unless told.', zh: '默认 cluster.local。' },
} as const satisfies Readonly<Record<string, Sentence>>
