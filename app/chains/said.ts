import type { Measure, Said } from '../../src/engine/columns/shape-look.ts'
import type { Lang } from '../ui/lang.ts'
import { bpfEn } from './bpf/en.ts'
import { bpfZh } from './bpf/zh.ts'

interface Words {
  /** Half a sentence about a choice: why it fell so, or why not on this one. */
  readonly said: (said: Said) => string
  readonly found: string
  readonly absent: (kind: 'set' | 'virtuals') => string
}

const n = (count: number): string => `${count}`.replace(/\B(?=(\d{3})+(?!\d))/g, ',')

/** Seconds as people say them. */
const span = (seconds: number, [h, m, s]: readonly [string, string, string]): string => {
  if (seconds % 3600 === 0) return `${seconds / 3600}${h}`
  return seconds % 60 === 0 ? `${seconds / 60}${m}` : `${seconds}${s}`
}

const measureEn: Readonly<Record<Measure, string>> = {
  overhead: 'active × 256 + inactive',
  'overhead/weight': '(active × 256 + inactive) ÷ weight',
  'soon/weight': '(active + 1) ÷ weight',
}
const measureZh: Readonly<Record<Measure, string>> = {
  overhead: '活动 × 256 + 非活动',
  'overhead/weight': '(活动 × 256 + 非活动) ÷ 权重',
  'soon/weight': '(活动 + 1) ÷ 权重',
}

const units = { en: [' h', ' min', ' s'], zh: [' 小时', ' 分钟', ' 秒'] } as const

function en(said: Said): string {
  switch (said.code) {
    case 'drawn':
      return `drawn: ${said.at} of 0…${said.of - 1}, each as likely`
    case 'counted':
      return `counted: ${said.at} of 0…${said.of - 1}, one after the other`
    case 'turn':
      return `${said.last === undefined ? 'nobody yet' : `last ${said.last}`} → this time ${said.now} → next ${said.next}`
    case 'needs-weight':
      return `In this round a server needs a weight of ${said.weight} or more.`
    case 'least':
      return `Fewest: ${said.figure} by ${measureEn[said.measure]}${said.equal > 1 ? `; ${said.equal} servers are equal, the first in the kernel’s list wins` : ''}.`
    case 'idle':
      return `${said.now} has no active connection: never queue.`
    case 'hashed':
      return said.fallback
        ? `Hash of ${said.of}: place ${said.place} of ${said.places}. Its server takes nothing, so the next place was searched: ${said.now}.`
        : `Hash of ${said.of}: place ${said.place} of ${said.places} belongs to ${said.now}.`
    case 'stays':
      return `${said.client} came before: it stays with ${said.now}, ${span(said.seconds, units.en)} after its last connection.`
    case 'kept':
      return `From now on ${said.client} comes back here, for ${span(said.seconds, units.en)}.`
    case 'known':
      return 'The connection is known: nothing is scheduled.'
    case 'answer':
      return 'An answer of a known connection: it gets the virtual address back.'
    case 'nobody':
      return 'No server takes new connections: the packet is dropped, ICMP port unreachable goes back.'
    case 'scheduler':
      return `scheduler ${said.name}`
    case 'changed':
      return `${said.side} ${said.from} → ${said.to}`
    case 'own-pointer':
      return 'Each node keeps its own pointer.'
    case 'stolen':
      return said.hook === 'input'
        ? 'Taken out of INPUT: then OUTPUT and POSTROUTING, never FORWARD.'
        : 'Taken out of OUTPUT: then OUTPUT anew and POSTROUTING.'
    case 'weight-0':
      return 'weight 0: no new connections'
    case 'later-turn':
      return said.after === 1 ? 'its turn is next' : `its turn comes ${said.after} later`
    case 'more':
      return `${said.figure} by ${measureEn[said.measure]}`
    case 'equal':
      return `${said.figure} as well, behind in the kernel’s list`
    case 'busy':
      return `${said.active} active: not idle`
    case 'idle-later':
      return 'idle too, behind in the kernel’s list'
    case 'places':
      return `has ${n(said.held)} of ${n(said.places)} places, not this one`
    case 'other-stays':
      return 'not asked: the client has a server'
    case 'share':
      return `1/${said.of}`
    case 'accepted':
      return `accept(): ${said.from} meant ${said.asked} and is connected to ${said.to}, to the proxy itself.`
    case 'dials':
      return `connect(): ${said.from} → ${said.to}${said.attempt > 0 ? `, attempt ${said.attempt + 1}` : ''}. The backend sees the node.`
    case 'bpf':
      return bpfEn(said.bpf).join(' ')
    case 'removed':
      return 'Removed in Kubernetes 1.26; shown as it was.'
    case 'no-endpoints':
      return 'No endpoints: the connection is closed.'
    case 'gave-up':
      return 'No endpoint could be reached: the connection is closed.'
  }
}

function zh(said: Said): string {
  switch (said.code) {
    case 'drawn':
      return `抽到 ${said.at}（0…${said.of - 1}，机会均等）`
    case 'counted':
      return `数到 ${said.at}（0…${said.of - 1}，依次轮换）`
    case 'turn':
      return `${said.last === undefined ? '之前还没有' : `上次 ${said.last}`} → 这次 ${said.now} → 下次 ${said.next}`
    case 'needs-weight':
      return `这一轮要求权重不小于 ${said.weight}。`
    case 'least':
      return `最小：${measureZh[said.measure]} = ${said.figure}${said.equal > 1 ? `；${said.equal} 台相同，取内核列表中最靠前的` : ''}。`
    case 'idle':
      return `${said.now} 没有活动连接：never queue。`
    case 'hashed':
      return said.fallback
        ? `${said.of} 的哈希落在第 ${said.place} 格（共 ${said.places} 格），那一台不接新连接，于是继续找到 ${said.now}。`
        : `${said.of} 的哈希落在第 ${said.place} 格（共 ${said.places} 格），属于 ${said.now}。`
    case 'stays':
      return `${said.client} 来过：最后一次连接之后 ${span(said.seconds, units.zh)}内仍去 ${said.now}。`
    case 'kept':
      return `从现在起 ${span(said.seconds, units.zh)}内，${said.client} 都回到这里。`
    case 'known':
      return '连接已知：不再调度。'
    case 'answer':
      return '已知连接的应答：换回虚拟地址。'
    case 'nobody':
      return '没有服务器接受新连接：丢弃数据包，回 ICMP port unreachable。'
    case 'scheduler':
      return `调度算法 ${said.name}`
    case 'changed':
      return `${said.side} ${said.from} → ${said.to}`
    case 'own-pointer':
      return '每个节点各记各的位置。'
    case 'stolen':
      return said.hook === 'input'
        ? '从 INPUT 中取走：接着走 OUTPUT 和 POSTROUTING，不经过 FORWARD。'
        : '从 OUTPUT 中取走：重新走 OUTPUT，再走 POSTROUTING。'
    case 'weight-0':
      return '权重为 0：不接新连接'
    case 'later-turn':
      return said.after === 1 ? '下一个轮到它' : `再过 ${said.after} 次轮到它`
    case 'more':
      return `${measureZh[said.measure]} = ${said.figure}`
    case 'equal':
      return `同为 ${said.figure}，在内核列表中靠后`
    case 'busy':
      return `有 ${said.active} 个活动连接，不空闲`
    case 'idle-later':
      return '也空闲，在内核列表中靠后'
    case 'places':
      return `占 ${n(said.places)} 格中的 ${n(said.held)} 格，不含这一格`
    case 'other-stays':
      return '没有问它：客户端已有服务器'
    case 'share':
      return `1/${said.of}`
    case 'accepted':
      return `accept()：${said.from} 要找 ${said.asked}，连上的却是 ${said.to}，即代理自己。`
    case 'dials':
      return `connect()：${said.from} → ${said.to}${said.attempt > 0 ? `，第 ${said.attempt + 1} 次尝试` : ''}。后端看到的是节点。`
    case 'bpf':
      return bpfZh(said.bpf).join('')
    case 'removed':
      return 'Kubernetes 1.26 已移除，这里按原样展示。'
    case 'no-endpoints':
      return '没有端点：关闭连接。'
    case 'gave-up':
      return '没有一个端点能连上：关闭连接。'
  }
}

const books: Readonly<Record<Lang, Words>> = {
  en: {
    said: en,
    found: '✓ found',
    absent: (kind) => (kind === 'virtuals' ? 'no such virtual server: IPVS lets it pass' : 'not found'),
  },
  zh: {
    said: zh,
    found: '✓ 找到',
    absent: (kind) => (kind === 'virtuals' ? '没有这个虚拟服务器：IPVS 放行' : '没有找到'),
  },
}
export const saidIn = (lang: Lang): Words => books[lang]
