import type { BpfVisit } from '../../../src/engine/columns/shape-bpf.ts'
import type { Lang } from '../../ui/lang.ts'
import { n } from './names.ts'

interface Words {
  readonly title: string
  readonly on: (machine: string) => string
  readonly where: string
  readonly cost: string
  readonly lookups: (count: number) => string
  readonly counts: (visit: BpfVisit) => string
  readonly later: (visit: BpfVisit) => string
  /** Under the name of the program, of a map, and of what comes of it. */
  readonly program: (type: string) => string
  readonly map: (type: string) => string
  readonly wire: (type: string) => string
  /** What the last column is called. */
  readonly wireTitle: (type: string) => string
}

const s = (count: number, one: string, many: string): string => `${n(count)} ${count === 1 ? one : many}`

const en: Words = {
  title: 'eBPF',
  on: (machine) => `programs and maps of ${machine}`,
  where: 'WHERE',
  cost: 'COST',
  lookups: (count) => s(count, 'map look-up', 'map look-ups'),
  counts: ({ cost }) =>
    `${s(cost.lookups, 'map look-up', 'map look-ups')}${cost.updates === 0 ? '' : `, ${s(cost.updates, 'entry', 'entries')} written`}`,
  later: ({ attach, cost }) => {
    const call = attach.replace(/[46]$/, '')
    const per = attach === 'ingress' || attach === 'egress' ? 'for this packet' : `per ${call}()`
    const same = 'the same with 10,000 Services'
    if (!cost.later) return `${per}; ${same}`
    return cost.later.of === 'services'
      ? `${per}, ${n(cost.later.lookups)} per packet; ${same}`
      : `${per}, ${n(cost.later.lookups)} for the next; ${same}`
  },
  program: (type) => {
    if (type.includes(' ')) return `${type.replace(/ (?=[a-z]+$)/, ' · tc ')}`
    return type.startsWith('connect') || type.startsWith('sendmsg') ? 'cgroup hook, no packet yet' : 'cgroup hook, behind the packet'
  },
  map: (type) => (type === 'agent' ? 'map of the agent' : 'map of the programs'),
  wire: (type) => {
    if (type === 'end') return 'no packet goes on'
    if (type === 'recvmsg' || type === 'getpeername') return 'what the program of user space gets'
    return type === 'ingress' || type === 'egress' ? 'the packet as it goes on' : 'what tcpdump in the Pod shows'
  },
  wireTitle: (type) => (type === 'end' ? 'verdict' : type === 'recvmsg' || type === 'getpeername' ? 'in the process' : 'on the wire'),
}

const zh: Words = {
  title: 'eBPF',
  on: (machine) => `${machine} 的程序和 map`,
  where: '位置',
  cost: '代价',
  lookups: (count) => `查 map ${n(count)} 次`,
  counts: ({ cost }) => `查 map ${n(cost.lookups)} 次${cost.updates === 0 ? '' : `，写入 ${n(cost.updates)} 条`}`,
  later: ({ attach, cost }) => {
    const call = attach.replace(/[46]$/, '')
    const per = attach === 'ingress' || attach === 'egress' ? '这个数据包' : `每次 ${call}()`
    const same = '一万个 Service 也一样'
    if (!cost.later) return `${per}；${same}`
    return cost.later.of === 'services'
      ? `${per}，之后每个包为 Service 查 ${n(cost.later.lookups)} 次；${same}`
      : `${per}，下一个包查 ${n(cost.later.lookups)} 次；${same}`
  },
  program: (type) => {
    if (type.includes(' ')) return `${type.replace(/ (?=[a-z]+$)/, ' · tc ')}`
    return type.startsWith('connect') || type.startsWith('sendmsg') ? 'cgroup hook，还没有数据包' : 'cgroup hook，数据包已经到了'
  },
  map: (type) => (type === 'agent' ? 'agent 写的 map' : '程序写的 map'),
  wire: (type) => {
    if (type === 'end') return '没有数据包继续走'
    if (type === 'recvmsg' || type === 'getpeername') return '用户态进程得到的'
    return type === 'ingress' || type === 'egress' ? '继续走的数据包' : '在 Pod 里 tcpdump 看到的'
  },
  wireTitle: (type) => (type === 'end' ? '裁决' : type === 'recvmsg' || type === 'getpeername' ? '进程看到的' : '线上'),
}

const books: Readonly<Record<Lang, Words>> = { en, zh }
export const bpfWords = (lang: Lang): Words => books[lang]
