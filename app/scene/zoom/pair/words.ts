import type { Book, Say } from '../../../panels/book.ts'

/** Words of the picture of one veth pair. What tools print stays as they print it. */
export const book = {
  podNetns: ['pod netns', 'Pod netns'],
  hostNetns: ['host netns', 'host netns'],
  pair: ['veth pair', 'veth pair'],
  nothing: ['(no line)', '（没有条目）'],
  unknown: ['The engine has no word of it now.', '引擎此刻没有它的数据。'],
  more: ['… {n} more', '……还有 {n} 条'],
  up: ['own MAC: up to the IP layer', '自己的 MAC：交给 IP 层'],
  asked: ['asked at the diamond', '在菱形处查询'],
  otherPorts: ['{n} {n|more port|more ports}', '另有 {n} 个端口'],
  hairpinOn: ['hairpin on', 'hairpin on'],
  hairpinOff: ['hairpin off', 'hairpin off'],
  isolated: ['isolated on', 'isolated on'],
  socket: ['socket {at}', 'socket {at}'],
  arpGateway: [
    'ARP gave the MAC of {dev}: {dst} is not on this link, so the frame goes to the gateway {hop}.',
    'ARP 得到 {dev} 的 MAC：{dst} 不在本链路上，帧先交给网关 {hop}。',
  ],
  arpLink: ['ARP asked for {dst} itself: it is on the same link.', 'ARP 直接问 {dst}：它就在同一条链路上。'],
  arpProxy: [
    '{hop} is nobody’s address: {dev} answers ARP in its place (proxy_arp) with its own MAC.',
    '{hop} 不是任何人的地址：{dev} 用自己的 MAC 代它应答 ARP（proxy_arp）。',
  ],
  arpOther: [
    'ARP for {hop} was answered with the MAC of {dev}, the other end of the pair.',
    '对 {hop} 的 ARP 由 pair 的另一端 {dev} 用自己的 MAC 应答。',
  ],
  arpNode: ['The node asked on {dev} for {hop}; the Pod answered with its own MAC.', '节点在 {dev} 上问 {hop}；Pod 用自己的 MAC 应答。'],
  packet: ['The packet now', '此刻的数据包'],
  noPacket: ['No packet yet: a process has it.', '还没有数据包：内容在进程手里。'],
  ends: ['ends on this hop', '到此为止'],
  inside: ['inside {tunnel}', '{tunnel} 里面'],
} as const satisfies Book

export type SayPair = Say<typeof book>
