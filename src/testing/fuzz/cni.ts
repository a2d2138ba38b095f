import { mix } from '../../trace/luck.ts'

/** A cluster of one CNI with Pods, Services and policies, and what is asked of it. A smaller case has fewer of them. */
export interface CniRecipe {
  readonly cni: string
  readonly proxy: 'iptables' | 'nftables'
  /** The net of each node: 10, or 20 behind the router. */
  readonly nodes: readonly (10 | 20)[]
  readonly brNetfilter: boolean
  readonly natOutgoing: boolean
  readonly blockSize: number
  readonly pods: readonly PodRecipe[]
  readonly services: readonly ServiceRecipe[]
  readonly policies: readonly object[]
  readonly from: string
  readonly to: string
}

interface PodRecipe {
  readonly node: number
  readonly app: 'web' | 'api'
  readonly namespace: 'x' | 'y'
  readonly udp: boolean
  readonly hostPort: boolean
  readonly hostNetwork: boolean
}

interface ServiceRecipe {
  readonly namespace: 'x' | 'y'
  readonly app: 'web' | 'api'
  readonly nodePort: boolean
  readonly udp: boolean
  readonly externalLocal: boolean
  readonly internalLocal: boolean
}

/** Those that a Linux kernel can build; `calico-ipip` and `flannel-ipip` where it has ipip. */
export const CNIS = [
  'flannel',
  'flannel-host-gw',
  'flannel-ipip',
  'bridge',
  'canal',
  'calico',
  'calico-ipip',
  'calico-ipip-crosssubnet',
  'calico-vxlan',
  'calico-vxlan-crosssubnet',
] as const
/** Those whose nodes need one wire. */
const NEAR: ReadonlySet<string> = new Set(['flannel-host-gw', 'calico'])

/** Draws a case of one of the CNIs named. */
export function cniRecipe(seed: number, among: readonly string[]): CniRecipe {
  const number = (name: string, below: number): number => mix(seed, name) % below
  const yes = (name: string, inTen: number): boolean => number(name, 10) < inTen
  const pick = <T>(name: string, from: readonly T[]): T => from[number(name, from.length)] as T
  const cni = pick('cni', among)
  const count = 1 + number('nodes', 3)
  const nodes = Array.from({ length: count }, (_, i): 10 | 20 => (NEAR.has(cni) || !yes(`net ${i}`, 3) ? 10 : 20))
  const pods = Array.from(
    { length: 3 + number('pods', 4) },
    (_, i): PodRecipe => ({
      node: number(`node ${i}`, count),
      app: pick(`app ${i}`, ['web', 'api']),
      namespace: pick(`ns ${i}`, ['x', 'x', 'y']),
      udp: yes(`udp ${i}`, 2),
      hostPort: i < 4 && yes(`host port ${i}`, 2),
      hostNetwork: yes(`host ${i}`, 1),
    }),
  )
  const services = Array.from(
    { length: 1 + number('services', 2) },
    (_, i): ServiceRecipe => ({
      namespace: pick(`service ns ${i}`, ['x', 'x', 'y']),
      app: pick(`service app ${i}`, ['web', 'api']),
      nodePort: yes(`node port ${i}`, 6),
      udp: yes(`service udp ${i}`, 2),
      externalLocal: yes(`etp ${i}`, 3),
      internalLocal: yes(`itp ${i}`, 1),
    }),
  )
  const wide = (name: string): object => policyOf(name, number, yes, pick)
  const policies = Array.from({ length: number('policies', 4) }, (_, i) => wide(`policy ${i}`))
  const at = number('target', pods.length)
  const service = number('service', services.length)
  const scheme = (udp: boolean | undefined): string => (udp ? 'udp' : 'tcp')
  const address = (node: number): string => `192.168.${nodes[node]}.${11 + node}`
  const ways: readonly string[] = [
    `pod ${at}`,
    `pod ${at}`,
    `ping ${at}`,
    `closed ${at}`,
    `service ${service}`,
    `service ${service}`,
    `service ${service}`,
    ...(services[service]?.nodePort
      ? [0, 1, 2].map(() => `${scheme(services[service]?.udp)}://${address(number('entry', count))}:${30080 + service}`)
      : []),
    ...(pods[at]?.hostPort && !pods[at]?.hostNetwork
      ? [0, 1].map(() => `${scheme(pods[at]?.udp)}://${address(pods[at]?.node ?? 0)}:${8080 + at}`)
      : []),
    'tcp://203.0.113.10:80',
    'icmp://203.0.113.10',
    'tcp://10.244.200.7:80',
  ]
  const froms = [
    ...pods.map((_, i) => `pod ${i}`),
    ...pods.map((_, i) => `pod ${i}`),
    `node/n${number('from node', count)}`,
    'host/client',
    'host/out',
  ]
  return {
    cni,
    proxy: yes('nft', 2) ? 'nftables' : 'iptables',
    nodes,
    brNetfilter: !yes('brnf', 1),
    natOutgoing: yes('nat', 7),
    blockSize: pick('block', [26, 26, 29]),
    pods,
    services,
    policies,
    from: pick('from', froms),
    to: pick('to', ways),
  }
}

type Number = (name: string, below: number) => number
type Yes = (name: string, inTen: number) => boolean
type Pick = <T>(name: string, from: readonly T[]) => T

function policyOf(name: string, number: Number, yes: Yes, pick: Pick): object {
  const selector = (at: string): object =>
    pick(`${name} ${at}`, [
      {},
      { matchLabels: { app: 'web' } },
      { matchLabels: { app: 'api' } },
      { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] },
    ])
  const peer = (at: string): object =>
    pick(`${name} ${at}`, [
      { podSelector: selector(`${at} pods`) },
      { podSelector: selector(`${at} pods`) },
      { namespaceSelector: pick(`${name} ${at} ns`, [{}, { matchLabels: { 'kubernetes.io/metadata.name': 'x' } }]) },
      { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'y' } }, podSelector: selector(`${at} both`) },
      {
        ipBlock: pick(`${name} ${at} block`, [
          { cidr: '10.244.0.0/16' },
          { cidr: '192.168.0.0/16' },
          { cidr: '0.0.0.0/0', except: ['10.244.0.0/17', '192.168.10.12/32'] },
        ]),
      },
    ])
  const port = (at: string): object =>
    pick(`${name} ${at}`, [
      { port: 80 },
      { port: 'main' },
      { port: 81 },
      { port: 70, endPort: 90 },
      { protocol: 'UDP' },
      { protocol: 'UDP', port: 80 },
    ])
  const rules = (way: 'from' | 'to'): readonly object[] =>
    Array.from({ length: number(`${name} ${way}`, 3) }, (_, i) => ({
      [way]: Array.from({ length: number(`${name} ${way} ${i}`, 3) }, (_p, j) => peer(`${way} ${i} ${j}`)),
      ports: Array.from({ length: number(`${name} ${way} ${i} ports`, 3) }, (_p, j) => port(`${way} ${i} port ${j}`)),
    }))
  const [into, out] = [yes(`${name} in`, 6), yes(`${name} out`, 4)]
  return {
    namespace: pick(`${name} ns`, ['x', 'x', 'y']),
    podSelector: selector('chosen'),
    policyTypes: [...(into || !out ? ['Ingress'] : []), ...(out ? ['Egress'] : [])],
    ...(into ? { ingress: rules('from') } : {}),
    ...(out ? { egress: rules('to') } : {}),
  }
}

const nameOf = (pods: readonly PodRecipe[], i: number): string => `${pods[i]?.namespace}/p${i}`

function objectsOf(r: CniRecipe): readonly unknown[] {
  const port = (p: PodRecipe, i: number): object => ({
    name: 'main',
    containerPort: 80,
    protocol: p.udp ? 'UDP' : 'TCP',
    ...(p.hostPort && !p.hostNetwork ? { hostPort: 8080 + i } : {}),
  })
  return [
    ...r.nodes.map((net, i) => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: `n${i}` },
      status: { addresses: [{ type: 'InternalIP', address: `192.168.${net}.${11 + i}` }] },
    })),
    ...['x', 'y'].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
    ...r.pods.map((p, i) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `p${i}`, namespace: p.namespace, labels: { app: p.app } },
      spec: {
        nodeName: `n${p.node}`,
        ...(p.hostNetwork ? { hostNetwork: true } : {}),
        containers: [{ name: 'c', image: 'example/server', ports: [port(p, i)] }],
      },
    })),
    ...r.services.map((s, i) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: `s${i}`, namespace: s.namespace },
      spec: {
        type: s.nodePort ? 'NodePort' : 'ClusterIP',
        clusterIP: `10.96.20.${10 + i}`,
        selector: { app: s.app },
        ports: [{ port: 80, protocol: s.udp ? 'UDP' : 'TCP', ...(s.nodePort ? { nodePort: 30080 + i } : {}) }],
        ...(s.nodePort && s.externalLocal ? { externalTrafficPolicy: 'Local' } : {}),
        ...(s.internalLocal ? { internalTrafficPolicy: 'Local' } : {}),
      },
    })),
    ...r.policies.map((policy, i) => {
      const { namespace, ...spec } = policy as { readonly namespace: string }
      return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: `np${i}`, namespace }, spec }
    }),
    ...(r.cni.startsWith('calico')
      ? [
          {
            apiVersion: 'projectcalico.org/v3',
            kind: 'IPPool',
            metadata: { name: 'pool' },
            spec: {
              cidr: '10.244.0.0/16',
              blockSize: r.blockSize,
              natOutgoing: r.natOutgoing,
              ...(r.cni.includes('ipip') ? { ipipMode: r.cni.endsWith('crosssubnet') ? 'CrossSubnet' : 'Always' } : {}),
              ...(r.cni.includes('vxlan') ? { vxlanMode: r.cni.endsWith('crosssubnet') ? 'CrossSubnet' : 'Always' } : {}),
            },
          },
        ]
      : []),
    {
      apiVersion: 'packetwalk.dev/v1alpha1',
      kind: 'Lab',
      metadata: { name: 'fuzz' },
      spec: {
        nodes: r.nodes.map((_, i) => ({ name: `n${i}`, sysctls: { 'net.bridge.bridge-nf-call-iptables': r.brNetfilter ? 1 : 0 } })),
        hosts: [
          { name: 'client', addresses: ['192.168.10.100'] },
          { name: 'out', addresses: ['203.0.113.10'], listen: ['80'] },
        ],
      },
    },
  ]
}

/** The lab as a user would write it, and the probe; `addressOf` says which address a Pod was given. */
export function cniLab(r: CniRecipe): {
  readonly text: string
  readonly from: string
  to(addressOf: (pod: string) => string | undefined): string | undefined
} {
  const [kind = '', n = '0'] = r.to.split(' ')
  const i = Number(n)
  const from = r.from.startsWith('pod ') ? nameOf(r.pods, Number(r.from.slice(4))) : r.from
  return {
    text: objectsOf(r)
      .map((one) => `${JSON.stringify(one)}\n`)
      .join('---\n'),
    from,
    to: (addressOf) => {
      if (r.to.includes('://')) return r.to
      if (kind === 'service') return `${r.services[i]?.udp ? 'udp' : 'tcp'}://10.96.20.${10 + i}:80`
      const address = addressOf(nameOf(r.pods, i))
      if (address === undefined) return undefined
      if (kind === 'ping') return `icmp://${address}`
      return `${r.pods[i]?.udp ? 'udp' : 'tcp'}://${address}:${kind === 'closed' ? 81 : 80}`
    },
  }
}

/** Recipes with one thing less. */
export function smallerCni(r: CniRecipe): readonly CniRecipe[] {
  const out: CniRecipe[] = r.policies.map((_, i) => ({ ...r, policies: r.policies.filter((_p, j) => j !== i) }))
  const last = r.pods.length - 1
  if (last > 0 && ![r.from, r.to].some((w) => w.endsWith(` ${last}`))) out.push({ ...r, pods: r.pods.slice(0, -1) })
  const end = r.services.length - 1
  if (end > 0 && r.to !== `service ${end}` && !r.to.endsWith(`:${30080 + end}`)) out.push({ ...r, services: r.services.slice(0, -1) })
  if (r.proxy === 'nftables') out.push({ ...r, proxy: 'iptables' })
  if (!r.brNetfilter) out.push({ ...r, brNetfilter: true })
  return out
}
