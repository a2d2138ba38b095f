import { expect, test } from 'vitest'
import { newDesk } from '../../../cli/desk.ts'
import { answer } from '../../../cli/main.ts'
import { build, probe } from '../../../explain.ts'

const json = (...objects: readonly object[]): string => objects.map((one) => `${JSON.stringify(one)}\n`).join('---\n')
const node = (n: number) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: `node${n}` },
  spec: { podCIDR: `10.244.${n}.0/24` },
  status: { addresses: [{ type: 'InternalIP', address: `192.168.10.1${n}` }] },
})
const pod = (name: string, nodeName: string, app: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app } },
  spec: { nodeName, containers: [{ name: 'c', image: 'nginx', ports: [{ containerPort: 8080 }] }] },
})
const policy = (name: string, spec: object) => ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name }, spec })
const from = (app: string) => [{ podSelector: { matchLabels: { app } } }]
const LAB = json(
  node(1),
  node(2),
  pod('web-0', 'node1', 'frontend'),
  pod('web-1', 'node1', 'backend'),
  pod('stranger', 'node2', 'stranger'),
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'svc' },
    spec: {
      type: 'NodePort',
      clusterIP: '10.96.0.50',
      selector: { app: 'backend' },
      ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }],
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'far' },
    spec: { clusterIP: '10.96.0.51', selector: { app: 'stranger' }, ports: [{ port: 80, targetPort: 8080 }] },
  },
  policy('in', { podSelector: { matchLabels: { app: 'backend' } }, ingress: [{ from: from('frontend'), ports: [{ port: 8080 }] }] }),
  policy('out', {
    podSelector: { matchLabels: { app: 'frontend' } },
    policyTypes: ['Egress'],
    egress: [{ to: from('backend'), ports: [{ port: 8080 }] }],
  }),
  {
    apiVersion: 'packetwalk.dev/v1alpha1',
    kind: 'Lab',
    metadata: { name: 'lab' },
    spec: { hosts: [{ name: 'out', addresses: ['203.0.113.10'] }] },
  },
)

test("Felix's chains beside IPVS", () => {
  const { stdout } = answer(
    ['show', '-', '--cni', 'calico', '--proxy', 'ipvs', '--node', 'node1', '--', 'iptables-save'],
    newDesk(() => new TextEncoder().encode(LAB)),
  )
  const of = (chain: string): readonly string[] =>
    stdout
      .split('\n')
      .filter((line) => line.startsWith(`-A ${chain} `))
      .map((line) => line.replace(`-A ${chain} `, '').replace(/-m comment --comment "cali:[^"]*" /, ''))
  expect(of('cali-INPUT').slice(0, 4)).toEqual([
    '-j MARK --set-xmark 0x0/0xffe00000',
    '-j cali-forward-check',
    '-m mark ! --mark 0x0/0xffe00000 -j RETURN',
    '-i cali+ -g cali-wl-to-host',
  ])
  expect(of('cali-OUTPUT')).toContain('-m mark ! --mark 0x0/0xffe00000 -g cali-forward-endpoint-mark')
  expect(of('cali-forward-check')).toEqual([
    '-m conntrack --ctstate RELATED,ESTABLISHED -j RETURN',
    '-p tcp -m comment --comment "To kubernetes NodePort service" -m multiport --dports 30000:32767 -m set --match-set cali40this-host dst -g cali-set-endpoint-mark',
    '-p udp -m comment --comment "To kubernetes NodePort service" -m multiport --dports 30000:32767 -m set --match-set cali40this-host dst -g cali-set-endpoint-mark',
    '-m comment --comment "To kubernetes service" -m set ! --match-set cali40this-host dst -j cali-set-endpoint-mark',
  ])
  expect(of('cali-forward-endpoint-mark')).toEqual([
    '-m mark ! --mark 0x200000/0xffe00000 -j cali-from-endpoint-mark',
    '-o cali+ -j cali-to-wl-dispatch',
    '-j cali-to-hep-forward',
    '-j MARK --set-xmark 0x0/0xffe00000',
    '-m comment --comment "Policy explicitly accepted packet." -m mark --mark 0x10000/0x10000 -j ACCEPT',
  ])
  expect(of('cali-set-endpoint-mark')).toEqual([
    '-i cali0761ccbeace -g cali-sm-cali0761ccbeace',
    '-i cali0d7763386da -g cali-sm-cali0d7763386da',
    '-i cali+ -m comment --comment "Unknown endpoint" -j DROP',
    '-m comment --comment "Non-Cali endpoint mark" -j MARK --set-xmark 0x200000/0xffe00000',
  ])
  // by Go's hash/fnv New32 of the interface, modulo 2^11
  expect(of('cali-from-endpoint-mark')).toEqual([
    '-m mark --mark 0x3c400000/0xffe00000 -g cali-fw-cali0761ccbeace',
    '-m mark --mark 0x35a00000/0xffe00000 -g cali-fw-cali0d7763386da',
    '-m comment --comment "Unknown interface" -j DROP',
  ])
  expect(of('cali-sm-cali0d7763386da')).toEqual(['-j MARK --set-xmark 0x35a00000/0xffe00000'])
})

/** Who asks what, and what comes of it: judged in FORWARD in iptables mode, in OUTPUT in IPVS mode. */
const ASKED = [
  ['default/web-0', 'http://10.96.0.50/', 'ok'],
  ['default/web-0', 'tcp://192.168.10.11:30080', 'ok'],
  // no egress to whom no rule names
  ['default/web-0', 'http://10.96.0.51/', 'timeout'],
  ['default/stranger', 'http://10.96.0.50/', 'timeout'],
  ['default/stranger', 'tcp://192.168.10.11:30080', 'timeout'],
  ['host/out', 'tcp://192.168.10.11:30080', 'timeout'],
  // the Pod's own node is let in
  ['node/node1', 'tcp://10.96.0.50:80', 'ok'],
] as const

test.each(['calico', 'calico-vxlan', 'canal'])('%s: policy comes to the same beside IPVS', (cni) => {
  for (const proxy of ['iptables', 'ipvs']) {
    const world = build([{ name: 'lab.yaml', text: LAB }], { cni, proxy, wants: { everything: true, dns: false } })
    expect(world.problems.filter((one) => one.severity === 'error')).toEqual([])
    const found = ASKED.map(([who, to]) => [who, to, probe(world, { from: who, to }, { seed: 1 }).outcome.kind])
    expect([proxy, found]).toEqual([proxy, ASKED])
  }
})

test('where the policy is not there, neither is the drop: the walk in OUTPUT is judged by it', () => {
  const open = LAB.replace(/---\n[^\n]*"name":"in"[^\n]*\n/, '')
  const world = build([{ name: 'lab.yaml', text: open }], { cni: 'calico', proxy: 'ipvs', wants: { everything: false, dns: false } })
  expect(probe(world, { from: 'default/stranger', to: 'http://10.96.0.50/' }, { seed: 1 }).outcome.kind).toBe('ok')
})
