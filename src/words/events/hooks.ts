import type { Hook, TraceEvent } from '../../trace/event.ts'
import type { InBoth } from '../said.ts'
import { isWrapped, placeOf, skbOf } from './place.ts'

/** At a node, where the rules are. */
const hooks: Readonly<Record<Hook, InBoth>> = {
  prerouting: {
    en: [
      'PREROUTING: before any routing',
      'Every packet that arrives passes here first. A destination rewritten here (DNAT) is the one that routing looks up.',
    ],
    zh: ['PREROUTING：路由之前', '进来的每个数据包都先经过这里。在这里改写了目的地址（DNAT），路由查的就是改写之后的地址。'],
  },
  input: {
    en: ['INPUT: for this node itself', 'Routing said “local”: the packet goes up to a socket of the node.'],
    zh: ['INPUT：交给节点自己', '路由判定为本地：数据包上交给本节点的 socket。'],
  },
  forward: {
    en: ['FORWARD: through this node', 'The packet is for somebody else. Here the filter rules say whether it may pass.'],
    zh: ['FORWARD：经由本节点转发', '数据包是给别人的，filter 规则在这里决定是否放行。'],
  },
  output: {
    en: [
      'OUTPUT: sent by this node itself',
      'A packet that begins here never meets PREROUTING. So kube-proxy hooks its Service rules in a second time, here.',
    ],
    zh: ['OUTPUT：由本节点自己发出', '从这里出发的数据包不经过 PREROUTING，所以 kube-proxy 把 Service 规则在这里再挂一次。'],
  },
  postrouting: {
    en: [
      'POSTROUTING: the last hook before the device',
      'The way out is decided. Here the source may still be changed (SNAT, MASQUERADE).',
    ],
    zh: ['POSTROUTING：出设备之前的最后一个 hook', '出口已经定了，这里还可以改源地址（SNAT、MASQUERADE）。'],
  },
}

/** The tunnel's own packet passes the same node a second time. */
const outer: Readonly<Record<Hook, InBoth>> = {
  prerouting: {
    en: [
      'PREROUTING, for the outer packet',
      'It is addressed to this node itself. The rules see node addresses only: the Pod’s packet is still inside.',
    ],
    zh: ['外层数据包经过 PREROUTING', '它的目的地址就是本节点。规则只看得到节点地址，Pod 的数据包还在里面。'],
  },
  input: {
    en: ['INPUT, for the outer packet', 'Routing said “local”: it goes up to the tunnel’s own socket, which takes the wrapping off.'],
    zh: ['外层数据包经过 INPUT', '路由判定为本地：上交给隧道自己的 socket，由它解封装。'],
  },
  forward: {
    en: ['FORWARD, for the outer packet', 'The wrapped packet is only passing through. The rules see the outer addresses.'],
    zh: ['外层数据包经过 FORWARD', '封装后的数据包只是路过，规则看到的是外层地址。'],
  },
  output: {
    en: [
      'OUTPUT, for the outer packet',
      'The tunnel made a packet of its own, from node to node, so it starts at OUTPUT like that of any process.',
    ],
    zh: ['外层数据包经过 OUTPUT', '隧道生成了一个从节点到节点的新数据包，像普通进程发出的一样从 OUTPUT 出发。'],
  },
  postrouting: {
    en: [
      'POSTROUTING, for the outer packet',
      'The second time for this node: first the Pod’s packet, now the wrapped one. Its source is the node’s address already.',
    ],
    zh: ['外层数据包经过 POSTROUTING', '这是第二次经过：先是 Pod 的数据包，现在是封装后的。它的源地址本来就是节点地址。'],
  },
}

/** IPVS took the packet out of INPUT, or out of OUTPUT where a process of the node asks. */
const sentOn: InBoth = {
  en: [
    'OUTPUT: sent on by IPVS',
    'IPVS took the packet out of its hook and sends it to the real server as if the node had made it. So it never meets FORWARD.',
  ],
  zh: ['OUTPUT：由 IPVS 转发', 'IPVS 把数据包从原来的 hook 取走，像节点自己发出的一样送往真实服务器，所以它不经过 FORWARD。'],
}

function quiet(hook: Hook, pod: boolean): InBoth {
  const name = hook.toUpperCase()
  return {
    en: [
      `${name}, in the network namespace of ${pod ? 'the Pod' : 'this machine'}`,
      pod
        ? 'Each network namespace has hooks and rules of its own. Here there are none: kube-proxy writes to the node’s.'
        : 'Each network namespace has hooks and rules of its own. kube-proxy writes to the nodes’ only.',
    ],
    zh: [
      `${name}，在${pod ? ' Pod 的' : '这台机器的'}网络命名空间里`,
      pod
        ? '每个网络命名空间有自己的 hook 和规则。这里没有规则：kube-proxy 只写节点的。'
        : '每个网络命名空间有自己的 hook 和规则。kube-proxy 只写节点的。',
    ],
  }
}

export function hookWords(event: TraceEvent): InBoth {
  const hook = event.at.hook ?? 'prerouting'
  const skb = skbOf(event)
  const place = placeOf(event.at.netns)
  if (place !== 'node') return quiet(hook, place === 'pod')
  if (skb !== undefined && isWrapped(skb)) return outer[hook]
  if (hook === 'output' && skb?.ipvs === true) return sentOn
  if (skb?.bridged === undefined) return hooks[hook]
  const name = hook.toUpperCase()
  if (hook === 'prerouting')
    return {
      en: [
        'PREROUTING, called by the bridge',
        'The frame is still at the bridge port. br_netfilter (net.bridge.bridge-nf-call-iptables=1) shows it to the IP hooks here, so that a Service address is rewritten before the bridge decides where to send it.',
      ],
      zh: [
        'PREROUTING，由网桥调用',
        '这一帧还在网桥端口上。br_netfilter（net.bridge.bridge-nf-call-iptables=1）让它先经过 IP 层的 hook，Service 地址在网桥决定去向之前就被改写。',
      ],
    }
  return {
    en: [
      `${name}, called by the bridge`,
      'The frame stays on the bridge, but br_netfilter (net.bridge.bridge-nf-call-iptables=1) lends it to the IP hooks. Without that, traffic between Pods of one node would meet no rule.',
    ],
    zh: [
      `${name}，由网桥调用`,
      '这一帧没有离开网桥，但 br_netfilter（net.bridge.bridge-nf-call-iptables=1）把它借给 IP 层的 hook。否则同节点 Pod 之间的流量根本不经过规则。',
    ],
  }
}

type Bridge = Extract<TraceEvent, { readonly kind: 'bridge' }>

/** What a bridge does with a frame at each of its own hooks. */
export function bridgeWords(event: Bridge): InBoth {
  const dev = event.at.device ?? 'bridge'
  const { iif, oif } = event
  switch (event.hook) {
    case 'prerouting':
      return {
        en: [
          `The frame enters the bridge ${dev}`,
          `${iif === undefined ? 'It came' : `It came by port ${iif}`}; the bridge notes which MAC sits behind that port.`,
        ],
        zh: [`帧进入网桥 ${dev}`, `${iif === undefined ? '' : `从端口 ${iif} 进来；`}网桥记下这个端口后面是哪个 MAC。`],
      }
    case 'input':
      return {
        en: [
          `${dev} hands the frame up to the node`,
          'Its destination MAC is the bridge’s own: the frame has found its gateway, and the packet inside goes on to routing.',
        ],
        zh: [`${dev} 把帧交给节点`, '目的 MAC 是网桥自己的：帧到了网关，里面的数据包继续去查路由。'],
      }
    case 'forward':
      return {
        en: [
          `${dev} passes the frame on, port to port`,
          `${iif !== undefined && oif !== undefined ? `From ${iif} to ${oif}: both` : 'Both'} ends are on this bridge, so nothing is routed.`,
        ],
        zh: [
          `${dev} 在端口之间转发这一帧`,
          `${iif !== undefined && oif !== undefined ? `从 ${iif} 到 ${oif}：` : ''}两端都接在这个网桥上，不需要路由。`,
        ],
      }
    case 'output':
      return {
        en: [`The node hands a frame to ${dev}`, 'From here on the destination MAC decides by which port it leaves.'],
        zh: [`节点把帧交给 ${dev}`, '接下来由目的 MAC 决定从哪个端口出去。'],
      }
    case 'postrouting':
      return {
        en: [
          `${dev} sends the frame out${oif === undefined ? '' : ` of ${oif}`}`,
          'That is the port behind which the destination MAC was seen.',
        ],
        zh: [`${dev} 把帧${oif === undefined ? '' : `从 ${oif} `}送出去`, '目的 MAC 就是在这个端口后面学到的。'],
      }
  }
}
