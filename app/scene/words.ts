import type { Hook } from '../../src/trace/event.ts'
import type { Phase } from '../../src/trace/journey.ts'

/** The two languages, as the page has them. */
export type Lang = 'en' | 'zh'

interface Words {
  readonly userSpace: string
  /** Longest first: the first that fits is shown. */
  readonly kernel: readonly string[]
  readonly processes: string
  readonly underlay: string
  readonly outside: string
  readonly route: string
  readonly madeUp: string
  readonly notReady: string
  readonly more: (n: number) => string
  readonly moreNodes: (n: number) => string
  readonly podCount: (n: number) => string
  readonly stops: (n: number) => string
  readonly undone: string
  readonly phase: Readonly<Record<Phase, string>>
  readonly stageTitle: string
  readonly stageDescription: (stop: number, stops: number, what: string) => string
  readonly empty: string
  readonly timeline: string
  readonly stopOf: (stop: number, stops: number, what: string) => string
  readonly process: string
  readonly encapsulated: string
  readonly decapsulated: string
  readonly dropped: string
  readonly rejected: string
  readonly delivered: string
  readonly outerPass: string
  readonly podNetns: string
  readonly rules: (n: number) => string
  /** How many tables spoke at a hook, where their names have no room. */
  readonly tables: (n: number) => string
  readonly nat: string
  readonly encap: string
  readonly drop: string
  readonly zoomTo: (node: string) => string
  readonly pairOf: (pod: string) => string
}

const en: Words = {
  userSpace: 'user space',
  kernel: ['kernel · host netns', 'host netns', 'kernel'],
  processes: 'processes',
  underlay: 'underlay',
  outside: 'outside',
  route: 'route',
  madeUp: 'made up',
  notReady: 'not ready',
  more: (n) => `+${n}`,
  moreNodes: (n) => `+${n} ${n === 1 ? 'node' : 'nodes'}`,
  podCount: (n) => `${n} ${n === 1 ? 'pod' : 'pods'}`,
  stops: (n) => `${n} ${n === 1 ? 'stop' : 'stops'}`,
  undone: 'undone',
  phase: { arp: 'ARP', dns: 'DNS', connect: 'TCP connect', request: 'HTTP request', reply: 'reply', close: 'close', error: 'error' },
  stageTitle: 'The packet’s way through the cluster',
  stageDescription: (stop, stops, what) => `Stop ${stop} of ${stops}: ${what}`,
  empty: 'Nothing to show yet',
  timeline: 'Timeline of the walk',
  stopOf: (stop, stops, what) => `stop ${stop} of ${stops}, ${what}`,
  process: 'process',
  encapsulated: 'wrapped into VXLAN',
  decapsulated: 'unwrapped',
  dropped: 'dropped',
  rejected: 'rejected',
  delivered: 'delivered',
  outerPass: 'outer packet',
  podNetns: 'pod netns',
  rules: (n) => `${n} ${n === 1 ? 'rule' : 'rules'} read`,
  tables: (n) => `${n} tables`,
  nat: 'NAT',
  encap: 'encapsulation',
  drop: 'drop',
  zoomTo: (node) => `Zoom to ${node}`,
  pairOf: (pod) => `Open the veth pair of ${pod}`,
}

const zh: Words = {
  userSpace: '用户态',
  kernel: ['内核 · host netns', 'host netns', '内核'],
  processes: '本机进程',
  underlay: '底层网络',
  outside: '集群外',
  route: '路由',
  madeUp: '自动补全',
  notReady: '未就绪',
  more: (n) => `+${n}`,
  moreNodes: (n) => `还有 ${n} 个节点`,
  podCount: (n) => `${n} 个 Pod`,
  stops: (n) => `${n} 站`,
  undone: '还原',
  phase: { arp: 'ARP', dns: 'DNS', connect: 'TCP 建连', request: 'HTTP 请求', reply: '回包', close: '断连', error: '出错' },
  stageTitle: '数据包在集群里走过的路',
  stageDescription: (stop, stops, what) => `第 ${stop} 站，共 ${stops} 站：${what}`,
  empty: '还没有内容',
  timeline: '这次行程的时间线',
  stopOf: (stop, stops, what) => `第 ${stop} 站，共 ${stops} 站，${what}`,
  process: '进程',
  encapsulated: '封装进 VXLAN',
  decapsulated: '解封装',
  dropped: '被丢弃',
  rejected: '被拒绝',
  delivered: '已送达',
  outerPass: '外层数据包',
  podNetns: 'Pod netns',
  rules: (n) => `看了 ${n} 条规则`,
  tables: (n) => `${n} 张表`,
  nat: 'NAT',
  encap: '封装',
  drop: '丢弃',
  zoomTo: (node) => `放大 ${node}`,
  pairOf: (pod) => `打开 ${pod} 的 veth pair`,
}

/** The few words that stand in the diagram itself. Technical terms stay English in both. */
export const wordsOf = (lang: Lang): Words => (lang === 'zh' ? zh : en)

/** A hook as iptables writes its chain. */
export const hookName = (hook: Hook): string => hook.toUpperCase()

/** The smallest type: Chinese characters need a pixel more. */
export const smallType = (lang: Lang): number => (lang === 'zh' ? 12 : 11)
