import { expect, test } from 'vitest'
import { build } from '../../../explain.ts'
import { printSave } from '../../../kernel/iptables/print.ts'

const NODE =
  'apiVersion: v1\nkind: Node\nmetadata: {name: node1}\nspec: {podCIDR: 10.244.7.0/24}\nstatus: {addresses: [{type: InternalIP, address: 192.168.10.11}]}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {nodeName: node1, containers: [{name: c, image: nginx, ports: [{containerPort: 80, hostPort: 8080}]}]}\n---\n'
const conf = (files: Readonly<Record<string, unknown>>): string =>
  `${JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'net' }, data: Object.fromEntries(Object.entries(files).map(([k, v]) => [k, JSON.stringify(v)])) })}\n`

function lab(files: Readonly<Record<string, unknown>>) {
  const world = build([{ name: 'lab.yaml', text: NODE + conf(files) }], { wants: { everything: false, dns: false } })
  const netns = world.machines.netns('node1')
  return {
    cni: world.cluster.cni.name,
    links: netns?.links.filter((l) => l.kind === 'bridge').map((l) => `${l.dev} ${l.mtu} ${l.addrs.join()}`),
    rules: netns ? [...printSave(netns.rules[4])].filter((line) => /^-A .*(CNI-|name:)/.test(line)) : [],
    problems: world.problems
      .filter((p) => p.severity !== 'hint')
      .map((p) => `${p.code} ${p.params['what'] ?? p.params['file'] ?? ''}`.trim()),
  }
}

test('a conflist says bridge, MTU and masquerading, a chain for each Pod', () => {
  const { cni, links, rules, problems } = lab({
    '10-mynet.conflist': {
      name: 'mynet',
      plugins: [{ type: 'bridge', bridge: 'br7', mtu: 1400, ipMasq: true, isDefaultGateway: true, ipam: { type: 'host-local' } }],
    },
  })
  expect([cni, links]).toEqual(['bridge', ['br7 1400 10.244.7.1/24']])
  const [, chain = ''] = /-j (CNI-\w+)/.exec(rules.join('\n')) ?? []
  const [, id = ''] = /id: \\"(\w+)/.exec(rules.join('\n')) ?? []
  expect(chain).toHaveLength(28)
  expect(rules.map((line) => line.replaceAll(chain, 'CNI-x').replaceAll(id, 'y')).sort()).toEqual([
    '-A CNI-x ! -d 224.0.0.0/4 -m comment --comment "name: \\"mynet\\" id: \\"y\\"" -j MASQUERADE',
    '-A CNI-x -d 10.244.7.0/24 -m comment --comment "name: \\"mynet\\" id: \\"y\\"" -j ACCEPT',
    '-A POSTROUTING -s 10.244.7.2/32 -m comment --comment "name: \\"mynet\\" id: \\"y\\"" -j CNI-x',
  ])
  // no portmap in the list: the port leads nowhere, and that is told
  expect(problems).toEqual(['host-port'])
})

test('what is not modelled of a conflist is told', () => {
  const plugin = { type: 'bridge', isDefaultGateway: true, vlan: 5, ipam: { type: 'dhcp' } }
  expect(lab({ '10-a.conflist': { name: 'a', plugins: [plugin, { type: 'portmap' }] } }).problems).toEqual([
    'conflist-not-modelled ipam dhcp',
    'conflist-not-modelled vlan',
  ])
})

test('two lists: the one whose name sorts first attaches the Pods', () => {
  const both = {
    '20-bridge.conflist': { name: 'b', plugins: [{ type: 'bridge', isDefaultGateway: true }, { type: 'portmap' }] },
    '05-calico.conflist': { name: 'k8s-pod-network', plugins: [{ type: 'calico' }] },
  }
  expect(lab(both)).toMatchObject({ cni: 'calico', problems: ['two-cnis 05-calico.conflist'] })
})
