import { describe, expect, test } from 'vitest'
import type { ClusterNode } from '../../../cluster/cluster.ts'
import { runTool } from '../../../engine/tool.ts'
import { wroteBy } from '../../../engine/wrote.ts'
import { build, type World } from '../../../explain.ts'
import { entriesOf, tableOf } from '../../../kernel/conntrack.ts'
import { Moment } from '../../../kernel/moment.ts'
import { tupleKey } from '../../../kernel/tuple.ts'
import { ip } from '../../../net/ip.ts'
import { client, pod, service, together, twoNodes } from '../../../testing/stories/lab.ts'
import { config } from '../../../testing/stories/past.ts'
import type { CtStatus } from '../../../trace/event.ts'
import { rulesText } from '../list.ts'
import { cleanConntrack } from './conntrack.ts'
import { refusalOf } from './refusal.ts'

const lab = (mode: string, timeline: string, more = ''): string =>
  together(
    `apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nclusterCIDR: 10.244.0.0/16\nmode: ${mode}\n`,
    twoNodes,
    client,
    pod({ name: 'web', node: 'node-2', ip: '10.244.2.5', port: 8080 }),
    service({ name: 'web', ip: '10.96.0.80', app: 'web', nodePort: 30080 }),
    ...(more === '' ? [] : [more]),
    `apiVersion: packetwalk.dev/v1alpha1\nkind: Lab\nmetadata: {name: past}\nspec:\n  timeline: ${timeline}\n`,
  )

const worldOf = (text: string): World => build([{ name: 'lab.yaml', text }], { wants: { everything: false, dns: false }, seed: 1 })

function printed(world: World, ...argv: readonly string[]): string {
  const ran = runTool(world, 'node-1', argv)
  if ('problem' in ran) throw new Error(ran.problem.code)
  return [...ran.stdout, ...ran.stderr].join('\n')
}

const TOOLS = [['iptables-save'], ['nft', 'list', 'ruleset'], ['ipvsadm', '-Ln'], ['ipset', 'list'], ['ip', 'addr']]
const state = (world: World): readonly string[] => TOOLS.map((argv) => printed(world, ...argv))

describe.each(['iptables', 'ipvs', 'nftables'])('%s', (mode) => {
  const fresh = state(worldOf(lab(mode, '[]')))

  test('a restart, and a change that is taken back, leave what a fresh start leaves', () => {
    expect(state(worldOf(lab(mode, '[{kubeProxy: restart}]')))).toEqual(fresh)
    const other = '{apiVersion: v1, kind: Service, metadata: {name: other}, spec: {clusterIP: 10.96.0.9, ports: [{port: 1}]}}'
    expect(state(worldOf(lab(mode, `[{apply: ${other}}]`)))).not.toEqual(fresh)
    expect(state(worldOf(lab(mode, `[{apply: ${other}}, {delete: {kind: Service, name: other}}]`)))).toEqual(fresh)
    expect(state(worldOf(lab(mode, `[{kubeProxy: cleanup}]`)))).toEqual(fresh)
  })

  test('its log names the mode; without a start before there is no log of before', () => {
    const world = worldOf(lab(mode, '[]'))
    const log = printed(world, 'kubectl', 'logs', '-n', 'kube-system', 'ds/kube-proxy')
    expect(log).toContain(`I0101 00:00:00.004000       1 server_linux.go:165] "Using ${mode} Proxier"`)
    expect(log.includes('Setting route_localnet=1')).toBe(mode === 'iptables')
    expect(log.split('\n').every((line) => /^I0101 00:00:00\.\d{6} {7}1 \S+\.go:\d+\] /.test(line))).toBe(true)
    expect(printed(world, 'kubectl', 'logs', '-n', 'kube-system', '-p', 'ds/kube-proxy')).toMatch(/^Error from server \(BadRequest\)/)
  })
})

test('a start sets what is not set yet', () => {
  const log = (timeline: string, more = ''): string =>
    printed(worldOf(lab('iptables', timeline, more)), 'kubectl', 'logs', '-n', 'kube-system', 'ds/kube-proxy')
  expect(log('[]')).toContain('"Set sysctl" entry="net/netfilter/nf_conntrack_tcp_timeout_established" value=86400')
  expect(log('[]')).not.toContain('nf_conntrack_max')
  expect(log('[{kubeProxy: restart}]')).not.toContain('Set sysctl')
  const small = `apiVersion: packetwalk.dev/v1alpha1\nkind: Lab\nmetadata: {name: small}\nspec:\n  nodes: [{name: node-1, sysctls: {net.netfilter.nf_conntrack_max: 65536}}]\n`
  expect(log('[]', small)).toContain('"Setting nf_conntrack_max" nfConntrackMax=131072')
})

test('rules: what it wrote last, nothing when it never started', () => {
  const rules = (text: string): string => {
    const { cluster } = worldOf(text)
    return rulesText(cluster, cluster.nodes[0] as ClusterNode)
  }
  const fresh = rules(lab('iptables', '[]'))
  const late = '{apply: {apiVersion: v1, kind: Service, metadata: {name: late}, spec: {clusterIP: 10.96.0.9, ports: [{port: 1}]}}}'
  expect(fresh).toContain('default/web')
  expect(rules(lab('iptables', `[{kubeProxy: stop}, ${late}]`))).toBe(fresh)
  expect(rules(lab('iptables', `[{kubeProxy: stop}, ${late}, {kubeProxy: start}]`))).toContain('default/late has no endpoints')
  const map = config('mode: ipvz')
  expect(rules(together(twoNodes, service({ name: 'web', ip: '10.96.0.80', app: 'web' }), map))).toBe('')
})

test('kubectl logs: what it cannot do is said, and the namespace counts', () => {
  const world = worldOf(lab('iptables', '[]'))
  expect(printed(world, 'kubectl', 'get', 'pods')).toBe('packetwalk: kubectl: get: not modelled')
  expect(printed(world, 'kubectl', 'logs', '-f', 'ds/kube-proxy')).toBe('packetwalk: kubectl logs: -f: not modelled')
  expect(printed(world, 'kubectl', 'logs', '-n', 'kube-system', 'coredns')).toBe('packetwalk: kubectl logs: coredns: not modelled')
  expect(printed(world, 'kubectl', 'logs', 'ds/kube-proxy')).toBe('Error from server (NotFound): daemonsets.apps "kube-proxy" not found')
  expect(printed(world, 'kubectl', 'logs', '--namespace=kube-system', '-l', 'k8s-app=kube-proxy')).toContain(
    '"Version info" version="v1.30.5"',
  )
  expect(printed(world, 'kubectl', 'logs', '-n', 'kube-system')).toMatch(/^error: expected 'logs/)
})

test('without a mode it says which it takes, without a CIDR that it detects nothing', () => {
  const text = lab('iptables', '[]').replace('clusterCIDR: 10.244.0.0/16\nmode: iptables\n', '')
  const log = printed(worldOf(text), 'kubectl', 'logs', '-n', 'kube-system', 'ds/kube-proxy').split('\n')
  expect(log[0]).toBe('I0101 00:00:00.000000       1 server_linux.go:69] "Using iptables proxy"')
  expect(log.join('\n')).toContain('"Detect-local-mode set to ClusterCIDR, but no cluster CIDR defined"')
})

test('a node whose kube-proxy stands still is told, where it was stopped', () => {
  const hints = (timeline: string) => worldOf(lab('iptables', timeline)).problems.filter((p) => p.code === 'proxy-stopped')
  expect(hints('[{kubeProxy: stop}, {kubeProxy: start, nodes: [node-1]}]')).toMatchObject([
    { params: { node: 'node-2' }, severity: 'hint', where: { field: 'spec.timeline[0].kubeProxy' } },
  ])
  expect(hints('[{kubeProxy: stop}, {kubeProxy: start}]')).toEqual([])
})

const problemsOf = (timeline: string): readonly string[] =>
  worldOf(lab('iptables', timeline)).problems.flatMap(({ code, severity, where }) =>
    severity === 'error' ? [`${code} ${where?.field ?? ''}`] : [],
  )

test.each([
  ['[{delete: {kind: Service, name: nobody}}]', ['timeline-no-object spec.timeline[0].delete']],
  ['[{kubeProxy: stop, nodes: [node-9]}]', ['timeline-no-node spec.timeline[0].nodes']],
  ['[{kubeProxy: stop, wait: 5}, {}]', ['timeline-step spec.timeline[0]', 'timeline-step spec.timeline[1]']],
  ['[{kubeProxy: kill}]', ['one-of spec.timeline[0].kubeProxy']],
  ['[{wait: 0}]', ['range spec.timeline[0].wait']],
  ['[{probe: {from: default/nobody, to: "tcp://10.96.0.80:80"}}]', ['unknown-source spec.timeline[0].probe']],
  ['[{apply: {apiVersion: v1, kind: Service, metadata: {name: x}, spec: {ports: [{port: 0}]}}}]', ['api spec.ports[0].port']],
  [
    '[{apply: {apiVersion: v1, kind: Service, metadata: {name: x}, spec: {clusterIP: 10.96.0.80, ports: [{port: 1}]}}}]',
    ['api spec.clusterIPs'],
  ],
  ['[{apply: 5}]', ['not-object ']],
])('%s', (timeline, told) => {
  const found = problemsOf(timeline)
  for (const one of told) expect(found).toContain(one)
})

test('Pods keep their addresses, and nobody gets that of one that is gone', () => {
  const bare = (name: string) =>
    `{apiVersion: v1, kind: Pod, metadata: {name: ${name}}, spec: {nodeName: node-1, containers: [{name: a, image: x}]}}`
  const world = worldOf(
    lab('iptables', `[{apply: ${bare('a')}}, {apply: ${bare('b')}}, {delete: {kind: Pod, name: a}}, {apply: ${bare('c')}}]`),
  )
  const ips = Object.fromEntries(world.cluster.pods.map((p) => [p.meta.name, p.podIPs[0]]))
  expect(ips).toMatchObject({ client: '10.244.1.2', b: '10.244.1.4', c: '10.244.1.5' })
  expect(ips['a']).toBeUndefined()
})

test('what kube-proxy says of a configuration that it refuses', () => {
  expect(refusalOf({ mode: 'iptables', clusterCIDR: '10.244.0.0/16,fd00::/56' })).toEqual([])
  expect(
    refusalOf({ mode: 'x', clusterCIDR: '10.244.0.0', iptables: { masqueradeBit: 32 }, nodePortAddresses: ['primary', '1.2.3'] }),
  ).toEqual([
    'KubeProxyConfiguration.KubeProxyIPTablesConfiguration.MasqueradeBit: Invalid value: 32: must be within the range [0, 31]',
    'KubeProxyConfiguration.Mode.ProxyMode: Invalid value: "x": must be iptables, ipvs, nftables or blank (blank means the best-available proxy [currently iptables])',
    'KubeProxyConfiguration.ClusterCIDR: Invalid value: "10.244.0.0": must be a valid CIDR block (e.g. 10.100.0.0/16 or fde4:8dba:82e1::/48)',
    'KubeProxyConfiguration.NodePortAddresses[1]: Invalid value: "1.2.3": must be a valid CIDR',
  ])
})

test('a line of an object that is applied later leads to the rules that it wrote, and they to it', () => {
  const text = lab(
    'iptables',
    '\n  - apply:\n      apiVersion: v1\n      kind: Service\n      metadata: {name: late}\n      spec:\n        clusterIP: 10.96.0.9\n        selector: {app: web}\n        ports: [{port: 81, targetPort: 8080}]',
  )
  const world = worldOf(text)
  const line = text.split('\n').findIndex((l) => l.includes('ports: [{port: 81')) + 1
  const { items } = wroteBy(world, 'lab.yaml', line)
  expect(items.map((one) => one.text).join('\n')).toContain('-d 10.96.0.9/32')
})

test('IPv6: entries of the other family stay', () => {
  const dual = (name: string, ip4: string, ip6: string) =>
    `apiVersion: v1\nkind: Node\nmetadata: {name: ${name}}\nspec: {podCIDR: 10.244.1.0/24}\nstatus: {addresses: [{type: InternalIP, address: ${ip4}}, {type: InternalIP, address: ${ip6}}]}\n`
  const slice = (name: string, type: string, address: string) =>
    `apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: ${name}, labels: {kubernetes.io/service-name: dns}}\naddressType: ${type}\nendpoints: [{addresses: ["${address}"]}]\nports: [{name: '', port: 53, protocol: UDP}]\n`
  const made = `apiVersion: v1\nkind: Service\nmetadata: {name: dns}\nspec: {ipFamilyPolicy: RequireDualStack, clusterIPs: [10.96.0.53, "fd00:10:96::53"], ports: [{port: 53, protocol: UDP}]}\n`
  const networks = `apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\nnetworking: {podSubnet: "10.244.0.0/16,fd00:10:244::/56", serviceSubnet: "10.96.0.0/12,fd00:10:96::/112"}\n`
  const at = (slices: readonly string[]) =>
    worldOf(together(networks, dual('node-1', '192.168.10.11', 'fd00:10::11'), made, ...slices)).cluster
  const v4 = slice('v4', 'IPv4', '10.244.1.9')
  const [both, six] = [at([v4, slice('v6', 'IPv6', 'fd00:10:244::9')]), at([slice('v6', 'IPv6', 'fd00:10:244::9')])]
  const moment = new Moment()
  const flows = [
    ['10.96.0.53', '10.244.1.9', 4],
    ['fd00:10:96::53', 'fd00:10:244::9', 6],
  ] as const
  for (const [dst, src, family] of flows) {
    const client = family === 4 ? ip('10.244.1.2') : ip('fd00:10:244::2')
    const orig = { proto: 'udp', src: client, dst: ip(dst), sport: 5000, dport: 53 } as const
    const reply = { proto: 'udp', src: ip(src), dst: client, sport: 53, dport: 5000 } as const
    const entry = { id: family, zone: 0, family, orig, reply, status: new Set<CtStatus>(['DST_NAT', 'SEEN_REPLY']), expires: 1e12, mark: 0 }
    const whole = { ...entry, confirmed: true, bound: { src: true, dst: true }, dirty: false, since: 0 }
    for (const tuple of [orig, reply]) tableOf(moment, 'node-1').set(tupleKey(tuple), whole)
  }
  const left = (): readonly string[] => entriesOf(moment, 'node-1').map((e) => e.orig.dst)
  cleanConntrack(moment, both, both, 'node-1')
  expect(left()).toEqual(['10.96.0.53', 'fd00:10:96::53'])
  cleanConntrack(moment, both, six, 'node-1')
  expect(left()).toEqual(['fd00:10:96::53'])
  cleanConntrack(moment, undefined, six, 'node-1')
  expect(left()).toEqual([])
})
