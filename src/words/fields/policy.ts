import type { Sentence } from '../sentence.ts'

type Words = Readonly<Record<string, Sentence>>

const selector = (at: string, own: Sentence): Words => ({
  [at]: own,
  [`${at}.matchLabels`]: { en: 'Labels that all have to be there.', zh: '必须全部具备的标签。' },
  [`${at}.matchExpressions`]: {
    en: 'Conditions on labels, all of which must hold. NotIn and DoesNotExist also hold where the label is missing.',
    zh: '对标签的条件，必须全部满足。没有该标签时，NotIn 和 DoesNotExist 也成立。',
  },
})

/** What both sides of a policy have; `peers` is the field's name there. */
const side = (name: 'ingress' | 'egress', peers: 'from' | 'to', own: Sentence, whom: Sentence): Words => {
  const at = `NetworkPolicy.spec.${name}`
  return {
    [at]: own,
    [`${at}.${peers}`]: whom,
    ...selector(`${at}.${peers}.podSelector`, {
      en: 'Pods of the policy’s own namespace; beside a namespaceSelector in the same item, Pods of those namespaces.',
      zh: '策略所在命名空间的 Pod；与 namespaceSelector 写在同一项时，是那些命名空间里的 Pod。',
    }),
    ...selector(`${at}.${peers}.namespaceSelector`, {
      en: 'Namespaces by their labels, kubernetes.io/metadata.name among them; {} means all of them.',
      zh: '按标签选命名空间，其中有 kubernetes.io/metadata.name；{} 表示全部。',
    }),
    [`${at}.${peers}.ipBlock`]: {
      en: 'Addresses, as the packet has them where the rule is asked. Stands alone in its item.',
      zh: '地址，以规则判断时数据包上的为准。这一项里不能再写选择算符。',
    },
    [`${at}.${peers}.ipBlock.cidr`]: { en: 'The net.', zh: '网段。' },
    [`${at}.${peers}.ipBlock.except`]: {
      en: 'Parts of the net that this item leaves out. Another item or policy can still let them through.',
      zh: '这一项从网段里去掉的部分。别的项或策略仍可放行它们。',
    },
    [`${at}.ports`]: { en: 'Ports that may be called; left out, all of them.', zh: '可以访问的端口；不写表示全部。' },
    [`${at}.ports.protocol`]: {
      en: 'TCP unless told. Without a port: all ports of it.',
      zh: '默认 TCP。不写 port 时表示该协议的全部端口。',
    },
    [`${at}.ports.port`]: {
      en: 'A port of the Pod, not of a Service: a number, or the name of a container port of the Pod that is called.',
      zh: 'Pod 的端口，不是 Service 的端口：数字，或被访问的 Pod 的容器端口名。',
    },
    [`${at}.ports.endPort`]: { en: 'The last port of a range that begins at port.', zh: '从 port 开始的端口区间的末端。' },
  }
}

/** Fields of NetworkPolicies. */
export const policyFields: Words = {
  ...selector('NetworkPolicy.spec.podSelector', {
    en: 'Pods of this namespace that the policy isolates; {} or nothing means all of them.',
    zh: '本命名空间里被策略隔离的 Pod；{} 或不写表示全部。',
  }),
  'NetworkPolicy.spec.policyTypes': {
    en: 'Directions in which its Pods are isolated. Left out: Ingress always, Egress where there are egress rules.',
    zh: '在哪些方向上隔离这些 Pod。不写时：总有 Ingress；有 egress 规则时才有 Egress。',
  },
  ...side(
    'ingress',
    'from',
    {
      en: 'Who may open connections to these Pods: any of the rules is enough. An empty list lets nobody in.',
      zh: '谁可以向这些 Pod 发起连接：满足任一条规则即可。空列表谁也不放行。',
    },
    {
      en: 'Callers that this rule lets in; any of the items is enough. Left out: everybody.',
      zh: '这条规则放行的调用方，满足任一项即可。不写表示任何人。',
    },
  ),
  ...side(
    'egress',
    'to',
    {
      en: 'Whom these Pods may call: any of the rules is enough. An empty list lets nothing out, DNS neither.',
      zh: '这些 Pod 可以访问谁：满足任一条规则即可。空列表什么都不放行，DNS 也不行。',
    },
    {
      en: 'Destinations that this rule allows; any of the items is enough. Left out: everything.',
      zh: '这条规则允许的目的地，满足任一项即可。不写表示任何地方。',
    },
  ),
}
