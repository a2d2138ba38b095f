import { describe, expect, test } from 'vitest'
import type { Cidr, Ip, Mac } from '../net/ip.ts'
import { applyOps, newNetns } from './apply.ts'
import type { Link, Netns, Route } from './machine.ts'
import type { Op } from './op.ts'
import { deviceSysctl, sysctl } from './sysctl.ts'

const link = (dev: string, addrs: readonly string[], more: Partial<Link> = {}): Op => ({
  do: 'link',
  link: { dev, kind: 'veth', mac: '02:00:00:00:00:01' as Mac, addrs: addrs as Cidr[], mtu: 1500, up: true, ...more },
})
const words = (r: Route): string =>
  `${r.type === 'unicast' ? '' : `${r.type} `}${r.dst}${r.via ? ` via ${r.via}` : ''} dev ${r.dev} proto ${r.protocol} scope ${r.scope}${r.src ? ` src ${r.src}` : ''}`
const table = (n: Netns, name: string, v6 = false): readonly string[] =>
  n.routes.filter((r) => r.table === name && r.dst.includes(':') === v6).map(words)

describe('a fresh namespace', () => {
  test('has lo, and what `ip route show table local` shows there', () => {
    const n = newNetns('a', 'pod')
    expect(n.links.map((l) => [l.dev, l.ifindex, l.mtu])).toEqual([['lo', 1, 65536]])
    expect(table(n, 'local')).toEqual([
      'local 127.0.0.1/32 dev lo proto kernel scope host src 127.0.0.1',
      'local 127.0.0.0/8 dev lo proto kernel scope host src 127.0.0.1',
      'broadcast 127.255.255.255/32 dev lo proto kernel scope link src 127.0.0.1',
    ])
    expect(table(n, 'main')).toEqual([])
  })

  test('forwards nothing, sends bridged frames through iptables, has no reverse path filter', () => {
    const n = newNetns('a', 'node')
    expect(sysctl(n, 'net/ipv4/ip_forward')).toBe(0)
    expect(sysctl(n, 'net/bridge/bridge-nf-call-iptables')).toBe(1)
    expect(deviceSysctl(n, 4, 'eth0', 'rp_filter')).toBe(0)
    expect(sysctl(n, 'net/ipv4/what_is_this')).toBe(0)
  })
})

describe('addresses', () => {
  test.each([
    [
      '10.244.1.1/24',
      ['10.244.1.0/24 dev cni0 proto kernel scope link src 10.244.1.1'],
      ['local 10.244.1.1/32', 'broadcast 10.244.1.255/32'],
    ],
    ['10.244.1.0/32', [], ['local 10.244.1.0/32']],
    ['10.0.0.0/31', ['10.0.0.0/31 dev cni0 proto kernel scope link src 10.0.0.0'], ['local 10.0.0.0/32']],
  ])('%s', (address, main, local) => {
    const n = applyOps(newNetns('a', 'node'), [link('cni0', [address])])
    expect(table(n, 'main')).toEqual(main)
    expect(
      table(n, 'local')
        .filter((r) => r.includes('cni0'))
        .map((r) => r.split(' dev')[0]),
    ).toEqual(local)
  })

  test('a second address of the same subnet has no route of its own and answers from the first', () => {
    const n = applyOps(newNetns('a', 'node'), [link('eth0', ['10.0.0.1/24', '10.0.0.9/24'])])
    expect(table(n, 'main')).toHaveLength(1)
    expect(table(n, 'local').find((r) => r.includes('10.0.0.9'))).toBe('local 10.0.0.9/32 dev eth0 proto kernel scope host src 10.0.0.1')
  })

  test('IPv6 has a local route and a connected one of metric 256', () => {
    const n = applyOps(newNetns('a', 'node'), [link('eth0', ['fd00:56::11/64'])])
    expect(n.routes.filter((r) => r.dev === 'eth0').map((r) => [r.table, r.dst, r.metric])).toEqual([
      ['local', 'fd00:56::11/128', 0],
      ['main', 'fd00:56::/64', 256],
    ])
  })

  test('a device that is down keeps its local routes and nothing else', () => {
    const n = applyOps(newNetns('a', 'node'), [link('kube-ipvs0', ['10.96.0.1/32', '10.0.0.1/24'], { kind: 'dummy', up: false })])
    expect(n.routes.filter((r) => r.dev === 'kube-ipvs0').map((r) => r.type)).toEqual(['local', 'local'])
  })

  test('a device made again keeps its index; its old addresses go with their routes', () => {
    const before = applyOps(newNetns('a', 'node'), [link('eth0', ['10.0.0.1/24']), link('eth1', [])])
    const after = applyOps(before, [link('eth0', ['10.1.0.1/24'])])
    expect(after.links.map((l) => [l.dev, l.ifindex])).toEqual([
      ['lo', 1],
      ['eth0', 2],
      ['eth1', 3],
    ])
    expect(table(after, 'main')).toEqual(['10.1.0.0/24 dev eth0 proto kernel scope link src 10.1.0.1'])
    expect(before.routes).not.toBe(after.routes)
    expect(table(before, 'main')).toHaveLength(1)
  })
})

describe('routes', () => {
  const base = applyOps(newNetns('a', 'node'), [link('eth0', ['10.0.0.1/24'])])
  const add = (route: Extract<Op, { do: 'route' }>['route']): Route | undefined => applyOps(base, [{ do: 'route', route }]).routes.at(-1)

  test('take the device from the gateway', () => {
    expect(add({ dst: '0.0.0.0/0' as Cidr, via: '10.0.0.254' as Ip })).toEqual({
      type: 'unicast',
      dst: '0.0.0.0/0',
      via: '10.0.0.254',
      dev: 'eth0',
      table: 'main',
      protocol: 'boot',
      scope: 'global',
      metric: 0,
      onlink: false,
    })
  })
  test('without a gateway have scope link; host bits go', () => {
    expect(add({ dst: '10.9.9.9/24' as Cidr, dev: 'eth0' })).toMatchObject({ dst: '10.9.9.0/24', scope: 'link' })
  })
  test('to nowhere have no device', () => {
    const route = add({ type: 'blackhole', dst: '10.9.0.0/26' as Cidr, protocol: '80' })
    expect(route).toMatchObject({ type: 'blackhole', protocol: '80', scope: 'global' })
    expect(route?.dev).toBeUndefined()
  })
  test('through a gateway that is on no link are refused', () => {
    expect(() => add({ dst: '0.0.0.0/0' as Cidr, via: '192.168.1.1' as Ip })).toThrow('192.168.1.1')
  })
  test('are replaced, not doubled', () => {
    const one: Op = { do: 'route', route: { dst: '0.0.0.0/0' as Cidr, via: '10.0.0.254' as Ip } }
    const other: Op = { do: 'route', route: { dst: '0.0.0.0/0' as Cidr, via: '10.0.0.253' as Ip } }
    expect(
      applyOps(base, [one, other])
        .routes.filter((r) => r.dst === '0.0.0.0/0')
        .map((r) => r.via),
    ).toEqual(['10.0.0.253'])
  })
})

describe('the rest', () => {
  test('ip_forward and conf/all/forwarding are one value', () => {
    const n = applyOps(newNetns('a', 'node'), [{ do: 'sysctl', name: 'net/ipv4/ip_forward', value: 1 }])
    expect(sysctl(n, 'net/ipv4/conf/all/forwarding')).toBe(1)
  })
  test('a new device copies conf/default, an old one does not', () => {
    const set: Op = { do: 'sysctl', name: 'net/ipv4/conf/default/rp_filter', value: 2 }
    const n = applyOps(newNetns('a', 'node'), [link('eth0', []), set, link('eth1', [])])
    expect([deviceSysctl(n, 4, 'eth0', 'rp_filter'), deviceSysctl(n, 4, 'eth1', 'rp_filter')]).toEqual([0, 2])
  })
  test('a bridge knows its own MAC and those of its ports', () => {
    const n = applyOps(newNetns('a', 'node'), [
      link('cni0', [], { kind: 'bridge' }),
      link('veth1', [], { master: 'cni0', mac: '02:00:00:00:00:02' as Mac }),
    ])
    expect(n.fdb).toEqual([
      { mac: '02:00:00:00:00:01', dev: 'cni0', flags: ['master', 'cni0', 'permanent'] },
      { mac: '02:00:00:00:00:02', dev: 'veth1', flags: ['master', 'cni0', 'permanent'] },
    ])
  })
  test('neighbours are replaced, listeners and files added', () => {
    const neigh = (mac: string): Op => ({
      do: 'neigh',
      neigh: { address: '10.0.0.2' as Ip, dev: 'eth0', mac: mac as Mac, state: 'PERMANENT' },
    })
    const n = applyOps(newNetns('a', 'pod'), [
      neigh('02:00:00:00:00:0a'),
      neigh('02:00:00:00:00:0b'),
      { do: 'listen', listener: { proto: 'tcp', port: 80, process: 'default/web/nginx' } },
      { do: 'file', path: '/etc/resolv.conf', text: 'nameserver 10.96.0.10\n' },
    ])
    expect(n.neigh.map((x) => x.mac)).toEqual(['02:00:00:00:00:0b'])
    expect(n.listeners).toHaveLength(1)
    expect(n.files).toEqual({ '/etc/resolv.conf': 'nameserver 10.96.0.10\n' })
  })
})
