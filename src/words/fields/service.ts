import type { Sentence } from '../sentence.ts'

/** Fields of Services, EndpointSlices and Endpoints. */
export const serviceFields = {
  'Service.spec.type': {
    en: 'Who can reach it: ClusterIP inside the cluster, NodePort on a port of every node too, LoadBalancer from outside too, ExternalName as a CNAME in DNS alone.',
    zh: '谁能访问它：ClusterIP 只在集群内；NodePort 还在每个节点上开一个端口；LoadBalancer 还可从外部访问；ExternalName 只是 DNS 里的一条 CNAME。',
  },
  'Service.spec.selector': {
    en: 'Pods of the same namespace with all these labels become its endpoints. Without a selector somebody else writes the EndpointSlices.',
    zh: '同一命名空间里带有全部这些标签的 Pod 成为它的端点。没有 selector 时，EndpointSlice 由别人写入。',
  },
  'Service.spec.clusterIP': {
    en: 'Its virtual address. No interface has it: kube-proxy’s rules rewrite it on the way. None makes it headless: DNS answers with the Pods’ own addresses.',
    zh: '它的虚拟地址。没有任何网卡拥有它：kube-proxy 的规则在途中改写它。None 表示 headless：DNS 直接返回 Pod 的地址。',
  },
  'Service.spec.clusterIPs': {
    en: 'The virtual addresses of both families; the first is clusterIP.',
    zh: '两个地址族的虚拟地址；第一个就是 clusterIP。',
  },
  'Service.spec.ports': {
    en: 'The ports on which it takes connections, each with the port of the Pods behind it.',
    zh: '它接受连接的端口，以及各自对应的 Pod 端口。',
  },
  'Service.spec.ports.name': {
    en: 'Joins it with the EndpointSlice port of the same name; needed as soon as there are two ports. SRV records carry it.',
    zh: '与同名的 EndpointSlice 端口相对应；有两个以上端口时必填。SRV 记录里也有它。',
  },
  'Service.spec.ports.protocol': {
    en: 'TCP unless told. kube-proxy writes a rule for each protocol.',
    zh: '默认 TCP。kube-proxy 按协议分别写规则。',
  },
  'Service.spec.ports.port': { en: 'The port of the virtual address: what callers write.', zh: '虚拟地址上的端口：调用方使用的端口。' },
  'Service.spec.ports.targetPort': {
    en: 'The Pod’s port that DNAT rewrites to: a number, or the name of a container port. Equal to port unless told.',
    zh: 'DNAT 改写成的 Pod 端口：数字，或容器端口的名称。默认与 port 相同。',
  },
  'Service.spec.ports.nodePort': {
    en: 'The port on every node that leads here, 30000 to 32767; allocated when left out.',
    zh: '每个节点上通往这里的端口，30000 到 32767；不写则自动分配。',
  },
  'Service.spec.ports.appProtocol': {
    en: 'A hint to proxies about the protocol above TCP. kube-proxy ignores it.',
    zh: '提示代理 TCP 之上是什么协议。kube-proxy 不使用它。',
  },
  'Service.spec.externalIPs': {
    en: 'Addresses from outside the cluster that every node takes for this Service, if packets get there.',
    zh: '集群外的地址：只要数据包到达节点，每个节点都把它当作这个 Service。',
  },
  'Service.spec.externalName': {
    en: 'The name that DNS answers as a CNAME. No packet is rewritten.',
    zh: 'DNS 以 CNAME 返回的名称。不改写任何数据包。',
  },
  'Service.spec.sessionAffinity': {
    en: 'ClientIP: the same client address gets the same Pod for a while (iptables: the recent match).',
    zh: 'ClientIP：一段时间内，同一客户端地址总是到同一个 Pod（iptables 里用 recent 匹配）。',
  },
  'Service.spec.sessionAffinityConfig': { en: 'How long a client stays with its Pod.', zh: '客户端与 Pod 绑定多久。' },
  'Service.spec.sessionAffinityConfig.clientIP': { en: 'For affinity by client address.', zh: '用于按客户端地址的亲和。' },
  'Service.spec.sessionAffinityConfig.clientIP.timeoutSeconds': {
    en: 'Seconds without traffic after which the client may get another Pod; 10800 unless told.',
    zh: '多少秒没有流量之后可以换 Pod；默认 10800。',
  },
  'Service.spec.externalTrafficPolicy': {
    en: 'Cluster: any node sends outside traffic to any Pod, with SNAT. Local: only to Pods of the same node, and the client’s address stays; a node without one drops.',
    zh: 'Cluster：任何节点都可把外部流量转给任何 Pod，并做 SNAT。Local：只给本节点的 Pod，保留客户端地址；没有 Pod 的节点丢弃。',
  },
  'Service.spec.internalTrafficPolicy': {
    en: 'Local: callers inside the cluster reach only Pods on their own node.',
    zh: 'Local：集群内的调用方只能到达本节点上的 Pod。',
  },
  'Service.spec.healthCheckNodePort': {
    en: 'Where a load balancer asks whether a node has endpoints (Local only).',
    zh: '负载均衡器在此查询节点是否有端点（仅 Local）。',
  },
  'Service.spec.loadBalancerIP': { en: 'A wish to the load balancer; deprecated.', zh: '对负载均衡器的请求地址；已弃用。' },
  'Service.spec.loadBalancerSourceRanges': {
    en: 'Client nets that may come through the load balancer; others are dropped in KUBE-FW chains.',
    zh: '允许经负载均衡器进来的客户端网段；其余在 KUBE-FW 链里丢弃。',
  },
  'Service.spec.loadBalancerClass': { en: 'Which load balancer is responsible.', zh: '由哪个负载均衡器负责。' },
  'Service.spec.allocateLoadBalancerNodePorts': {
    en: 'false: no node ports for a load balancer that does not need them.',
    zh: 'false：负载均衡器不需要时，不分配节点端口。',
  },
  'Service.spec.publishNotReadyAddresses': {
    en: 'Pods count as ready in the EndpointSlices although they are not.',
    zh: '即使 Pod 未就绪，EndpointSlice 里也当作就绪。',
  },
  'Service.spec.ipFamilies': {
    en: 'IPv4, IPv6 or both, in order; cannot lose its first later.',
    zh: 'IPv4、IPv6 或两者，按顺序；第一个以后不能更改。',
  },
  'Service.spec.ipFamilyPolicy': { en: 'One family or two, and whether two are a must.', zh: '一个还是两个地址族，两个是否必须。' },
  'Service.spec.trafficDistribution': {
    en: 'Which endpoints are preferred: those of the same zone or node, by hints in the EndpointSlices.',
    zh: '优先哪些端点：通过 EndpointSlice 的提示，优先同可用区或同节点。',
  },
  'Service.status.loadBalancer': { en: 'What the load balancer wrote back.', zh: '负载均衡器写回的内容。' },
  'Service.status.loadBalancer.ingress': {
    en: 'Addresses of the load balancer. kube-proxy catches them on the nodes too.',
    zh: '负载均衡器的地址。kube-proxy 在节点上也截获它们。',
  },
  'Service.status.loadBalancer.ingress.ip': { en: 'An address of the load balancer.', zh: '负载均衡器的一个地址。' },
  'Service.status.loadBalancer.ingress.hostname': {
    en: 'A name instead of an address: no rule is written for it.',
    zh: '用名称代替地址：不为它写规则。',
  },
  'Service.status.loadBalancer.ingress.ipMode': {
    en: 'Proxy: nodes send packets out to the load balancer; VIP: they catch them.',
    zh: 'Proxy：节点把数据包发给负载均衡器；VIP：节点自己截获。',
  },
  'EndpointSlice.addressType': { en: 'The family of all its addresses.', zh: '其中所有地址的地址族。' },
  'EndpointSlice.endpoints': {
    en: 'The backends of the Service. kube-proxy makes a KUBE-SEP chain of each ready one.',
    zh: 'Service 的后端。kube-proxy 为每个就绪的后端建一条 KUBE-SEP 链。',
  },
  'EndpointSlice.endpoints.addresses': {
    en: 'Addresses of one backend; kube-proxy uses the first.',
    zh: '一个后端的地址；kube-proxy 用第一个。',
  },
  'EndpointSlice.endpoints.conditions': { en: 'Whether it may get traffic.', zh: '是否可以接收流量。' },
  'EndpointSlice.endpoints.conditions.ready': { en: 'false: gets no new connections.', zh: 'false：不接收新连接。' },
  'EndpointSlice.endpoints.conditions.serving': { en: 'Answers, even while it is terminating.', zh: '仍能应答，即使正在终止。' },
  'EndpointSlice.endpoints.conditions.terminating': {
    en: 'On its way out: used only when no ready endpoint is left.',
    zh: '正在退出：只有没有就绪端点时才使用。',
  },
  'EndpointSlice.endpoints.hostname': {
    en: 'Gives a headless Service a DNS name for this endpoint alone.',
    zh: '为 headless Service 的这个端点单独提供 DNS 名称。',
  },
  'EndpointSlice.endpoints.nodeName': { en: 'The node it runs on: decides what is local.', zh: '所在节点：决定是否算本地。' },
  'EndpointSlice.endpoints.zone': { en: 'The zone it is in, for hints.', zh: '所在可用区，用于提示。' },
  'EndpointSlice.endpoints.targetRef': { en: 'The Pod behind the address.', zh: '地址背后的 Pod。' },
  'EndpointSlice.endpoints.hints': { en: 'Who should use this endpoint.', zh: '谁应当使用这个端点。' },
  'EndpointSlice.endpoints.hints.forZones': { en: 'Zones whose nodes should use it.', zh: '应由哪些可用区的节点使用。' },
  'EndpointSlice.ports': {
    en: 'Ports of all its endpoints; names match those of the Service.',
    zh: '所有端点的端口；名称与 Service 的对应。',
  },
  'EndpointSlice.ports.name': { en: 'Must equal the name of the Service’s port.', zh: '必须与 Service 端口的名称一致。' },
  'EndpointSlice.ports.protocol': { en: 'Must equal the protocol of the Service’s port.', zh: '必须与 Service 端口的协议一致。' },
  'EndpointSlice.ports.port': { en: 'The port that DNAT rewrites to.', zh: 'DNAT 改写成的端口。' },
  'Endpoints.subsets': {
    en: 'The older form of EndpointSlices: addresses with the ports that they share. A controller mirrors it.',
    zh: 'EndpointSlice 的旧形式：地址及其共同的端口。由控制器转抄为 EndpointSlice。',
  },
  'Endpoints.subsets.addresses': { en: 'Backends that get traffic.', zh: '接收流量的后端。' },
  'Endpoints.subsets.notReadyAddresses': { en: 'Backends that do not get traffic yet.', zh: '暂时不接收流量的后端。' },
  'Endpoints.subsets.ports': { en: 'Ports of these backends.', zh: '这些后端的端口。' },
} as const satisfies Readonly<Record<string, Sentence>>
