import type { PeerSession } from '../../../src/agents/cni/peering.ts'
import { type Book, type Say, useBook } from '../../panels/book.ts'

/** Words of BGP sessions. What a tool prints stays as it prints it. */
export const book = {
  title: ['BGP sessions', 'BGP 会话'],
  up: ['BGP: {up} up', 'BGP：{up} 条会话正常'],
  upAndDown: ['BGP: {up} up, {down} down', 'BGP：{up} 条会话正常，{down} 条断开'],
  none: ['BGP: no session', 'BGP：没有会话'],
  short: ['BGP {up}/{all}', 'BGP {up}/{all}'],
  open: ['Open the BGP sessions', '打开 BGP 会话'],
  counted: ['{up} up, {down} down', '{up} 条正常，{down} 条断开'],
  established: ['Established', 'Established'],
  down: ['down', '断开'],
  noAnswer: ['Nobody answers at {address}, TCP port 179.', '{address} 的 TCP 179 端口没有应答。'],
  wrongAs: ['AS {wanted} is asked for, and {peer} is AS {as}.', '配置要求对端是 AS {wanted}，而 {peer} 是 AS {as}。'],
  nobody: [
    'The mesh is off and no BGPPeer asks for a session: no node learns the blocks of another.',
    'mesh 已关闭，又没有 BGPPeer 要求建立会话：没有节点能学到别的节点的地址块。',
  ],
  reflector: ['route reflector', 'route reflector'],
  router: ['router', '路由器'],
  announces: ['announces', '通告'],
  peerAddress: ['peer address', '对端地址'],
  ownAs: ['own AS', '自己的 AS'],
  peerAs: ['AS asked for', '要求的对端 AS'],
  type: ['peer type', '类型'],
  calls: ['TCP', 'TCP'],
  calling: ['calls the peer', '主动连接对端'],
  passive: ['waits to be called', '等对端来连'],
  learned: ['learned', '学到'],
  nothing: ['nothing', '无'],
  more: ['… {n} more', '……还有 {n} 条'],
  lost: ['Routes that are gone because of it', '因此消失的路由'],
  lostOn: ['on {node}', '在 {node} 上'],
  lostNone: ['No route is gone: another session brings them all.', '没有路由因此消失：别的会话把它们都带来了。'],
  notNeeded: ['The pools are routed by Felix (VXLAN): no route waits for it.', '这些地址池的路由由 Felix（VXLAN）写入，不靠这条会话。'],
  otherSide: ['Its own side is not in the lab.', '它那一侧不在实验里。'],
  sessions: ['Sessions', '会话'],
  ofNode: ['Sessions of {node}', '{node} 的会话'],
  all: ['all', '全部'],
  folded: ['{n} sessions that are up are folded: choose a node to see its own.', '{n} 条正常的会话已折叠：点一个节点看它的会话。'],
  asked: ['{tool} on {node}', '在 {node} 上运行 {tool}'],
  unknown: ['The engine has no word of it now.', '引擎此刻没有它的数据。'],
  moreSpeakers: ['+{n}', '+{n}'],
} as const satisfies Book

export type SayBgp = Say<typeof book>
export const useBgpWords = (): SayBgp => useBook(book)

/** Why a session is down, in a sentence; undefined: it is up. */
export function reasonOf(session: PeerSession, asOf: (name: string) => number, say: SayBgp): string | undefined {
  const end = session.ends[0]
  if (session.down === undefined || end === undefined) return undefined
  switch (session.down) {
    case 'no-answer':
      return say('noAnswer', { address: end.peerAddress })
    case 'wrong-as':
      return say('wrongAs', { wanted: end.peerAs, peer: end.peer, as: asOf(end.peer) })
  }
}
