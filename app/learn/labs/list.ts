import type { SourceFile } from '../../../src/manifest/object.ts'
import { filesIn, firstLab, type GalleryLab } from './first.ts'

// All of the gallery: the page fetches this list when its first answer is there, or when a link asks for another lab than the first.

const CNI = { en: 'CNIs', zh: 'CNI' }
const POLICY = { en: 'NetworkPolicy', zh: 'NetworkPolicy' }
const DRILL = { en: 'Find the fault', zh: '找出故障' }

export const labs: readonly GalleryLab[] = [
  firstLab,
  {
    slug: 'clusterip-same-node',
    group: firstLab.group,
    title: { en: 'Same-node ClusterIP', zh: '同节点的 ClusterIP' },
    about: {
      en: 'Client and Pods share one bridge, and still the packet climbs up to the IP layer and back.',
      zh: 'client 与 Pod 接在同一个网桥上，数据包仍要上到 IP 层再回来。',
    },
  },
  {
    slug: 'nodeport',
    group: firstLab.group,
    title: { en: 'NodePort from outside', zh: '从集群外访问 NodePort' },
    about: {
      en: 'A machine outside asks node-1 for port 31080, but the Pods run on node-2.',
      zh: '集群外的机器访问 node-1 的 31080 端口，而 Pod 在 node-2 上。',
    },
  },
  {
    slug: 'no-endpoints',
    group: firstLab.group,
    title: { en: 'A Service without endpoints', zh: '没有 endpoint 的 Service' },
    about: {
      en: 'One letter is wrong in the selector. Who says no, and where?',
      zh: 'selector 写错了一个字母。是谁、在哪里拒绝了请求？',
    },
  },
  {
    slug: 'dns-failure',
    group: firstLab.group,
    title: { en: 'A name that does not resolve', zh: '解析不了的名字' },
    about: {
      en: 'The Service is in another namespace: follow every query that the resolver sends.',
      zh: 'Service 在另一个 namespace：看解析器发出的每一个查询。',
    },
  },
  {
    slug: 'minikube-three-nginx',
    group: firstLab.group,
    title: { en: 'Three nginx on minikube', zh: 'minikube 上的三个 nginx' },
    about: {
      en: 'One node, one Service, three Pods: the chains KUBE-SVC-V2OKYYMBY3REGZOG and its three KUBE-SEP.',
      zh: '一个节点、一个 Service、三个 Pod：KUBE-SVC-V2OKYYMBY3REGZOG 和它的三条 KUBE-SEP 链。',
    },
  },
  {
    slug: 'cni-add',
    group: CNI,
    title: { en: 'A Pod is born: CNI ADD', zh: '一个 Pod 的诞生：CNI ADD' },
    about: {
      en: 'kubelet, container runtime, plugins, IPAM: who makes eth0, who chooses the address, and what is left of it after DEL.',
      zh: 'kubelet、容器运行时、插件、IPAM：谁建 eth0，谁选地址，DEL 之后还剩什么。',
    },
    opens: 'default/newborn',
  },
  {
    slug: 'flannel-host-gw',
    group: CNI,
    title: { en: 'Flannel without a tunnel: host-gw', zh: 'Flannel 不用隧道：host-gw' },
    about: {
      en: 'The same request, and the other node is simply the next hop: no header is added, and Pods keep an MTU of 1500.',
      zh: '同样的请求，对方节点就是下一跳：不加任何头部，Pod 的 MTU 仍是 1500。',
    },
  },
  {
    slug: 'calico-bgp',
    group: CNI,
    title: { en: 'Calico without a tunnel: BGP', zh: 'Calico 不用隧道：BGP' },
    about: {
      en: 'No bridge: a /32 route leads to each Pod, a /26 that BGP brought leads to the other node, and a blackhole swallows what has no Pod.',
      zh: '没有网桥：每个 Pod 一条 /32 路由，BGP 带来的 /26 指向对方节点，没有 Pod 的地址由 blackhole 吞掉。',
    },
  },
  {
    slug: 'calico-ipip',
    group: CNI,
    title: { en: 'Calico with IPIP', zh: 'Calico 用 IPIP' },
    about: {
      en: 'The packet goes inside another IP packet, protocol 4: 20 bytes, no port, and tunl0 takes the other end from the route.',
      zh: '数据包装进另一个 IP 数据包（协议号 4）：20 字节，没有端口，tunl0 从路由得知对端。',
    },
  },
  {
    slug: 'calico-vxlan-crosssubnet',
    group: CNI,
    title: { en: 'Calico with VXLAN across subnets', zh: 'Calico 跨子网用 VXLAN' },
    about: {
      en: 'A router stands between the nodes, so CrossSubnet wraps the packet. Move node-2 into the first subnet and the tunnel is gone.',
      zh: '两个节点之间隔着路由器，所以 CrossSubnet 要封装。把 node-2 移到第一个子网，隧道就不见了。',
    },
  },
  {
    slug: 'cilium-kube-proxy-free',
    group: CNI,
    title: { en: 'Cilium in the place of kube-proxy', zh: 'Cilium 取代 kube-proxy' },
    about: {
      en: 'connect() itself changes the ClusterIP into a Pod’s address: no packet ever carries the ClusterIP, and no rule of iptables is asked.',
      zh: 'connect() 调用本身就把 ClusterIP 换成 Pod 地址：没有一个数据包带着 ClusterIP，也不用问任何 iptables 规则。',
    },
  },
  {
    slug: 'cilium-native',
    group: CNI,
    title: { en: 'Cilium with native routing', zh: 'Cilium 用 native routing' },
    about: {
      en: 'eBPF programs at both ends, and a plain packet on the wire between them.',
      zh: '两端都是 eBPF 程序，线路上却是普通的数据包。',
    },
  },
  {
    slug: 'canal',
    group: CNI,
    title: { en: 'Canal: flannel carries, Calico guards', zh: 'Canal：flannel 传送，Calico 把关' },
    about: {
      en: 'The packet crosses by flannel.1, and the chain cali-tw-… of the Pod’s own interface asks the NetworkPolicy.',
      zh: '数据包经 flannel.1 过去，由 Pod 接口自己的 cali-tw-… 链检查 NetworkPolicy。',
    },
  },
  {
    slug: 'weave',
    group: CNI,
    title: { en: 'Weave: one big switch', zh: 'Weave：一台大交换机' },
    about: {
      en: 'All Pods are neighbours on one link, whatever their node: no router takes a hop off the TTL, the frame itself crosses by UDP 6784.',
      zh: '不管在哪个节点，所有 Pod 都是同一链路上的邻居：途中没有路由器减 TTL，整个帧经 UDP 6784 过去。',
    },
  },
  {
    slug: 'networkpolicy',
    group: POLICY,
    title: { en: 'Default deny, and one door', zh: '默认拒绝，再开一扇门' },
    about: {
      en: 'A stranger asks, and is dropped by the rules of the Pod’s own interface. Ask as shop/frontend, and the second policy lets you in.',
      zh: '陌生的 Pod 来访，被目标 Pod 接口上的规则丢弃。换成 shop/frontend 去问，第二条策略就会放行。',
    },
  },
  {
    slug: 'netpol-flannel',
    group: POLICY,
    title: { en: 'Accepted by the API, enforced by nobody', zh: 'API 接受了，没有谁执行' },
    about: {
      en: 'The same policies under flannel: stored, listed by kubectl, and read by no one. The stranger gets his answer.',
      zh: '同样的策略放在 flannel 上：存进去了，kubectl 也列得出来，但没有谁去读。陌生的 Pod 照样得到应答。',
    },
  },
  {
    slug: 'netpol-vs-service',
    group: POLICY,
    title: { en: 'A policy does not see the client', zh: '策略看不到真正的客户端' },
    about: {
      en: 'The policy lets the office in, and the office times out: node-1 hid the caller behind its own address before the Pod’s node asked.',
      zh: '策略放行了办公室的地址，办公室却超时：在 Pod 所在节点检查之前，node-1 已经把来源换成了自己的地址。',
    },
  },
  {
    slug: 'drill-and-or',
    group: DRILL,
    title: { en: 'Drill: AND was meant', zh: '练习：本想写 AND' },
    about: {
      en: 'A batch job reaches web, though only clients of team a were meant. One dash in the policy is too many.',
      zh: '只想放行 team a 里的 client，batch 却也进来了。策略里多了一个短横线。',
    },
  },
  {
    slug: 'drill-egress-dns',
    group: DRILL,
    title: { en: 'Drill: the name is gone', zh: '练习：名字解析不了了' },
    about: {
      en: 'Since the client has an egress policy, the name web is never found. The policy lets it talk to web: what else does it need?',
      zh: '给 client 加了 egress 策略之后，名字 web 再也解析不了。策略明明放行了 web，还缺什么？',
    },
  },
  {
    slug: 'drill-mtu',
    group: DRILL,
    title: { en: 'Drill: small answers come, large ones do not', zh: '练习：小应答能到，大应答到不了' },
    about: {
      en: 'The connection opens, and then nothing comes. Follow the answer, not the question, and compare two MTUs.',
      zh: '连接建立了，之后什么也不来。要跟着应答走，而不是请求，再比较两个 MTU。',
    },
  },
  {
    slug: 'drill-ipip-blocked',
    group: DRILL,
    title: { en: 'Drill: only Pods of other nodes are gone', zh: '练习：只有别的节点上的 Pod 不通' },
    about: {
      en: 'Nodes ping each other, routes are there, BGP is up. The packet leaves node-1 and never arrives.',
      zh: '节点互相 ping 得通，路由齐全，BGP 正常。数据包离开 node-1 后再没到达。',
    },
  },
  {
    slug: 'drill-bgp-down',
    group: DRILL,
    title: { en: 'Drill: the route that is missing', zh: '练习：缺失的路由' },
    about: {
      en: 'A Pod of the other node cannot be reached. Which line of the routing table took the packet, and which one should have?',
      zh: '另一个节点上的 Pod 不通。数据包走了路由表的哪一行，本该走哪一行？',
    },
  },
  {
    slug: 'drill-cluster-cidr',
    group: DRILL,
    title: { en: 'Drill: the Pod answers, its Service does not', zh: '练习：Pod 通，Service 不通' },
    about: {
      en: 'The policy lets the client in, and by the Pod’s address it gets in. By the Service it times out: look at the source that arrives.',
      zh: '策略放行了 client，直接访问 Pod 也通。经 Service 就超时：看看到达时的源地址。',
    },
  },
]

const texts = import.meta.glob<string>('./*/*.yaml', { query: '?raw', import: 'default', eager: true })

/** The files of a gallery lab as they were written; undefined when no lab has this slug. */
export const labFiles = (slug: string): readonly SourceFile[] | undefined => filesIn(texts, slug)
