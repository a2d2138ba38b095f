import { type Book, type Say, useBook } from '../book.ts'

/** Words of the load balancer's health table. */
export const book = {
  healthy: ['gets traffic', '接收流量'],
  unhealthy: ['gets none', '不接收流量'],
  out: ['left out', '不参与'],
  walk: ['Walk this check', '走一遍这个检查'],
  excluded: ['A label or taint of the node keeps it out: it is not asked.', '节点的标签或污点把它排除在外，不做检查。'],
  nobody: ['No node answers ARP for it: the Service has no endpoint.', '没有节点应答它的 ARP：Service 没有端点。'],
  leader: [
    '{node} answers ARP for {vip}: of the nodes that may, the least hash of name and address.',
    '{node} 应答 {vip} 的 ARP：在可参与的节点里，名字与地址的哈希最小。',
  ],
  passthrough: ['Packets go to the node as they are; its answers pass the balancer by.', '数据包原样送到节点，应答不经过负载均衡器。'],
  nat: ['Packets go to the node port, from the balancer’s own address.', '数据包改发到 NodePort，源地址是负载均衡器自己的。'],
  l2: [
    'There is no machine in front: one node takes all traffic for the address.',
    '前面没有单独的机器：一个节点接收发往该地址的全部流量。',
  ],
} as const satisfies Book

export const useH = (): Say<typeof book> => useBook(book)
