import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { ip } from '../../net/ip.ts'
import type { Scenario } from './scenario.ts'
import { scriptOf } from './script.ts'

const scenario: Scenario = {
  format: 'packetwalk-kernel-golden/1',
  scenario: 'two ends',
  topology: {
    namespaces: [
      {
        name: 'node-1',
        kind: 'node',
        links: [
          { dev: 'veth0', kind: 'veth', mac: '02:00:00:00:00:01', peer: ['default_a', 'eth0'], addrs: ['10.0.0.1/24'], hairpin: true },
        ],
        sysctls: { 'net/ipv4/ip_forward': 1 },
      },
      {
        name: 'default_a',
        kind: 'pod',
        links: [{ dev: 'eth0', kind: 'veth', mac: '02:00:00:00:00:02', peer: ['node-1', 'veth0'], addrs: ['10.0.0.2/24'], mtu: 1450 }],
        routes: ['default via 10.0.0.1'],
      },
    ],
  },
  rules: {
    'node-1': {
      backend: 'iptables-nft',
      text: ['*filter', ':INPUT ACCEPT [0:0]', `-A INPUT -m comment --comment "it's $HOME" -j ACCEPT`, 'COMMIT'],
    },
  },
  servers: [{ ns: 'node-1', proto: 'tcp', ip: ip('10.0.0.1'), port: 8080 }],
  probe: { from: 'default_a', proto: 'tcp', dst: ip('10.0.0.1'), dport: 8080, sport: 40001 },
  repeat: 1,
}
const script = scriptOf("a lab's name", scenario, [{ title: "a'; rm -rf /", probe: scenario.probe, http: true }])

test('a shell reads it', () => expect(spawnSync('sh', ['-n'], { input: script }).status).toBe(0))

test('what a lab says stays data to the shell', () => {
  expect(script).toContain(`echo '# a'\\''; rm -rf / (tcp 10.0.0.1:8080)'`)
  expect(script).toContain(`iptables-restore <<'RULES'\n*filter`)
})

test('sets and virtual servers are made before the rules that need them', () => {
  const rules = {
    'node-1': {
      ...scenario.rules['node-1'],
      backend: 'iptables-nft',
      text: ['*filter', 'COMMIT'],
      ipset: ['create S hash:ip'],
      ipvs: ['-A -t 10.0.0.9:80 -s rr'],
    },
  } as const
  const text = scriptOf('a lab', { ...scenario, rules }, [])
  const at = (part: string): number => text.indexOf(part)
  expect(text).toContain(`ip netns exec "$P"node-1 ipset restore <<'RULES'\ncreate S hash:ip\nRULES`)
  expect(text).toContain(`ip netns exec "$P"node-1 ipvsadm -R <<'RULES'\n-A -t 10.0.0.9:80 -s rr\nRULES`)
  expect([at('ipset restore'), at('iptables-restore')]).toEqual([at('ipset restore'), at('iptables-restore')].sort((a, b) => a - b))
  expect(/Needs .*ipset, ipvsadm/.test(text)).toBe(true)
  expect(script).not.toContain('ipvsadm')
})

test('a veth pair is made once, and each end has its own MAC, address and MTU', () => {
  expect(script.match(/type veth/g)).toHaveLength(1)
  expect(script).toContain('ip -n "$P"default_a link set eth0 address 02:00:00:00:00:02')
  expect(script).toContain('ip -n "$P"default_a link set eth0 mtu 1450')
  expect(script).toContain('bridge -n "$P"node-1 link set dev veth0 hairpin on')
  expect(script).toContain('ip -n "$P"default_a route add default via 10.0.0.1')
})
