import type { ClusterCode } from '../../cluster/codes.ts'
import type { Sentence } from '../sentence.ts'

/** What is wrong with a cluster as a whole, for each code of the cluster room. */
export const clusterProblems: Readonly<Record<ClusterCode, Sentence>> = {
  'overlapping-nets': {
    en: '{what} {a} and {other} {b} share addresses; nets for different uses must not overlap',
    zh: '{what} {a} 与 {other} {b} 有重叠的地址；用途不同的网段不能重叠',
  },
  'cluster-cidr': {
    en: 'clusterCIDR {cidr} of kube-proxy does not hold the Pods’ {pods}: what they send to a Service is masqueraded, as if it came from outside',
    zh: 'kube-proxy 的 clusterCIDR {cidr} 不包含 Pod 所在的 {pods}：Pod 访问 Service 的流量会被当成集群外来的而做 MASQUERADE',
  },
  'node-in-net': {
    en: 'the node address {address} lies in the {what} {net}; its traffic will be taken for something else',
    zh: '节点地址 {address} 落在 {what} {net} 里，它的流量会被误认',
  },
  'pod-subnet-small': {
    en: 'the Pod subnet {net} is too small: each node gets a /{length} of it',
    zh: 'Pod 网段 {net} 太小：每个节点都要从中分到一个 /{length}',
  },
  'pod-subnet-full': {
    en: 'no piece of the Pod subnet {net} is left for node {node}',
    zh: 'Pod 网段 {net} 已分完，没有给节点 {node} 的了',
  },
  'proxy-unknown': {
    en: '{name} is not a mode of kube-proxy; known are: {names}',
    zh: 'kube-proxy 没有 {name} 这种模式；已知的有：{names}',
  },
  'proxy-removed': {
    en: 'kube-proxy has had no mode {name} since Kubernetes {version}; it is shown as it was',
    zh: '自 Kubernetes {version} 起 kube-proxy 已没有 {name} 模式；这里按当年的样子展示',
  },
  'proxy-refused': {
    en: 'kube-proxy does not start with this configuration: it says why in its log and exits',
    zh: 'kube-proxy 用这份配置无法启动：它在日志里写明原因后退出',
  },
  'cni-unknown': { en: '{name} is not a known CNI; known are: {names}', zh: '{name} 不是已知的 CNI；已知的有：{names}' },
  'cni-not-modelled': {
    en: 'the CNI {name} is not modelled; modelled are: {names}',
    zh: 'CNI {name} 尚未建模；已建模的有：{names}',
  },
  'node-not-ready': {
    en: 'Node {node} says that it is not Ready: a cluster takes its Pods out of every Service, here they run and answer',
    zh: '节点 {node} 的状态不是 Ready：真实集群会把它的 Pod 移出所有 Service，而在这里它们照常运行并应答',
  },
  'program-refuses': { en: '{program} does not start: {text}', zh: '{program} 无法启动：{text}' },
  'net-conf-unread': { en: '{file}: {what} is not modelled', zh: '{file}：{what} 尚未建模' },
  'net-conf': {
    en: 'net-conf.json must be JSON with a "Network" such as "10.244.0.0/16"',
    zh: 'net-conf.json 必须是 JSON，并且有 "Network"，例如 "10.244.0.0/16"',
  },
  'too-many-pods': {
    en: 'more than {limit} Pods are not made: this workload is left out',
    zh: '最多生成 {limit} 个 Pod：这个工作负载被忽略',
  },
  'no-such-node': {
    en: 'there is no node {node}: Pod {pod} never starts',
    zh: '没有节点 {node}：Pod {pod} 无法启动',
  },
  'pod-pending': {
    en: 'no node fits Pod {pod} (nodeSelector, taints, cordoned nodes): it stays Pending',
    zh: '没有节点适合 Pod {pod}（nodeSelector、污点、被封锁的节点）：它停在 Pending',
  },
  'no-address-left': {
    en: 'node {node} has no free address left in {net}: Pod {pod} stays in ContainerCreating',
    zh: '节点 {node} 的 {net} 里没有空闲地址了：Pod {pod} 停在 ContainerCreating',
  },
  'weave-full': {
    en: 'the slice {net} of node {node} is full: Pod {pod} has no address. Its weaver would ask other peers for space; that is not modelled',
    zh: '节点 {node} 的区段 {net} 已满：Pod {pod} 没有地址。weaver 会向其他 peer 要空间，这一步尚未建模',
  },
  'pod-ip-taken': { en: 'the address {address} is also that of Pod {pod}', zh: '地址 {address} 也是 Pod {pod} 的地址' },
  'address-taken': {
    en: 'the address {address} is also that of {other}: packets for it reach only one of the two',
    zh: '地址 {address} 也是 {other} 的地址：发往它的数据包只能到达其中一个',
  },
  'endpoint-is-cluster-ip': {
    en: '{address} is the ClusterIP of Service {service}: kube-proxy rewrites a packet once, so what is sent there reaches nobody',
    zh: '{address} 是 Service {service} 的 ClusterIP：kube-proxy 只改写一次数据包，发到那里的流量到不了任何地方',
  },
  'more-of-these': { en: '… and {count} more of these', zh: '……还有 {count} 个同样的问题' },
  'no-endpoints': {
    en: 'no Pod has the labels {selector}, so Service {service} has no endpoints',
    zh: '没有 Pod 带有标签 {selector}，所以 Service {service} 没有端点',
  },
  'none-ready': {
    en: 'none of the Pods behind Service {service} is ready ({count} in all), so it refuses every connection',
    zh: 'Service {service} 后面的 Pod 都没有就绪（共 {count} 个），所以它拒绝所有连接',
  },
  'selector-near': {
    en: 'no Pod in this namespace has {key}: {value}; did you mean {near}?',
    zh: '这个命名空间里没有 Pod 带 {key}: {value}；是不是想写 {near}？',
  },
  'selector-namespace': {
    en: '{object} has these labels, but a Service selects only Pods of its own namespace; did you mean namespace {namespace}?',
    zh: '{object} 带有这些标签，但 Service 只选择自己命名空间里的 Pod；是不是想写命名空间 {namespace}？',
  },
  'slice-recomputed': {
    en: 'the EndpointSlice controller manages {slice}: what the Pods of this lab make of Service {service} is used instead of what stands here',
    zh: '{slice} 由 EndpointSlice 控制器管理：这里写的内容不用，改用本实验的 Pod 为 Service {service} 算出的端点',
  },
  'slice-without-service': {
    en: 'no Service {service} is here for EndpointSlice {slice}: kube-proxy leaves it aside',
    zh: '没有与 EndpointSlice {slice} 对应的 Service {service}：kube-proxy 不理会它',
  },
  'slice-port-name': {
    en: 'no EndpointSlice of Service {service} has the port {port} (there are: {names}); names and protocols must be equal, so this port has no endpoints',
    zh: 'Service {service} 的 EndpointSlice 都没有端口 {port}（现有：{names}）；名称和协议必须一致，所以这个端口没有端点',
  },
  'no-such-port-name': {
    en: 'no container behind Service {service} has a port called {port}, so this port has no endpoints',
    zh: 'Service {service} 背后的容器都没有名为 {port} 的端口，所以这个端口没有端点',
  },
  'port-name-near': {
    en: 'no container port is called {port}; did you mean {near}?',
    zh: '没有名为 {port} 的容器端口；是不是想写 {near}？',
  },
  'port-protocol': {
    en: 'the container port {port} is {found}, this Service port is {protocol}: they do not meet',
    zh: '容器端口 {port} 是 {found}，这个 Service 端口是 {protocol}：两者对不上',
  },
  'nobody-listens': {
    en: 'no Pod behind this Service listens on {port}; they listen on: {ports}',
    zh: '这个 Service 背后没有 Pod 监听 {port}；它们监听的是：{ports}',
  },
  'listens-on-nothing': {
    en: 'nothing says what {pod} listens on: the image {image} is not known here. Give it ports, or list it in spec.pods of a Lab',
    zh: '无从得知 {pod} 监听什么端口：这里不认识镜像 {image}。请给它写上 ports，或列在 Lab 的 spec.pods 里',
  },
  'probe-without-listener': {
    en: 'the readiness probe of {pod} asks port {port}, where nobody listens: the Pod never gets ready',
    zh: '{pod} 的就绪探针访问端口 {port}，但没有进程监听：这个 Pod 永远不会就绪',
  },
  'env-too-late': {
    en: 'Service {service} was created after {pod} had started: its variables are missing there, and $(…) stays as it is, until the container starts again',
    zh: 'Service {service} 创建于 {pod} 启动之后：容器里没有它的环境变量，$(…) 会原样保留，直到容器重新启动',
  },
  'env-order': {
    en: '{pod} uses variables of Service {service}, which is applied after it: should the container start first, they are missing until it starts again',
    zh: '{pod} 用到了 Service {service} 的环境变量，但后者在它之后才创建：容器若先启动，这些变量就会缺失，直到容器重新启动',
  },
  'coredns-fails': {
    en: 'CoreDNS prints this and exits, so its Pods never get ready and nobody answers DNS: {text}',
    zh: 'CoreDNS 打印下面这行后退出，它的 Pod 永远不会就绪，没有进程回答 DNS：{text}',
  },
  'policy-selects-nobody': {
    en: 'no Pod of namespace {namespace} has these labels: policy {policy} isolates nobody',
    zh: '命名空间 {namespace} 里没有带这些标签的 Pod：策略 {policy} 不隔离任何 Pod',
  },
  'policy-port-nowhere': {
    en: 'no container of these Pods has a {protocol} port named {port}: this opens nothing',
    zh: '这些 Pod 的容器都没有名为 {port} 的 {protocol} 端口：这里没有放行任何流量',
  },
  'policy-peer-nobody': {
    en: 'no Pod fits this peer: it lets nobody through',
    zh: '没有 Pod 符合这一项：它不放行任何人',
  },
  'policy-or': {
    en: 'two items, so either is enough: every Pod of those namespaces, or such Pods of namespace {namespace}. Both selectors in one item mean AND',
    zh: '这是两项，满足其一即可：那些命名空间里的所有 Pod，或命名空间 {namespace} 里带这些标签的 Pod。两个选择算符写在同一项里才是“与”',
  },
  'no-load-balancer': {
    en: 'nobody in this lab gives Service {service} an address: EXTERNAL-IP stays <pending>, only its node ports can be reached. Name a provider in spec.loadBalancers of a Lab',
    zh: '这个实验里没有谁给 Service {service} 分配地址：EXTERNAL-IP 一直是 <pending>，只能访问它的 NodePort。请在 Lab 的 spec.loadBalancers 里写一个',
  },
  'load-balancer-class': {
    en: 'no load balancer of this lab has the class {class}: Service {service} stays <pending>',
    zh: '这个实验里没有 class 为 {class} 的负载均衡器：Service {service} 停在 <pending>',
  },
  'load-balancer-pool': {
    en: 'the load balancer {name} has no address left for Service {service}: it stays <pending>',
    zh: '负载均衡器 {name} 没有空闲地址给 Service {service}：它停在 <pending>',
  },
  'load-balancer-wish': {
    en: '{address} is not an address that the load balancer {name} gives: the Service stays <pending>',
    zh: '{address} 不在负载均衡器 {name} 可分配的地址里：这个 Service 停在 <pending>',
  },
  'balancer-needs-node-ports': {
    en: 'the load balancer {name} sends to node ports, and Service {service} has none (allocateLoadBalancerNodePorts: false)',
    zh: '负载均衡器 {name} 把流量发往 NodePort，而 Service {service} 没有（allocateLoadBalancerNodePorts: false）',
  },
  'strict-arp': {
    en: 'kube-proxy in IPVS mode puts {address} on kube-ipvs0 of every node, so all of them answer ARP for it; set ipvs.strictARP: true',
    zh: 'IPVS 模式的 kube-proxy 把 {address} 配在每个节点的 kube-ipvs0 上，所有节点都会应答它的 ARP；请设置 ipvs.strictARP: true',
  },
  'gateway-condition': { en: 'status of {object}: {condition}=False, {reason}', zh: '{object} 的状态：{condition}=False，{reason}' },
  'gateway-unmodelled': {
    en: '{what} of Gateway API is not modelled: a request that needs it ends there',
    zh: 'Gateway API 的 {what} 尚未建模：用到它的请求到此为止',
  },
  'two-cnis': {
    en: 'More than one CNI is configured: {file} comes before {otherFile}, so {name} attaches the Pods; it alone does, not {other}',
    zh: '配置了不止一个 CNI：{file} 按文件名排在 {otherFile} 之前，所以只由 {name} 接入 Pod，{other} 不接入任何 Pod',
  },
  'fixed-ip-ignored': {
    en: 'Pod {pod} asks for a fixed address, and {cni} does not read the annotation cni.projectcalico.org/ipAddrs: it gets an ordinary one',
    zh: 'Pod {pod} 要求固定地址，而 {cni} 不读注解 cni.projectcalico.org/ipAddrs：它得到的是普通地址',
  },
  'bandwidth-unmodelled': {
    en: '{by} would limit this Pod by {annotation}; limits of bandwidth are not modelled',
    zh: '{by} 会按 {annotation} 给这个 Pod 限速；带宽限制尚未建模',
  },
  'bandwidth-ignored': {
    en: 'With {where} nothing acts on {annotation}: the Pod has no limit',
    zh: '{where} 下没有程序理会 {annotation}：这个 Pod 没有限速',
  },
  'bgp-peer-nobody': {
    en: 'there is no node {node}: this BGPPeer asks nobody for a session',
    zh: '没有节点 {node}：这个 BGPPeer 不会建立任何会话',
  },
  'calico-not-modelled': { en: 'Calico: {what} is not modelled', zh: 'Calico：{what} 尚未建模' },
  'pod-sandbox': {
    en: 'Pod {pod} stays in ContainerCreating. Its event: Failed to create pod sandbox: … {text}',
    zh: 'Pod {pod} 停在 ContainerCreating，事件为：Failed to create pod sandbox: … {text}',
  },
  'pod-network-not-ready': {
    en: 'Pod {pod} stays in ContainerCreating with the event NetworkNotReady: its runtime has no CNI configuration that it can read',
    zh: 'Pod {pod} 停在 ContainerCreating，事件为 NetworkNotReady：容器运行时没有可读的 CNI 配置',
  },
  'net-conf-broken': {
    en: 'the first file of /etc/cni/net.d is {file}, and containerd cannot read it: {text}. Nodes report NetworkReady=false; only Pods with hostNetwork start',
    zh: '/etc/cni/net.d 里第一个文件是 {file}，containerd 读不了它：{text}。节点报告 NetworkReady=false，只有 hostNetwork 的 Pod 能启动',
  },
  'net-conf-version': {
    en: '{file} has no cniVersion: plugins speak 0.1.0 with it, results name no interfaces, and DEL gets no prevResult',
    zh: '{file} 没有 cniVersion：插件按 0.1.0 交互，结果里没有 interfaces，DEL 得不到 prevResult',
  },
  'lab-pod-unknown': { en: 'no Pod is called {pod}', zh: '没有名为 {pod} 的 Pod' },
}
