import type { TraceEvent } from '../../trace/event.ts'
import { type Names, nameOf } from '../names.ts'
import type { InBoth } from '../said.ts'

type Of<K extends TraceEvent['kind']> = Extract<TraceEvent, { readonly kind: K }>

/** A program begins: at a call of a process, or at one side of a device. */
export function bpfWords(event: Of<'bpf'>): InBoth {
  const { program, attach } = event
  if (attach === 'ingress' || attach === 'egress') {
    const dev = event.at.device ?? ''
    return attach === 'ingress'
      ? {
          en: [
            `${program} takes what ${dev} receives`,
            'An eBPF program at tc ingress: before PREROUTING and before any route. It may send the frame on by itself, and then no hook of the node sees it.',
          ],
          zh: [
            `${program} 处理 ${dev} 收到的帧`,
            'tc ingress 上的 eBPF 程序：在 PREROUTING 和路由之前运行。它可以自己把帧转走，那样节点的任何 hook 都看不到它。',
          ],
        }
      : {
          en: [`${program} takes what ${dev} sends`, 'An eBPF program at tc egress: behind POSTROUTING, the last to touch the packet.'],
          zh: [`${program} 处理 ${dev} 发出的帧`, 'tc egress 上的 eBPF 程序：在 POSTROUTING 之后，最后一个改动数据包的。'],
        }
  }
  const call = attach.slice(0, -1)
  if (call === 'connect' || call === 'sendmsg')
    return {
      en: [
        `${program} looks at ${call}()`,
        'An eBPF program at the cgroup of the node, in the middle of the system call: no packet has been made yet. It may put another address in the place of the one that was named.',
      ],
      zh: [
        `${program} 检查 ${call}()`,
        '挂在节点 cgroup 上的 eBPF 程序，在系统调用途中运行，此时还没有数据包。它可以把传入的地址换成另一个。',
      ],
    }
  return {
    en: [`${program} looks at ${call}()`, 'The process asks whom it talks to: this eBPF program may show the address that it knows.'],
    zh: [`${program} 检查 ${call}()`, '进程在问对端是谁：这个 eBPF 程序可以把它认得的地址换回来。'],
  }
}

/** A question to a map, or an entry written. */
export function mapWords(event: Of<'bpf-map'>): InBoth {
  const { map, key, value, op } = event
  if (op === 'update') return { en: [`${map}: noted`, `${key} → ${value ?? ''}`], zh: [`${map}：写入`, `${key} → ${value ?? ''}`] }
  if (value === undefined)
    return {
      en: [`${map}: nothing found`, `The key ${key} is not in the map. One look-up, however many entries it has.`],
      zh: [`${map}：没有找到`, `表里没有键 ${key}。不管有多少表项，只查一次。`],
    }
  return {
    en: [`${map}: found`, `${key} → ${value}. One look-up, however many entries the map has.`],
    zh: [`${map}：命中`, `${key} → ${value}。不管有多少表项，只查一次。`],
  }
}

/** A verdict's own word, without the device or the reason behind it. */
type FirstWord<V extends string> = V extends `${infer Word} ${string}` ? Word : V

/** What a program decided. */
export function bpfEndWords(event: Of<'bpf-end'>, names: Names): InBoth {
  const { program, verdict, address, errno = '' } = event
  if (verdict === 'refuse')
    return {
      en: [`${program} refuses the call: ${errno}`, 'The system call fails at once. No packet is sent.'],
      zh: [`${program} 拒绝了调用：${errno}`, '系统调用立即失败，不会发出数据包。'],
    }
  if (address !== undefined) {
    const { from, to, hook } = address
    if (hook === 'recvmsg' || hook === 'getpeername')
      return {
        en: [
          'The process sees the address that it asked',
          `${hook}() shows ${to} in the place of ${from}. The packet itself was not rewritten.`,
        ],
        zh: ['进程看到的是它访问的地址', `${hook}() 把 ${from} 显示为 ${to}，数据包本身没有被改写。`],
      }
    return {
      en: [
        'Translated in the socket, not in the packet',
        `${hook}() asked for ${from} (${nameOf(names, from)}); the kernel goes on with ${to} (${nameOf(names, to)}). All packets carry the Pod’s address from the start: no DNAT, no conntrack entry for the Service.`,
      ],
      zh: [
        '在 socket 里转换，不在数据包里',
        `${hook}() 请求的是 ${from}（${nameOf(names, from)}），内核改用 ${to}（${nameOf(names, to)}）。数据包从一开始就带 Pod 的地址：没有 DNAT，conntrack 里也没有 Service 的表项。`,
      ],
    }
  }
  const [what, dev = ''] = verdict.split(' ') as [FirstWord<typeof verdict>, string?]
  switch (what) {
    case 'redirect':
      return {
        en: [`${program} sends it out of ${dev}`, 'bpf_redirect: straight to that device. The hooks of netfilter are not run.'],
        zh: [`${program} 从 ${dev} 发出`, 'bpf_redirect：直接交给该设备，不经过 netfilter 的 hook。'],
      }
    case 'redirect_peer':
      return {
        en: [
          `${program} hands it into the Pod behind ${dev}`,
          'bpf_redirect_peer: the Pod’s own device receives it at once. The hooks of the node are not run.',
        ],
        zh: [`${program} 直接交给 ${dev} 后面的 Pod`, 'bpf_redirect_peer：Pod 自己的设备立即收到，不经过节点的 hook。'],
      }
    case 'redirect_neigh':
      return {
        en: [
          `${program} sends it out of ${dev}`,
          'bpf_redirect_neigh: the kernel only looks up the MAC of the next hop. FORWARD and POSTROUTING are not run.',
        ],
        zh: [`${program} 从 ${dev} 发出`, 'bpf_redirect_neigh：内核只查下一跳的 MAC，不经过 FORWARD 和 POSTROUTING。'],
      }
    case 'drop:':
      return { en: [`${program} drops it`, verdict.slice(6)], zh: [`${program} 丢弃了它`, verdict.slice(6)] }
    case 'unmodelled':
      return {
        en: [`${program}: not modelled`, 'What the program does with this packet is not modelled. The walk ends here.'],
        zh: [`${program}：未建模`, '程序如何处理这个数据包没有建模，行程到此结束。'],
      }
    case 'ok':
    case 'allow':
      return {
        en: [`${program}: go on`, 'The program leaves it to the kernel’s usual way.'],
        zh: [`${program}：放行`, '程序不处理，按内核通常的路径继续。'],
      }
  }
}

/** A rewrite by a program. */
export function bpfNatWords(event: Of<'nat'>, names: Names): InBoth {
  const { from, to, manip, undo } = event
  const change = `${from} → ${to}`
  if (undo)
    return {
      en: [
        'eBPF puts the old address back',
        `${manip === 'src' ? 'Source' : 'Destination'} ${change}, as the program’s own maps remember it. The conntrack of the node knows nothing of it.`,
      ],
      zh: [
        'eBPF 换回原来的地址',
        `${manip === 'src' ? '源地址' : '目的地址'} ${change}，依据程序自己的 map。节点的 conntrack 对此一无所知。`,
      ],
    }
  return manip === 'dst'
    ? {
        en: [
          'eBPF rewrites the destination',
          `${change} (${nameOf(names, to)}). The program notes the flow in its own maps, not in the node’s conntrack.`,
        ],
        zh: ['eBPF 改写目的地址', `${change}（${nameOf(names, to)}）。程序把这条流记在自己的 map 里，不在节点的 conntrack 里。`],
      }
    : {
        en: ['eBPF rewrites the source', `${change} (${nameOf(names, to)}): the reply comes back here, where the program can undo it.`],
        zh: ['eBPF 改写源地址', `${change}（${nameOf(names, to)}）：回包会回到这里，由程序还原。`],
      }
}
