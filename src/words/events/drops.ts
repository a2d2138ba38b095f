import type { TraceEvent } from '../../trace/event.ts'
import type { DropReason } from '../../trace/journey.ts'
import type { TooBig } from '../../trace/toobig.ts'
import { type Names, nameOf } from '../names.ts'
import type { InBoth } from '../said.ts'
import { endsOf, skbOf } from './place.ts'

/** Why a packet did not arrive, for each reason of the closed list. */
export const dropReasons: Readonly<Record<DropReason, InBoth>> = {
  rule: {
    en: [
      'A rule drops the packet',
      'The packet ends here. A DROP sends nothing back: the sender waits until it times out. A REJECT sends an answer.',
    ],
    zh: ['规则丢弃了数据包', '数据包到此为止。DROP 不回任何东西，发送方只能等到超时；REJECT 会回一个报文。'],
  },
  policy: {
    en: ['The chain’s policy drops the packet', 'No rule of the chain decided, so its default policy did.'],
    zh: ['链的默认策略丢弃了数据包', '链中没有规则作出裁决，于是由默认策略决定。'],
  },
  'no-route': {
    en: ['No route leads there', 'No line of the routing table covers the destination.'],
    zh: ['没有去往那里的路由', '路由表里没有一行覆盖这个目的地址。'],
  },
  blackhole: {
    en: ['The route is a black hole', 'The line that matches says: throw it away.'],
    zh: ['匹配到的是黑洞路由', '匹配的那一行路由要求直接丢弃。'],
  },
  'rp-filter': {
    en: ['rp_filter refuses the source', 'An answer to this source would leave through another device than the one the packet came in by.'],
    zh: ['rp_filter 不接受这个源地址', '给这个源地址的回包会从另一块设备出去，而不是它进来的那块。'],
  },
  martian: {
    en: [
      'A source that cannot be',
      'The kernel takes no packet from outside whose source is one of its own addresses, loopback or multicast.',
    ],
    zh: ['不可能的源地址', '外来数据包的源地址是本机地址、回环或组播地址，内核不接受。'],
  },
  'not-forwarding': {
    en: ['This machine does not forward', 'The destination is elsewhere, and net.ipv4.ip_forward is 0.'],
    zh: ['这台机器不转发', '目的地址不在本机，而 net.ipv4.ip_forward 为 0。'],
  },
  ttl: {
    en: ['The TTL or hop limit ran out', 'Each router takes one off; at 0 the packet is thrown away and its sender told.'],
    zh: ['TTL（hop limit）用完了', '每个路由器减一，减到 0 就丢弃，并通知发送方。'],
  },
  mtu: {
    en: ['Too big for the next device', 'The packet may not be cut into pieces, and the device’s MTU is smaller.'],
    zh: ['超过下一块设备的 MTU', '数据包不允许分片，而设备的 MTU 更小。'],
  },
  'no-hairpin': {
    en: [
      'The bridge does not send back out of the same port',
      'The frame would have to leave by the port it came in by. A bridge port does that only in hairpin mode.',
    ],
    zh: ['网桥不会从进来的端口再发出去', '这一帧要从进来的那个端口出去，只有开了 hairpin（发夹模式）的端口才允许。'],
  },
  'not-my-mac': {
    en: ['Not for this machine', 'The frame’s destination MAC is none of this device’s, so the kernel lets it lie.'],
    zh: ['不是发给本机的帧', '帧的目的 MAC 不是这块设备的，内核不予处理。'],
  },
  'no-neighbour': {
    en: ['Nobody has this address', 'The next hop’s MAC is not known and nobody answered the question for it.'],
    zh: ['没有谁拥有这个地址', '不知道下一跳的 MAC，询问也无人应答。'],
  },
  'no-listener': {
    en: ['Nobody listens', 'The packet reached the right machine, but no process has this port open.'],
    zh: ['没有进程监听', '数据包到了对的机器，但没有进程打开这个端口。'],
  },
  'ct-invalid': {
    en: ['conntrack calls it invalid', 'The packet belongs to no connection that this machine saw begin.'],
    zh: ['conntrack 判为 INVALID', '数据包不属于本机见过其开头的任何连接。'],
  },
  'ct-full': {
    en: ['The conntrack table is full', 'No room for a new connection: the packet is dropped.'],
    zh: ['conntrack 表已满', '没有地方再记新连接，数据包被丢弃。'],
  },
  'device-down': {
    en: ['The device is down', 'Nothing goes out of or into an interface that is not up.'],
    zh: ['设备没有启用', '没有 up 的接口既不发也不收。'],
  },
  isolated: {
    en: [
      'Isolated ports do not talk to each other',
      'Both ports of the bridge are set to isolated: they reach the bridge and its other ports, never one another.',
    ],
    zh: ['隔离端口之间互不相通', '网桥的这两个端口都设为 isolated：只能通到网桥本身和其他端口，彼此不通。'],
  },
  'redirect-of-nat': {
    en: [
      'No redirects for translated connections',
      'The address that the sender asked for is not the one that the route was chosen for, so netfilter drops the ICMP redirect.',
    ],
    zh: ['经过 NAT 的连接不发 redirect', '发送方问的地址并不是选路时用的地址，所以 netfilter 丢弃这个 ICMP redirect。'],
  },
  fragments: {
    en: ['Not all pieces arrived', 'The kernel keeps the pieces of a packet for 30 seconds and throws them away when one is missing.'],
    zh: ['分片没有到齐', '内核把分片保留 30 秒，缺一片就全部丢弃。'],
  },
  bpf: {
    en: ['A program of eBPF drops the packet', 'The program says why; nothing goes back to the sender.'],
    zh: ['eBPF 程序丢弃了数据包', '原因由程序给出，不会回任何报文给发送方。'],
  },
  'bridge-loop': {
    en: [
      'A loop of bridges',
      'The frame has come back to a bridge that it has already passed: without spanning tree it would go round for ever.',
    ],
    zh: ['网桥成环', '这一帧又回到了已经经过的网桥；没有生成树协议，它会一直转下去。'],
  },
  underlay: {
    en: ['Lost between the machines', 'The network between the nodes does not carry this packet.'],
    zh: ['丢在机器之间', '节点之间的网络没有把这个数据包送到。'],
  },
  'no-destination': {
    en: [
      'IPVS has no server for it',
      'The virtual server has no real server that takes new connections: none at all, or all have weight 0.',
    ],
    zh: ['IPVS 没有可用的后端', '这个虚拟服务器没有能接新连接的真实服务器：一个都没有，或者权重全是 0。'],
  },
}

/** Which device took no more, and who hears of it. */
export function tooBigWords({ device, mtu, size, silent }: TooBig): InBoth {
  const wire = device === 'underlay'
  return {
    en: [
      `Too big: ${size} bytes, and ${wire ? 'the network between the machines' : device} takes ${mtu}`,
      `The packet must not be cut (Don’t Fragment), so it ends here. ${
        silent
          ? 'A link layer tells nobody: the sender learns nothing and sends the same again.'
          : 'The sender is told by ICMP “fragmentation needed”; where a firewall drops that, only small packets get through.'
      }`,
    ],
    zh: [
      `太大：${size} 字节，而${wire ? '机器之间的网络' : ` ${device} `}最多 ${mtu}`,
      `数据包不允许分片（DF），只能到此为止。${
        silent
          ? '链路层不会通知任何人：发送方毫不知情，只会原样重发。'
          : '发送方会收到 ICMP “fragmentation needed”；如果防火墙丢掉了它，就只有小包能通过。'
      }`,
    ],
  }
}

/** The network between the machines has no route to an address: mostly a Pod's or a Service's, which only nodes know. */
export function unknownOutside(event: TraceEvent, names: Names): InBoth {
  const skb = skbOf(event)
  const ends = skb && endsOf(skb)
  const dst = ends?.dst ?? '?'
  const sender = ends && names(ends.src)
  const title = { en: 'The network between the machines does not know this address', zh: '机器之间的网络不认识这个地址' }
  if (names(dst)?.kind === 'service' && (sender?.kind === 'node' || sender?.kind === 'pod'))
    return {
      en: [
        title.en,
        `${dst} belongs to ${nameOf(names, dst)}, and exists in the rules of nodes alone. The node let it out as it was: nothing there translated it. Does kube-proxy, or what takes its place, run on that node?`,
      ],
      zh: [
        title.zh,
        `${dst} 属于 ${nameOf(names, dst)}，只存在于节点的规则里。节点原样放它出来了：那里没有东西转换它。那个节点上的 kube-proxy（或替代它的组件）在运行吗？`,
      ],
    }
  if (names(dst)?.kind === 'pod' && sender !== undefined && sender.kind !== 'host')
    return {
      en: [
        title.en,
        `${dst} belongs to ${nameOf(names, dst)}. The node had no route of its own to it, so the default route took the packet, and the routers here know machines alone. Who should have told that node: a BGP session, or the program of the CNI?`,
      ],
      zh: [
        title.zh,
        `${dst} 属于 ${nameOf(names, dst)}。节点自己没有到它的路由，数据包走了默认路由，而这里的路由器只认识机器。本该由谁把路由告诉那个节点：BGP 会话，还是 CNI 的程序？`,
      ],
    }
  return {
    en: [
      title.en,
      `${dst}: Pod and Service addresses exist on the nodes alone. From outside, ask for a NodePort, a load balancer or an Ingress.`,
    ],
    zh: [title.zh, `${dst}：Pod 和 Service 的地址只在节点上有效。从集群外访问，要经 NodePort、负载均衡器或 Ingress。`],
  }
}
