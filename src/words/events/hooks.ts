import type { Hook, TraceEvent } from '../../trace/event.ts'
import type { InBoth } from '../said.ts'

const hooks: Readonly<Record<Hook, InBoth>> = {
  prerouting: {
    en: [
      'PREROUTING: before any routing',
      'Every packet that arrives passes here first. What these rules write into the packet decides where routing sends it.',
    ],
    zh: ['PREROUTING：路由之前', '每个进来的数据包都先经过这里。这里的规则改写之后，路由才决定往哪里送。'],
  },
  input: {
    en: ['INPUT: for a process of this machine', 'Routing said “local”: the packet is for a socket of this network namespace.'],
    zh: ['INPUT：交给本机的进程', '路由判定为本地：数据包是给这个网络命名空间里的 socket 的。'],
  },
  forward: {
    en: ['FORWARD: through this machine', 'The packet is for somebody else. Here the filter rules say whether it may pass.'],
    zh: ['FORWARD：经由本机转发', '数据包是给别人的，filter 规则在这里决定能不能过。'],
  },
  output: {
    en: [
      'OUTPUT: from a process of this machine',
      'Packets that begin here never saw PREROUTING, so rules for local processes stand here.',
    ],
    zh: ['OUTPUT：由本机进程发出', '从这里出发的数据包没有经过 PREROUTING，所以给本机进程的规则放在这里。'],
  },
  postrouting: {
    en: ['POSTROUTING: the last hook before the device', 'The way out is decided. Here the source address may still be changed.'],
    zh: ['POSTROUTING：出设备之前的最后一个 hook', '出口已经定了，这里还可以改源地址。'],
  },
}

export function hookWords(event: TraceEvent): InBoth {
  const hook = event.at.hook ?? 'prerouting'
  const plain = hooks[hook]
  if (event.after.kind !== 'skb' || event.after.skb.bridged === undefined) return plain
  const name = hook.toUpperCase()
  return {
    en: [
      `${name}, called from inside the bridge`,
      'The frame is only being bridged, but br_netfilter (net.bridge.bridge-nf-call-iptables=1) lends it to the IP hooks. Without that, traffic between Pods of one node would never see a rule.',
    ],
    zh: [
      `${name}，由网桥内部调用`,
      '这一帧只是在网桥里转发，但 br_netfilter（net.bridge.bridge-nf-call-iptables=1）把它借给 IP 层的 hook。否则同节点 Pod 之间的流量根本不会经过规则。',
    ],
  }
}

type Bridge = Extract<TraceEvent, { readonly kind: 'bridge' }>

export function bridgeWords(event: Bridge): InBoth {
  const dev = event.at.device ?? 'bridge'
  const hook = event.hook.toUpperCase()
  if (event.hook === 'prerouting' || event.hook === 'input')
    return {
      en: [
        `The frame enters the bridge ${dev}`,
        `Bridge hook ${hook}. Here the bridge learns who sits behind which port; a frame for the bridge’s own MAC goes up to the IP layer.`,
      ],
      zh: [`帧进入网桥 ${dev}`, `网桥的 ${hook} hook。网桥在这里学到哪个 MAC 在哪个端口后面；目的 MAC 是网桥自己的帧交给 IP 层。`],
    }
  return {
    en: [
      `The bridge ${dev} sends the frame on`,
      `Bridge hook ${hook}. The frame leaves by the port behind which its destination MAC was seen.`,
    ],
    zh: [`网桥 ${dev} 把帧送出去`, `网桥的 ${hook} hook。帧从见过其目的 MAC 的那个端口出去。`],
  }
}
