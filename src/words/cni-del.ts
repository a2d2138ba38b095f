import type { StepWords } from './cni.ts'

/** What happens when a Pod goes. */
export const cniDelWords = {
  'stop-pod-sandbox': {
    en: ['StopPodSandbox {pod}', 'The Pod’s containers have ended: the kubelet of {node} asks the runtime to take the sandbox down.'],
    zh: ['StopPodSandbox {pod}', 'Pod 的容器已结束：{node} 上的 kubelet 请运行时拆掉沙箱。'],
  },
  'plugin-del': {
    en: ['DEL → {type}', 'The list runs backwards. A plugin must take away what it made, and succeed where there is nothing left.'],
    zh: ['DEL → {type}', '列表倒着执行。插件要拆掉自己做的东西，已经没有的也要成功返回。'],
  },
  'portmap-del': {
    en: ['Host ports {ports} go', 'The Pod’s own chain and the jump to it are removed; the shared chains stay.'],
    zh: ['删除主机端口 {ports}', '删除该 Pod 自己的链和到它的跳转；公用的链保留。'],
  },
  'portmap-del-none': {
    en: ['Nothing to do', 'There was no hostPort.'],
    zh: ['无事可做', '没有 hostPort。'],
  },
  'veth-gone': {
    en: ['veth {host} goes', 'Deleting one end of the pair deletes the other, with all addresses and routes on both.'],
    zh: ['删除 veth {host}', '删掉 veth pair 的一端，另一端也随之消失，连同两端的地址和路由。'],
  },
  'ip-masq-gone': {
    en: ['{chain} goes', 'The Pod’s masquerading is removed.'],
    zh: ['删除 {chain}', '删除该 Pod 的 masquerade。'],
  },
  'ipam-del': {
    en: ['DEL → {type}', 'IPAM is asked to take the addresses back.'],
    zh: ['DEL → {type}', '请 IPAM 收回地址。'],
  },
  'host-local-release': {
    en: ['{address} comes back', 'The file with the container’s id is removed. last_reserved_ip stays: the next Pod gets a later address.'],
    zh: ['归还 {address}', '删除记着容器 id 的文件。last_reserved_ip 保留：下一个 Pod 拿到更后面的地址。'],
  },
  'calico-release': {
    en: ['{address} comes back', 'Its number in {block} is free again, at the end of the queue. The node keeps the block.'],
    zh: ['归还 {address}', '它在 {block} 里的编号重新空闲，排到队尾。块仍归该节点。'],
  },
  'workload-endpoint-gone': {
    en: ['WorkloadEndpoint goes', 'The plugin deletes {name} from the datastore.'],
    zh: ['删除 WorkloadEndpoint', '插件从数据存储里删除 {name}。'],
  },
  'felix-del': {
    en: ['Felix removes the rules for {host}', 'The chains of the endpoint and the dispatch to them go.'],
    zh: ['Felix 删除 {host} 的规则', '删除该 endpoint 的链和分派规则。'],
  },
  'delegate-del': {
    en: ['Read what was delegated', 'The configuration that ADD kept in {file} is used again, and the file removed.'],
    zh: ['读取当时的委托配置', '再次使用 ADD 存在 {file} 里的配置，并删除该文件。'],
  },
  'bridge-stays': {
    en: ['{bridge} stays', 'The plugin never removes the bridge, not even after the last Pod.'],
    zh: ['{bridge} 保留', '插件从不删除网桥，最后一个 Pod 走了也一样。'],
  },
  'cilium-endpoint-gone': {
    en: ['Endpoint {id} goes', 'The agent detaches the programs of {host} and deletes the endpoint’s entries.'],
    zh: ['删除 Endpoint {id}', 'agent 卸下 {host} 的程序，删除该 endpoint 的 map 条目。'],
  },
  'cilium-release': {
    en: ['{address} comes back', 'The agent’s own pool has the address again.'],
    zh: ['归还 {address}', '地址回到 agent 自己的池里。'],
  },
  'weave-release': {
    en: ['{address} comes back', 'weaver has the address again, and hands it to whoever comes next.'],
    zh: ['归还 {address}', '地址回到 weaver，交给下一个来要的。'],
  },
  'npc-sets-gone': {
    en: ['Sets of weave-npc', 'weave-npc hears that the Pod is gone and takes {address} out of its sets.'],
    zh: ['weave-npc 的 ipset', 'weave-npc 得知 Pod 已删除，从自己的 ipset 里取出 {address}。'],
  },
  'netns-gone': {
    en: ['Remove the namespace', '{netns} is unmounted: the kernel drops it with lo.'],
    zh: ['删除 namespace', '卸载 {netns}：内核把它连同 lo 一起回收。'],
  },
  'pod-gone': {
    en: ['The Pod is gone', 'The kubelet deletes {pod} at the API server.'],
    zh: ['Pod 消失', 'kubelet 在 API server 上删除 {pod}。'],
  },
} as const satisfies StepWords
