import type { TraceEvent } from '../../trace/event.ts'
import { type Names, nameOf } from '../names.ts'
import type { InBoth } from '../said.ts'
import { bpfNatWords } from './bpf.ts'
import { ipvsWords } from './ipvs.ts'

type Nat = Extract<TraceEvent, { readonly kind: 'nat' }>
type Ct = Extract<TraceEvent, { readonly kind: 'conntrack' }>

export function natWords(event: Nat, names: Names): InBoth {
  const { from, to } = event
  if (event.by === 'ipvs') return ipvsWords(event, names)
  if (event.by === 'bpf') return bpfNatWords(event, names)
  const change = `${from} → ${to}`
  if (event.undo) return event.manip === 'src' ? undoDnat(change, names(to)?.kind === 'service') : undoSnat(change)
  if (event.by === 'conntrack')
    return {
      en: [
        'Rewritten from memory',
        `${change}, as conntrack noted for the first packet of this connection. The nat rules are read once a connection: no later packet can end up at another Pod.`,
      ],
      zh: ['按 conntrack 的记录改写', `${change}，与这条连接的第一个数据包相同。nat 规则每条连接只查一次，后续数据包不会跑到别的 Pod。`],
    }
  return event.manip === 'dst' ? dnat(from, to, names) : snat(from, to, names)
}

const undoDnat = (change: string, service: boolean): InBoth => ({
  en: [
    service ? 'The reply carries the Service’s address again' : 'The reply carries the asked address again',
    `conntrack undoes the DNAT, no rule is read: source ${change}. The caller knows only the address that it asked, and takes no answer from any other.`,
  ],
  zh: [
    service ? '回包换回 Service 的地址' : '回包换回被访问的地址',
    `conntrack 还原 DNAT，不再查规则：源地址 ${change}。调用方只认它访问的那个地址，不接受来自别处的回包。`,
  ],
})

const undoSnat = (change: string): InBoth => ({
  en: [
    'The reply finds its way back to the real caller',
    `conntrack undoes the SNAT, no rule is read: destination ${change}. Only this node can do that, since the entry is only here.`,
  ],
  zh: ['回包找回真正的调用方', `conntrack 还原 SNAT，不再查规则：目的地址 ${change}。只有本节点做得到，因为表项只在这里。`],
})

function dnat(from: string, to: string, names: Names): InBoth {
  const [old, now] = [names(from), names(to)]
  const backend = nameOf(names, to)
  if (old?.kind === 'service')
    return {
      en: [
        now?.kind === 'pod' ? 'The virtual IP becomes a Pod IP' : 'The virtual IP becomes a real one',
        `A ClusterIP is on no device; it lives in rules like this. The destination ${from} (Service ${old.name}) becomes ${to} (${backend}). conntrack notes the pair, to put the old address back into every reply.`,
      ],
      zh: [
        now?.kind === 'pod' ? '虚拟 IP 变成 Pod IP' : '虚拟 IP 变成真实地址',
        `ClusterIP 不在任何设备上，只存在于这样的规则里。目的地址 ${from}（Service ${old.name}）变成 ${to}（${backend}）。conntrack 记下这一对地址，好把每个回包还原。`,
      ],
    }
  const whose = backend === to ? '' : ` (${backend})`
  const node = old?.kind === 'node'
  const host = (end: string): string => end.slice(0, end.lastIndexOf(':'))
  if (node && host(from) === host(to))
    return {
      en: [
        'Another port of the same node',
        `DNAT: ${from} becomes ${to}: the packet is for a process of ${old.name} itself. conntrack notes the pair, to put the old port back into every reply.`,
      ],
      zh: [
        '换成同一节点的另一个端口',
        `DNAT：${from} 变成 ${to}，数据包交给 ${old.name} 自己的进程。conntrack 记下这一对端口，好把每个回包还原。`,
      ],
    }
  return {
    en: [
      node && now?.kind === 'pod' ? 'The node’s address becomes a Pod IP' : 'The destination is rewritten',
      `${node ? 'No process has to listen on this port of the node: the rule does it all. ' : ''}DNAT: ${from} becomes ${to}${whose}. conntrack notes the pair, to put the old address back into every reply.`,
    ],
    zh: [
      node && now?.kind === 'pod' ? '节点地址变成 Pod IP' : '目的地址被改写',
      `${node ? '节点上不需要进程监听这个端口，全靠这条规则。' : ''}DNAT：${from} 变成 ${to}${backend === to ? '' : `（${backend}）`}。conntrack 记下这一对地址，好把每个回包还原。`,
    ],
  }
}

function snat(from: string, to: string, names: Names): InBoth {
  const owner = names(to)
  const who = owner === undefined ? to : owner.name
  return {
    en: [
      `It leaves with an address of ${who}`,
      `SNAT: the source ${from} becomes ${to}. So the reply must come back here, where conntrack can undo what was rewritten. The other side sees ${to}, not the real caller.`,
    ],
    zh: [
      `借 ${who} 的地址出门`,
      `SNAT：源地址 ${from} 变成 ${to}。这样回包必然回到这里，由 conntrack 把改写还原。对方看到的是 ${to}，不是真正的调用方。`,
    ],
  }
}

export function conntrackWords(event: Ct): InBoth {
  const { what } = event
  switch (what) {
    case 'new':
      return {
        en: [
          'A new connection',
          'conntrack has not seen these addresses and ports before: it makes an entry, and the rules of table nat will be asked.',
        ],
        zh: ['新连接', 'conntrack 没见过这组地址和端口：建立一个表项，接下来会查 nat 表的规则。'],
      }
    case 'found':
      return {
        en: [
          'A connection that conntrack knows',
          'The packet belongs to an entry that is there already. The rules of table nat are not asked again.',
        ],
        zh: ['conntrack 认得的连接', '数据包属于已有的表项，不再查 nat 表的规则。'],
      }
    case 'confirmed':
      return {
        en: ['The entry is confirmed', 'The packet got through all hooks, so its conntrack entry goes into the table.'],
        zh: ['表项生效', '数据包走完了所有 hook，表项写入 conntrack 表。'],
      }
    case 'changed':
      return {
        en: ['The conntrack entry changes', 'Its state or timeout follows what this packet says.'],
        zh: ['conntrack 表项变化', '状态或超时随这个数据包更新。'],
      }
    case 'invalid':
      return {
        en: ['conntrack calls it INVALID', 'It fits no connection that this machine saw begin.'],
        zh: ['conntrack 判为 INVALID', '它不属于本机见过其开头的任何连接。'],
      }
    case 'untracked':
      return {
        en: ['Not tracked', 'A rule of table raw told conntrack to leave this packet alone.'],
        zh: ['不跟踪', 'raw 表的规则让 conntrack 不管这个数据包。'],
      }
  }
}
