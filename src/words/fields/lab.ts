import type { Sentence } from '../sentence.ts'

/** Fields of our own kind, Lab: what no object of Kubernetes can say. */
export const labFields = {
  'Lab.spec.nodes': {
    en: 'What only the machines know of themselves. A node that no Node object tells of is made.',
    zh: '只有机器自己知道的事。没有对应 Node 对象的节点会被补上。',
  },
  'Lab.spec.nodes.name': { en: 'Name of the node.', zh: '节点名。' },
  'Lab.spec.nodes.addresses': { en: 'Addresses of the machine.', zh: '机器的地址。' },
  'Lab.spec.nodes.interfaces': { en: 'All interfaces of the machine, when told.', zh: '一旦写出，就是机器的全部接口。' },
  'Lab.spec.nodes.interfaces.name': { en: 'Name of the interface.', zh: '接口名。' },
  'Lab.spec.nodes.interfaces.addresses': { en: 'Its addresses with prefix length.', zh: '带前缀长度的地址。' },
  'Lab.spec.nodes.sysctls': {
    en: 'Kernel settings: net.ipv4.ip_forward: 0 breaks routing.',
    zh: '内核参数：net.ipv4.ip_forward: 0 会使转发失效。',
  },
  'Lab.spec.nodes.missingPlugins': {
    en: 'Programs that /opt/cni/bin of this node lacks: portmap. A list that names one of them attaches no Pod.',
    zh: '这个节点的 /opt/cni/bin 里没有的程序，如 portmap。列表里用到它们时，Pod 接不上网络。',
  },
  'Lab.spec.nodes.iptablesRandomFully': {
    en: 'Does this iptables know --random-fully? kube-proxy asks.',
    zh: '这个 iptables 是否支持 --random-fully？kube-proxy 会检查。',
  },
  'Lab.spec.nodes.iptables': { en: 'legacy or nft: which iptables the machine has.', zh: 'legacy 或 nft：机器用哪种 iptables。' },
  'Lab.spec.nodes.resolvConf': {
    en: 'Text of the machine’s own /etc/resolv.conf, from which the kubelet takes search domains and, with dnsPolicy Default, everything.',
    zh: '机器自己的 /etc/resolv.conf 文本，kubelet 从中取搜索域；dnsPolicy 为 Default 时全部照用。',
  },
  'Lab.spec.underlay': { en: 'The network between the machines.', zh: '机器之间的网络。' },
  'Lab.spec.underlay.mtu': {
    en: 'Bytes that it carries, when that is less than the machines’ 1500: longer packets are lost, and nobody says so.',
    zh: '它最多传送多少字节（小于机器以为的 1500 时）：更长的数据包会丢失，而且没有谁通知。',
  },
  'Lab.spec.underlay.blocks': {
    en: 'What it does not carry: ipip, 4789/udp, 179/tcp (then no BGP session comes up).',
    zh: '它不传送什么：ipip、4789/udp、179/tcp（此时 BGP 会话都建立不起来）。',
  },
  'Lab.spec.hosts': { en: 'Machines outside the cluster.', zh: '集群外的机器。' },
  'Lab.spec.hosts.name': { en: 'Asks as host/NAME.', zh: '作为来源写作 host/NAME。' },
  'Lab.spec.hosts.addresses': { en: 'Its addresses.', zh: '它的地址。' },
  'Lab.spec.hosts.gateway': { en: 'Where it sends what is not its neighbour’s.', zh: '非邻居的流量发往哪里。' },
  'Lab.spec.hosts.listen': { en: 'Ports that answer: 8080, 53/UDP.', zh: '应答的端口：8080、53/UDP。' },
  'Lab.spec.hosts.dns': { en: 'Records, if it is a name server.', zh: '如果是域名服务器，它的记录。' },
  'Lab.spec.hosts.dns.name': { en: 'Name of the record.', zh: '记录名。' },
  'Lab.spec.hosts.dns.type': {
    en: 'A or AAAA by the address unless told; CNAME, MX, NS, PTR, SOA, SRV and TXT too.',
    zh: '默认由地址决定是 A 还是 AAAA；也可以是 CNAME、MX、NS、PTR、SOA、SRV、TXT。',
  },
  'Lab.spec.hosts.dns.value': { en: 'The address, or what a record of its type holds.', zh: '地址，或该类型记录的内容。' },
  'Lab.spec.hosts.dns.ttl': { en: 'Seconds that an answer may be kept; 300 unless told.', zh: '回答可以缓存的秒数，默认 300。' },
  'Lab.spec.pods': { en: 'What Pods do, where the manifest cannot say it.', zh: 'manifest 说不出的 Pod 行为。' },
  'Lab.spec.pods.name': { en: 'NAMESPACE/POD, or NAMESPACE/PREFIX* for several.', zh: 'NAMESPACE/POD，或用 NAMESPACE/PREFIX* 指多个。' },
  'Lab.spec.pods.listen': { en: 'Ports on which they really listen, whatever ports says.', zh: '实际监听的端口，不管 ports 怎么写。' },
  'Lab.spec.pods.ready': { en: 'false: their readiness probe fails.', zh: 'false：就绪探针失败。' },
  'Lab.spec.pods.answerBytes': { en: 'Their HTTP answers are filled up to so many bytes.', zh: '把它们的 HTTP 应答填充到这么多字节。' },
  'Lab.spec.pods.answers': { en: 'What they answer.', zh: '它们的应答。' },
  'Lab.spec.probes': { en: 'Questions to ask; the first plays when the lab opens.', zh: '要问的问题；打开实验时播放第一个。' },
  'Lab.spec.probes.from': { en: 'Who asks: NAMESPACE/POD, node/NAME, host/NAME.', zh: '谁来问：NAMESPACE/POD、node/NAME、host/NAME。' },
  'Lab.spec.probes.to': {
    en: 'What for: http://HOST:PORT/PATH, tcp://, udp://, icmp://.',
    zh: '问什么：http://HOST:PORT/PATH、tcp://、udp://、icmp://。',
  },
  'Lab.spec.probes.cold': {
    en: 'Start with empty neighbour tables and FDBs: ARP walks before the packet does.',
    zh: '邻居表和 FDB 从空开始：ARP 先走，数据包再走。',
  },
  'Lab.spec.probes.sport': { en: 'Source port, if it matters.', zh: '源端口，如果有讲究。' },
  'Lab.spec.probes.keep': {
    en: 'Leaves the connection open; the next such probe between the same two goes on on it.',
    zh: '连接保持打开；同样两端的下一个此类探测接着用它。',
  },
  'Lab.spec.timeline': { en: 'What happens before the lab is asked, one thing a step, in order.', zh: '提问之前依次发生的事，每步一件。' },
  'Lab.spec.timeline.delete': { en: 'An object of the files that is deleted now.', zh: '此刻删除的对象（须写在文件里）。' },
  'Lab.spec.timeline.delete.kind': { en: 'Its kind.', zh: '它的 kind。' },
  'Lab.spec.timeline.delete.name': { en: 'Its name.', zh: '它的名字。' },
  'Lab.spec.timeline.delete.namespace': { en: 'Its namespace; default unless told.', zh: '它的命名空间，默认 default。' },
  'Lab.spec.timeline.kubeProxy': {
    en: 'stop, start, restart: it reads its configuration at a start. cleanup: kube-proxy --cleanup.',
    zh: 'stop、start、restart：启动时才读取配置。cleanup：kube-proxy --cleanup。',
  },
  'Lab.spec.timeline.nodes': { en: 'On these nodes; on all unless told.', zh: '在这些节点上；默认全部。' },
  'Lab.spec.timeline.probe': { en: 'Somebody asks; what that leaves behind stays.', zh: '有人发起访问；留下的状态会保留。' },
  'Lab.spec.timeline.probe.from': {
    en: 'Who asks: NAMESPACE/POD, node/NAME, host/NAME.',
    zh: '谁来问：NAMESPACE/POD、node/NAME、host/NAME。',
  },
  'Lab.spec.timeline.probe.to': {
    en: 'What for: http://HOST:PORT/PATH, tcp://, udp://.',
    zh: '问什么：http://HOST:PORT/PATH、tcp://、udp://。',
  },
  'Lab.spec.timeline.probe.sport': { en: 'Source port: the same again is the same flow.', zh: '源端口：相同即同一条流。' },
  'Lab.spec.timeline.probe.keep': { en: 'Leaves the connection open for a later probe.', zh: '连接保持打开，留给之后的探测。' },
  'Lab.spec.timeline.wait': { en: 'Seconds that pass.', zh: '经过的秒数。' },
  'Lab.spec.generate': { en: 'Objects without text, for big clusters.', zh: '不写文本就生成的对象，用于大集群。' },
  'Lab.spec.generate.services': { en: 'How many Services.', zh: 'Service 数量。' },
  'Lab.spec.generate.endpoints': { en: 'Endpoints behind each.', zh: '每个 Service 的端点数。' },
  'Lab.spec.generate.namespace': { en: 'Where they stand.', zh: '所在命名空间。' },
  'Lab.spec.seed': { en: 'Every throw of dice comes from this number.', zh: '所有随机选择都由它决定。' },
  'Lab.spec.cni': { en: 'Which network plugin, where no object of its own says so.', zh: '用哪个网络插件（如果没有它自己的对象来说明）。' },
  'Lab.spec.loadBalancers': {
    en: 'Who gives Services of type LoadBalancer an address. Without any, EXTERNAL-IP stays <pending>.',
    zh: '由谁给 LoadBalancer 类型的 Service 分配地址。一个都没有时，EXTERNAL-IP 一直是 <pending>。',
  },
  'Lab.spec.loadBalancers.name': { en: 'Its name; its machine is host/NAME.', zh: '名字；它的机器写作 host/NAME。' },
  'Lab.spec.loadBalancers.kind': {
    en: 'passthrough keeps packets as they are, nat sends them to node ports, l2: a node answers ARP.',
    zh: 'passthrough 原样转发，nat 改发到 NodePort，l2 由一个节点应答 ARP。',
  },
  'Lab.spec.loadBalancers.class': {
    en: 'It acts on Services of this loadBalancerClass alone.',
    zh: '只处理 loadBalancerClass 与此相同的 Service。',
  },
  'Lab.spec.loadBalancers.pool': {
    en: 'Addresses to give: a CIDR, FIRST-LAST, or one.',
    zh: '可分配的地址：CIDR、起-止，或单个地址。',
  },
  'Lab.spec.loadBalancers.address': {
    en: 'The balancer’s own address, beside the nodes unless told.',
    zh: '负载均衡器自己的地址，默认与节点同网段。',
  },
  'Lab.spec.loadBalancers.healthCheck': {
    en: 'With externalTrafficPolicy Cluster: healthz asks kube-proxy on 10256, nodePort connects to the node port.',
    zh: 'externalTrafficPolicy 为 Cluster 时：healthz 访问 kube-proxy 的 10256，nodePort 连接 NodePort。',
  },
  'Lab.spec.dumps': {
    en: 'What tools of a node printed. It stands in the place of what the lab’s own programs write there; layers that no dump holds stay.',
    zh: '节点上的工具打印的内容。它取代实验里的程序在那里写的东西；没有转储的层保持不变。',
  },
  'Lab.spec.dumps.node': { en: 'Of which node. The only one, when not told.', zh: '属于哪个节点；不写时为唯一的节点。' },
  'Lab.spec.dumps.file': { en: 'A file beside the lab: node-1.txt.', zh: '与实验放在一起的文件：node-1.txt。' },
  'Lab.spec.dumps.text': { en: 'The output itself, instead of a file.', zh: '输出本身，代替文件。' },
  'Lab.spec.dumps.table': {
    en: 'Table of rules that do not say theirs, as iptables -S prints them.',
    zh: '没有写明表的规则（如 iptables -S 的输出）属于哪个表。',
  },
  'Lab.spec.dumps.family': { en: 'IPv6 for output of ip6tables that does not say so.', zh: 'ip6tables 的输出没有写明时，写 IPv6。' },
} as const satisfies Readonly<Record<string, Sentence>>
