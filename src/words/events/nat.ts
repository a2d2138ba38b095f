import type { TraceEvent } from '../../trace/event.ts'
import { type Names, nameOf } from '../names.ts'
import type { InBoth } from '../said.ts'

type Nat = Extract<TraceEvent, { readonly kind: 'nat' }>
type Ct = Extract<TraceEvent, { readonly kind: 'conntrack' }>

export function natWords(event: Nat, names: Names): InBoth {
  const { from, to } = event
  const change = `${from} → ${to}`
  if (event.undo)
    return event.manip === 'src'
      ? {
          en: [
            'The answer gets back the address that was asked',
            `conntrack undoes the destination rewrite: the source was ${from}, the caller sees ${to}. No rule is asked.`,
          ],
          zh: [
            '回包换回被访问的那个地址',
            `conntrack 把之前的目的地址转换还原：源地址由 ${from} 变回 ${to}，调用方看到的就是它访问的地址。不再查规则。`,
          ],
        }
      : {
          en: ['The answer finds its way back to the real caller', `conntrack undoes the source rewrite: ${change}. No rule is asked.`],
          zh: ['回包找回真正的调用方', `conntrack 把之前的源地址转换还原：${change}。不再查规则。`],
        }
  if (event.by === 'conntrack')
    return {
      en: [
        'Rewritten from memory',
        `${change}: conntrack remembers what the first packet of this connection got. Rules of table nat are asked once a connection.`,
      ],
      zh: ['按记忆改写', `${change}：conntrack 记得这条连接的第一个数据包是怎样改的。nat 表的规则每条连接只问一次。`],
    }
  return event.manip === 'dst' ? dnat(from, to, names) : snat(from, to, names)
}

function dnat(from: string, to: string, names: Names): InBoth {
  const [old, now] = [names(from), names(to)]
  const backend = nameOf(names, to)
  if (old?.kind === 'service')
    return {
      en: [
        now?.kind === 'pod' ? 'The virtual IP becomes a Pod IP' : 'The virtual IP becomes a real one',
        `A ClusterIP is on no device. This DNAT rule is all there is to it: the destination ${from}, Service ${old.name}, is rewritten to ${backend} at ${to}, and conntrack remembers it so that the answer can be undone.`,
      ],
      zh: [
        now?.kind === 'pod' ? '虚拟 IP 变成 Pod IP' : '虚拟 IP 变成真实地址',
        `ClusterIP 不在任何设备上，全靠这条 DNAT 规则：目的地址 ${from}（Service ${old.name}）改写为 ${backend} 的 ${to}，conntrack 记住这次改写，以便还原回包。`,
      ],
    }
  return {
    en: [
      'The destination is rewritten',
      `DNAT: ${from} becomes ${to}${backend === to ? '' : `, which is ${backend}`}. conntrack remembers it so that the answer can be undone.`,
    ],
    zh: ['目的地址被改写', `DNAT：${from} 变成 ${to}${backend === to ? '' : `，即 ${backend}`}。conntrack 记住这次改写，以便还原回包。`],
  }
}

function snat(from: string, to: string, names: Names): InBoth {
  const owner = names(to)
  const who = owner === undefined ? to : owner.name
  return {
    en: [
      `It leaves with an address of ${who}`,
      `SNAT: the source ${from} becomes ${to}. Now the answer has to come back here, and conntrack can undo both rewrites. The backend does not see the real caller.`,
    ],
    zh: [
      `借 ${who} 的地址出门`,
      `SNAT：源地址 ${from} 变成 ${to}。这样回包必然回到这里，由 conntrack 把两次改写一起还原。后端看不到真正的调用方。`,
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
