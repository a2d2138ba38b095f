import type { TraceEvent } from '../../trace/event.ts'
import type { InBoth } from '../said.ts'

type Of<K extends TraceEvent['kind']> = Extract<TraceEvent, { readonly kind: K }>

export function routeWords(event: Of<'route'>): InBoth {
  const { route, dst } = event
  if (route === undefined)
    return {
      en: [`No route to ${dst}`, 'No line of the routing tables covers this destination.'],
      zh: [`没有到 ${dst} 的路由`, '路由表里没有一行覆盖这个目的地址。'],
    }
  if (route.type === 'local')
    return {
      en: ['It is for this machine', `${dst} is an address of this network namespace: the packet goes up to a socket.`],
      zh: ['是给本机的', `${dst} 是这个网络命名空间自己的地址：数据包上交给 socket。`],
    }
  if (route.type !== 'unicast')
    return {
      en: [`The route says ${route.type}`, `The line that matches ${dst}: ${route.text}`],
      zh: [`路由的类型是 ${route.type}`, `匹配 ${dst} 的那一行：${route.text}`],
    }
  const dev = route.dev ?? '?'
  return route.via === undefined
    ? {
        en: [`Out of ${dev}, straight to the neighbour`, `${dst} lies in the network of ${dev}: no router in between.`],
        zh: [`从 ${dev} 出去，直达邻居`, `${dst} 就在 ${dev} 所在的网段，中间没有路由器。`],
      }
    : {
        en: [
          `Out of ${dev}, by way of ${route.via}`,
          `The longest prefix that covers ${dst} wins; the frame is addressed to the next hop, the packet keeps its destination.`,
        ],
        zh: [`从 ${dev} 出去，下一跳 ${route.via}`, `覆盖 ${dst} 的最长前缀胜出；帧发给下一跳，数据包的目的地址不变。`],
      }
}

export function neighbourWords(event: Of<'neighbour'>): InBoth {
  const { address, mac = '?' } = event
  switch (event.found) {
    case 'known':
      return {
        en: [`${address} is at ${mac}`, 'The neighbour table knows the MAC of the next hop.'],
        zh: [`${address} 的 MAC 是 ${mac}`, '邻居表里有下一跳的 MAC。'],
      }
    case 'asked':
      return {
        en: [`Who has ${address}? ${mac}`, 'Not in the neighbour table: asked on the link, and answered.'],
        zh: [`谁是 ${address}？${mac}`, '邻居表里没有：在链路上询问，得到了回答。'],
      }
    case 'failed':
      return {
        en: [`Nobody answers for ${address}`, 'Asked on the link, and nobody has this address.'],
        zh: [`没有谁回答 ${address}`, '在链路上询问，没有谁拥有这个地址。'],
      }
    case 'none-needed':
      return { en: ['No MAC needed', 'This device has no link-layer addresses.'], zh: ['不需要 MAC', '这块设备没有链路层地址。'] }
  }
}

export function fdbWords(event: Of<'fdb'>): InBoth {
  const { bridge, mac, port, flooded } = event
  if (port !== undefined)
    return {
      en: [`${bridge}: ${mac} is behind ${port}`, 'The bridge learned from earlier frames which port this MAC is behind.'],
      zh: [`${bridge}：${mac} 在 ${port} 后面`, '网桥从以前的帧里学到这个 MAC 在哪个端口后面。'],
    }
  if (flooded.length > 0)
    return {
      en: [`${bridge} does not know ${mac}`, `So the frame goes out of every other port: ${flooded.join(', ')}.`],
      zh: [`${bridge} 不认识 ${mac}`, `于是从其他所有端口发出：${flooded.join('、')}。`],
    }
  return {
    en: [`${mac} is the bridge’s own`, 'The frame goes up to the IP layer of this node.'],
    zh: [`${mac} 是网桥自己的 MAC`, '这一帧交给本节点的 IP 层。'],
  }
}

export function deviceWords(event: Of<'device'>): InBoth {
  const { device } = event
  return event.dir === 'tx'
    ? {
        en: [`Out of ${device}`, event.ll === undefined ? '' : `The frame goes from ${event.ll.src} to ${event.ll.dst}.`],
        zh: [`从 ${device} 出去`, event.ll === undefined ? '' : `帧从 ${event.ll.src} 发往 ${event.ll.dst}。`],
      }
    : {
        en: [`In by ${device}`, event.ll === undefined ? '' : `The frame came from ${event.ll.src}.`],
        zh: [`从 ${device} 进来`, event.ll === undefined ? '' : `帧来自 ${event.ll.src}。`],
      }
}

export function crossWords(event: Of<'cross'>): InBoth {
  const { from, to } = event
  const ends = `${from.device} → ${to.device}`
  const samePair = from.device.startsWith('veth') || to.device.startsWith('veth')
  return samePair
    ? {
        en: [
          `Through the veth pair: ${ends}`,
          `What goes in at one end comes out at the other: from ${from.netns} to ${to.netns}. Mark and conntrack stay behind when a packet changes network namespace.`,
        ],
        zh: [
          `穿过 veth 对：${ends}`,
          `一端进、另一端出：从 ${from.netns} 到 ${to.netns}。换网络命名空间时，mark 和 conntrack 不会跟过去。`,
        ],
      }
    : {
        en: [
          `Over the wire: ${from.netns} → ${to.netns}`,
          `From ${from.device} to ${to.device}. The network between the machines sees the outermost header alone.`,
        ],
        zh: [`经过线缆：${from.netns} → ${to.netns}`, `从 ${from.device} 到 ${to.device}。机器之间的网络只看得到最外层的头部。`],
      }
}

export function encapWords(event: Of<'encap'>): InBoth {
  const name = event.tunnel === 'vxlan' ? 'VXLAN' : 'IP-in-IP'
  return {
    en: [
      `Wrapped in ${name}, to ${event.remote}`,
      `${event.device} puts the whole frame into a new packet to ${event.remote}, the node where the Pod lives: its FDB says ${event.lookup}. The new packet passes the hooks of this node once more, and nobody on the way sees the Pod addresses inside.`,
    ],
    zh: [
      `封装为 ${name}，发往 ${event.remote}`,
      `${event.device} 把整个帧装进一个发往 ${event.remote}（Pod 所在节点）的新数据包：转发表（FDB）里写着 ${event.lookup}。新数据包还要再走一遍本节点的 hook，途中谁也看不到里面的 Pod 地址。`,
    ],
  }
}

export function decapWords(event: Of<'decap'>): InBoth {
  const name = event.tunnel === 'vxlan' ? 'VXLAN' : 'IP-in-IP'
  return {
    en: [
      `${name} taken off at ${event.device}`,
      'The outer headers have done their work. The packet inside comes in by the tunnel device, as if by a cable.',
    ],
    zh: [`在 ${event.device} 解开 ${name}`, '外层头部的任务完成了。里面的数据包从隧道设备进来，就像从网线进来一样。'],
  }
}
