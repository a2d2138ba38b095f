/** Where a note leads to, beside the stage: CNI ADD of a Pod (`NS/NAME`), who reaches whom, the BGP sessions. */
export type NoteDoor = { readonly cni: string } | 'matrix' | 'bgp'

type Both = readonly [en: string, zh: string]

/** What to look at in a lab of the gallery, and a question to answer from it; of a drill, when it is solved. */
export interface Note {
  readonly look: readonly Both[]
  readonly ask: Both
  readonly doors?: readonly NoteDoor[]
}

/** By slug. */
export const notes: Readonly<Record<string, Note>> = {
  'cni-add': {
    look: [
      [
        'Who calls whom: the kubelet never runs a plugin, and the flannel plugin makes nothing itself: it hands on to bridge, which asks host-local.',
        '谁调用谁：kubelet 从不运行插件；flannel 插件自己什么也不建，转交给 bridge，bridge 再去问 host-local。',
      ],
      [
        'default/latecomer: node-2 has one address for Pods. See which step fails, what is taken back, and the event on the Pod.',
        'default/latecomer：node-2 只有一个 Pod 地址。看是哪一步失败、收回了什么，以及 Pod 上的事件。',
      ],
    ],
    ask: [
      'The Pod is deleted while its node is switched off. What still holds its address on that node?',
      '节点关机期间 Pod 被删除了。这个节点上是什么还占着它的地址？',
    ],
    doors: [{ cni: 'default/newborn' }, { cni: 'default/latecomer' }],
  },
  'flannel-host-gw': {
    look: [
      [
        'The route on node-1: 10.244.2.0/24 via 192.168.10.12 dev eth0. The other node itself is the next hop.',
        'node-1 的路由：10.244.2.0/24 via 192.168.10.12 dev eth0。下一跳就是对方节点。',
      ],
      ['The packet on the wire: no outer header, and Pods keep 1500 bytes.', '线路上的数据包：没有外层头部，Pod 的 MTU 仍是 1500。'],
    ],
    ask: [
      'Put a router between the two nodes. Why does host-gw stop working, when VXLAN does not care?',
      '在两个节点之间放一台路由器。host-gw 为什么就不通了，而 VXLAN 不受影响？',
    ],
  },
  'calico-bgp': {
    look: [
      [
        'Tab Node, ip route: a /32 for each Pod of this node, a blackhole for its /26, and the other node’s /26 from bird.',
        '“节点”页的 ip route：本节点每个 Pod 一条 /32，自己的 /26 是 blackhole，对方的 /26 由 bird 写入。',
      ],
      ['The session that brought that route: press BGP under the stage.', '带来这条路由的会话：点图下方的 BGP。'],
    ],
    ask: [
      'The Pod’s gateway is 169.254.1.1, and no device has this address. Who answers its ARP request?',
      'Pod 的网关是 169.254.1.1，没有任何设备有这个地址。谁来应答它的 ARP 请求？',
    ],
    doors: ['bgp', { cni: 'default/client' }],
  },
  'calico-ipip': {
    look: [
      [
        'At tunl0, tab Packet: two IPv4 headers, the outer one from node to node with protocol 4.',
        '在 tunl0 处看“数据包”页：两层 IPv4 头部，外层从节点到节点，协议号 4。',
      ],
      [
        'The Pod’s eth0 has an MTU of 1480: 1500 less the 20 bytes of that header.',
        'Pod 的 eth0 的 MTU 是 1480：1500 减去这个头部的 20 字节。',
      ],
    ],
    ask: [
      'A firewall between the nodes passes TCP, UDP and ICMP. Why do Pods of two nodes not reach each other?',
      '节点之间的防火墙放行 TCP、UDP 和 ICMP。为什么两个节点上的 Pod 互相不通？',
    ],
    doors: ['bgp'],
  },
  'calico-vxlan-crosssubnet': {
    look: [
      [
        'node-1 and node-2 stand in two subnets, so the route leads to vxlan.calico and not to eth0.',
        'node-1 与 node-2 在两个子网，所以路由指向 vxlan.calico，而不是 eth0。',
      ],
    ],
    ask: [
      'Give node-2 the address 192.168.10.12 in cluster.yaml. Which header disappears, and why may it?',
      '在 cluster.yaml 里把 node-2 的地址改成 192.168.10.12。哪一层头部消失了，为什么可以省掉？',
    ],
  },
  'cilium-kube-proxy-free': {
    look: [
      [
        'The first stop, chains over the whole page (⇧C): three look-ups inside the system call, and another address comes out.',
        '第一站，把规则链占满页面（⇧C）：在系统调用里查三次 map，出来的已是另一个地址。',
      ],
      ['PREROUTING, FORWARD and POSTROUTING: the line steps over them.', 'PREROUTING、FORWARD、POSTROUTING：线从它们旁边绕过去。'],
    ],
    ask: [
      'Where can tcpdump see the ClusterIP? Try the Pod’s eth0, the node’s lxc device and the wire.',
      'tcpdump 在哪里能看到 ClusterIP？试试 Pod 的 eth0、节点上的 lxc 设备和线路。',
    ],
    doors: [{ cni: 'default/client' }],
  },
  'cilium-native': {
    look: [
      [
        'The route of node-1: 10.244.2.0/24 via 192.168.10.12 dev eth0. The wire carries the Pods’ own addresses.',
        'node-1 的路由：10.244.2.0/24 via 192.168.10.12 dev eth0。线路上就是 Pod 自己的地址。',
      ],
    ],
    ask: [
      'Without a tunnel, who has to know the way to 10.244.2.0/24 when a router stands between the nodes?',
      '没有隧道，若节点之间隔着路由器，谁必须知道去 10.244.2.0/24 的路？',
    ],
  },
  canal: {
    look: [
      [
        'flannel.1 carries the packet as in the first lab; at FORWARD of node-2 it goes through cali-FORWARD to the chain cali-tw-… of the Pod.',
        'flannel.1 像第一个实验那样传送数据包；到 node-2 的 FORWARD，它经 cali-FORWARD 走到这个 Pod 的 cali-tw-… 链。',
      ],
    ],
    ask: ['Two programs share the work. Which of them gave the Pod its address?', '两个程序分工。Pod 的地址是其中哪一个给的？'],
    doors: [{ cni: 'default/client' }],
  },
  weave: {
    look: [
      [
        'All Pods are in 10.32.0.0/12, on one link: the node’s routing table has one line for them all.',
        '所有 Pod 都在 10.32.0.0/12、同一条链路上：节点的路由表里只有一行管它们全部。',
      ],
    ],
    ask: [
      'A Pod asks by ARP for a Pod of the other node. Which machines hear the question?',
      '一个 Pod 用 ARP 询问另一个节点上的 Pod。哪些机器听得到？',
    ],
  },
  networkpolicy: {
    look: [
      [
        'FORWARD on node-2: cali-tw-… tries the policies one by one; none sets the mark, and the last rule drops.',
        'node-2 的 FORWARD：cali-tw-… 逐条尝试策略，没有一条打上标记，最后一条规则丢弃。',
      ],
      ['All pairs at once: “Who reaches whom”.', '一次看全部组合：“谁能到达谁”。'],
    ],
    ask: [
      'The client asked the Service’s port 80. Which address and port does the policy see?',
      '客户端访问的是 Service 的 80 端口。策略看到的是哪个地址、哪个端口？',
    ],
    doors: ['matrix'],
  },
  'netpol-flannel': {
    look: [
      ['The end of the walk: the answer, and beside it that a policy wanted otherwise.', '行程的终点：应答，旁边还写着有策略本来不许。'],
      ['“Who reaches whom”: every cell connects.', '“谁能到达谁”：每一格都通。'],
    ],
    ask: [
      'kubectl lists both policies without a warning. Which program would have to run for them to count? Switch the CNI to Canal and send again.',
      'kubectl 毫无警告地列出两条策略。要让它们生效，得运行哪个程序？把 CNI 换成 Canal 再发一次。',
    ],
    doors: ['matrix'],
  },
  'netpol-vs-service': {
    look: [
      [
        'POSTROUTING on node-1 rewrites the source; at FORWARD of node-2 the policy compares that address with its ipBlock.',
        'node-1 的 POSTROUTING 改写了源地址；到 node-2 的 FORWARD，策略拿这个地址去和 ipBlock 比较。',
      ],
    ],
    ask: [
      'Ask node-2 instead, with externalTrafficPolicy: Local. Why does the same policy let the office in?',
      '改成 externalTrafficPolicy: Local，并访问 node-2。为什么同一条策略放行了办公室？',
    ],
  },
  'drill-and-or': {
    look: [['The items under from: each one lets somebody in by itself.', 'from 下面的各项：每一项单独就能放行。']],
    ask: [
      'Solved when team-a/batch times out, and the clients that are meant still get their answer.',
      '让 team-a/batch 超时，而该放行的 client 仍有应答，就算解决。',
    ],
    doors: ['matrix'],
  },
  'drill-egress-dns': {
    look: [
      [
        'Not the request to web, the one before it: where does the DNS query end?',
        '不是访问 web 的请求，而是它之前那个：DNS 查询停在哪里？',
      ],
    ],
    ask: [
      'Solved when the client gets 200 from web by its name, and still reaches nobody else.',
      '让 client 用名字访问 web 得到 200，而且仍不能访问别人，就算解决。',
    ],
  },
  'drill-mtu': {
    look: [
      [
        'The MTU of the Pods’ eth0 and of the wire: 50 bytes of VXLAN have to fit in between.',
        'Pod 的 eth0 和线路的 MTU：两者之间要容得下 VXLAN 的 50 字节。',
      ],
    ],
    ask: ['Solved when the large answer arrives. One line in cluster.yaml is enough.', '大应答能到达就算解决。cluster.yaml 里改一行就够。'],
  },
  'drill-ipip-blocked': {
    look: [['The outer header on the wire: its protocol is neither TCP nor UDP.', '线路上的外层头部：它的协议既不是 TCP 也不是 UDP。']],
    ask: [
      'Solved when the answer comes. There are two ways: one for whoever runs the firewall, one for whoever runs Calico. What are they?',
      '收到应答就算解决。有两种办法：一种归管防火墙的人，一种归管 Calico 的人。各是什么？',
    ],
  },
  'drill-bgp-down': {
    look: [
      [
        'ip route on node-1 has no line for the other node’s /26: the default route takes the packet.',
        'node-1 的 ip route 里没有对方的 /26：数据包走了默认路由。',
      ],
      ['The session and its reason: press BGP under the stage.', '会话及其断开的原因：点图下方的 BGP。'],
    ],
    ask: ['Solved when the route is back. Which port must the nodes reach on each other?', '路由回来就算解决。节点之间必须放行哪个端口？'],
    doors: ['bgp'],
  },
  'drill-cluster-cidr': {
    look: [
      [
        'Follow mark 0x4000: which rule on node-1 sets it, and which one hides the source because of it?',
        '跟着标记 0x4000：node-1 上哪条规则打上它，又是哪条规则因它藏起了源地址？',
      ],
    ],
    ask: ['Solved when the client gets its answer by the Service, too.', '经 Service 也能得到应答，就算解决。'],
  },
}
