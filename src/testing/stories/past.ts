import type { ProbeQuestion } from '../../answer.ts'
import type { OutcomeKind } from '../../trace/journey.ts'
import { client, pod, service, together, twoNodes } from './lab.ts'
import type { StoryMode } from './story.ts'

/** A lab to which something happened before it is asked, and what comes of that. */
export interface PastStory {
  readonly name: string
  readonly modes: readonly StoryMode[]
  /** YAML of the start. */
  readonly lab: string
  /** `spec.timeline`, as YAML. */
  readonly timeline: string
  readonly probe: ProbeQuestion
  readonly expect: {
    readonly outcome: OutcomeKind
    readonly errno?: string
    readonly backend?: string
    readonly reason?: string
  }
  readonly differs?: Partial<Readonly<Record<StoryMode, PastStory['expect']>>>
  /** What tools print on a node after the timeline: `has` and `lacks` as parts of the whole text. */
  readonly shows?: readonly {
    readonly node: string
    readonly argv: string
    readonly has?: readonly string[]
    readonly lacks?: readonly string[]
  }[]
}

const kernelModes: readonly StoryMode[] = ['iptables', 'ipvs', 'nftables']

const web = (name: string, ip: string): string => pod({ name, node: 'node-2', ip, app: 'web', port: 8080 })
const base = together(twoNodes, client, web('web-1', '10.244.2.11'), service({ name: 'web', ip: '10.96.0.80', app: 'web' }))
const get: ProbeQuestion = { from: 'default/client', to: 'http://10.96.0.80/' }

/** An object of a file as one step of a timeline. */
export const apply = (object: string): string =>
  `- apply:\n${object
    .trim()
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n')}\n`
const gone = (name: string): string => `- delete: {kind: Pod, name: ${name}}\n`
const proxy = (what: string, node = 'node-1'): string => `- {kubeProxy: ${what}, nodes: [${node}]}\n`

const late = service({ name: 'late', ip: '10.96.0.81', app: 'web' })

export const config = (text: string): string => `
apiVersion: v1
kind: ConfigMap
metadata: {name: kube-proxy, namespace: kube-system}
data:
  config.conf: |
    apiVersion: kubeproxy.config.k8s.io/v1alpha1
    kind: KubeProxyConfiguration
    clusterCIDR: 10.244.0.0/16
${text
  .split('\n')
  .map((line) => `    ${line}`)
  .join('\n')}
`

/** kube-proxy stops, crashes, starts again; what it wrote before stays until it writes again. */
export const pastStories: readonly PastStory[] = [
  {
    name: 'a Service made while kube-proxy is stopped on the client’s node has no rules there',
    modes: kernelModes,
    lab: base,
    timeline: proxy('stop') + apply(late),
    probe: { from: 'default/client', to: 'http://10.96.0.81/' },
    expect: { outcome: 'timeout', errno: 'ETIMEDOUT', reason: 'blackhole' },
  },
  {
    name: 'from another node, whose kube-proxy runs, the same Service answers',
    modes: kernelModes,
    lab: together(base, pod({ name: 'other', node: 'node-2', ip: '10.244.2.40' })),
    timeline: proxy('stop') + apply(late),
    probe: { from: 'default/other', to: 'http://10.96.0.81/' },
    expect: { outcome: 'ok', backend: 'default/web-1' },
  },
  {
    name: 'started again, kube-proxy writes what it has missed',
    modes: kernelModes,
    lab: base,
    timeline: proxy('stop') + apply(late) + proxy('start'),
    probe: { from: 'default/client', to: 'http://10.96.0.81/' },
    expect: { outcome: 'ok', backend: 'default/web-1' },
  },
  {
    name: 'stale rules send to an endpoint that is gone: its node finds nobody with that address',
    modes: kernelModes,
    lab: base,
    timeline: proxy('stop') + apply(web('web-2', '10.244.2.12')) + gone('web-1'),
    probe: get,
    expect: { outcome: 'unreachable', errno: 'EHOSTUNREACH', reason: 'no-neighbour' },
  },
  {
    name: 'a running kube-proxy follows the change: the new endpoint answers',
    modes: kernelModes,
    lab: base,
    timeline: apply(web('web-2', '10.244.2.12')) + gone('web-1'),
    probe: get,
    expect: { outcome: 'ok', backend: 'default/web-2' },
  },
  {
    name: 'a stopped kube-proxy still refuses for a Service that has endpoints by now',
    modes: ['iptables', 'nftables', 'ipvs'],
    lab: together(twoNodes, client, service({ name: 'web', ip: '10.96.0.80', app: 'web' })),
    timeline: proxy('stop') + apply(web('web-1', '10.244.2.11')),
    probe: get,
    expect: { outcome: 'refused', errno: 'ECONNREFUSED', reason: 'rule' },
    differs: { ipvs: { outcome: 'refused', errno: 'ECONNREFUSED' } },
  },
  {
    name: 'the proxy process that is gone takes no connection: in userspace mode all Services stop with it',
    modes: ['userspace'],
    lab: base,
    timeline: proxy('stop'),
    probe: get,
    expect: { outcome: 'refused', errno: 'ECONNREFUSED' },
  },
  {
    name: 'a ConfigMap that kube-proxy refuses: it exits at its next start, and the old rules go on',
    modes: ['iptables'],
    lab: together(base, config('mode: iptables')),
    timeline: apply(config('mode: iptable')) + proxy('restart') + apply(late),
    probe: get,
    expect: { outcome: 'ok', backend: 'default/web-1' },
    shows: [
      { node: 'node-1', argv: 'iptables-save -t nat', has: ['default/web'], lacks: ['default/late'] },
      { node: 'node-2', argv: 'iptables-save -t nat', has: ['default/web', 'default/late'] },
      {
        node: 'node-1',
        argv: 'kubectl logs -n kube-system ds/kube-proxy',
        has: [
          '1 run.go:74] "command failed" err="failed validate: KubeProxyConfiguration.Mode.ProxyMode: Invalid value: \\"iptable\\": must be iptables, ipvs, nftables or blank (blank means the best-available proxy [currently iptables])"',
        ],
      },
      { node: 'node-1', argv: 'kubectl logs -n kube-system ds/kube-proxy -p', has: ['"Using iptables Proxier"'] },
    ],
  },
  {
    name: 'refused from the start: no rules at all, and Services do not exist for this node',
    modes: ['iptables'],
    lab: together(base, config('mode: iptables\niptables: {masqueradeBit: 40}')),
    timeline: '',
    probe: get,
    expect: { outcome: 'timeout', errno: 'ETIMEDOUT', reason: 'blackhole' },
    shows: [
      { node: 'node-1', argv: 'iptables-save', lacks: ['KUBE-'] },
      {
        node: 'node-1',
        argv: 'kubectl logs -n kube-system ds/kube-proxy',
        has: ['KubeProxyConfiguration.KubeProxyIPTablesConfiguration.MasqueradeBit: Invalid value: 40: must be within the range [0, 31]'],
      },
    ],
  },
  {
    name: 'a changed ConfigMap does nothing until kube-proxy starts again',
    modes: ['iptables'],
    lab: together(base, config('mode: iptables')),
    timeline: apply(config('mode: iptables\niptables: {masqueradeAll: true}')) + apply(late) + proxy('restart', 'node-2'),
    probe: { from: 'default/client', to: 'http://10.96.0.81/' },
    expect: { outcome: 'ok', backend: 'default/web-1' },
    shows: [
      { node: 'node-1', argv: 'iptables-save -t nat', has: ['! -s 10.244.0.0/16 -d 10.96.0.80/32', 'default/late'] },
      { node: 'node-2', argv: 'iptables-save -t nat', lacks: ['! -s 10.244.0.0/16 -d 10.96.0.80/32'], has: ['default/late'] },
    ],
  },
  {
    name: 'iptables to IPVS: nothing is cleaned, IPVS answers, and the old chains stay without a way in',
    modes: ['iptables'],
    lab: together(base, config('mode: iptables')),
    timeline: apply(config('mode: ipvs')) + proxy('restart'),
    probe: get,
    expect: { outcome: 'ok', backend: 'default/web-1' },
    shows: [
      {
        node: 'node-1',
        argv: 'iptables-save',
        has: ['KUBE-SVC-', 'KUBE-SEP-', '--match-set KUBE-CLUSTER-IP', '-j KUBE-EXTERNAL-SERVICES'],
      },
      { node: 'node-1', argv: 'ipvsadm -Ln', has: ['TCP  10.96.0.80:80 rr', '10.244.2.11:8080'] },
      { node: 'node-2', argv: 'ipvsadm -Ln', lacks: ['10.96.0.80'] },
    ],
  },
  {
    name: 'IPVS to iptables: kube-ipvs0 and the virtual servers stay, DNAT comes first',
    modes: ['iptables'],
    lab: together(base, config('mode: ipvs')),
    timeline: apply(config('mode: iptables')) + proxy('restart'),
    probe: get,
    expect: { outcome: 'ok', backend: 'default/web-1' },
    shows: [
      { node: 'node-1', argv: 'ip addr', has: ['kube-ipvs0', '10.96.0.80/32'] },
      { node: 'node-1', argv: 'ipvsadm -Ln', has: ['TCP  10.96.0.80:80 rr'] },
      { node: 'node-1', argv: 'iptables-save -t nat', has: ['KUBE-SVC-'], lacks: ['--match-set KUBE-CLUSTER-IP dst,dst -j ACCEPT'] },
    ],
  },
  {
    name: 'to nftables and back: each takes the other’s rules away, the sysctls stay',
    modes: ['iptables'],
    lab: together(base, config('mode: iptables')),
    timeline:
      apply(config('mode: nftables')) +
      proxy('restart') +
      proxy('restart', 'node-2') +
      apply(config('mode: iptables')) +
      proxy('restart', 'node-2'),
    probe: get,
    expect: { outcome: 'ok', backend: 'default/web-1' },
    shows: [
      { node: 'node-1', argv: 'iptables-save', lacks: ['KUBE-'] },
      { node: 'node-1', argv: 'nft list ruleset', has: ['table ip kube-proxy'] },
      { node: 'node-2', argv: 'nft list ruleset', lacks: ['table ip kube-proxy'] },
      { node: 'node-2', argv: 'iptables-save', has: ['KUBE-SVC-'] },
    ],
  },
  {
    name: 'kube-proxy --cleanup on a node where it is stopped: no Service is left',
    modes: kernelModes,
    lab: base,
    timeline: proxy('stop') + proxy('cleanup'),
    probe: get,
    expect: { outcome: 'timeout', errno: 'ETIMEDOUT', reason: 'blackhole' },
    shows: [{ node: 'node-1', argv: 'iptables-save', lacks: ['KUBE-'] }],
  },
]
