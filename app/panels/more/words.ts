import { type Book, type Say, useBook } from '../book.ts'

/** Words of the tabs that come when they are opened. */
export const book = {
  'neigh.title': ['Neighbour: which MAC has {address}', '邻居：谁的 MAC 是 {address}'],
  'fdb.title': ['Bridge {bridge}: which port leads to {mac}', '网桥 {bridge}：{mac} 在哪个端口'],
  'text.wait': ['Asking the engine…', '正在询问引擎…'],
  'packet.now': ['The packet now', '此刻的数据包'],
  'packet.bytes': ['{n} bytes', '{n} 字节'],
  'packet.none': ['No packet at this step: it is a program’s turn.', '这一步没有数据包：轮到程序了。'],
  'packet.beside': ['Beside the packet', '随包信息（skb）'],
  'packet.quoted': ['The packet that it complains of', '它所抱怨的那个包'],
  'fate.goes': ['goes on', '继续前行'],
  'route.only': ['The only line of this table that holds {dst}.', '这张表里只有这一行包含 {dst}。'],
  'route.longest': [
    'Of {n} lines that hold {dst}, the one with the longest prefix: /{bits}.',
    '有 {n} 行包含 {dst}，取前缀最长的一行：/{bits}。',
  ],
  'route.order': [
    'Tables are asked in order: local, main, default. Nothing in local holds {dst}.',
    '按 local、main、default 的顺序查表。local 里没有包含 {dst} 的行。',
  ],
  'route.shorter': ['holds it too, /{bits}', '也包含它，/{bits}'],
  'text.left': ['{n} more {n|line|lines}', '另有 {n} 行'],
  'text.empty': ['nothing', '空'],
  'neigh.known': ['known already, nobody was asked', '已经知道，不用再问'],
  'neigh.asked': ['asked with ARP, answered', '用 ARP 问到了'],
  'neigh.failed': ['asked, and nobody answered', '问了，没人应答'],
  'neigh.none-needed': ['this device needs none', '这个设备不需要'],
  'fdb.flooded': ['Not known: to every port ({list}).', '不认识：发往所有端口（{list}）。'],
  'node.of': ['Machine', '机器'],
  'node.step': ['this step: {name}', '这一步：{name}'],
  'node.now': [
    'State after the walk; conntrack as it is at this step. Lit: what this step used.',
    '走完之后的状态；conntrack 是这一步的。高亮：这一步用到的。',
  ],
  'node.nothing': ['Between machines there is nothing to look at: a wire has no state.', '机器之间没有可看的：线缆没有状态。'],
  'node.unused': ['usual: {n}', '默认：{n}'],
  'node.addresses': ['Addresses', '地址'],
  'node.routes': ['Routes', '路由'],
  'node.neighbours': ['Neighbours', '邻居'],
  'node.fdb': ['Forwarding database of the bridges and tunnels', '网桥和隧道的转发表'],
  'node.conntrack': ['Connections at this step', '这一步的连接'],
  'node.sysctls': ['Kernel settings', '内核参数'],
  'node.listeners': ['Listeners', '监听'],
  'node.resolv': ['DNS settings of its programs', '程序的 DNS 设置'],
  'line.title': ['What did this line write?', '这一行写出了什么？'],
  'line.hint': [
    'Put the cursor on a line of the manifests: here stands what it wrote on the nodes.',
    '把光标放到清单的某一行：这里会列出它在各节点上写出的内容。',
  ],
  'line.stands': ['It stands for', '它代表'],
  'line.whole': ['the whole object', '整个对象'],
  'line.nothing': ['This line wrote nothing on any machine.', '这一行没有在任何机器上写出内容。'],
  'line.counts': ['{n} {n|thing|things} on {m} {m|machine|machines}', '{m} 台机器上的 {n} 项'],
  'line.reading': ['still reading the machines…', '仍在读取各台机器…'],
  'line.stopped': ['There is more than the page keeps: not everything was read.', '内容超过页面的容量：没有全部读完。'],
  'line.capped': ['The first {n} are shown.', '只列出前 {n} 项。'],
  'kind.rule': ['rules', '规则'],
  'kind.route': ['routes', '路由'],
  'kind.neighbour': ['neighbours', '邻居'],
  'kind.fdb': ['FDB entries', 'FDB 条目'],
  'kind.link': ['devices', '设备'],
  'kind.listener': ['listeners', '监听'],
} as const satisfies Book

export type MoreWord = keyof typeof book
export type M = Say<typeof book>
export const useM = (): M => useBook(book)
