import { describe, expect, test } from 'vitest'
import { build, odds, probe } from '../../explain.ts'
import { fraction } from '../../trace/luck.ts'
import { client, host, pod, together, twoNodes } from './lab.ts'
import { type StoryMode, storyModes } from './story.ts'

/** A third node, without a Pod behind the Service. */
const node3 = `
apiVersion: v1
kind: Node
metadata: {name: node-3}
spec: {podCIDR: 10.244.3.0/24}
status: {addresses: [{type: InternalIP, address: 192.168.10.13}]}
`
const settings = (lines: string): string => `
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
${lines}
`
const web = (type: string, more = ''): string => `
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  type: ${type}
  clusterIP: 10.96.10.10
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080${type === 'ClusterIP' ? '' : ', nodePort: 31080'}}]
  ${more}
${type === 'LoadBalancer' ? 'status: {loadBalancer: {ingress: [{ip: 203.0.113.20}]}}' : ''}
`
const backends = [
  pod({ name: 'web-1', app: 'web', node: 'node-1', ip: '10.244.1.5', port: 8080 }),
  pod({ name: 'web-2', app: 'web', node: 'node-2', ip: '10.244.2.5', port: 8080 }),
]
const far = pod({ name: 'far', node: 'node-3', ip: '10.244.3.2' })
const others = [twoNodes, node3, client, far, host('laptop', '192.168.10.100')]
const lab = (...documents: readonly string[]): string => together(...others, ...documents)

const LOCAL = 'externalTrafficPolicy: Local'
const RANGES = 'loadBalancerSourceRanges: [198.51.100.0/24]'
const DETECTED = 'clusterCIDR: 10.244.0.0/16'

interface Row {
  readonly name: string
  readonly lab: string
  readonly from: string
  readonly to: string
  /** What comes of it, in any order: who answered and whom it saw, each as likely as the others; or what the caller sees. */
  readonly want: Readonly<Record<Exclude<StoryMode, 'userspace'>, string>>
}

/** Masqueraded on node-1: to the bridge's address for a Pod of this node, to the tunnel's for one of another. */
const MASQUERADED = 'web-1 < 10.244.1.1, web-2 < 10.244.1.0'
const KEPT = 'web-1 < 10.244.1.2, web-2 < 10.244.1.2'
const alike = (want: string): Row['want'] => ({ iptables: want, ipvs: want, nftables: want })

const CLUSTER_IP = 'http://10.96.10.10/'
const NODE_PORT = 'http://192.168.10.11:31080/'
const VIP = 'http://203.0.113.20/'
const LAPTOP = 'host/laptop'
const POD = 'default/client'

const rows: readonly Row[] = [
  { name: 'a Pod and the cluster IP', lab: lab(...backends, web('ClusterIP')), from: POD, to: CLUSTER_IP, want: alike(KEPT) },
  {
    name: 'a Pod and the cluster IP, masqueradeAll',
    lab: lab(...backends, web('ClusterIP'), settings(`${DETECTED}\niptables: {masqueradeAll: true}\nnftables: {masqueradeAll: true}`)),
    from: POD,
    to: CLUSTER_IP,
    want: alike(MASQUERADED),
  },
  {
    name: 'a node and the cluster IP',
    lab: lab(...backends, web('ClusterIP')),
    from: 'node/node-1',
    to: CLUSTER_IP,
    want: alike(MASQUERADED),
  },
  {
    name: 'internalTrafficPolicy Local, one endpoint here',
    lab: lab(...backends, web('ClusterIP', 'internalTrafficPolicy: Local')),
    from: POD,
    to: CLUSTER_IP,
    want: alike('web-1 < 10.244.1.2'),
  },
  {
    // dropped by a rule; in IPVS the virtual server is there, and empty
    name: 'internalTrafficPolicy Local, no endpoint here',
    lab: lab(...backends, web('ClusterIP', 'internalTrafficPolicy: Local')),
    from: 'default/far',
    to: CLUSTER_IP,
    want: { iptables: 'timeout', ipvs: 'refused', nftables: 'timeout' },
  },
  {
    // in iptables mode no rule speaks of it, so it is sent to whoever has the default route
    name: 'a port that the Service does not have',
    lab: lab(...backends, web('ClusterIP')),
    from: POD,
    to: 'tcp://10.96.10.10:81',
    want: { iptables: 'timeout', ipvs: 'refused', nftables: 'refused' },
  },
  {
    name: 'ping of the cluster IP',
    lab: lab(...backends, web('ClusterIP')),
    from: POD,
    to: 'icmp://10.96.10.10',
    want: { iptables: 'timeout', ipvs: 'refused', nftables: 'refused' },
  },
  { name: 'no endpoints', lab: lab(web('NodePort')), from: LAPTOP, to: NODE_PORT, want: alike('refused') },
  {
    name: 'a node port from outside',
    lab: lab(...backends, web('NodePort')),
    from: LAPTOP,
    to: NODE_PORT,
    want: alike(MASQUERADED),
  },
  {
    name: 'a node port from outside, policy Local',
    lab: lab(...backends, web('NodePort', LOCAL)),
    from: LAPTOP,
    to: NODE_PORT,
    want: alike('web-1 < 192.168.10.100'),
  },
  {
    // IPVS takes those of policy Cluster; that they answer at all is Flannel's masquerading
    name: 'a node port from outside, policy Local, no endpoint here',
    lab: lab(...backends, web('NodePort', LOCAL)),
    from: LAPTOP,
    to: 'http://192.168.10.13:31080/',
    want: { iptables: 'timeout', ipvs: 'web-1 < 10.244.3.0, web-2 < 10.244.3.0', nftables: 'timeout' },
  },
  { name: 'a node port from a Pod', lab: lab(...backends, web('NodePort')), from: POD, to: NODE_PORT, want: alike(MASQUERADED) },
  {
    // Pods bypass policy Local, except in IPVS
    name: 'a node port from a Pod, policy Local',
    lab: lab(...backends, web('NodePort', LOCAL)),
    from: POD,
    to: NODE_PORT,
    want: { iptables: KEPT, ipvs: 'web-1 < 10.244.1.2', nftables: KEPT },
  },
  {
    name: 'a node port from its own node, policy Local',
    lab: lab(...backends, web('NodePort', LOCAL)),
    from: 'node/node-1',
    to: NODE_PORT,
    want: { iptables: MASQUERADED, ipvs: 'web-1 < 192.168.10.11', nftables: MASQUERADED },
  },
  {
    name: 'a node port on localhost',
    lab: lab(...backends, web('NodePort')),
    from: 'node/node-1',
    to: 'http://127.0.0.1:31080/',
    want: { iptables: MASQUERADED, ipvs: 'refused', nftables: 'refused' },
  },
  {
    // nftables mode serves the node's own address alone
    name: 'a node port on the bridge’s address',
    lab: lab(...backends, web('NodePort')),
    from: POD,
    to: 'http://10.244.1.1:31080/',
    want: { iptables: MASQUERADED, ipvs: MASQUERADED, nftables: 'refused' },
  },
  { name: 'a load balancer address', lab: lab(...backends, web('LoadBalancer')), from: POD, to: VIP, want: alike(MASQUERADED) },
  {
    name: 'a load balancer address, policy Local',
    lab: lab(...backends, web('LoadBalancer', LOCAL)),
    from: POD,
    to: VIP,
    want: { iptables: KEPT, ipvs: 'web-1 < 10.244.1.2', nftables: KEPT },
  },
  {
    name: 'a load balancer address, source not in its ranges',
    lab: lab(...backends, web('LoadBalancer', RANGES)),
    from: POD,
    to: VIP,
    want: alike('timeout'),
  },
  {
    name: 'source ranges say nothing of node ports',
    lab: lab(...backends, web('LoadBalancer', RANGES)),
    from: POD,
    to: NODE_PORT,
    want: alike(MASQUERADED),
  },
  {
    name: 'an external IP',
    lab: lab(...backends, web('ClusterIP', 'externalIPs: [198.51.100.77]')),
    from: POD,
    to: 'http://198.51.100.77/',
    want: alike(MASQUERADED),
  },
]

const worldOf = (text: string, mode: StoryMode) =>
  build([{ name: 'story.yaml', text }], { wants: { everything: false, dns: false }, proxy: mode })
const hostOf = (endpoint: string | null): string => endpoint?.replace(/:\d+$/, '') ?? ''

describe.each(rows)('$name', ({ lab: text, from, to, want }) => {
  test.each(Object.entries(want))('%s', (mode, words) => {
    const world = worldOf(text, mode as StoryMode)
    expect(world.problems.filter((p) => p.severity === 'error')).toEqual([])
    const { outcomes, problems } = odds(world, { from, to }, { seed: 1 })
    expect(problems).toEqual([])
    const got = outcomes.map(({ outcome: o }) =>
      o.backend === null ? o.kind : `${o.backend.replace('default/', '')} < ${hostOf(o.sourceSeen)}`,
    )
    expect(got.sort().join(', ')).toBe(words)
    for (const { probability } of outcomes) expect(probability).toEqual(fraction(1, outcomes.length))
  })
})

describe('session affinity', () => {
  const affine = web('NodePort', 'sessionAffinity: ClientIP\n  sessionAffinityConfig: {clientIP: {timeoutSeconds: 600}}')

  /** Who answers one connection after another. */
  const answered = (mode: StoryMode, tos: readonly string[]): readonly (string | null)[] => {
    const world = worldOf(lab(...backends, affine), mode)
    return tos.map((to, i) => probe(world, { from: POD, to, sport: 40001 + i }, { seed: 1, commit: true }).outcome.backend)
  }

  test.each(storyModes)('%s: a client comes back to its endpoint', (mode) => {
    const all = answered(
      mode,
      Array.from({ length: 5 }, () => CLUSTER_IP),
    )
    expect(new Set(all).size).toBe(1)
    expect(all[0]).not.toBeNull()
  })

  test('without it an IPVS scheduler goes round', () => {
    const world = worldOf(lab(...backends, web('ClusterIP')), 'ipvs')
    const all = [1, 2, 3, 4].map(
      (i) => probe(world, { from: POD, to: CLUSTER_IP, sport: 40000 + i }, { seed: 1, commit: true }).outcome.backend,
    )
    expect(all[0]).toBe(all[2])
    expect(all[1]).toBe(all[3])
    expect(all[0]).not.toBe(all[1])
  })
})
