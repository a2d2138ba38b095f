import { describe, expect, test } from 'vitest'
import { ip } from '../net/ip.ts'
import { lab } from '../testing/kernel-lab.ts'
import type { Netns } from './machine.ts'
import { addressTowards, addressType, forwards, lookup, printRoute, rpFilter, sourceFor } from './route.ts'
import type { LinkJson } from './topology.ts'

/** A node with these links and routes; devices are physical and up unless told otherwise. */
function node(links: readonly (Partial<LinkJson> & { dev: string })[], routes: readonly string[] = [], sysctls = {}): Netns {
  const netns = lab([{ name: 'n', kind: 'node', links: links.map((l) => ({ kind: 'physical', ...l })), routes, sysctls }]).netns('n')
  if (!netns) throw new Error('no netns')
  return netns
}

const won = (netns: Netns, dst: string): string => {
  const route = lookup(netns, ip(dst))
  return route === undefined ? 'none' : `${route.table}: ${printRoute(route)}`
}

describe('which route wins', () => {
  const eth0 = { dev: 'eth0', addrs: ['192.168.56.11/24', 'fd00:56::11/64'] }
  const cni0 = { dev: 'cni0', addrs: ['10.244.1.1/24'] }
  const rows: readonly (readonly [name: string, routes: readonly string[], dst: string, route: string])[] = [
    [
      'the longest prefix',
      ['default via 192.168.56.1', '10.244.0.0/16 via 192.168.56.12', '10.244.2.0/24 via 192.168.56.13'],
      '10.244.2.9',
      'main: 10.244.2.0/24 via 192.168.56.13 dev eth0',
    ],
    [
      'a shorter one where the longer does not hold the address',
      ['default via 192.168.56.1', '10.244.0.0/16 via 192.168.56.12', '10.244.2.0/24 via 192.168.56.13'],
      '10.244.3.9',
      'main: 10.244.0.0/16 via 192.168.56.12 dev eth0',
    ],
    ['the default route', ['default via 192.168.56.1'], '203.0.113.9', 'main: default via 192.168.56.1 dev eth0'],
    ['none at all', [], '203.0.113.9', 'none'],
    [
      'the lower metric of one prefix',
      ['10.9.0.0/16 via 192.168.56.12 metric 200', '10.9.0.0/16 via 192.168.56.13 metric 100'],
      '10.9.1.1',
      'main: 10.9.0.0/16 via 192.168.56.13 dev eth0 metric 100',
    ],
    [
      'a longer prefix with a higher metric',
      ['10.9.0.0/16 via 192.168.56.12', '10.9.1.0/24 via 192.168.56.13 metric 500'],
      '10.9.1.1',
      'main: 10.9.1.0/24 via 192.168.56.13 dev eth0 metric 500',
    ],
    ['blackhole for a block', ['blackhole 10.9.0.0/26', '10.9.0.7 dev eth0 scope link'], '10.9.0.8', 'main: blackhole 10.9.0.0/26'],
    [
      'a /32 inside the blackhole',
      ['blackhole 10.9.0.0/26', '10.9.0.7 dev eth0 scope link'],
      '10.9.0.7',
      'main: 10.9.0.7 dev eth0 scope link',
    ],
    ['unreachable', ['unreachable 10.9.0.0/26', 'default via 192.168.56.1'], '10.9.0.8', 'main: unreachable 10.9.0.0/26'],
    ['prohibit', ['prohibit 10.9.0.0/26', 'default via 192.168.56.1'], '10.9.0.8', 'main: prohibit 10.9.0.0/26'],
    [
      'an own address before every route of main',
      ['192.168.56.11 via 192.168.56.12'],
      '192.168.56.11',
      'local: local 192.168.56.11 dev eth0 proto kernel scope host src 192.168.56.11',
    ],
    [
      'all of 127.0.0.0/8',
      ['default via 192.168.56.1'],
      '127.9.9.9',
      'local: local 127.0.0.0/8 dev lo proto kernel scope host src 127.0.0.1',
    ],
    [
      'the broadcast address of a link',
      [],
      '192.168.56.255',
      'local: broadcast 192.168.56.255 dev eth0 proto kernel scope link src 192.168.56.11',
    ],
    [
      'the connected net',
      ['default via 192.168.56.1'],
      '10.244.1.77',
      'main: 10.244.1.0/24 dev cni0 proto kernel scope link src 10.244.1.1',
    ],
    ['a family of its own', ['default via 192.168.56.1'], 'fd00:99::1', 'none'],
    ['IPv6 connected', [], 'fd00:56::12', 'main: fd00:56::/64 dev eth0 proto kernel metric 256'],
    ['IPv6 own address', [], 'fd00:56::11', 'local: local fd00:56::11 dev eth0 proto kernel'],
  ]
  test.each(rows)('%s', (_name, routes, dst, route) => expect(won(node([eth0, cni0], routes), dst)).toBe(route))

  test('a device that is down takes its routes with it, its IPv4 addresses stay ours', () => {
    const netns = node(
      [
        { dev: 'eth0', addrs: ['192.168.56.11/24'] },
        { dev: 'd0', addrs: ['10.9.0.1/24'], up: false },
      ],
      ['default via 192.168.56.1'],
    )
    expect(won(netns, '10.9.0.5')).toBe('main: default via 192.168.56.1 dev eth0')
    expect(won(netns, '10.9.0.1')).toMatch(/^local: local 10\.9\.0\.1 /)
  })
})

describe('the address that a packet gets', () => {
  const two = { dev: 'a0', addrs: ['10.9.0.1/24', '172.31.0.1/24'] }
  const rows: readonly (readonly [
    name: string,
    links: readonly { dev: string; addrs?: readonly string[]; up?: boolean }[],
    dev: string,
    hop: string,
    address: string | undefined,
  ])[] = [
    ['of the subnet that holds the gateway', [two], 'a0', '172.31.0.2', '172.31.0.1'],
    ['the first where none holds it', [two], 'a0', '203.0.113.1', '10.9.0.1'],
    [
      'of a tunnel, out of the tunnel',
      [
        { dev: 'eth0', addrs: ['192.168.56.11/24'] },
        { dev: 'f1', addrs: ['10.244.1.0/32'] },
      ],
      'f1',
      '10.244.2.0',
      '10.244.1.0',
    ],
    [
      'of the first other device where the device has none',
      [{ dev: 'eth0', addrs: ['192.168.56.11/24'] }, two, { dev: 'cali1' }],
      'cali1',
      '10.9.0.7',
      '192.168.56.11',
    ],
    [
      'also of one that is down',
      [{ dev: 'd0', addrs: ['10.7.0.1/24'], up: false }, two, { dev: 'cali1' }],
      'cali1',
      '10.9.0.7',
      '10.7.0.1',
    ],
    ['not of lo', [{ dev: 'cali1' }], 'cali1', '10.9.0.7', undefined],
    ['of lo for lo: one that others can reach', [{ dev: 'eth0', addrs: ['192.168.56.11/24'] }], 'lo', '127.0.0.1', '192.168.56.11'],
    [
      'no link-local one towards others',
      [
        { dev: 'eth0', addrs: ['fd00:56::11/64'] },
        { dev: 'cali1', addrs: ['fe80::1/64'] },
      ],
      'cali1',
      'fd00:9::9',
      'fd00:56::11',
    ],
    [
      'a link-local one on the link',
      [
        { dev: 'eth0', addrs: ['fd00:56::11/64'] },
        { dev: 'cali1', addrs: ['fe80::1/64'] },
      ],
      'cali1',
      'fe80::9',
      'fe80::1',
    ],
    ['of the same family', [{ dev: 'eth0', addrs: ['fd00:56::11/64', '192.168.56.11/24'] }], 'eth0', '192.168.56.1', '192.168.56.11'],
  ]
  test.each(rows)('%s', (_name, links, dev, hop, address) => expect(addressTowards(node(links), dev, ip(hop))).toBe(address))

  test('the hint `src` counts for sockets, not for MASQUERADE', () => {
    const netns = node([{ dev: 'eth0', addrs: ['192.168.10.11/24', '192.168.10.99/24'] }], ['default via 192.168.10.1 src 192.168.10.99'])
    const route = lookup(netns, ip('203.0.113.1'))
    expect(route && sourceFor(netns, route, ip('203.0.113.1'))).toBe('192.168.10.99')
    expect(addressTowards(netns, 'eth0', ip('192.168.10.1'))).toBe('192.168.10.11')
  })

  test('to oneself it is the address asked', () => {
    const netns = node([{ dev: 'eth0', addrs: ['192.168.10.11/24'] }])
    const route = lookup(netns, ip('127.0.0.1'))
    expect(route && sourceFor(netns, route, ip('127.0.0.1'))).toBe('127.0.0.1')
  })
})

test.each([
  ['192.168.56.11', 'LOCAL'],
  ['192.168.56.255', 'BROADCAST'],
  ['255.255.255.255', 'BROADCAST'],
  ['224.0.0.1', 'MULTICAST'],
  ['ff02::1', 'MULTICAST'],
  ['192.168.56.12', 'UNICAST'],
  ['10.9.0.1', 'BLACKHOLE'],
  ['203.0.113.1', 'UNREACHABLE'],
])('kind of address: %s %s', (address, kind) => {
  expect(addressType(node([{ dev: 'eth0', addrs: ['192.168.56.11/24'] }], ['blackhole 10.9.0.0/24']), ip(address))).toBe(kind)
})

test.each([
  [{}, 0, false],
  [{ 'net/ipv4/conf/all/rp_filter': 1 }, 1, false],
  [{ 'net/ipv4/conf/eth0/rp_filter': 2, 'net/ipv4/conf/all/rp_filter': 1 }, 2, false],
  [{ 'net/ipv4/ip_forward': 1 }, 0, true],
  [{ 'net/ipv4/ip_forward': 1, 'net/ipv4/conf/eth0/forwarding': 0 }, 0, false],
  [{ 'net/ipv4/conf/eth0/forwarding': 1 }, 0, true],
])('settings %j: rp_filter %i, forwards %s', (sysctls, filter, does) => {
  const netns = node([{ dev: 'eth0', addrs: ['192.168.56.11/24'] }], [], sysctls)
  expect([rpFilter(netns, 'eth0'), forwards(netns, 4, 'eth0'), forwards(netns, 6, 'eth0')]).toEqual([filter, does, false])
})
