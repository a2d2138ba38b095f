import { expect, test } from 'vitest'
import { lineOf } from '../../cli/text/event.ts'
import { build, probe } from '../../explain.ts'

/** The lab of the worked walks, as in crossing.test.ts: there all headers at each crossing, here what the packet meets between them. */
const lab = [
  ...[1, 2].map(
    (n) => `apiVersion: v1
kind: Node
metadata: {name: node${n}}
spec: {podCIDR: 10.244.${n}.0/24}
status: {addresses: [{type: InternalIP, address: 192.168.10.1${n}}]}
`,
  ),
  ...['web-0', 'web-1', 'web-2'].map(
    (name) => `apiVersion: v1
kind: Pod
metadata: {name: ${name}}
spec: {nodeName: ${name === 'web-2' ? 'node2' : 'node1'}, containers: [{name: web, image: nginx}]}
`,
  ),
  `apiVersion: packetwalk.dev/v1alpha1
kind: Lab
metadata: {name: lab}
spec:
  hosts: [{name: out, addresses: [203.0.113.10]}]
`,
].join('---\n')

/** Request and answer of a ping from web-0, a line a step. */
function steps(cni: string, to: string): readonly string[] {
  const world = build([{ name: 'lab.yaml', text: lab }], { wants: { everything: false, dns: false }, cni })
  return probe(world, { from: 'default/web-0', to: `icmp://${to}` }, { seed: 1 }).journeys.flatMap(({ events }) =>
    events.flatMap((event) => {
      const line = lineOf(event)
      return line === undefined ? [] : [`${line.netns.replace('default/', '')} ${line.place} ${line.what} ${line.detail}`]
    }),
  )
}

const SKIP = 'FLANNEL-POSTRTG -s 10.244.1.0/24 -d 10.244.0.0/16 -m comment --comment "flanneld masq" -j RETURN'
const HIDE = 'FLANNEL-POSTRTG -s 10.244.0.0/16 ! -d 224.0.0.0/4 -m comment --comment "flanneld masq" -j MASQUERADE --random-fully'
const FORWARDED = 'node1 forward rule filter FLANNEL-FWD -s 10.244.0.0/16 -m comment --comment "flanneld forward" -j ACCEPT'
const BRIDGED = ['web-0  route 10.244.2.2: 10.244.0.0/16 via 10.244.1.1 dev eth0', 'node1 cni0 bridge input veth']
const REPLIED = ['node1 prerouting nat destination 192.168.10.11:', 'node1  route 10.244.1.2: 10.244.1.0/24 dev cni0', 'node1 forward rule']
const OUT = ['node1  route 203.0.113.10: default via 192.168.10.1 dev eth0', 'node1  ttl ttl 63']
const FROM_WL = 'node1 forward rule filter cali-from-wl-dispatch -i cali0d7763386da'
const FROM = [
  'web-0 eth0 neighbour 169.254.1.1 dev eth0 lladdr ee:ee:ee:ee:ee:ee (asked)',
  'node1 cali0d7763386da device rx',
  'node1 prerouting rule raw cali-PREROUTING -i cali+',
]
const PASSED = [FROM_WL, '-g cali-fw-cali0d7763386da', 'filter cali-pro-kns.default', 'Policy explicitly accepted packet.']
const NOT_HIDDEN = 'node1 postrouting chain-end nat cali-nat-outgoing: end (1 passed over)'
const TO_WEB_2 = [
  'node2  route {to}: {to} dev cali9fb0db7f13e scope link',
  'node2  ttl ttl 62',
  'node2 forward rule filter cali-to-wl-dispatch -o cali9fb0db7f13e',
  'node2 forward rule filter cali-pri-kns.default',
  'node2 cali9fb0db7f13e neighbour {to} dev cali9fb0db7f13e lladdr',
]
const VXLAN = (dev: string, to: string): readonly string[] => [
  `node1 ${dev} neighbour ${to} dev ${dev} lladdr`,
  `node1 ${dev} encap vxlan ${dev}: to 192.168.10.12`,
  'node1  route 192.168.10.12: 192.168.10.0/24 dev eth0',
  'node1 output hook udp 192.168.10.11:',
]
const IN_NODE_2 = ['node2 prerouting hook', 'node2  route 192.168.10.12: local', 'node2 input hook']

const WALKS: readonly (readonly [walk: string, cni: string, to: string, met: readonly string[], never?: string])[] = [
  [
    'F1',
    'flannel',
    '10.244.1.3',
    [
      'web-0  route 10.244.1.3: 10.244.1.0/24 dev eth0',
      'web-0 eth0 neighbour 10.244.1.3',
      'node1 cni0 fdb',
      FORWARDED,
      `node1 postrouting rule nat ${SKIP}`,
    ],
    'ttl ttl',
  ],
  [
    'F2',
    'flannel',
    '10.244.2.2',
    [
      ...BRIDGED,
      'node1  route 10.244.2.2: 10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink',
      'node1  ttl ttl 63',
      FORWARDED,
      `node1 postrouting rule nat ${SKIP}`,
      ...VXLAN('flannel.1', '10.244.2.0'),
      'node1 postrouting hook udp 192.168.10.11:',
      ...IN_NODE_2,
      'node2 flannel.1 decap vxlan flannel.1: icmp 10.244.1.2 > 10.244.2.2 8/0 ttl=63',
      'node2 prerouting hook icmp 10.244.1.2 > 10.244.2.2 8/0 ttl=63',
      'node2  route 10.244.2.2: 10.244.2.0/24 dev cni0',
      'node2  ttl ttl 62',
      'node2 forward rule filter FLANNEL-FWD -s 10.244.0.0/16',
      'node2 postrouting hook',
      'node2 cni0 neighbour 10.244.2.2 dev cni0 lladdr',
    ],
    ' nat source',
  ],
  [
    'F2, host-gw',
    'flannel-host-gw',
    '10.244.2.2',
    [
      ...BRIDGED,
      'node1  route 10.244.2.2: 10.244.2.0/24 via 192.168.10.12 dev eth0',
      FORWARDED,
      SKIP,
      'node1 eth0 neighbour 192.168.10.12',
    ],
    ' encap ',
  ],
  [
    'F3',
    'flannel',
    '203.0.113.10',
    [
      'web-0  route 203.0.113.10: default via 10.244.1.1 dev eth0',
      ...OUT,
      FORWARDED,
      HIDE,
      'node1 postrouting nat source 10.244.1.2:',
      ...REPLIED,
    ],
  ],
  [
    'plain bridge, outside',
    'bridge',
    '203.0.113.10',
    [
      'web-0  route 203.0.113.10: default via 10.244.1.1 dev eth0',
      ...OUT,
      'node1 postrouting hook icmp 10.244.1.2 > 203.0.113.10 8/0 ttl=63',
    ],
    ' nat source',
  ],
  [
    'C1',
    'calico-vxlan',
    '10.244.166.130',
    [
      ...FROM,
      'node1  route 10.244.166.130: 10.244.166.130 dev cali0761ccbeace scope link',
      'node1  ttl ttl 63',
      FROM_WL,
      'node1 forward rule filter cali-to-wl-dispatch -o cali0761ccbeace',
      'filter cali-pri-kns.default',
      'Policy explicitly accepted packet.',
      NOT_HIDDEN,
      'node1 cali0761ccbeace neighbour 10.244.166.130 dev cali0761ccbeace lladdr',
    ],
  ],
  [
    'C2, no encapsulation',
    'calico',
    '10.244.104.0',
    [...FROM, 'node1  route 10.244.104.0: 10.244.104.0/26 via 192.168.10.12 dev eth0 proto bird', ...PASSED, NOT_HIDDEN, ...TO_WEB_2],
    ' encap ',
  ],
  [
    'C2, VXLAN',
    'calico-vxlan',
    '10.244.104.1',
    [
      ...FROM,
      'node1  route 10.244.104.1: 10.244.104.0/26 via 10.244.104.0 dev vxlan.calico onlink mtu 1450',
      ...PASSED,
      NOT_HIDDEN,
      ...VXLAN('vxlan.calico', '10.244.104.0'),
      '--dport 4789 -j NOTRACK',
      'node2 prerouting rule raw cali-PREROUTING -p udp',
      '--dport 4789 -j NOTRACK',
      'Allow IPv4 VXLAN packets from allowed hosts',
      'node2 vxlan.calico decap',
      ...TO_WEB_2,
    ],
  ],
  [
    'C2, IPIP',
    'calico-ipip',
    '10.244.104.1',
    [
      ...FROM,
      'node1  route 10.244.104.1: 10.244.104.0/26 via 192.168.10.12 dev tunl0 proto bird onlink',
      ...PASSED,
      NOT_HIDDEN,
      'node1 tunl0 encap ipip tunl0: to 192.168.10.12',
      'node1 output hook ipip 192.168.10.11 > 192.168.10.12 ttl=63',
      ...IN_NODE_2,
      'Allow IPIP packets from Calico hosts',
      'node2 tunl0 decap ipip tunl0: icmp',
      ...TO_WEB_2,
    ],
  ],
  [
    'C3',
    'calico',
    '203.0.113.10',
    [
      ...FROM,
      ...OUT,
      ...PASSED,
      'nat cali-nat-outgoing',
      '--match-set cali40masq-ipam-pools src -m set ! --match-set cali40all-ipam-pools dst -j MASQUERADE',
      'node1 postrouting nat source 10.244.166.128:',
      'node1 prerouting nat destination 192.168.10.11:',
      'node1 forward rule filter cali-tw-cali0d7763386da',
      '--ctstate RELATED,ESTABLISHED -j ACCEPT: accept',
    ],
  ],
  ['D1', 'canal', '10.244.1.3', [...FROM, 'node1  ttl ttl 63', FROM_WL, 'filter cali-to-wl-dispatch -o cali0761ccbeace']],
  [
    'D2',
    'canal',
    '10.244.2.2',
    [
      ...FROM,
      'node1  route 10.244.2.2: 10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink',
      FROM_WL,
      SKIP,
      ...VXLAN('flannel.1', '10.244.2.0'),
      ...IN_NODE_2,
      'node2 flannel.1 decap vxlan flannel.1: icmp',
      ...TO_WEB_2,
    ],
    'cni0',
  ],
  [
    'D3',
    'canal',
    '203.0.113.10',
    [...FROM, ...OUT, FROM_WL, FORWARDED, HIDE, 'node1 postrouting nat source 10.244.1.2:'],
    ' nat cali-nat-outgoing -',
  ],
]

test.each(WALKS.map(([name, cni, to, met, never]) => ({ name, cni, to, met, never })))(
  '$name ($cni to $to): routes, chains and devices in this order',
  ({ cni, to, met, never }) => {
    const lines = steps(cni, to)
    let at = 0
    for (const part of met.map((one) => one.replaceAll('{to}', to))) {
      const found = lines.findIndex((line, i) => i >= at && line.includes(part))
      expect(found, `${part}\nnot behind\n${lines[at - 1] ?? ''}\nin\n${lines.slice(at).join('\n')}`).toBeGreaterThanOrEqual(0)
      at = found
    }
    if (never !== undefined) expect(lines.filter((line) => line.includes(never))).toEqual([])
  },
)

test('from cold tables a program of Cilium answers for the gateway, with the MAC of the Pod’s own pair', () => {
  const world = build([{ name: 'lab.yaml', text: lab }], { wants: { everything: false, dns: false }, cni: 'cilium' })
  const pair = world.machines.netns('node1')?.links.find(({ peer }) => peer?.[0] === 'default/web-0')
  const gateway = world.machines.netns('default/web-0')?.routes.find(({ via }) => via !== undefined)?.via
  const { outcome, journeys } = probe(world, { from: 'default/web-0', to: 'icmp://10.244.2.2', cold: true }, { seed: 1 })
  const [asked, answered] = journeys.filter(({ phase }) => phase === 'arp')
  expect(pair?.dev).toMatch(/^lxc/)
  expect([asked?.title, asked?.ending]).toMatchObject([
    `arp who-has ${gateway} tell 10.244.1.2`,
    { kind: 'answered-by-kernel', with: 'arp-reply of cil_from_container' },
  ])
  expect([answered?.title, answered?.events[0]?.at.netns]).toEqual([`arp ${gateway} is-at ${pair?.mac}`, 'node1'])
  expect(outcome.kind).toBe('ok')
})
