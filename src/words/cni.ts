import type { StepCode } from '../agents/cni/add/codes.ts'
import type { NoWalk } from '../agents/cni/add/walk.ts'
import { cniDelWords } from './cni-del.ts'
import { cniPluginWords } from './cni-plugins.ts'
import type { Lang } from './lang.ts'
import { type InBoth, type Said, said } from './said.ts'
import { type Sentence, say } from './sentence.ts'

/** A step of ADD or DEL: what happens, and what it means. */
export type StepWords = { readonly [K in StepCode]?: InBoth }

const frame = {
  'run-pod-sandbox': {
    en: [
      'RunPodSandbox {pod}',
      'The kubelet of {node} asks the container runtime for a sandbox over CRI. Since 1.24 it calls no CNI plugin itself.',
    ],
    zh: ['RunPodSandbox {pod}', '{node} 上的 kubelet 通过 CRI 向容器运行时要一个沙箱。自 1.24 起它自己不再调用 CNI 插件。'],
  },
  netns: {
    en: ['Make a network namespace', 'containerd makes an empty namespace and pins it at {netns}: lo alone, and down.'],
    zh: ['创建 network namespace', 'containerd 创建一个空的 namespace，固定在 {netns}：里面只有 lo，而且是 down 的。'],
  },
  'read-netd': {
    en: ['Read {file}', 'The only file in /etc/cni/net.d says which plugins run, in which order: {types}.'],
    zh: ['读取 {file}', '/etc/cni/net.d 里唯一的文件说明按什么顺序运行哪些插件：{types}。'],
  },
  'read-netd-first': {
    en: ['Read {file}', 'The lexically first file in /etc/cni/net.d wins: {types}. Nobody reads {others}.'],
    zh: ['读取 {file}', '/etc/cni/net.d 里按字典序第一个文件生效：{types}。{others} 没有人读。'],
  },
  'no-version': {
    en: ['No cniVersion', 'A list without cniVersion is one of 0.1.0: results name no interfaces, and DEL gets no prevResult.'],
    zh: ['没有 cniVersion', '没有 cniVersion 的列表按 0.1.0 处理：结果里没有 interfaces，DEL 也得不到 prevResult。'],
  },
  'plugin-add': {
    en: ['ADD → {type}', 'libcni runs /opt/cni/bin/{type}: who and where in the environment, the configuration on standard input.'],
    zh: ['ADD → {type}', 'libcni 运行 /opt/cni/bin/{type}：对象和位置在环境变量里，配置在标准输入上。'],
  },
  'plugin-result': {
    en: ['Result of {type}', 'The plugin prints what it made as JSON. The next plugin of the list gets it as prevResult.'],
    zh: ['{type} 的结果', '插件把它做好的东西以 JSON 打印出来。列表里的下一个插件以 prevResult 收到它。'],
  },
  'lo-up': {
    en: ['lo up', 'The loopback plugin brings lo up inside the Pod.'],
    zh: ['lo up', 'loopback 插件把 Pod 里的 lo 置为 up。'],
  },
  cached: {
    en: ['Keep the result', 'libcni keeps the answer in {file}: DEL and CHECK need it.'],
    zh: ['保存结果', 'libcni 把结果存进 {file}：DEL 和 CHECK 要用。'],
  },
  'sandbox-ip': {
    en: ['Pod address {addresses}', 'The address on CNI_IFNAME (eth0) in the result is the Pod’s address.'],
    zh: ['Pod 地址 {addresses}', '结果里 CNI_IFNAME（eth0）上的地址就是 Pod 的地址。'],
  },
  pause: {
    en: ['Start pause', 'The pause container starts inside {netns}; the Pod’s own containers join this namespace later.'],
    zh: ['启动 pause', 'pause 容器在 {netns} 里启动；Pod 自己的容器随后加入这个 namespace。'],
  },
  status: {
    en: ['status.podIPs', 'The kubelet reports {addresses} for {pod}. Only now do controllers, EndpointSlices and kube-proxy learn of it.'],
    zh: ['status.podIPs', 'kubelet 为 {pod} 上报 {addresses}。控制器、EndpointSlice 和 kube-proxy 这时才知道它。'],
  },
  'netd-bad': {
    en: ['{file} cannot be read', 'The first file counts, even when it is broken: the runtime does not go on to the next one.'],
    zh: ['{file} 无法读取', '即使第一个文件是坏的也以它为准：运行时不会去读下一个。'],
  },
  'netd-empty': {
    en: ['/etc/cni/net.d is empty', 'Without a configuration the runtime has no network to offer.'],
    zh: ['/etc/cni/net.d 是空的', '没有配置，运行时就给不出网络。'],
  },
  'no-binary': {
    en: ['No {binary}', 'The list names a plugin that /opt/cni/bin of this node does not have.'],
    zh: ['没有 {binary}', '列表里写了一个插件，而这个节点的 /opt/cni/bin 里没有它。'],
  },
  'bad-version': {
    en: ['cniVersion {version}', '{type} does not speak this version of the specification.'],
    zh: ['cniVersion {version}', '{type} 不支持规范的这个版本。'],
  },
  'plugin-failed': {
    en: ['{type} fails', 'A plugin that fails prints its error as JSON. libcni stops here: later plugins never run.'],
    zh: ['{type} 失败', '插件失败时把错误以 JSON 打印出来。libcni 到此为止：后面的插件不再运行。'],
  },
  'sandbox-failed': {
    en: ['No network for the sandbox', 'libcni names the plugin and hands its words to the runtime.'],
    zh: ['沙箱没有网络', 'libcni 指明是哪个插件，并把它的原话交给运行时。'],
  },
  'clean-up': {
    en: ['Clean up', 'The runtime runs DEL at once, for whatever ADD has already made.'],
    zh: ['清理', '运行时立刻执行 DEL，拆掉 ADD 已经做好的部分。'],
  },
  'clean-up-failed': {
    en: [
      'Cleaning up fails too',
      'DEL needs the same programs. Whatever ADD made stays, {netns} with it, until the kubelet’s next attempt gets through.',
    ],
    zh: ['清理也失败', 'DEL 需要同样的程序。ADD 已做的一切连同 {netns} 都留着，直到 kubelet 下一次尝试成功。'],
  },
  'network-not-ready': {
    en: [
      'NetworkReady=false',
      'The runtime reports that it has no network. Until it has, the kubelet starts no Pod but those with hostNetwork.',
    ],
    zh: ['NetworkReady=false', '运行时报告没有网络。在此之前 kubelet 只启动 hostNetwork 的 Pod。'],
  },
  event: {
    en: [
      'Event on {pod}',
      'kubectl describe pod shows this; the Pod stays in ContainerCreating, and the kubelet tries again with a new sandbox.',
    ],
    zh: ['{pod} 上的事件', 'kubectl describe pod 能看到它；Pod 停在 ContainerCreating，kubelet 会用新的沙箱重试。'],
  },
} as const satisfies StepWords

/** The compiler holds that every step has its words. */
const words: Readonly<Record<StepCode, InBoth>> = { ...frame, ...cniPluginWords, ...cniDelWords }

export function sayCniStep(code: StepCode, params: Readonly<Record<string, string | number>>, lang: Lang): Said {
  const { title, text } = said(words[code], lang)
  return { title: say({ en: title, zh: title }, params, lang), text: say({ en: text, zh: text }, params, lang) }
}

const none: Readonly<Record<NoWalk, Sentence>> = {
  'no-node': { en: '{pod} is bound to no node: no kubelet has seen it yet', zh: '{pod} 还没有绑定节点：没有 kubelet 见过它' },
  'host-network': {
    en: '{pod} has hostNetwork: it lives in its node’s namespace, and no CNI plugin runs',
    zh: '{pod} 用 hostNetwork：它就在节点的 namespace 里，不运行任何 CNI 插件',
  },
  finished: { en: '{pod} has no network of its own now', zh: '{pod} 现在没有自己的网络' },
  'lab-wires': {
    en: 'the lab wires the node of {pod} itself: no CNI plugin runs there',
    zh: '{pod} 所在节点由实验自己接线：那里不运行 CNI 插件',
  },
  'weave-full': {
    en: 'the slice of {pod}’s node is full: how weaver asks other peers for space, and how long its plugin waits, is not modelled',
    zh: '{pod} 所在节点的区段已满：weaver 如何向其他 peer 要空间、插件等多久，尚未建模',
  },
  'no-cni': { en: 'what this CNI does for {pod} is not modelled as steps', zh: '这个 CNI 为 {pod} 做的事还没有按步骤建模' },
}

export const sayNoWalk = (why: NoWalk, pod: string, lang: Lang): string => say(none[why], { pod }, lang)
