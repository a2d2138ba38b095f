import type { Finding, PolicyFinding } from '../trace/finding.ts'
import { listed } from './lang.ts'
import type { Sentence } from './sentence.ts'

type Of<K extends Finding['kind']> = Extract<Finding, { readonly kind: K }>

/** What of the lab explains a walk, and what mends it. */
export function findingWords(finding: Finding): Sentence {
  switch (finding.kind) {
    case 'too-big':
      return tooBig(finding)
    case 'blocked':
      return blocked(finding)
    case 'no-own-route':
      return noOwnRoute(finding)
    case 'unmasqueraded': {
      const { address, pod } = finding
      return {
        en: `The packet left the cluster with the address of Pod ${pod}, which nobody outside knows: the answer to ${address} is lost. Nothing masqueraded it; look whether the CNI is told the right Pod network.`,
        zh: `数据包带着 Pod ${pod} 自己的地址离开了集群，外面谁也不认识它：发往 ${address} 的回包丢失。没有规则做 MASQUERADE；检查 CNI 配置的 Pod 网段是否正确。`,
      }
    }
    case 'denied':
      return denied(finding)
    case 'unenforced':
      return unenforced(finding)
  }
}

/** A tunnel's MTU is what fits inside it; that of the wire is not. */
function tooBig({ device, mtu, size, netns, silent, hidden }: Of<'too-big'>): Sentence {
  const wire = device === 'underlay'
  const en = [
    `${wire ? 'The network between the machines' : `${device} at ${netns}`} takes ${mtu} bytes, and a packet had ${size} that may not be cut: small packets get through, full ones do not.`,
    ...(hidden ? ['The ICMP error that would have told the sender was dropped as well (a path MTU black hole).'] : []),
    ...(silent ? ['Nobody told the sender (a path MTU black hole).'] : []),
    wire
      ? `Make the MTU of the Pods ${size - mtu} bytes smaller in the configuration of the CNI, and create them anew.`
      : `Give the Pods an MTU of at most ${mtu} in the configuration of the CNI and create them anew, or clamp the MSS in mangle FORWARD.`,
  ]
  const zh = [
    `${wire ? '机器之间的网络' : `${netns} 的 ${device} `}最多传 ${mtu} 字节，而数据包有 ${size} 字节且不允许分片：小包能通过，满载的包不能。`,
    ...(hidden ? ['本该通知发送方的 ICMP 差错也被丢弃了（PMTU 黑洞）。'] : []),
    ...(silent ? ['没有谁通知发送方（PMTU 黑洞）。'] : []),
    wire
      ? `在 CNI 的配置里把 Pod 的 MTU 减小 ${size - mtu} 字节，并重建 Pod。`
      : `在 CNI 的配置里把 Pod 的 MTU 设为不超过 ${mtu} 并重建 Pod，或在 mangle FORWARD 里调整 MSS（clamp）。`,
  ]
  return { en: en.join(' '), zh: zh.join('') }
}

/** Ports of tunnels, as a firewall has to name them. */
const TUNNELS: Readonly<Record<string, string>> = { 8472: 'VXLAN', 4789: 'VXLAN', 6784: 'Weave' }

function blocked({ what }: Of<'blocked'>): Sentence {
  if (what === 'ipip')
    return {
      en: 'The network between the machines does not carry IP-in-IP (protocol 4), though TCP and UDP pass. Allow protocol 4 between the nodes, or use VXLAN, or CrossSubnet where all nodes are on one subnet.',
      zh: '机器之间的网络不传送 IP-in-IP（协议号 4），TCP 和 UDP 却都能通过。在节点之间放行协议号 4，或改用 VXLAN；节点都在同一子网时也可用 CrossSubnet。',
    }
  const [port, proto = what] = what.split('/')
  const name = proto.toUpperCase()
  const tunnel = TUNNELS[port ?? '']
  const [enWhat, zhWhat] = proto === what ? [name, name] : [`${name} port ${port}`, `${name} 端口 ${port}`]
  return {
    en: `The network between the machines does not carry ${enWhat}${tunnel === undefined ? '' : ` (${tunnel})`}: a firewall between the nodes has to let it through.`,
    zh: `机器之间的网络不传送 ${zhWhat}${tunnel === undefined ? '' : `（${tunnel}）`}：节点之间的防火墙必须放行。`,
  }
}

function noOwnRoute({ node, address, pod, bgp }: Of<'no-own-route'>): Sentence {
  return {
    en: `${node} has no route of its own to ${address} (Pod ${pod}), so the packet took the default route, and the network between the machines knows no Pods.${
      bgp.length === 0
        ? ''
        : ` The BGP session of ${node} with ${listed(bgp, 'en')} is down: TCP port 179 between the nodes has to be open, and AS numbers have to match.`
    }`,
    zh: `${node} 自己没有到 ${address} 的路由（Pod ${pod}），数据包走了默认路由，而机器之间的网络不认识 Pod。${
      bgp.length === 0 ? '' : `${node} 与 ${listed(bgp, 'zh')} 的 BGP 会话未建立：节点之间要放行 TCP 179，AS 号也要一致。`
    }`,
  }
}

const isDns = ({ port, direction }: PolicyFinding): boolean => direction === 'egress' && port.startsWith('53/')

/** Who had sent it, where the policy saw another address. */
const sender = (sent: PolicyFinding['sent']): Sentence =>
  sent === undefined
    ? { en: '', zh: '' }
    : {
        en: ` Pod ${sent.pod} (${sent.address}) had sent it, but its address was masqueraded on the way${sent.cidr === undefined ? '' : `: clusterCIDR ${sent.cidr} of kube-proxy does not hold it`}.`,
        zh: `它是 Pod ${sent.pod}（${sent.address}）发出的，但源地址在途中被 MASQUERADE 改写了${sent.cidr === undefined ? '' : `：kube-proxy 的 clusterCIDR ${sent.cidr} 不包含它`}。`,
      }

function denied(finding: PolicyFinding): Sentence {
  const { direction, pod, peer, port, policies } = finding
  const sent = sender(finding.sent)
  const [names, named] = [listed(policies, 'en'), listed(policies, 'zh')]
  const dns = isDns(finding)
  if (direction === 'ingress')
    return {
      en: `Pod ${pod} is isolated for ingress by ${policies.length === 1 ? 'NetworkPolicy' : 'NetworkPolicies'} ${names}, and no rule lets ${peer} in on ${port}.${sent.en}`,
      zh: `Pod ${pod} 的入站流量（ingress）被 NetworkPolicy ${named} 隔离，没有规则放行 ${peer} 访问 ${port}。${sent.zh}`,
    }
  return {
    en: `Pod ${pod} is isolated for egress by ${policies.length === 1 ? 'NetworkPolicy' : 'NetworkPolicies'} ${names}, and no rule lets it out to ${peer} on ${port}.${dns ? ' Names need UDP and TCP port 53 to the DNS Pods.' : ''}`,
    zh: `Pod ${pod} 的出站流量（egress）被 NetworkPolicy ${named} 隔离，没有规则放行它访问 ${peer} 的 ${port}。${dns ? '解析名字需要放行到 DNS Pod 的 UDP 和 TCP 53 端口。' : ''}`,
  }
}

function unenforced({ direction, pod, peer, policies, cni }: PolicyFinding): Sentence {
  const [names, named] = [listed(policies, 'en'), listed(policies, 'zh')]
  const [en, zh] =
    direction === 'ingress'
      ? [`Pod ${pod} shut to ${peer}`, `不让 ${peer} 访问 Pod ${pod}`]
      : [`Pod ${pod} away from ${peer}`, `不让 Pod ${pod} 访问 ${peer}`]
  return {
    en: `${policies.length === 1 ? 'NetworkPolicy' : 'NetworkPolicies'} ${names} ${policies.length === 1 ? 'wants' : 'want'} ${en}: accepted by the API, enforced by nobody, for ${cni} has no policy engine.`,
    zh: `NetworkPolicy ${named} 要求${zh}：API 接受了它，但没有谁执行，因为 ${cni} 没有策略引擎。`,
  }
}
