import type { Message } from '../net/message.ts'
import type { TraceEvent } from '../trace/event.ts'
import type { DropReason } from '../trace/journey.ts'
import { bpfEndWords, bpfWords, mapWords } from './events/bpf.ts'
import { dropReasons, tooBigWords, unknownOutside } from './events/drops.ts'
import { bridgeWords, hookWords } from './events/hooks.ts'
import { handedOverWords, stolenWords } from './events/ipvs.ts'
import { crossWords, decapWords, deviceWords, encapWords, fdbWords, neighbourWords, routeWords } from './events/links.ts'
import { conntrackWords, natWords } from './events/nat.ts'
import { isIpv6, placeOf } from './events/place.ts'
import { dnsWords, processWords, socketWords } from './events/programs.ts'
import { chainEndWords, ruleWords } from './events/rules.ts'
import type { Lang } from './lang.ts'
import type { Names } from './names.ts'
import { type InBoth, type Said, said } from './said.ts'

const isReason = (text: string): text is DropReason => Object.hasOwn(dropReasons, text)

/** `port unreachable` of `icmp-port-unreachable`. */
const icmpName = (name: string): string => name.replace(/^icmp6?-/, '').replaceAll('-', ' ')

function words(event: TraceEvent, names: Names, carried: Message | undefined): InBoth {
  switch (event.kind) {
    case 'hook':
      return hookWords(event)
    case 'hook-end': {
      const hook = (event.at.hook ?? '').toUpperCase()
      if (event.verdict === 'stolen') return stolenWords(hook)
      return { en: [`${hook}: ${event.verdict}`, ''], zh: [`${hook}：${event.verdict}，裁决完毕`, ''] }
    }
    case 'rule':
      return ruleWords(event)
    case 'chain-end':
      return chainEndWords(event)
    case 'conntrack':
      return conntrackWords(event)
    case 'nat':
      return natWords(event, names)
    case 'route':
      return routeWords(event, names)
    case 'neighbour':
      return neighbourWords(event)
    case 'bridge':
      return bridgeWords(event)
    case 'fdb':
      return fdbWords(event)
    case 'device':
      return deviceWords(event)
    case 'cross':
      return crossWords(event)
    case 'encap':
      return encapWords(event, names)
    case 'decap':
      return decapWords(event)
    case 'ttl': {
      const field = isIpv6(event) ? 'Hop limit' : 'TTL'
      return {
        en: [`${field} is now ${event.left}`, 'Each router takes one off, and a node that forwards is a router.'],
        zh: [`${field} 变为 ${event.left}`, '每经过一个路由器减一；转发数据包的节点就是路由器。'],
      }
    }
    case 'fragment':
      return {
        en: [
          `Cut into ${event.pieces} pieces`,
          `The device takes at most ${event.mtu} bytes. Only the first piece carries the ports; the receiver puts the pieces together.`,
        ],
        zh: [`切成 ${event.pieces} 个分片`, `这块设备一次最多发送 ${event.mtu} 字节。只有第一片带端口号，由接收方重新拼装。`],
      }
    case 'reassemble':
      return {
        en: [
          `${event.pieces} pieces put together`,
          'Connection tracking needs the ports of the whole packet, so the pieces are joined before any rule sees them.',
        ],
        zh: [`${event.pieces} 个分片重新拼装`, '连接跟踪需要看到完整数据包的端口，所以在任何规则之前先把分片拼好。'],
      }
    case 'icmp-error':
      if (event.limited)
        return {
          en: [
            `ICMP ${icmpName(event.name)} is held back`,
            'This sender was told a moment ago; the kernel limits ICMP errors to about one a second for each address.',
          ],
          zh: [`ICMP ${icmpName(event.name)} 未发送`, '刚刚已经通知过这个发送方；内核对每个地址的 ICMP 差错大约限制为每秒一个。'],
        }
      return {
        en: [`ICMP ${icmpName(event.name)}`, 'The kernel tells the sender why its packet did not arrive.'],
        zh: [`ICMP ${icmpName(event.name)}`, '内核告诉发送方数据包为什么没有送到。'],
      }
    case 'socket':
      return socketWords(event, names, carried)
    case 'process':
      return event.process === 'ip_vs' ? handedOverWords(event.what) : processWords(event)
    case 'dns':
      return dnsWords(event)
    case 'bpf':
      return bpfWords(event)
    case 'bpf-map':
      return mapWords(event)
    case 'bpf-end':
      return bpfEndWords(event, names)
    case 'drop':
      if (event.reason === 'blackhole' && placeOf(event.at.netns) === 'underlay') return unknownOutside(event, names)
      if (event.tooBig) return tooBigWords(event.tooBig)
      return isReason(event.reason)
        ? dropReasons[event.reason]
        : { en: [`The packet ends here: ${event.reason}`, ''], zh: [`数据包到此为止：${event.reason}`, ''] }
  }
}

/** What a step is, and what it means. `names` knows whose the addresses are; `carried` is what the packet of the step has inside. */
export const sayEvent = (event: TraceEvent, names: Names, lang: Lang, carried?: Message): Said => said(words(event, names, carried), lang)
