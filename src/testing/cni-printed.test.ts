import { expect, test } from 'vitest'
import { hostPortChain } from '../agents/cni/portmap/portmap.ts'
import { newDesk } from '../cli/desk.ts'
import { answer } from '../cli/main.ts'

/** Nodes node1 and node2 with 10.244.1.0/24 and 10.244.2.0/24, two Pods on the first and one, with a host port, on the second. */
const LAB = [
  ...[1, 2].map(
    (n) =>
      `apiVersion: v1\nkind: Node\nmetadata: {name: node${n}}\nspec: {podCIDR: 10.244.${n}.0/24}\nstatus: {addresses: [{type: InternalIP, address: 192.168.10.1${n}}]}\n`,
  ),
  ...[
    ['web-0', 'node1', ''],
    ['web-1', 'node1', ''],
    ['web-2', 'node2', 'hostPort: 8080, '],
  ].map(
    ([name, node, host]) =>
      `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: {nodeName: ${node}, containers: [{name: c, image: nginx, ports: [{${host}containerPort: 80}]}]}\n`,
  ),
].join('---\n')

const prints = (cni: string, where: readonly [string, string], ...tool: readonly string[]): readonly string[] => {
  const { stdout, stderr } = answer(
    ['show', '-', ...where, '--cni', cni, '--', ...tool],
    newDesk(() => new TextEncoder().encode(LAB)),
  )
  expect(stderr).toBe('')
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd())
}
const NODE = ['--node', 'node1'] as const
const POD = ['--pod', 'default/web-0'] as const
const UPLINK = ['default via 192.168.10.1 dev eth0', '192.168.10.0/24 dev eth0 proto kernel scope link src 192.168.10.11']
const cni0 = '10.244.1.0/24 dev cni0 proto kernel scope link src 10.244.1.1'
const pods = ['10.244.166.129 dev cali0d7763386da scope link', '10.244.166.130 dev cali0761ccbeace scope link']

/** As nodes print them (containernetworking, flannel and Calico in network namespaces, and public listings). */
test.each<[cni: string, routes: readonly string[]]>([
  ['flannel', [cni0, '10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink']],
  ['flannel-host-gw', [cni0, '10.244.2.0/24 via 192.168.10.12 dev eth0']],
  ['flannel-ipip', [cni0, '10.244.2.0/24 via 192.168.10.12 dev flannel.ipip onlink']],
  ['bridge', [cni0, '10.244.2.0/24 via 192.168.10.12 dev eth0']],
  ['calico-vxlan', ['10.244.104.0/26 via 10.244.104.0 dev vxlan.calico onlink mtu 1450', 'blackhole 10.244.166.128/26 proto 80', ...pods]],
  ['calico-vxlan-crosssubnet', ['10.244.104.0/26 via 192.168.10.12 dev eth0 proto 80', 'blackhole 10.244.166.128/26 proto 80', ...pods]],
  ['calico-ipip', ['10.244.104.0/26 via 192.168.10.12 dev tunl0 proto bird onlink', 'blackhole 10.244.166.128/26 proto bird', ...pods]],
  ['calico-ipip-crosssubnet', ['10.244.104.0/26 via 192.168.10.12 dev eth0 proto bird', 'blackhole 10.244.166.128/26 proto bird', ...pods]],
  [
    'calico',
    [
      '10.244.104.0/26 via 192.168.10.12 dev eth0 proto bird',
      '10.244.166.128 dev cali0d7763386da scope link',
      'blackhole 10.244.166.128/26 proto bird',
      '10.244.166.129 dev cali0761ccbeace scope link',
    ],
  ],
  [
    'canal',
    [
      '10.244.1.2 dev cali0d7763386da scope link',
      '10.244.1.3 dev cali0761ccbeace scope link',
      '10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink',
    ],
  ],
])('ip route on a node of %s', (cni, routes) => {
  expect(prints(cni, NODE, 'ip', 'route')).toEqual([UPLINK[0], ...routes, UPLINK[1]])
})

test('in a Pod', () => {
  expect(prints('calico', POD, 'ip', 'route')).toEqual(['default via 169.254.1.1 dev eth0', '169.254.1.1 dev eth0 scope link'])
  expect(prints('bridge', POD, 'ip', 'route')).toEqual([
    'default via 10.244.1.1 dev eth0',
    '10.244.1.0/24 dev eth0 proto kernel scope link src 10.244.1.2',
  ])
})

test("a gateway that is nobody's address, as the Pod has it in its table", () => {
  const neigh = (cni: string): string => prints(cni, POD, 'ip', 'neigh')[0] ?? ''
  expect(neigh('calico')).toBe('169.254.1.1 dev eth0 lladdr ee:ee:ee:ee:ee:ee REACHABLE')
  expect(neigh('canal')).toBe('169.254.1.1 dev eth0 lladdr ee:ee:ee:ee:ee:ee REACHABLE')
})

test('what Felix fills for its tunnel', () => {
  expect(prints('calico-vxlan', NODE, 'ip', 'neigh', 'show', 'dev', 'vxlan.calico')).toEqual([
    '10.244.104.0 lladdr 66:2d:bf:44:a6:8b PERMANENT',
  ])
  expect(prints('calico-vxlan', NODE, 'bridge', 'fdb', 'show', 'dev', 'vxlan.calico')).toEqual([
    '66:2d:bf:44:a6:8b dst 192.168.10.12 self permanent',
  ])
})

test('MTU of Pods', () => {
  const mtu = (cni: string): string => prints(cni, POD, 'ip', 'link', 'show', 'eth0')[0]?.match(/mtu (\d+)/)?.[1] ?? ''
  const all = ['flannel', 'flannel-host-gw', 'flannel-ipip', 'bridge', 'calico', 'calico-ipip', 'calico-vxlan', 'calico-vxlan-crosssubnet']
  expect(all.map(mtu)).toEqual(['1450', '1500', '1480', '1500', '1500', '1480', '1450', '1450'])
})

const withText = (text: string, ...argv: readonly string[]): readonly string[] => {
  const { stdout, stderr } = answer(
    argv,
    newDesk(() => new TextEncoder().encode(LAB + text)),
  )
  expect(stderr).toBe('')
  return stdout.split('\n').map((line) => line.trim())
}
const conflist = (more: string): string =>
  `---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  00-mynet.conflist: '{"name":"mynet","plugins":[{"type":"bridge","isDefaultGateway":true,"ipMasq":true${more}},{"type":"portmap"}]}'\n`

test('flannel with EnableNFTables, printed by nft, and what leaves the cluster is hidden by it', () => {
  const map = `---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: kube-flannel-cfg}\ndata:\n  net-conf.json: '{"Network":"10.244.0.0/16","EnableNFTables":true,"Backend":{"Type":"vxlan"}}'\n---\napiVersion: packetwalk.dev/v1alpha1\nkind: Lab\nmetadata: {name: lab}\nspec: {hosts: [{name: out, addresses: [203.0.113.10]}]}\n`
  const nft = withText(map, 'show', '-', ...NODE, '--', 'nft', 'list', 'table', 'ip', 'flannel-ipv4')
  expect(nft).toContain('comment "rules for flannel-ipv4"')
  expect(nft.filter((line) => /^(table|chain|type|ip|meta)/.test(line))).toEqual([
    'table ip flannel-ipv4 {',
    'chain forward {',
    'type filter hook forward priority filter; policy accept;',
    'ip saddr 10.244.0.0/16 accept',
    'ip daddr 10.244.0.0/16 accept',
    'chain postrtg {',
    'type nat hook postrouting priority srcnat; policy accept;',
    'meta mark 0x00004000 return',
    'ip saddr 10.244.1.0/24 ip daddr 10.244.0.0/16 return',
    'ip saddr 10.244.0.0/16 ip daddr 10.244.1.0/24 return',
    'ip saddr != 10.244.1.0/24 ip daddr 10.244.0.0/16 return',
    'ip saddr 10.244.0.0/16 ip daddr != 224.0.0.0/4 masquerade fully-random',
    'ip saddr != 10.244.0.0/16 ip daddr 10.244.0.0/16 masquerade fully-random',
  ])
  expect(withText(map, 'show', '-', ...NODE, '--', 'iptables-save').join()).not.toContain('FLANNEL')
  const walk = withText(map, 'probe', '-', '--from', 'default/web-0', '--to', 'icmp://203.0.113.10')
  expect(walk).toContain('ok from host/out at 203.0.113.10, which saw 192.168.10.11')
  expect(walk.join('\n')).toContain('flannel-ipv4 postrtg ip saddr 10.244.0.0/16 ip daddr != 224.0.0.0/4 masquerade fully-random')
})

test('ipMasq of the bridge plugin with ipMasqBackend nftables', () => {
  const nft = withText(conflist(',"ipMasqBackend":"nftables"'), 'show', '-', ...NODE, '--', 'nft', 'list', 'ruleset')
  expect(nft).toContain('table inet cni_plugins_masquerade {')
  expect(nft.filter((line) => line.includes('masquerade comment')).map((line) => line.split(' comment ')[0])).toEqual([
    'ip saddr 10.244.1.2 ip daddr != 10.244.1.0/24 masquerade',
    'ip saddr 10.244.1.3 ip daddr != 10.244.1.0/24 masquerade',
  ])
  // 16 digits of sha512(mynet), then of eth0:CONTAINERID
  expect(nft.join()).toMatch(/comment "d23676b4f2d9fe04-[0-9a-f]{16}, net: mynet, if: eth0, id: [0-9a-f]{64}"/)
  expect(withText(conflist(',"ipMasqBackend":"nftables"'), 'show', '-', ...NODE, '--', 'iptables-save').join()).not.toContain(
    'MASQUERADE\n',
  )
})

test('hostIP of a host port, and protocols in the order of their names', () => {
  const ports =
    '[{containerPort: 80, hostPort: 81, hostIP: 192.168.10.11}, {containerPort: 80, hostPort: 82, hostIP: 0.0.0.0}, {containerPort: 80, hostPort: 83, hostIP: "fd00::1"}, {containerPort: 80, hostPort: 84, protocol: UDP}, {containerPort: 80, hostPort: 85, protocol: SCTP}]'
  const pod = `---\napiVersion: v1\nkind: Pod\nmetadata: {name: hp}\nspec: {nodeName: node1, containers: [{name: c, image: nginx, ports: ${ports}}]}\n`
  const rules = withText(pod, 'show', '-', ...NODE, '--cni', 'flannel', '--', 'iptables-save', '-t', 'nat')
  const own = rules.filter((line) => /^-A CNI-DN.*DNAT/.test(line)).map((line) => line.replace(/^-A CNI-DN-\w+ /, ''))
  expect(own).toEqual([
    '-d 192.168.10.11/32 -p tcp -m tcp --dport 81 -j DNAT --to-destination 10.244.1.4:80',
    '-p tcp -m tcp --dport 82 -j DNAT --to-destination 10.244.1.4:80',
    '-p udp -m udp --dport 84 -j DNAT --to-destination 10.244.1.4:80',
    '-p sctp -m sctp --dport 85 -j DNAT --to-destination 10.244.1.4:80',
  ])
  const entries = rules
    .filter((line) => line.startsWith('-A CNI-HOSTPORT-DNAT'))
    .map((line) => /-p (\w+) .*--dports (\S+)/.exec(line)?.slice(1, 3))
  expect(entries).toEqual([['sctp', '85'], ['tcp', '81,82,83'], ['udp', '84']]) // biome-ignore format: one line
})

test('portmap, as the plugin writes it', () => {
  // printed by the plugin 1.1.1
  expect(hostPortChain('cbr0', 'aaaa1')).toBe('CNI-DN-aa4dbe6a2c0a6fa5ddd32')
  const lines = prints('flannel', ['--node', 'node2'], 'iptables-save').filter(
    (line) => /CNI|dport 8080/.test(line) && !line.startsWith(':'),
  )
  const [, chain = ''] = /-j (CNI-DN-\w+)/.exec(lines.join('\n')) ?? []
  expect(chain).toHaveLength(28)
  const id = /id: \\"(\w+)/.exec(lines.join('\n'))?.[1]
  expect(lines.map((line) => line.replaceAll(chain, 'CNI-DN-x').replaceAll(id ?? '-', 'y'))).toEqual([
    '-A PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT',
    '-A OUTPUT -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT',
    '-A POSTROUTING -m comment --comment "CNI portfwd requiring masquerade" -j CNI-HOSTPORT-MASQ',
    '-A CNI-DN-x -s 10.244.2.0/24 -p tcp -m tcp --dport 8080 -j CNI-HOSTPORT-SETMARK',
    '-A CNI-DN-x -s 127.0.0.1/32 -p tcp -m tcp --dport 8080 -j CNI-HOSTPORT-SETMARK',
    '-A CNI-DN-x -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.244.2.2:80',
    '-A CNI-HOSTPORT-DNAT -p tcp -m comment --comment "dnat name: \\"cbr0\\" id: \\"y\\"" -m multiport --dports 8080 -j CNI-DN-x',
    '-A CNI-HOSTPORT-MASQ -m mark --mark 0x2000/0x2000 -j MASQUERADE',
    '-A CNI-HOSTPORT-SETMARK -m comment --comment "CNI portfwd masquerade mark" -j MARK --set-xmark 0x2000/0x2000',
  ])
})
