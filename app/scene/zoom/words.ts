import { type Book, type Say, useBook } from '../../panels/book.ts'

/** Words of zooming, and of the picture of one veth pair. What tools print stays as they print it. */
export const book = {
  tools: ['Zoom', '缩放'],
  in: ['Zoom in (+)', '放大（+）'],
  out: ['Zoom out (−)', '缩小（−）'],
  fit: ['Show the whole cluster (0)', '显示整个集群（0）'],
  whole: ['Fit to the stage (0)', '适应画面（0）'],
  path: ['What the stage shows', '画面所示'],
  cluster: ['cluster', '集群'],
  form: ['Shown as', '显示方式'],
  map: ['Map', '地图'],
  list: ['List', '列表'],
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
  packet: ['The packet now', '此刻的数据包'],
  noPacket: ['No packet yet: a process has it.', '还没有数据包：内容在进程手里。'],
  ends: ['ends on this hop', '到此为止'],
} as const satisfies Book

export type Z = Say<typeof book>
export const useZ = (): Z => useBook(book)
