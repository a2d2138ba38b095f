import { describe, expect, test } from 'vitest'
import { ip, type Mac } from '../net/ip.ts'
import { type Little, lab } from '../testing/kernel-lab.ts'
import { isGroupMac, resolve, segment } from './neighbour.ts'

const A = '02:00:00:00:00:0a'
const B = '02:00:00:00:00:0b'

/** Two machines on one cable; `b` is what the other one is like. */
const pair = (b: Partial<Little>, a: Partial<Little> = {}): ReturnType<typeof lab> =>
  lab([
    {
      name: 'a',
      kind: 'pod',
      links: [{ dev: 'eth0', kind: 'veth', mac: A, addrs: ['10.0.0.1/24', 'fd00::1/64'], peer: ['b', 'eth0'] }],
      ...a,
    },
    {
      name: 'b',
      kind: 'node',
      links: [{ dev: 'eth0', kind: 'veth', mac: B, addrs: ['10.0.0.2/24', 'fd00::2/64'], peer: ['a', 'eth0'] }],
      ...b,
    },
  ])

const asked = (machines: ReturnType<typeof lab>, hop: string): string => {
  const netns = machines.netns('a')
  if (!netns) throw new Error('no a')
  const { found, mac } = resolve(machines, netns, 'eth0', ip(hop))
  return mac === undefined ? found : `${found} ${mac}`
}

const bWith = (addrs: readonly string[], more: Partial<Little>): Partial<Little> => ({
  links: [
    { dev: 'eth0', kind: 'veth', mac: B, addrs: ['10.0.0.2/24'], peer: ['a', 'eth0'] },
    { dev: 'eth1', kind: 'physical', addrs },
  ],
  ...more,
})
const proxy = { 'net/ipv4/conf/eth0/proxy_arp': 1, 'net/ipv4/ip_forward': 1 }

describe('who answers', () => {
  const rows: readonly (readonly [name: string, b: Partial<Little>, hop: string, found: string])[] = [
    ['the owner', {}, '10.0.0.2', `asked ${B}`],
    ['nobody', {}, '10.0.0.3', 'failed'],
    ['for an address of another device (arp_ignore 0)', bWith(['10.1.0.9/24'], {}), '10.1.0.9', `asked ${B}`],
    ['IPv6: the owner', {}, 'fd00::2', `asked ${B}`],
    [
      'IPv6: not for another device’s address',
      {
        links: [
          { dev: 'eth0', kind: 'veth', mac: B, peer: ['a', 'eth0'] },
          { dev: 'eth1', kind: 'physical', addrs: ['fd00::2/64'] },
        ],
      },
      'fd00::2',
      'failed',
    ],
    [
      'proxy_arp: for what is routed elsewhere',
      bWith(['10.1.0.9/24'], { sysctls: proxy, routes: ['default via 10.1.0.1'] }),
      '169.254.1.1',
      `asked ${B}`,
    ],
    [
      'proxy_arp on conf.all',
      bWith(['10.1.0.9/24'], {
        sysctls: { 'net/ipv4/conf/all/proxy_arp': 1, 'net/ipv4/conf/eth0/proxy_arp': 0, 'net/ipv4/ip_forward': 1 },
        routes: ['default via 10.1.0.1'],
      }),
      '169.254.1.1',
      `asked ${B}`,
    ],
    [
      'proxy_arp off',
      bWith(['10.1.0.9/24'], { sysctls: { 'net/ipv4/ip_forward': 1 }, routes: ['default via 10.1.0.1'] }),
      '169.254.1.1',
      'failed',
    ],
    ['proxy_arp without a route', bWith(['10.1.0.9/24'], { sysctls: proxy }), '169.254.1.1', 'failed'],
    [
      'proxy_arp: not what is behind the same device',
      bWith(['10.1.0.9/24'], { sysctls: proxy, routes: ['169.254.0.0/16 dev eth0'] }),
      '169.254.1.1',
      'failed',
    ],
    [
      'proxy_arp: not what is thrown away',
      bWith(['10.1.0.9/24'], { sysctls: proxy, routes: ['blackhole 169.254.0.0/16'] }),
      '169.254.1.1',
      'failed',
    ],
    [
      'proxy_arp: only where packets are forwarded',
      bWith(['10.1.0.9/24'], { sysctls: { 'net/ipv4/conf/eth0/proxy_arp': 1 }, routes: ['default via 10.1.0.1'] }),
      '169.254.1.1',
      'failed',
    ],
    [
      'a device that is down',
      { links: [{ dev: 'eth0', kind: 'veth', mac: B, addrs: ['10.0.0.2/24'], peer: ['a', 'eth0'], up: false }] },
      '10.0.0.2',
      'failed',
    ],
  ]
  test.each(rows)('%s', (_name, b, hop, found) => expect(asked(pair(b), hop)).toBe(found))

  test('an entry in the table is believed, whatever is on the cable', () => {
    expect(asked(pair({}, { neigh: ['10.0.0.2 lladdr 02:00:00:00:00:99 dev eth0 nud permanent'] }), '10.0.0.2')).toBe(
      'known 02:00:00:00:00:99',
    )
    expect(asked(pair({}, { neigh: ['10.0.0.9 lladdr 02:00:00:00:00:99 dev eth0 nud permanent'] }), '10.0.0.2')).toBe(`asked ${B}`)
  })
})

test('a tunnel asks nobody: flanneld writes its neighbours', () => {
  const vxlan = { dev: 'flannel.1', kind: 'vxlan', vni: 1, local: '10.0.0.1', underlay: 'eth0', addrs: ['10.244.1.0/32'] }
  const machines = lab([
    { name: 'n', kind: 'node', links: [vxlan], neigh: ['10.244.2.0 lladdr 02:00:00:00:00:22 dev flannel.1 nud permanent'] },
  ])
  const netns = machines.netns('n')
  if (!netns) throw new Error('no n')
  expect(resolve(machines, netns, 'flannel.1', ip('10.244.2.0'))).toEqual({ found: 'known', mac: '02:00:00:00:00:22' })
  expect(resolve(machines, netns, 'flannel.1', ip('10.244.3.0'))).toEqual({ found: 'failed' })
  expect(resolve(machines, netns, 'lo', ip('127.0.0.1'))).toEqual({ found: 'none-needed' })
})

test('a broadcast is heard through a bridge by all its ports and by itself, not by the sender', () => {
  const pod = (n: number): Little => ({
    name: `p${n}`,
    kind: 'pod',
    links: [{ dev: 'eth0', kind: 'veth', addrs: [`10.0.0.${n}/24`], peer: ['n', `v${n}`] }],
  })
  const ports = [1, 2, 3].map((n) => ({ dev: `v${n}`, kind: 'veth', master: 'br0', peer: [`p${n}`, 'eth0'], up: n !== 3 }))
  const machines = lab([
    { name: 'n', kind: 'node', links: [{ dev: 'br0', kind: 'bridge', addrs: ['10.0.0.254/24'] }, ...ports] },
    pod(1),
    pod(2),
    pod(3),
  ])
  expect(segment(machines, { netns: 'p1', dev: 'eth0' })).toEqual([
    { netns: 'n', dev: 'br0' },
    { netns: 'p2', dev: 'eth0' },
  ])
})

test.each([
  ['ff:ff:ff:ff:ff:ff', true],
  ['01:00:5e:00:00:01', true],
  ['33:33:00:00:00:01', true],
  [A, false],
])('%s is for a group: %s', (mac, is) => expect(isGroupMac(mac as Mac)).toBe(is))
