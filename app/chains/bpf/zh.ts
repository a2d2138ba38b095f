import type { BpfSaid, HooksWhy, Maglev, SockCallName } from '../../../src/engine/columns/shape-bpf.ts'
import type { KeyMiss } from '../../../src/kernel/bpf/ast.ts'
import { n, stopNames } from './names.ts'

const misses: Readonly<Record<KeyMiss, string>> = {
  identity: '不是这个 identity',
  protocol: '不是这个协议',
  port: '不是这个端口',
  prefix: '不含这个地址',
  shorter: '也匹配，但前缀更短',
}

const questions: readonly (readonly [RegExp, string, string])[] = [
  [/_connect$|_sendmsg$/, '这个地址是 Service 吗？', '在内核里、系统调用的中途查询。'],
  [/_recvmsg$|_getpeername$/, '这个 socket 当初访问的是谁？', '让进程看到它认得的地址。'],
  [/^cil_from_container$/, '目的地址是谁的？这个 Pod 能不能访问它？', '在 veth 的节点一端查询，先于所有 hook。'],
  [/^cil_to_container$/, '这个包能不能进这个 Pod？', '在 veth 的节点一端查询。'],
  [/^cil_from_netdev$/, '是 NodePort 请求、被转换源地址的回包，还是给 Pod 的包？', '网卡收到的每个帧都要查。'],
  [/^cil_to_netdev$/, 'Pod 的地址要离开集群网络吗？', '是的话，在这里换成节点自己的地址。'],
  [/^cil_from_overlay$/, '给本节点的哪个 Pod？', '发送方写在隧道头里：VNI 就是 identity。'],
  [/^cil_to_overlay$/, '这里没有什么要查。', '对端和 VNI 之前已经设好。'],
  [/^cil_from_host$/, '节点协议栈要发给哪个 Pod？', '在 cilium_host 上查询，位于节点的 hook 之后。'],
]

const calls: Readonly<Record<SockCallName, (peer: string) => string>> = {
  connect: (peer) => `connect(${peer})`,
  sendmsg: (peer) => `sendmsg(发往 ${peer})`,
  recvmsg: (peer) => `recvmsg(来自 ${peer})`,
  getpeername: (peer) => `getpeername() = ${peer}`,
}

const hooksWhy: Readonly<Record<HooksWhy, string>> = {
  past: '数据包不经过这些站：程序自己把它转走了。',
  empty: '数据包经过这里，但这些站没有任何关于 Service 的规则。',
  translated: '这里也有 kube-proxy 的规则，但数据包已经不带 Service 的地址，一条也不匹配。',
  rules: '这里有 kube-proxy 的规则，而且要查：程序没有改地址。',
}

function maglev({ size, place, now, shares, leaves }: Maglev): string {
  const own = shares.find((s) => s.name === now)?.places ?? 0
  const first = `流的哈希 mod ${n(size)} = 第 ${n(place)} 格，属于 ${now}，它占 ${n(own)} 格。`
  if (!leaves) return first
  return `${first}如果它退出，这些流分给其他后端；其他后端的 ${n(leaves.others)} 格中有 ${n(leaves.moved)} 格换主。`
}

const noted: Readonly<Record<string, string>> = {
  cilium_lb4_reverse_sk: '之后能换回 Service 的地址',
  cilium_ct4_global: '之后认得回包和后续的包',
  cilium_ct_any4_global: '之后认得回包和后续的包',
  cilium_snat_v4_external: '回包凭它找回来',
  cilium_lb4_affinity: '客户端下次还到这个后端',
}

/** What is said of a program, in Chinese. The first line stands out where there are two. */
export function bpfZh(said: BpfSaid): readonly string[] {
  switch (said.is) {
    case 'call':
      return [calls[said.call](said.peer), said.who]
    case 'took':
      return [said.wire]
    case 'asks': {
      const found = questions.find(([name]) => name.test(said.program))
      return found ? [found[1], found[2]] : [said.program]
    }
    case 'believes':
      return [`应用以为自己在和 ${said.asked} 通信，getpeername() 也这么说。`]
    case 'front':
      return [said.count === 0 ? 'slot 0 是前端：没有后端' : `slot 0 是前端，slot 1…${said.count} 是后端`]
    case 'random':
      return [`随机 slot 1…${said.of} → ${said.at}`]
    case 'maglev':
      return [maglev(said)]
    case 'affinity':
      return [said.known ? '这个客户端来过：继续用它的后端。' : '新的客户端：选一个后端，从此固定。']
    case 'noted':
      return [`${said.map}  +1`, `${said.key} → ${said.value}`, ...(noted[said.map] === undefined ? [] : [noted[said.map] ?? ''])]
    case 'by':
      return [said.program === undefined ? '这次行程之前就有' : `这次行程中由 ${said.program} 写入`]
    case 'miss':
      return [misses[said.why]]
    case 'others':
      return [`这个 map 里另有 ${n(said.count)} 条`]
    case 'sockaddr':
      return said.call === 'connect' || said.call === 'sendmsg'
        ? [`sockaddr ${said.from} → ${said.to}`, '在 socket 里改写，不在数据包里']
        : [`${said.from} → ${said.to}`, '只给进程看，数据包原样不变']
    case 'packet':
      return [`${said.side} ${said.from} → ${said.to}`, said.undo ? '在数据包里换回原来的地址' : '在数据包里改写']
    case 'ttl':
      return [`TTL ${said.left}`]
    case 'tunnel':
      return [`隧道到 ${said.remote}，VNI ${said.id}`, 'VNI 就是发送方的 identity']
    case 'option':
      return [`IPv4 选项 ${said.address}`, 'DSR：客户端地址不变，后端用这个地址直接回它']
    case 'fib':
      return [`bpf_fib_lookup ${said.dst}`, said.route ?? '没有路由']
    case 'verdict':
      return [verdictZh(said)]
    case 'denied':
      return [
        '两个键都没有表项：拒绝。',
        said.policies.length === 0 ? '' : `${said.way} 方向默认拒绝：${said.policies.join('、')} 选中了这个 Pod，而其中没有规则放行。`,
      ].filter((line) => line !== '')
    case 'hooks': {
      const ran = said.ran.map((stop) => stopNames[stop]).join('、')
      return [hooksWhy[said.why], ...(ran === '' ? [] : [`经过：${ran}`])]
    }
  }
}

function verdictZh({ verdict, errno }: Extract<BpfSaid, { is: 'verdict' }>): string {
  if (verdict === 'refuse') return `调用失败：${errno ?? ''}`
  if (verdict === 'ok' || verdict === 'allow') return '原样放行：内核照常继续。'
  if (verdict === 'unmodelled') return '尚未建模：行程到此为止。'
  if (verdict.startsWith('drop: ')) return `丢弃：${verdict.slice(6)}`
  const [how, dev] = verdict.split(' ')
  if (how === 'redirect_peer') return `bpf_redirect_peer：直接进入 ${dev ?? ''} 后面的 Pod`
  if (how === 'redirect_neigh') return `bpf_redirect_neigh：从 ${dev ?? ''} 发出，只查下一跳的 MAC`
  return `bpf_redirect：从 ${dev ?? ''} 发出`
}
