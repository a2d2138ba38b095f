import { expect, test } from 'vitest'
import { newDesk } from '../../../cli/desk.ts'
import { answer } from '../../../cli/main.ts'
import { build, probe } from '../../../explain.ts'

const json = (...objects: readonly object[]): string => objects.map((one) => `${JSON.stringify(one)}\n`).join('---\n')
const node = (n: number) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: `node${n}` },
  status: { addresses: [`192.168.10.1${n}`, `fd00:10::1${n}`].map((address) => ({ type: 'InternalIP', address })) },
})
const pod = (name: string, nodeName: string, app: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app } },
  spec: { nodeName, containers: [{ name: 'c', image: 'nginx', ports: [{ containerPort: 8080 }] }] },
})
const pool = (name: string, spec: object) => ({ apiVersion: 'projectcalico.org/v3', kind: 'IPPool', metadata: { name }, spec })
const lab = (six: object, ...more: readonly object[]): string =>
  json(
    node(1),
    node(2),
    pool('four', { cidr: '10.244.0.0/16' }),
    pool('six', { cidr: 'fd00:10:244::/64', natOutgoing: true, ...six }),
    pod('web-0', 'node1', 'frontend'),
    pod('web-1', 'node1', 'backend'),
    pod('web-2', 'node2', 'backend'),
    {
      apiVersion: 'packetwalk.dev/v1alpha1',
      kind: 'Lab',
      metadata: { name: 'lab' },
      spec: { hosts: [{ name: 'out', addresses: ['2001:db8::10'] }] },
    },
    ...more,
  )

const prints = (text: string, where: readonly [string, string], tool: string): readonly string[] => {
  const { stdout, stderr } = answer(
    ['show', '-', ...where, '--', ...tool.split(' ')],
    newDesk(() => new TextEncoder().encode(text)),
  )
  expect(stderr).toBe('')
  return stdout.split('\n').map((line) => line.trimEnd())
}
const NODE = ['--node', 'node1'] as const
const OWN = 'fd00:10:244:0:c11:b42f:f17e:a680'
const THERE = 'fd00:10:244:0:d460:b250:45:b00'

test('routes: blocks of /122, a Pod by its own address, in the Pod a gateway that follows from ee:ee:ee:ee:ee:ee', () => {
  expect(prints(lab({}), NODE, 'ip -6 route').filter((line) => line.includes('fd00:10:244'))).toEqual([
    `${OWN} dev cali0d7763386da metric 1024 pref medium`,
    'fd00:10:244:0:c11:b42f:f17e:a681 dev cali0761ccbeace metric 1024 pref medium',
    `blackhole ${OWN}/122 dev lo proto bird metric 1024 pref medium`,
    `${THERE}/122 via fd00:10::12 dev eth0 proto bird metric 1024 pref medium`,
  ])
  expect(prints(lab({}), ['--pod', 'default/web-0'], 'ip -6 route')).toContain(
    'default via fe80::ecee:eeff:feee:eeee dev eth0 metric 1024 pref medium',
  )
  const vxlan = prints(lab({ vxlanMode: 'Always' }), NODE, 'ip -6 route')
  expect(vxlan).toContain(`blackhole ${OWN}/122 dev lo proto 80 metric 1024 pref medium`)
  expect(vxlan).toContain(`${THERE}/122 via ${THERE} dev vxlan-v6.calico metric 1024 onlink mtu 1430 pref medium`)
})

test('the tunnel: a device of its own, whose MAC hashes NAME-v6, 70 bytes', () => {
  const text = lab({ vxlanMode: 'Always' })
  // sha1 of node2-v6
  expect(prints(text, NODE, 'ip -6 neigh show dev vxlan-v6.calico')[0]).toBe(`${THERE} lladdr 66:32:42:ed:de:d5 PERMANENT`)
  expect(prints(text, NODE, 'bridge fdb show dev vxlan-v6.calico')[0]).toBe('66:32:42:ed:de:d5 dst fd00:10::12 self permanent')
  expect(prints(text, ['--pod', 'default/web-0'], 'ip link show eth0')[0]).toContain('mtu 1430')
})

test("Felix's rules of IPv6: sets of its own, and what neighbour discovery needs", () => {
  const rules = prints(lab({ vxlanMode: 'Always' }), NODE, 'ip6tables-save')
  expect(rules.filter((line) => line.startsWith('-A cali-wl-to-host -p ipv6-icmp')).map((line) => line.split(' ').at(-3))).toEqual([
    '130',
    '131',
    '132',
    '133',
    '135',
    '136',
  ])
  const has = (part: string): boolean => rules.some((line) => line.includes(part))
  expect(has('--match-set cali60masq-ipam-pools src -m set ! --match-set cali60all-ipam-pools dst -j MASQUERADE --random-fully')).toBe(true)
  expect(has('--match-set cali60all-vxlan-net src')).toBe(true)
  expect(has('-o vxlan-v6.calico')).toBe(true)
  expect(
    prints(json(node(1), pool('four', { cidr: '10.244.0.0/16' }), pod('web-0', 'node1', 'x')), NODE, 'ip6tables-save').join(),
  ).not.toContain('cali')
})

const policy = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'p' },
  spec: {
    podSelector: { matchLabels: { app: 'backend' } },
    ingress: [{ from: [{ podSelector: { matchLabels: { app: 'frontend' } } }], ports: [{ port: 8080 }] }],
  },
}

test.each([
  ['no encapsulation', {}],
  ['VXLAN', { vxlanMode: 'Always' }],
])('walks over IPv6, %s', (_name, six) => {
  const world = build([{ name: 'lab.yaml', text: lab(six, policy) }], { wants: { everything: false, dns: false } })
  const address = Object.fromEntries(world.cluster.pods.map((one) => [one.meta.name, one.podIPs[1] ?? '']))
  const ask = (from: string, to: string): readonly unknown[] => {
    const { outcome } = probe(world, { from, to }, { seed: 1 })
    return [outcome.kind, outcome.sourceSeen?.replace(/^\[(.*)\]:\d+$/, '$1')]
  }
  // same node and another, in the policy's set
  expect(ask('default/web-0', `tcp://[${address['web-1']}]:8080`)).toEqual(['ok', address['web-0']])
  expect(ask('default/web-0', `tcp://[${address['web-2']}]:8080`)).toEqual(['ok', address['web-0']])
  // not in it: dropped at the end of the tier
  expect(ask('default/web-1', `tcp://[${address['web-2']}]:8080`)[0]).toBe('timeout')
  expect(ask('default/web-0', 'icmp://[2001:db8::10]')).toEqual(['ok', 'fd00:10::11'])
  // a node's own Pod sees the node's address, not the link-local one of its end of the pair
  expect(ask('node/node1', `tcp://[${address['web-0']}]:8080`)).toEqual(['ok', 'fd00:10::11'])
})

test('a real kernel, and who reads what it did, get the link-local gateway; IPv4 has no use for it', () => {
  const given = (to: string): string =>
    answer(
      ['verify', '-', '--from', 'default/web-0', '--to', `icmp://${to}`, '--scenario'],
      newDesk(() => new TextEncoder().encode(lab({}))),
    ).stdout
  const at = '"fe80::ecee:eeff:feee:eeee/64"'
  expect([given(`[${THERE}]`).split(at).length - 1, given('10.244.104.0').split(at).length - 1]).toEqual([3, 0])
})
