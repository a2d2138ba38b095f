import type { StepWords } from './cni.ts'

/** What plugins, their IPAM and a CNI's daemon do. */
export const cniPluginWords = {
  'ipam-add': {
    en: ['ADD → {type}', 'The plugin runs its IPAM plugin with the same environment and the same standard input.'],
    zh: ['ADD → {type}', '插件用同样的环境变量和标准输入运行它的 IPAM 插件。'],
  },
  'ipam-result': {
    en: ['Result of {type}', 'Addresses and routes, no devices: those are the caller’s business.'],
    zh: ['{type} 的结果', '只有地址和路由，没有设备：设备是调用者的事。'],
  },
  'host-local-next': {
    en: [
      '{address} is free',
      'host-local goes on behind {last} ({file}): an address that came back is not given out again before the range has wrapped.',
    ],
    zh: ['{address} 可用', 'host-local 从 {last} 之后继续（{file}）：还回来的地址要等整个范围转完一圈才会再发。'],
  },
  'host-local-first': {
    en: ['{address} is free', 'The first address of {net} behind the gateway {gateway}, which is the bridge’s own.'],
    zh: ['{address} 可用', '{net} 里网关 {gateway}（网桥自己的地址）之后的第一个地址。'],
  },
  'ipam-refused': {
    en: ['No address', 'The range is used up: IPAM answers with an error.'],
    zh: ['没有地址', '范围已用完：IPAM 返回错误。'],
  },
  'bridge-made': {
    en: ['Make {bridge}', 'No Pod was here before: the bridge is made, brought up, and gets MTU {mtu}.'],
    zh: ['创建 {bridge}', '此前没有 Pod：创建网桥并置为 up，MTU 为 {mtu}。'],
  },
  'bridge-there': {
    en: ['{bridge} is there', 'An earlier Pod made the bridge; the plugin only checks it.'],
    zh: ['{bridge} 已存在', '网桥由更早的 Pod 创建；插件只检查它。'],
  },
  veth: {
    en: ['veth eth0 ↔ {host}', 'The pair is made inside the Pod and its other end moved to the node: {host}, MTU {mtu}.'],
    zh: ['veth eth0 ↔ {host}', 'veth pair 在 Pod 里创建，另一端移到节点：{host}，MTU {mtu}。'],
  },
  enslave: {
    en: [
      '{host} → {bridge}',
      'The node’s end becomes a port of the bridge. Hairpin stays off: a frame never leaves by the port it came in.',
    ],
    zh: ['{host} → {bridge}', '节点这一端成为网桥的端口。hairpin 关闭：帧不会从进来的端口再出去。'],
  },
  'enslave-hairpin': {
    en: [
      '{host} → {bridge}, hairpin',
      'The node’s end becomes a port of the bridge, with hairpin on: a Pod may reach itself by its own Service.',
    ],
    zh: ['{host} → {bridge}，hairpin', '节点这一端成为网桥的端口，并打开 hairpin：Pod 可以通过自己的 Service 访问自己。'],
  },
  'pod-addresses': {
    en: ['eth0 gets {addresses}', 'The plugin enters the namespace and adds what IPAM gave.'],
    zh: ['eth0 得到 {addresses}', '插件进入该 namespace，加上 IPAM 给的地址。'],
  },
  'pod-routes': {
    en: ['Routes via {via}', 'All that is not on the Pod’s own link goes by {via}.'],
    zh: ['路由经 {via}', '不在 Pod 本地链路上的流量都走 {via}。'],
  },
  'pod-no-routes': {
    en: ['No routes', 'The gateway is not on the link of {addresses}: the kernel refuses the routes.'],
    zh: ['没有路由', '网关不在 {addresses} 的链路上：内核拒绝这些路由。'],
  },
  'bridge-address': {
    en: ['{bridge} gets {addresses}', 'The bridge is the Pods’ gateway; ip_forward=1 lets the node route for them.'],
    zh: ['{bridge} 得到 {addresses}', '网桥是 Pod 的网关；ip_forward=1 让节点为它们转发。'],
  },
  'ip-masq': {
    en: ['ipMasq: {chain}', 'A chain of its own for this Pod: what leaves its range is masqueraded.'],
    zh: ['ipMasq：{chain}', '这个 Pod 自己的一条链：离开本网段的流量做 masquerade。'],
  },
  'subnet-env': {
    en: [
      'Read {file}',
      'flanneld wrote it when it started: the node’s range, the whole network, the MTU. Without the file the plugin fails.',
    ],
    zh: ['读取 {file}', 'flanneld 启动时写的：节点网段、整个网络、MTU。没有这个文件插件就失败。'],
  },
  delegate: {
    en: [
      'Delegate to {type}',
      'Flannel’s plugin wires nothing: it completes the configuration, keeps it in {file} for DEL, and runs {type}.',
    ],
    zh: ['委托给 {type}', 'flannel 插件自己不接线：它补全配置，存进 {file} 供 DEL 使用，然后运行 {type}。'],
  },
  'delegate-result': {
    en: ['Result of {type}', 'It is passed on unchanged.'],
    zh: ['{type} 的结果', '原样传递。'],
  },
  portmap: {
    en: ['Host ports {ports}', 'The portmap plugin writes DNAT rules for the node’s ports to the address in prevResult.'],
    zh: ['主机端口 {ports}', 'portmap 插件写入 DNAT 规则，把节点端口转到 prevResult 里的地址。'],
  },
  'portmap-none': {
    en: ['No hostPort', 'The Pod asks for no port of its node: prevResult is handed on.'],
    zh: ['没有 hostPort', 'Pod 没有要节点端口：原样交出 prevResult。'],
  },
  'bandwidth-none': {
    en: ['No limits', 'The Pod has no bandwidth annotation: prevResult is handed on.'],
    zh: ['没有限速', 'Pod 没有 bandwidth 注解：原样交出 prevResult。'],
  },
  'plugin-unmodelled': {
    en: ['{type} is not modelled', 'What this plugin changes is not shown; what it heard is taken as its answer.'],
    zh: ['{type} 尚未建模', '这个插件的改动没有展示；它收到的内容当作它的回答。'],
  },
  'use-pod-cidr': {
    en: [
      'usePodCidr → {cidr}',
      'Calico’s plugin asks the API server for the podCIDR of {node} and puts it into the configuration of host-local.',
    ],
    zh: ['usePodCidr → {cidr}', 'Calico 插件向 API server 要 {node} 的 podCIDR，写进 host-local 的配置。'],
  },
  'calico-block': {
    en: ['{address} of {block}', '{node} owns this block. Its free address with the lowest number is taken: number {ordinal}.'],
    zh: ['{block} 里的 {address}', '{node} 拥有这个块。取编号最小的空闲地址：第 {ordinal} 号。'],
  },
  'calico-borrowed': {
    en: ['{address}, borrowed', 'No block of its own has room: {address} comes out of {block}, which belongs to {owner}.'],
    zh: ['{address}，借用', '自己的块没有空位：{address} 来自 {owner} 的块 {block}。'],
  },
  'calico-fixed': {
    en: [
      '{address}, as asked',
      'The annotation cni.projectcalico.org/ipAddrs asks for this very address: it is in a pool, and nobody has it.',
    ],
    zh: ['{address}，按指定', '注解 cni.projectcalico.org/ipAddrs 指定了这个地址：它在池里，而且没有人用。'],
  },
  'calico-handle': {
    en: ['Handle', 'The address is tied to {handle}: DEL gives back whatever this handle holds.'],
    zh: ['Handle', '地址与 {handle} 绑定：DEL 按这个 handle 归还它持有的一切。'],
  },
  'calico-pod-routes': {
    en: ['Routes via {via}', 'Every Pod has the same gateway {via}, which nobody owns: the node answers ARP for it.'],
    zh: ['路由经 {via}', '每个 Pod 的网关都是 {via}，它不属于任何人：节点代它应答 ARP。'],
  },
  'calico-host-end': {
    en: ['{host} has {mac}', 'The node’s end of every pair has the same MAC and no address; no bridge joins the Pods.'],
    zh: ['{host} 的 MAC 是 {mac}', '每对 veth 在节点一端的 MAC 都相同，也没有地址；没有网桥连接各 Pod。'],
  },
  'calico-sysctls': {
    en: ['Settings of {host}', 'proxy_arp answers for 169.254.1.1, without delay; forwarding lets the node route.'],
    zh: ['{host} 的设置', 'proxy_arp 代 169.254.1.1 立即应答；forwarding 让节点转发。'],
  },
  'calico-host-route': {
    en: ['Route to {addresses}', 'On the node the Pod’s address is one route, by {host}.'],
    zh: ['到 {addresses} 的路由', '在节点上，Pod 的地址就是一条经 {host} 的路由。'],
  },
  'workload-endpoint': {
    en: ['WorkloadEndpoint', 'The plugin tells the datastore of {name}: interface, address, profiles.'],
    zh: ['WorkloadEndpoint', '插件把 {name} 写进数据存储：接口、地址、profile。'],
  },
  felix: {
    en: ['Felix writes rules for {host}', 'Felix hears of the endpoint and writes its policy chains and the dispatch to them.'],
    zh: ['Felix 为 {host} 写规则', 'Felix 得知该 endpoint，写入它的策略链和分派规则。'],
  },
  'weave-ipam': {
    en: ['{address} from weaver', 'weave-net asks the weaver of its node over HTTP: the lowest free address of its slice, {slice}.'],
    zh: ['weaver 给出 {address}', 'weave-net 通过 HTTP 向本节点的 weaver 要地址：它的 slice {slice} 里最小的空闲地址。'],
  },
  'weave-veth': {
    en: ['veth {host} ↔ eth0', 'The pair is made on the node and one end moved into the Pod as eth0, MTU {mtu}.'],
    zh: ['veth {host} ↔ eth0', 'veth pair 在节点上创建，一端移进 Pod 成为 eth0，MTU {mtu}。'],
  },
  'npc-sets': {
    en: ['Sets of weave-npc', 'weave-npc hears of the Pod from the API and puts {address} into its sets, on every node.'],
    zh: ['weave-npc 的 ipset', 'weave-npc 从 API 得知该 Pod，把 {address} 写进自己的 ipset，每个节点上都写。'],
  },
  'cilium-ipam': {
    en: ['{address} from the agent', 'cilium-cni asks cilium-agent over its socket. The answer names the router address {router} as well.'],
    zh: ['agent 给出 {address}', 'cilium-cni 通过 socket 向 cilium-agent 要地址。回答里还有 router 地址 {router}。'],
  },
  'cilium-veth': {
    en: [
      'veth {host} ↔ eth0',
      'The pair is made on the node and one end moved into the Pod as eth0, MTU {mtu}. No bridge, and rp_filter off.',
    ],
    zh: ['veth {host} ↔ eth0', 'veth pair 在节点上创建，一端移进 Pod 成为 eth0，MTU {mtu}。没有网桥，rp_filter 关闭。'],
  },
  'cilium-endpoint': {
    en: ['Endpoint {id}', 'The plugin asks the agent for an endpoint. Its labels ({labels}) make it identity {identity}.'],
    zh: ['Endpoint {id}', '插件请 agent 创建 endpoint。它的标签（{labels}）对应 identity {identity}。'],
  },
  'cilium-programs': {
    en: ['Programs on {host}', 'The agent loads the Pod’s program and attaches it to the node’s end.'],
    zh: ['{host} 上的程序', 'agent 加载该 Pod 的程序，挂到节点这一端。'],
  },
  'cilium-maps': {
    en: [
      'Entries of maps',
      'cilium_lxc finds the Pod on its node, cilium_ipcache gives its identity to all, the policy map says who may talk to it.',
    ],
    zh: ['map 条目', 'cilium_lxc 在本节点找到该 Pod，cilium_ipcache 给出它的 identity，策略 map 说明谁能与它通信。'],
  },
} as const satisfies StepWords
