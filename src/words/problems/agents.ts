import type { AgentCode } from '../../agents/codes.ts'
import type { Sentence } from '../sentence.ts'

/** What programs on the nodes cannot do with a lab, for each code of the agents room. */
export const agentProblems = {
  'flannel-network': {
    en: 'Network {network} of flannel does not hold {net} of node {node}: flannel neither accepts these Pods’ packets in FORWARD nor masquerades what leaves the cluster',
    zh: 'flannel 的 Network {network} 不包含节点 {node} 的 {net}：flannel 既不会在 FORWARD 放行这些 Pod 的数据包，也不会对出集群的流量做 MASQUERADE',
  },
  'pod-outside-node-net': {
    en: 'Pod {pod} has the address {address}, which lies outside {cidr} of node {node}: no route leads to it',
    zh: 'Pod {pod} 的地址 {address} 不在节点 {node} 的 {cidr} 内：没有路由通往它',
  },
  'policy-not-enforced': {
    en: 'accepted by the API, enforced by nobody: {cni} has no policy engine, so policy {policy} changes nothing',
    zh: 'API 接受了它，但没有谁执行：{cni} 没有策略引擎，策略 {policy} 不起任何作用',
  },
  'policy-npc-named-port': {
    en: 'weave-npc knows no named ports and refuses policy {policy} as a whole: it isolates nobody and allows nothing',
    zh: 'weave-npc 不支持具名端口，整个拒绝策略 {policy}：它不隔离任何 Pod，也不放行任何流量',
  },
  'policy-npc-end-port': {
    en: 'weave-npc does not read endPort: of each range in policy {policy} it opens the first port only',
    zh: 'weave-npc 不读 endPort：策略 {policy} 的每个端口范围里，它只放行第一个端口',
  },
  'policy-npc-ipv6': {
    en: 'weave-npc writes IPv4 rules only: the IPv6 ipBlock of policy {policy} opens nothing',
    zh: 'weave-npc 只写 IPv4 规则：策略 {policy} 的 IPv6 ipBlock 不放行任何流量',
  },
  'policy-npc-clash': {
    en: 'weave-npc cannot make a set for policy {policy}: one of another type has its name. It exits and starts anew, again and again; a walk that comes to such a rule ends as not modelled',
    zh: 'weave-npc 建不成策略 {policy} 要的 ipset：同名的 ipset 类型不同。weave-npc 会退出、重启、再退出；走到这种规则的路径以“尚未建模”结束',
  },
  'host-port': {
    en: 'Pod {pod} asks for a hostPort, and the CNI configuration has no portmap plugin: the port of the node leads nowhere',
    zh: 'Pod {pod} 要求 hostPort，而 CNI 配置里没有 portmap 插件：节点上的这个端口不通向任何地方',
  },
  'conflist-not-modelled': { en: 'CNI configuration {file}: {what} is not modelled', zh: 'CNI 配置 {file}：{what} 尚未建模' },
  'cilium-setting': {
    en: '{key}: {value} in cilium-config is not modelled',
    zh: '尚未建模 cilium-config 里的 {key}: {value}',
  },
  'cilium-dsr-tunnel': {
    en: 'bpf-lb-mode {value} needs native routing: through a VXLAN tunnel Cilium cannot send direct answers, and cilium-agent does not start',
    zh: 'bpf-lb-mode {value} 需要 native routing：经 VXLAN 隧道无法让后端直接回包，cilium-agent 不会启动',
  },
  'cilium-port-names': {
    en: '{port} is another number on another Pod: released Cilium skips such an egress rule, its newest source takes each Pod’s own, as is done here',
    zh: '{port} 在不同 Pod 上是不同的号码：已发布的 Cilium 会跳过这样的 egress 规则，最新源码取各 Pod 自己的号码，这里照后者',
  },
  'cilium-not-direct': {
    en: 'Node {node} gets no route to the Pods of {peer}: {address} is behind a router, and cilium-agent makes direct routes on one segment only (“must be directly reachable”)',
    zh: '节点 {node} 没有通往 {peer} 上 Pod 的路由：{address} 在路由器后面，而 cilium-agent 只在同一网段上写直连路由（“must be directly reachable”）',
  },
  'cilium-ipv6': {
    en: 'Cilium with IPv6 is not modelled yet: Pods have their IPv4 address alone',
    zh: '尚未建模 Cilium 的 IPv6：Pod 只有 IPv4 地址',
  },
  'bgp-no-answer': {
    en: 'BGP session of node {node} with {peer} is down: nobody in the lab has that address',
    zh: '节点 {node} 与 {peer} 的 BGP 会话未建立：实验里没有谁拥有这个地址',
  },
  'bgp-blocked': {
    en: 'BGP session of node {node} with {peer} is down: the network between the machines does not carry TCP port 179',
    zh: '节点 {node} 与 {peer} 的 BGP 会话未建立：机器之间的网络不传送 TCP 179 端口',
  },
  'bgp-wrong-as': {
    en: 'BGP session of node {node} with {peer} is down: its AS number is {as}, and {wanted} is expected',
    zh: '节点 {node} 与 {peer} 的 BGP 会话未建立：对端的 AS 号是 {as}，而配置要求 {wanted}',
  },
  'bgp-no-route': {
    en: 'Node {node} learns no route to {block} of node {peer}: no BGP session brings it',
    zh: '节点 {node} 学不到通往节点 {peer} 的 {block} 的路由：没有 BGP 会话带来它',
  },
  'pod-outside-pools': {
    en: 'Pod {pod} has the address {address}, which lies in no IPPool: only its own node has a route to it',
    zh: 'Pod {pod} 的地址 {address} 不属于任何 IPPool：只有它所在的节点有路由通往它',
  },
  'peer-not-on-link': {
    en: 'Node {node} gets no route to the Pods of {peer}: {address} is behind a router, and the kernel refuses it as a gateway (“Nexthop has invalid gateway”)',
    zh: '节点 {node} 没有通往 {peer} 上 Pod 的路由：{address} 在路由器后面，内核拒绝以它为网关（“Nexthop has invalid gateway”）',
  },
} as const satisfies Readonly<Record<AgentCode, Sentence>>
