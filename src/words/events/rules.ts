import type { TraceEvent } from '../../trace/event.ts'
import type { InBoth } from '../said.ts'
import { nftRuleWords } from './nft.ts'

type RuleEvent = Extract<TraceEvent, { readonly kind: 'rule' }>

/** What a chain is for, by the beginning of its name; the longest that fits counts. */
const chains: readonly (readonly [prefix: string, en: string, zh: string])[] = [
  [
    'KUBE-SERVICES',
    'Here stands one rule for each Service port of the cluster, looked at in order.',
    '集群里每个 Service 端口在这里有一条规则，按顺序逐条看。',
  ],
  ['KUBE-NODEPORTS', 'Here stands one rule for each node port.', '每个 NodePort 在这里有一条规则。'],
  [
    'KUBE-EXTERNAL-SERVICES',
    'Services with outside addresses that have no endpoint are refused here.',
    '有外部地址但没有端点的 Service 在这里被拒绝。',
  ],
  ['KUBE-SVC-', 'One chain for each Service port: it picks an endpoint.', '每个 Service 端口一条链：从中选出一个端点。'],
  ['KUBE-SVL-', 'The Service’s endpoints on this node alone.', '只包含本节点上的端点。'],
  [
    'KUBE-EXT-',
    'For traffic from outside: marked for masquerading first, then on to the Service’s own chain.',
    '给外部流量用：先打上伪装标记，再进入 Service 自己的链。',
  ],
  ['KUBE-FW-', 'Checks who may use the load balancer’s address.', '检查谁可以使用负载均衡地址。'],
  ['KUBE-SEP-', 'One chain for each endpoint: it rewrites the destination.', '每个端点一条链：改写目的地址。'],
  ['KUBE-MARK-MASQ', 'Sets mark 0x4000: “change the source on the way out”.', '打上标记 0x4000：“出去时改源地址”。'],
  [
    'KUBE-POSTROUTING',
    'Whoever carries mark 0x4000 gets another source: an address of the device that it leaves by.',
    '带有标记 0x4000 的数据包在这里换源地址：取自它要走的那块设备。',
  ],
  ['KUBE-FORWARD', 'kube-proxy lets through what it rewrote, and answers to it.', 'kube-proxy 放行自己改写过的流量和它们的应答。'],
  ['KUBE-PROXY-FIREWALL', 'Load balancer traffic from sources that are not allowed ends here.', '来源不被允许的负载均衡流量到此为止。'],
  ['KUBE-FIREWALL', 'Drops packets from outside for 127.0.0.0/8.', '丢弃来自外部、目的为 127.0.0.0/8 的数据包。'],
  [
    'FLANNEL-POSTRTG',
    'Flannel’s own source rules: Pod traffic that leaves the cluster network is masqueraded.',
    'Flannel 自己的源地址规则：离开集群网络的 Pod 流量会被伪装。',
  ],
  ['FLANNEL-FWD', 'Flannel lets Pod traffic through.', 'Flannel 放行 Pod 流量。'],
]

function chainWords(chain: string): readonly [en: string, zh: string] {
  let best: (typeof chains)[number] | undefined
  for (const row of chains) if (chain.startsWith(row[0]) && row[0].length > (best?.[0].length ?? 0)) best = row
  return best === undefined ? ['', ''] : [best[1], best[2]]
}

const joined = (...parts: readonly string[]): string => parts.filter((p) => p !== '').join(' ')

/** `MARK --or-mark 0x4000` of `-j MARK --or-mark 0x4000`. */
const targetOf = (text: string): string => / -j (.+)$/.exec(text)?.[1] ?? ''

/** The share of new connections that a statistic rule takes, as iptables prints it. */
const probabilityOf = (text: string): number | undefined => {
  const found = /--probability ([\d.]+)/.exec(text)?.[1]
  return found === undefined ? undefined : Number(found)
}

const percent = (share: number): string => `${Math.round(share * 1000) / 10}%`

function luckWords(text: string): readonly [en: string, zh: string] {
  const share = probabilityOf(text)
  if (share === undefined) return ['', '']
  return [
    `The dice fell for it: it takes ${percent(share)} of the connections that reach it.`,
    `骰子落在它上面：到达这条规则的连接有 ${percent(share)} 归它。`,
  ]
}

export function ruleWords(event: RuleEvent): InBoth {
  if (event.rule.language === 'nft') return nftRuleWords(event)
  const { verdict, text } = event
  const { chain, table } = event.rule
  const [luckEn, luckZh] = luckWords(text)
  switch (verdict.kind) {
    case 'jump':
    case 'goto': {
      const [en, zh] = chainWords(verdict.chain)
      return { en: [`${chain} → ${verdict.chain}`, joined(luckEn, en)], zh: [`${chain} → ${verdict.chain}`, `${luckZh}${zh}`] }
    }
    case 'continue': {
      const target = targetOf(text)
      const [en, zh] = chainWords(chain)
      return {
        en: [`${chain}: ${target}`, joined(en, 'The packet goes on to the next rule.')],
        zh: [`${chain}：${target}`, `${zh}数据包接着看下一条规则。`],
      }
    }
    case 'return':
      return {
        en: [`${chain} has nothing more to do`, 'RETURN: back to the chain that called.'],
        zh: [`${chain} 到此返回`, 'RETURN：回到调用它的链。'],
      }
    case 'accept': {
      const target = targetOf(text)
      if (/^(DNAT|SNAT|MASQUERADE|REDIRECT)/.test(target)) return natRule(chain, target, luckEn, luckZh)
      return {
        en: [
          `${table} ${event.base}: accepted`,
          joined(luckEn, `A rule of ${chain} says ACCEPT; the rest of table ${table} is not looked at.`),
        ],
        zh: [`${table} ${event.base}：ACCEPT`, `${luckZh}${chain} 的规则裁决为 ACCEPT，${table} 表其余的规则不再看。`],
      }
    }
    case 'drop':
      return {
        en: [`${chain} drops the packet`, 'DROP sends nothing back: the sender waits until it times out.'],
        zh: [`${chain} 丢弃数据包`, 'DROP 不回任何东西，发送方只能等到超时。'],
      }
    case 'reject':
      return {
        en: [`${chain} refuses the packet`, `REJECT sends ${verdict.with} back: the caller fails at once and need not wait for a timeout.`],
        zh: [`${chain} 拒绝数据包`, `REJECT 立刻回一个 ${verdict.with}：调用方马上失败，不用等到超时。`],
      }
  }
}

function natRule(chain: string, target: string, luckEn: string, luckZh: string): InBoth {
  if (target.startsWith('DNAT') || target.startsWith('REDIRECT')) {
    return {
      en: [`${chain}: ${target}`, joined(luckEn, 'This rule gives the packet another destination.')],
      zh: [`${chain}：${target}`, `${luckZh}这条规则给数据包换了目的地址。`],
    }
  }
  return {
    en: [`${chain}: ${target}`, 'This rule gives the packet another source: an address of the device it leaves by.'],
    zh: [`${chain}：${target}`, '这条规则给数据包换了源地址：取自它要走的那块设备。'],
  }
}

type ChainEnd = Extract<TraceEvent, { readonly kind: 'chain-end' }>

export function chainEndWords(event: ChainEnd): InBoth {
  const n = event.passedOver
  const rules = `${n} ${n === 1 ? 'rule' : 'rules'}`
  if (event.policy === undefined)
    return {
      en: [
        `${event.chain} has run out`,
        `${n === 0 ? 'It has no more rules' : `Its last ${rules} did not match`}: back to the chain that called.`,
      ],
      zh: [`${event.chain} 走完了`, `${n === 0 ? '没有更多规则' : `最后 ${n} 条规则都不匹配`}，回到调用它的链。`],
    }
  const policy = event.policy.toUpperCase()
  return {
    en: [`${event.table} ${event.chain}: policy ${policy}`, `No rule decided, so the chain’s policy does: ${policy}.`],
    zh: [`${event.table} ${event.chain}：默认策略 ${policy}`, `没有规则作出裁决，由链的默认策略 ${policy} 决定。`],
  }
}
