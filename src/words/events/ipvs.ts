import type { TraceEvent } from '../../trace/event.ts'
import { type Names, nameOf } from '../names.ts'
import type { InBoth } from '../said.ts'

type Nat = Extract<TraceEvent, { readonly kind: 'nat' }>

/** What a scheduler goes by; names that are not here are not modelled either. */
const SCHEDULERS: Readonly<Record<string, readonly [en: string, zh: string]>> = {
  rr: ['the next in the round', '轮到的下一个'],
  wrr: ['the next in the round, by weight', '按权重轮到的下一个'],
  lc: ['the one with the fewest connections', '连接最少的一个'],
  wlc: ['the one with the fewest connections for its weight', '按权重算连接最少的一个'],
  sed: ['the one that will answer soonest by its connections and weight', '按连接数和权重估计最快的一个'],
  nq: ['an idle one, if there is any', '有空闲的就选空闲的'],
  sh: ['the one that the client’s address is hashed to', '由客户端地址的哈希决定'],
  dh: ['the one that the asked address is hashed to', '由目的地址的哈希决定'],
  mh: ['the one that the Maglev table has for this client', 'Maglev 表里对应这个客户端的一个'],
}

/** A rewrite by IPVS: to a real server, or the virtual address back on an answer. */
export function ipvsWords(event: Nat, names: Names): InBoth {
  const { from, to, ipvs } = event
  const [en, zh] = SCHEDULERS[ipvs?.scheduler ?? ''] ?? ['', '']
  const backend = nameOf(names, to)
  switch (ipvs?.how) {
    case 'scheduled':
      return {
        en: [
          'IPVS chooses a server',
          `The virtual server ${ipvs.service ?? from} takes ${en} (${ipvs.scheduler}): destination ${from} becomes ${to} (${backend}). It notes the connection, and all its later packets go the same way.`,
        ],
        zh: [
          'IPVS 选出一个后端',
          `虚拟服务器 ${ipvs.service ?? from} 选择${zh}（${ipvs.scheduler}）：目的地址 ${from} 变成 ${to}（${backend}）。它记下这条连接，后续数据包都走同一个后端。`,
        ],
      }
    case 'persistent':
      return {
        en: [
          'IPVS stays with this client’s server',
          `Session affinity: an earlier connection of this client went to ${backend}, so this one does too. Destination ${from} becomes ${to}; the scheduler is not asked.`,
        ],
        zh: [
          'IPVS 沿用这个客户端的后端',
          `会话保持：这个客户端先前的连接去了 ${backend}，这条也一样。目的地址 ${from} 变成 ${to}，不再询问调度算法。`,
        ],
      }
    case 'answer':
      return {
        en: [
          'IPVS puts the asked address back',
          `Source ${from} becomes ${to}. Filter rules before this place saw the Pod as source, rules behind it see the Service.`,
        ],
        zh: ['IPVS 换回被访问的地址', `源地址 ${from} 变成 ${to}。在此之前的 filter 规则看到的源是 Pod，在此之后看到的是 Service。`],
      }
    case 'known':
    case undefined:
      return {
        en: ['IPVS knows this connection', `Destination ${from} becomes ${to} (${backend}), as for its first packet.`],
        zh: ['IPVS 认得这条连接', `目的地址 ${from} 变成 ${to}（${backend}），与它的第一个数据包相同。`],
      }
  }
}

/** The packet leaves its hook for OUTPUT; FORWARD never sees it. */
export function stolenWords(hook: string): InBoth {
  return {
    en: [
      `IPVS takes the packet out of ${hook}`,
      'It goes on to the real server through OUTPUT and POSTROUTING, as if it were made here. FORWARD never sees it; the reply will pass there.',
    ],
    zh: [
      `IPVS 把数据包从 ${hook} 取走`,
      '它像本机发出的数据包那样，经 OUTPUT 和 POSTROUTING 去往真实服务器；FORWARD 看不到它，回包才会经过那里。',
    ],
  }
}

/** What IPVS says of a packet that it sends on as it is (direct routing). */
export const handedOverWords = (what: string): InBoth => ({
  en: ['IPVS hands the packet to a node', `${what}. Direct routing: addresses and ports stay, only the frame goes to another machine.`],
  zh: ['IPVS 把数据包交给一个节点', `${what}。直接路由：地址和端口不变，只是把帧发给另一台机器。`],
})
