import type { TraceEvent } from '../../trace/event.ts'
import { listed } from '../lang.ts'
import { type Names, nameOf } from '../names.ts'
import type { InBoth } from '../said.ts'
import { shortOf, skbOf } from './place.ts'

type Of<K extends TraceEvent['kind']> = Extract<TraceEvent, { readonly kind: K }>

/** `node-2 (10.244.2.0)`, or the address alone when nobody is known to have it; brackets as the language writes them. */
const withName = (names: Names, address: string, lang: 'en' | 'zh'): string => {
  const owner = nameOf(names, address)
  if (owner === address) return address
  return lang === 'en' ? `${owner} (${address})` : `${owner}（${address}）`
}

export function routeWords(event: Of<'route'>, names: Names): InBoth {
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
  if (route.via === undefined)
    return {
      en: [
        `Out of ${dev}, straight to the neighbour`,
        `${withName(names, dst, 'en')} lies in the network of ${dev}: no router in between.`,
      ],
      zh: [`从 ${dev} 出去，直达邻居`, `${withName(names, dst, 'zh')} 就在 ${dev} 所在的网段，中间没有路由器。`],
    }
  const { via } = route
  const all = route.text.startsWith('default')
  return {
    en: [
      `Out of ${dev}, by way of ${withName(names, via, 'en')}`,
      `${all ? `Nothing more specific covers ${dst}, so the default route takes it.` : `Of all lines that cover ${dst} the one with the longest prefix wins.`} The frame goes to the next hop; the packet keeps its destination.`,
    ],
    zh: [
      `从 ${dev} 出去，下一跳 ${withName(names, via, 'zh')}`,
      `${all ? `没有更具体的路由覆盖 ${dst}，走默认路由。` : `覆盖 ${dst} 的各行里，最长前缀胜出。`}帧发给下一跳，数据包的目的地址不变。`,
    ],
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
    case 'waits':
      return { en: [`No MAC of ${address} yet`, 'The packet waits for ARP.'], zh: [`还没有 ${address} 的 MAC`, '数据包等待 ARP。'] }
    case 'asks':
      return { en: [`Who has ${address}?`, 'Asked of all on the link.'], zh: [`谁是 ${address}？`, '广播询问链路上的所有设备。'] }
    case 'answers':
      return { en: [`${address} is at ${mac}`, 'This machine answers.'], zh: [`${address} 的 MAC 是 ${mac}`, '由这台机器回答。'] }
    case 'none-needed':
      return { en: ['No MAC needed', 'This device has no link-layer addresses.'], zh: ['不需要 MAC', '这块设备没有链路层地址。'] }
  }
}

export function fdbWords(event: Of<'fdb'>): InBoth {
  const { bridge, mac, port, flooded, flow } = event
  if (flow !== undefined)
    return {
      en: [`${bridge}: flow to ${port ?? 'nowhere'}`, `Open vSwitch: ${flow}`],
      zh: [`${bridge}：flow 通往 ${port ?? '无处'}`, `Open vSwitch：${flow}`],
    }
  if (port !== undefined)
    return {
      en: [`${bridge}: ${mac} is behind ${port}`, 'The bridge learned from earlier frames which port this MAC is behind.'],
      zh: [`${bridge}：${mac} 在 ${port} 后面`, '网桥从以前的帧里学到这个 MAC 在哪个端口后面。'],
    }
  if (flooded.length > 0)
    return {
      en: [`${bridge} does not know ${mac}`, `So the frame goes out of every other port: ${listed(flooded, 'en')}.`],
      zh: [`${bridge} 不认识 ${mac}`, `于是从其他所有端口发出：${listed(flooded, 'zh')}。`],
    }
  return {
    en: [`${mac} is the bridge’s own`, 'The frame goes up to the IP layer of this node.'],
    zh: [`${mac} 是网桥自己的 MAC`, '这一帧交给本节点的 IP 层。'],
  }
}

export function deviceWords(event: Of<'device'>): InBoth {
  const { device } = event
  const first = skbOf(event)?.packet.headers[0]
  const ll = event.ll ?? (first?.kind === 'eth' ? first : undefined)
  if (event.dir === 'tx')
    return {
      en: [`Out of ${device}`, ll === undefined ? 'The packet leaves by this device.' : `In a frame from ${ll.src} to ${ll.dst}.`],
      zh: [`从 ${device} 出去`, ll === undefined ? '数据包从这块设备出去。' : `装在从 ${ll.src} 到 ${ll.dst} 的帧里。`],
    }
  return {
    en: [`In by ${device}`, ll === undefined ? 'The packet arrives by this device.' : `In a frame from ${ll.src} to ${ll.dst}.`],
    zh: [`从 ${device} 进来`, ll === undefined ? '数据包从这块设备进来。' : `帧来自 ${ll.src}，发给 ${ll.dst}。`],
  }
}

export function crossWords(event: Of<'cross'>): InBoth {
  const { from, to } = event
  const samePair = from.device.startsWith('veth') || to.device.startsWith('veth')
  const [here, there] = [shortOf(from.netns), shortOf(to.netns)]
  return samePair
    ? {
        en: [
          `Through the veth pair: ${from.device} → ${to.device}`,
          `Two ends of one cable: what goes in at ${here} comes out at ${there}. Mark and conntrack stay behind, as at every change of network namespace.`,
        ],
        zh: [
          `穿过 veth 对：${from.device} → ${to.device}`,
          `veth 对像一根网线的两头：从 ${here} 进，到 ${there} 出。换了网络命名空间，mark 和 conntrack 不会跟过去。`,
        ],
      }
    : {
        en: [
          `Over the wire: ${here} → ${there}`,
          `From ${from.device} to ${to.device}. The network between the machines sees the outermost header alone.`,
        ],
        zh: [`经过底层网络：${here} → ${there}`, `从 ${from.device} 到 ${to.device}。机器之间的网络只看得到最外层的头部。`],
      }
}

/** A device without settings of its own: the program that sent the frame to it named the other end. */
function externalWords(event: Of<'encap'>, names: Names): InBoth {
  const id = /^external id (\d+)/.exec(event.lookup)?.[1] ?? ''
  return {
    en: [
      `Wrapped in VXLAN, to ${nameOf(names, event.remote)}`,
      `${event.device} has no FDB: the eBPF program told it the other end, ${withName(names, event.remote, 'en')}, and the VNI ${id}, which is the sender’s identity. The new packet passes this node’s hooks; on the wire nobody sees the Pod addresses inside.`,
    ],
    zh: [
      `封装为 VXLAN，发往 ${nameOf(names, event.remote)}`,
      `${event.device} 没有转发表（FDB）：对端 ${withName(names, event.remote, 'zh')} 和 VNI ${id} 都由 eBPF 程序给出，VNI 就是发送方的身份标识（identity）。新数据包会经过本节点的 hook；线路上谁也看不到里面的 Pod 地址。`,
    ],
  }
}

/** The vport of a datapath: the flow named the other end. */
function flowWords(event: Of<'encap'>, names: Names): InBoth {
  const id = /^flow id (\d+)/.exec(event.lookup)?.[1] ?? ''
  return {
    en: [
      `Wrapped in VXLAN, to ${nameOf(names, event.remote)}`,
      `The flow of the datapath named the other end, ${withName(names, event.remote, 'en')}, and the VNI ${id}: the short ids of both peers. The whole frame goes into a UDP packet that nobody may cut, which passes this node’s hooks.`,
    ],
    zh: [
      `封装为 VXLAN，发往 ${nameOf(names, event.remote)}`,
      `对端 ${withName(names, event.remote, 'zh')} 和 VNI ${id} 由 datapath 的 flow 给出，VNI 由两个 peer 的短 id 组成。整个帧装进一个不许分片的 UDP 数据包，再经过本节点的 hook。`,
    ],
  }
}

export function encapWords(event: Of<'encap'>, names: Names): InBoth {
  if (event.lookup.startsWith('external ')) return externalWords(event, names)
  if (event.lookup.startsWith('flow ')) return flowWords(event, names)
  const vxlan = event.tunnel === 'vxlan'
  const name = vxlan ? 'VXLAN' : 'IP-in-IP'
  return {
    en: [
      `Wrapped in ${name}, to ${nameOf(names, event.remote)}`,
      `${event.device} puts the whole ${vxlan ? 'frame into a UDP packet' : 'packet into another one'} to ${withName(names, event.remote, 'en')}. That address comes from ${vxlan ? `its FDB (${event.lookup})` : `the route (${event.lookup})`}. The new packet passes this node’s hooks once more; on the wire nobody sees the Pod addresses inside.`,
    ],
    zh: [
      `封装为 ${name}，发往 ${nameOf(names, event.remote)}`,
      `${event.device} 把整个${vxlan ? '帧装进一个 UDP 数据包' : '数据包装进另一个数据包'}，发往 ${withName(names, event.remote, 'zh')}。这个地址来自${vxlan ? `转发表（FDB）：${event.lookup}` : `路由：${event.lookup}`}。新数据包还要再走一遍本节点的 hook；线路上谁也看不到里面的 Pod 地址。`,
    ],
  }
}

export function decapWords(event: Of<'decap'>): InBoth {
  const name = event.tunnel === 'vxlan' ? 'VXLAN' : 'IP-in-IP'
  const key = event.after.kind === 'skb' ? event.after.skb.tunnelKey : undefined
  if (key?.ovs)
    return {
      en: [
        `${name} taken off at ${event.device}`,
        `The VNI ${key.id} holds the short ids of both peers. The frame inside goes to the datapath, which looks up its flow.`,
      ],
      zh: [`在 ${event.device} 解开 ${name}`, `VNI ${key.id} 由两个 peer 的短 id 组成。里面的帧交给 datapath，由它查 flow。`],
    }
  if (key !== undefined)
    return {
      en: [
        `${name} taken off at ${event.device}`,
        `The VNI ${key.id} tells who sent it: it is the sender’s identity. The packet inside comes in by the tunnel device, where an eBPF program waits for it.`,
      ],
      zh: [
        `在 ${event.device} 解开 ${name}`,
        `VNI ${key.id} 说明是谁发的：它就是发送方的身份标识（identity）。里面的数据包从隧道设备进来，由那里的 eBPF 程序处理。`,
      ],
    }
  return {
    en: [
      `${name} taken off at ${event.device}`,
      'The outer headers have done their work. The packet inside comes in by the tunnel device as if by a cable, and starts again at PREROUTING.',
    ],
    zh: [`在 ${event.device} 解开 ${name}`, '外层头部的任务完成了。里面的数据包从隧道设备进来，就像从网线进来一样，再从 PREROUTING 开始。'],
  }
}
