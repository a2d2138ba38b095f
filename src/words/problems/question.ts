import type { TargetCode } from '../../userspace/http/url.ts'
import type { Sentence } from '../sentence.ts'

/** Codes of src/engine about who asks. */
export type SourceCode =
  | 'unknown-source'
  | 'unknown-source-near'
  | 'source-pending'
  | 'source-stuck'
  | 'unknown-netns'
  | 'unknown-netns-near'
  | 'verify-nothing'
  | 'verify-protocol'
  | 'verify-too-big'
  | 'verify-bpf'
  | 'verify-ovs'
  /** {object} */
  | 'timeline-no-object'
  /** {node} {names} */
  | 'timeline-no-node'
  /** {node} */
  | 'proxy-stopped'
  | 'connect-ingress'

/** What is wrong with a question: who asks, and for what. */
export const questionProblems = {
  'connect-ingress': {
    en: 'no Ingress controller of this lab can be reached: there is none, or no Service, host port or address leads to it',
    zh: '连不上本实验的 Ingress 控制器：没有控制器，或者没有 Service、主机端口或地址通往它',
  },
  'unknown-source': {
    en: 'nobody here is called {from}; a source is NS/POD, node/NAME, host/NAME or ip/ADDRESS@node/NAME',
    zh: '这里没有 {from}；来源写作 NS/POD、node/NAME、host/NAME 或 ip/ADDRESS@node/NAME',
  },
  'unknown-source-near': {
    en: 'nobody here is called {from}; did you mean {near}?',
    zh: '这里没有 {from}；是想写 {near} 吗？',
  },
  'source-pending': {
    en: 'Pod {from} has no address: it runs on no node, so it can send nothing',
    zh: 'Pod {from} 没有地址：它没有运行在任何节点上，发不出任何东西',
  },
  'source-stuck': {
    en: 'Pod {from} has no address, so it can send nothing. It is in ContainerCreating ({reason}): {text}',
    zh: 'Pod {from} 没有地址，发不出任何东西。它停在 ContainerCreating（{reason}）：{text}',
  },
  'unknown-netns': {
    en: 'no machine is called {name}; there are nodes by their names, Pods as NS/POD and host/NAME',
    zh: '没有名为 {name} 的机器；节点用自己的名字，Pod 写作 NS/POD，外部机器写作 host/NAME',
  },
  'unknown-netns-near': {
    en: 'no machine is called {name}; did you mean {near}?',
    zh: '没有名为 {name} 的机器；是想写 {near} 吗？',
  },
  'timeline-no-object': {
    en: 'there is no {object} in the files to delete; what a controller made goes with its owner',
    zh: '文件里没有可删除的 {object}；控制器创建的对象随其所有者删除',
  },
  'proxy-stopped': {
    en: 'kube-proxy does not run on {node}: its rules there stay as they were',
    zh: '{node} 上没有运行 kube-proxy：那里的规则停留在原来的样子',
  },
  'timeline-no-node': { en: 'no node is called {node}; there are: {names}', zh: '没有名为 {node} 的节点；现有：{names}' },
  'verify-nothing': {
    en: 'the probe never came to send a packet of its own ({outcome}), so there is nothing to compare',
    zh: '探测没有发出自己的数据包（{outcome}），没有可比较的内容',
  },
  'verify-protocol': { en: '{proto} cannot be compared with the kernel yet', zh: '{proto} 还不能与内核比较' },
  'verify-too-big': {
    en: 'the lab has {count} machines; at most {most} are built on a real kernel. Leave out Pods that the probe does not need',
    zh: '实验有 {count} 台机器，真实内核上最多构建 {most} 台。请去掉探测用不到的 Pod',
  },
  'verify-bpf': {
    en: 'the lab has eBPF programs, of which only a model exists here: there is nothing to load into a real kernel',
    zh: '实验里有 eBPF 程序，这里只有它们的模型：没有可以加载到真实内核的东西',
  },
  'verify-ovs': {
    en: 'the lab’s nodes have an Open vSwitch datapath, which is not built on a real kernel',
    zh: '实验的节点有 Open vSwitch datapath，不在真实内核上构建',
  },
  'target-scheme': {
    en: '{to} is no target: write http://HOST[:PORT]/PATH, tcp://HOST:PORT, udp://HOST:PORT, sctp://HOST:PORT or icmp://HOST',
    zh: '{to} 不是目标：请写 http://HOST[:PORT]/PATH、tcp://HOST:PORT、udp://HOST:PORT、sctp://HOST:PORT 或 icmp://HOST',
  },
  'target-userinfo': {
    en: '{to}: a user name in front of the host is not supported',
    zh: '{to}：不支持在主机前写用户名',
  },
  'target-host': {
    en: '{to}: "{host}" is neither a host name nor an address (IPv6 stands in brackets)',
    zh: '{to}：“{host}”既不是主机名也不是地址（IPv6 要加方括号）',
  },
  'target-port': {
    en: '{to}: "{port}" is not a port here; ports are 1 to 65535, and icmp has none',
    zh: '{to}：“{port}”在这里不是端口；端口是 1 到 65535，icmp 没有端口',
  },
  'target-port-missing': {
    en: '{to}: {scheme}:// needs a port behind the host, as in {scheme}://HOST:80',
    zh: '{to}：{scheme}:// 的主机后面需要端口，例如 {scheme}://HOST:80',
  },
  'target-path': {
    en: '{to}: the path "{path}" does not fit: only http and https have one, in printable ASCII without blanks',
    zh: '{to}：路径“{path}”不合适：只有 http 和 https 有路径，且只能用不含空格的可打印 ASCII',
  },
  'target-connect': {
    en: '{connect} is no place to connect to: write ADDRESS, ADDRESS:PORT or ingress (the way to the Ingress controller)',
    zh: '{connect} 不是可连接的位置：请写 ADDRESS、ADDRESS:PORT 或 ingress（到 Ingress 控制器的入口）',
  },
} as const satisfies Readonly<Record<SourceCode | TargetCode, Sentence>>
