import { describe, expect, test } from 'vitest'
import { settle } from '../cluster/settle.ts'
import { printSave } from '../kernel/iptables/print.ts'
import type { Machines, Netns } from '../kernel/machine.ts'
import { type NamespaceJson, printTopology } from '../kernel/topology.ts'
import { readManifests } from '../manifest/read.ts'
import { behind } from '../trace/cause.ts'
import { cniProblems } from './cni/list.ts'
import { program } from './program.ts'

const node = (i: number, more = ''): string => `
apiVersion: v1
kind: Node
metadata: {name: node${i}}
spec: {podCIDR: 10.244.${i}.0/24}
status: {addresses: [{type: InternalIP, address: 192.168.56.1${i}}]}
${more}---`
const pod = (name: string, on: string, ip: string, more = ''): string => `
apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: default, labels: {app: web}}
spec:
  nodeName: ${on}
${more}  containers: [{name: web, image: nginx, ports: [{containerPort: 8080}]}]
status: {podIP: ${ip}}
---`
const client = `
apiVersion: packetwalk.dev/v1alpha1
kind: Lab
metadata: {name: lab}
spec:
  hosts: [{name: client, addresses: [192.168.56.100], listen: ['80']}]
---`
const TWO = [
  node(1),
  node(2),
  pod('pod11', 'node1', '10.244.1.2'),
  pod('pod12', 'node1', '10.244.1.3'),
  pod('pod21', 'node2', '10.244.2.2'),
  client,
].join('')

function settled(text: string) {
  const { objects, problems } = readManifests([{ name: 'lab.yaml', text }])
  expect(problems).toEqual([])
  return settle(objects, { wants: { everything: false, dns: false } }).cluster
}
const built = (text: string): Machines => program(settled(text))
function netns(machines: Machines, name: string): Netns {
  const found = machines.netns(name)
  if (found === undefined) throw new Error(`no netns ${name}`)
  return found
}
const words = (machines: Machines, name: string): NamespaceJson => printTopology([netns(machines, name)]).namespaces[0] as NamespaceJson
const rules = (machines: Machines, name: string): readonly string[] => [...printSave(netns(machines, name).rules[4])]

describe('Flannel with VXLAN', () => {
  const machines = built(TWO)

  test('a node: devices, and the way to the other node', () => {
    const n = words(machines, 'node1')
    expect(n.links.map((l) => [l.dev, l.kind, l.mtu ?? 1500, ...(l.addrs ?? [])])).toEqual([
      ['eth0', 'physical', 1500, '192.168.56.11/24'],
      ['flannel.1', 'vxlan', 1450, '10.244.1.0/32'],
      ['cni0', 'bridge', 1450, '10.244.1.1/24'],
      [expect.stringMatching(/^veth[0-9a-f]{8}$/), 'veth', 1450],
      [expect.stringMatching(/^veth[0-9a-f]{8}$/), 'veth', 1450],
    ])
    expect(n.links[1]).toMatchObject({ vni: 1, local: '192.168.56.11', underlay: 'eth0', dstport: 8472 })
    expect(n.links.slice(3)).toMatchObject([
      { master: 'cni0', hairpin: true, peer: ['default/pod11', 'eth0'] },
      { peer: ['default/pod12', 'eth0'] },
    ])
    expect(n.routes).toEqual(['default via 192.168.56.1 dev eth0', '10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink'])
    const vtep = netns(machines, 'node2').links.find((l) => l.dev === 'flannel.1')?.mac
    expect(n.neigh).toEqual([`10.244.2.0 lladdr ${vtep} dev flannel.1 nud permanent`])
    expect(n.fdb).toEqual([`append ${vtep} dev flannel.1 dst 192.168.56.12 self permanent`])
    expect(n.sysctls).toMatchObject({ 'net/ipv4/ip_forward': 1 })
  })

  test('a pod: eth0 in its node subnet, all else through the bridge', () => {
    const n = words(machines, 'default/pod11')
    expect(n.kind).toBe('pod')
    expect(n.links).toMatchObject([{ dev: 'eth0', addrs: ['10.244.1.2/24'], mtu: 1450, peer: ['node1', expect.any(String)] }])
    expect(n.routes).toEqual(['default via 10.244.1.1 dev eth0', '10.244.0.0/16 via 10.244.1.1 dev eth0'])
    expect(netns(machines, 'default/pod11').listeners).toMatchObject([{ proto: 'tcp', port: 8080, process: 'default/pod11/web' }])
  })

  test('both ends of each pair name each other, and no MAC is there twice', () => {
    const all = machines.names.map((name) => netns(machines, name))
    for (const n of all) {
      for (const l of n.links) {
        if (l.peer === undefined) continue
        const other = all.find((x) => x.name === l.peer?.[0])?.links.find((x) => x.dev === l.peer?.[1])
        expect(other?.peer).toEqual([n.name, l.dev])
      }
    }
    const macs = all.flatMap((n) => n.links.filter((l) => l.kind !== 'loopback').map((l) => l.mac))
    expect(new Set(macs).size).toBe(macs.length)
  })

  test('flanneld appends its jumps below those of kube-proxy', () => {
    const lines = rules(machines, 'node1')
    expect(lines.filter((l) => l.startsWith('-A POSTROUTING '))).toEqual([
      '-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING',
      '-A POSTROUTING -m comment --comment "flanneld masq" -j FLANNEL-POSTRTG',
    ])
    expect(lines.filter((l) => l.startsWith('-A FORWARD ')).at(-1)).toBe(
      '-A FORWARD -m comment --comment "flanneld forward" -j FLANNEL-FWD',
    )
    expect(lines.filter((l) => /^-A FLANNEL-/.test(l))).toEqual([
      '-A FLANNEL-FWD -s 10.244.0.0/16 -m comment --comment "flanneld forward" -j ACCEPT',
      '-A FLANNEL-FWD -d 10.244.0.0/16 -m comment --comment "flanneld forward" -j ACCEPT',
      '-A FLANNEL-POSTRTG -m mark --mark 0x4000/0x4000 -m comment --comment "flanneld masq" -j RETURN',
      '-A FLANNEL-POSTRTG -s 10.244.1.0/24 -d 10.244.0.0/16 -m comment --comment "flanneld masq" -j RETURN',
      '-A FLANNEL-POSTRTG -s 10.244.0.0/16 -d 10.244.1.0/24 -m comment --comment "flanneld masq" -j RETURN',
      '-A FLANNEL-POSTRTG ! -s 10.244.0.0/16 -d 10.244.1.0/24 -m comment --comment "flanneld masq" -j RETURN',
      '-A FLANNEL-POSTRTG -s 10.244.0.0/16 ! -d 224.0.0.0/4 -m comment --comment "flanneld masq" -j MASQUERADE --random-fully',
      '-A FLANNEL-POSTRTG ! -s 10.244.0.0/16 -d 10.244.0.0/16 -m comment --comment "flanneld masq" -j MASQUERADE --random-fully',
    ])
  })

  test('a node without pods has no bridge yet', () => {
    const alone = words(built([node(1), node(2), pod('pod11', 'node1', '10.244.1.2')].join('')), 'node2')
    expect(alone.links.map((l) => l.dev)).toEqual(['eth0', 'flannel.1'])
  })
})

describe('kube-flannel-cfg', () => {
  const config = (net: string, cni = '{"plugins":[{"type":"flannel","delegate":{"isDefaultGateway":true}}]}'): string =>
    `\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: kube-flannel-cfg, namespace: kube-flannel}\ndata:\n  net-conf.json: '${net}'\n  cni-conf.json: '${cni}'\n---`
  const vxlan = (backend: string, more = ''): string => `{"Network":"10.244.0.0/16"${more},"Backend":{"Type":"vxlan"${backend}}}`

  test('VNI, port and hairpin are taken from it', () => {
    const n = words(built(TWO + config(vxlan(',"VNI":7,"Port":4789'))), 'node1')
    expect(n.links[1]).toMatchObject({ dev: 'flannel.7', vni: 7, dstport: 4789 })
    expect(n.links.at(-1)?.hairpin).toBe(false)
    expect(n.routes?.at(-1)).toBe('10.244.2.0/24 via 10.244.2.0 dev flannel.7 onlink')
  })

  test('DirectRouting goes without the tunnel where nodes share a subnet', () => {
    const n = words(built(TWO + config(vxlan(',"DirectRouting":true'))), 'node1')
    expect(n.routes?.at(-1)).toBe('10.244.2.0/24 via 192.168.56.12 dev eth0')
    expect(n.fdb).toEqual([])
  })

  test('nftables mode is nothing to tell', () => {
    expect(cniProblems(settled(TWO + config(vxlan('', ',"EnableNFTables":true'))))).toEqual([])
  })
})

test('dual stack: a tunnel for each family, both gateways on the bridge, both default routes in the pod', () => {
  const both = (i: number): string => `
apiVersion: v1
kind: Node
metadata: {name: node${i}}
spec: {podCIDRs: [10.244.${i}.0/24, 'fd00:10:244:${i}::/64']}
status: {addresses: [{type: InternalIP, address: 192.168.56.1${i}}, {type: InternalIP, address: 'fd00:56::1${i}'}]}
---`
  const subnets = `
apiVersion: kubeadm.k8s.io/v1beta3
kind: ClusterConfiguration
networking: {podSubnet: '10.244.0.0/16,fd00:10:244::/48', serviceSubnet: '10.96.0.0/12,fd00:10:96::/112'}
---`
  const machines = built(
    [
      subnets,
      both(1),
      both(2),
      pod('pod11', 'node1', '10.244.1.2').replace('{podIP:', "{podIPs: [{ip: 10.244.1.2}, {ip: 'fd00:10:244:1::2'}], podIP:"),
    ].join(''),
  )
  const n = words(machines, 'node1')
  expect(n.links.slice(0, 4).map((l) => [l.dev, ...(l.addrs ?? []), ...(l.local === undefined ? [] : [l.local])])).toEqual([
    ['eth0', '192.168.56.11/24', 'fd00:56::11/64'],
    ['flannel.1', '10.244.1.0/32', '192.168.56.11'],
    ['flannel-v6.1', 'fd00:10:244:1::/128', 'fd00:56::11'],
    ['cni0', '10.244.1.1/24', 'fd00:10:244:1::1/64'],
  ])
  expect(n.routes).toContain('fd00:10:244:2::/64 via fd00:10:244:2:: dev flannel-v6.1 onlink')
  expect(n.sysctls?.['net/ipv6/conf/all/forwarding']).toBe(1)
  expect(words(machines, 'default/pod11').routes).toEqual([
    'default via 10.244.1.1 dev eth0',
    '10.244.0.0/16 via 10.244.1.1 dev eth0',
    'default via fd00:10:244:1::1 dev eth0',
    'fd00:10:244::/48 via fd00:10:244:1::1 dev eth0',
  ])
  const six = [...printSave(netns(machines, 'node1').rules[6])]
  expect(six).toContain(
    '-A FLANNEL-POSTRTG -s fd00:10:244::/48 ! -d ff00::/8 -m comment --comment "flanneld masq" -j MASQUERADE --random-fully',
  )
  expect(six).toContain('-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES')
})

describe('files', () => {
  const machines = built(TWO + pod('agent', 'node1', '192.168.56.11', '  hostNetwork: true\n').replace('---', '\n---'))
  test('a pod has its resolv.conf and hosts, a node its own', () => {
    const { files } = netns(machines, 'default/pod11')
    expect(Object.keys(files)).toEqual(['/etc/resolv.conf', '/etc/hosts'])
    expect(files['/etc/hosts']).toContain('10.244.1.2\tpod11\n')
    expect(netns(machines, 'node2').files['/etc/resolv.conf']).toContain('nameserver ')
  })
  test('those of a hostNetwork pod lie beside the node’s', () => {
    expect(Object.keys(netns(machines, 'node1').files)).toContain('default/agent/etc/resolv.conf')
  })
})

describe('pods that are not as the others', () => {
  test('hostNetwork: no namespace of its own, its socket is the node’s', () => {
    const machines = built([node(1), pod('agent', 'node1', '192.168.56.11', '  hostNetwork: true\n')].join(''))
    expect(machines.names).not.toContain('default/agent')
    expect(netns(machines, 'node1').listeners).toMatchObject([
      { port: 10256, process: 'kube-proxy healthz on node1' },
      { port: 8080, process: 'default/agent/web' },
    ])
  })

  test('an address from elsewhere: attached, without routes, with a warning', () => {
    const text = [node(1), pod('stray', 'node1', '172.20.0.5')].join('')
    expect(words(built(text), 'default/stray').routes).toEqual([])
    expect(cniProblems(settled(text))).toMatchObject([
      { code: 'pod-outside-node-net', params: { pod: 'default/stray', address: '172.20.0.5' } },
    ])
  })
})

describe('machines on the underlay', () => {
  const machines = built(TWO)
  test('a host: its address, the way out, its sockets', () => {
    const n = netns(machines, 'host/client')
    expect(words(machines, 'host/client')).toMatchObject({
      kind: 'client',
      routes: ['default via 192.168.56.1 dev eth0'],
      links: [{ wire: 'underlay' }],
    })
    expect(n.listeners).toMatchObject([{ port: 80 }])
  })
  test('a host with DNS records listens for questions', () => {
    const lab = client.replace("listen: ['80']", 'dns: [{name: example.com, type: A, value: 203.0.113.1}]')
    expect(netns(built(node(1) + lab), 'host/client').listeners.map((l) => [l.proto, l.port])).toEqual([
      ['udp', 53],
      ['tcp', 53],
    ])
  })
  test('the router has the first address and forwards; what it does not know gets no answer', () => {
    const n = words(machines, 'underlay')
    expect(n.links[0]?.addrs).toEqual(['192.168.56.1/24'])
    expect(n.sysctls?.['net/ipv4/ip_forward']).toBe(1)
    expect(n.routes).toContain('blackhole default')
  })
  test('the router steps aside for a machine that has the first address', () => {
    const lab = client.replace('192.168.56.100', '192.168.56.1')
    expect(words(built(node(1) + lab), 'node1').routes).toEqual(['default via 192.168.56.254 dev eth0'])
  })
  test('interfaces that a lab lists are all there are, without a pod network', () => {
    const lab = `
apiVersion: packetwalk.dev/v1alpha1
kind: Lab
metadata: {name: lab}
spec:
  nodes:
  - name: node1
    addresses: [192.168.10.11]
    interfaces:
    - {name: lo, addresses: [127.0.0.1/8]}
    - {name: ens3, addresses: [192.168.10.11/20]}
    - {name: cni0, addresses: [10.244.1.1/24]}
    sysctls: {net/ipv4/conf/all/rp_filter: 1}
---`
    const n = words(built(node(1) + lab), 'node1')
    expect(n.links.map((l) => [l.dev, l.wire])).toEqual([
      ['ens3', 'underlay'],
      ['cni0', undefined],
    ])
    expect(n.routes).toEqual(['default via 192.168.0.1 dev ens3'])
    expect(n.sysctls).toMatchObject({ 'net/ipv4/conf/all/rp_filter': 1, 'net/ipv4/ip_forward': 1 })
  })
  test('a namespace stays the same object; the same cluster gives the same machines', () => {
    const cluster = settled(TWO)
    expect(program(cluster)).toBe(program(cluster))
    expect(program(cluster).netns('node1')).toBe(program(cluster).netns('node1'))
    expect(program(cluster).netns('nobody')).toBeUndefined()
  })
})

describe('causes', () => {
  test('a rule leads to the program and to the line of the Service', () => {
    const text = `${TWO}
apiVersion: v1
kind: Service
metadata: {name: web, namespace: default}
spec: {clusterIP: 10.96.0.7, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
`
    const cluster = settled(text)
    const services = program(cluster).netns('node1')?.rules[4].chain('nat', 'KUBE-SERVICES')
    const rule = services?.rules.find((r) => r.dst?.net === '10.96.0.7/32')
    const causes = behind(cluster.causes.list, rule?.because ?? 0).map((id) => cluster.causes.list[id]?.what)
    expect(causes).toMatchObject([
      { kind: 'by', by: 'kube-proxy', why: 'cluster-ip' },
      { kind: 'manifest', object: 'Service default/web', path: 'spec.ports[0].port' },
    ])
  })
})
