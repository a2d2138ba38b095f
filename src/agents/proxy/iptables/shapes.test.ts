import { describe, expect, test } from 'vitest'
import { settle } from '../../../cluster/settle.ts'
import { readManifests } from '../../../manifest/read.ts'
import { rulesText } from '../list.ts'

/**
 * Shapes that the recorded cases in the tree do not have. Expected lines follow kube-proxy v1.30's own
 * (pkg/proxy/iptables/proxier.go); X stands for the hash of the service port, S1 and S2 for those of its endpoints.
 */
interface Lab {
  readonly spec?: string
  readonly status?: string
  readonly endpoints?: readonly string[]
  readonly proxy?: string
  readonly node?: string
}

function written({
  spec = '',
  status = '',
  endpoints = ['10.244.1.2@n1', '10.244.2.2@n2'],
  proxy = 'clusterCIDR: 10.244.0.0/16',
  node = '',
}: Lab): string {
  const list = endpoints.map((e) => e.split('@')).map(([ip, on]) => `{addresses: [${ip}], nodeName: ${on}}`)
  const text = `
apiVersion: v1
kind: Node
metadata: {name: n1}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: default}
spec: {clusterIP: 10.96.0.7, ports: [{port: 80${spec.includes('type:') ? ', nodePort: 30080' : ''}}], ${spec}}
status: {${status}}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-1, namespace: default, labels: {kubernetes.io/service-name: web}}
addressType: IPv4
ports: [{port: 8080, protocol: TCP, name: ""}]
endpoints: [${list.join(', ')}]
---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
${proxy}
---
apiVersion: packetwalk.dev/v1alpha1
kind: Lab
metadata: {name: lab}
spec: {nodes: [{name: n1, addresses: [192.168.10.11], interfaces: [{name: lo, addresses: [127.0.0.1/8]}, {name: eth0, addresses: [192.168.10.11/24]}]${node}}]}
`
  const { objects, problems } = readManifests([{ name: 'a.yaml', text }])
  expect(problems).toEqual([])
  const { cluster } = settle(objects, { wants: { everything: false, dns: false } })
  const [n1] = cluster.nodes
  if (n1 === undefined) throw new Error('no node')
  return rulesText(cluster, n1)
}

/** Lines of one chain with the names of hashes shortened, without `-A CHAIN`. */
function chain(text: string, name: string): readonly string[] {
  const sep = [...new Set([...text.matchAll(/KUBE-SEP-(\w{16})/g)].map((m) => m[1] as string))]
  const own = /KUBE-(?:SVC|SVL|EXT|FW)-(\w{16})/.exec(text)?.[1] ?? 'none'
  const named = sep.reduce((t, hash, i) => t.replaceAll(hash, `S${i + 1}`), text.replaceAll(own, 'X'))
  return named
    .split('\n')
    .filter((l) => l.startsWith(`-A ${name} `))
    .map((l) => l.slice(`-A ${name} `.length))
}
const NODE_PORT = 'type: NodePort'
const LB = 'type: LoadBalancer'
const VIP = 'loadBalancer: {ingress: [{ip: 203.0.113.5}]}'
const MATCH = '-m tcp -p tcp'

describe('session affinity', () => {
  const text = written({ spec: 'sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 600}}' })
  test('asks who came before, then chooses', () => {
    expect(chain(text, 'KUBE-SVC-X').slice(1)).toEqual([
      '-m comment --comment "default/web -> 10.244.1.2:8080" -m recent --name KUBE-SEP-S1 --rcheck --seconds 600 --reap -j KUBE-SEP-S1',
      '-m comment --comment "default/web -> 10.244.2.2:8080" -m recent --name KUBE-SEP-S2 --rcheck --seconds 600 --reap -j KUBE-SEP-S2',
      '-m comment --comment "default/web -> 10.244.1.2:8080" -m statistic --mode random --probability 0.5000000000 -j KUBE-SEP-S1',
      '-m comment --comment "default/web -> 10.244.2.2:8080" -j KUBE-SEP-S2',
    ])
  })
  test('remembers at the endpoint', () => {
    expect(chain(text, 'KUBE-SEP-S1').at(-1)).toBe(
      `-m comment --comment default/web -m recent --name KUBE-SEP-S1 --set ${MATCH} -j DNAT --to-destination 10.244.1.2:8080`,
    )
  })
})

describe('policy Local', () => {
  test('outside: pods and the node take a short cut, others get this node’s endpoints', () => {
    expect(chain(written({ spec: `${NODE_PORT}, externalTrafficPolicy: Local` }), 'KUBE-EXT-X')).toEqual([
      '-m comment --comment "pod traffic for default/web external destinations" -s 10.244.0.0/16 -j KUBE-SVC-X',
      '-m comment --comment "masquerade LOCAL traffic for default/web external destinations" -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ',
      '-m comment --comment "route LOCAL traffic for default/web external destinations" -m addrtype --src-type LOCAL -j KUBE-SVC-X',
      '-j KUBE-SVL-X',
    ])
  })
  test('outside, none here: dropped', () => {
    const text = written({ spec: `${NODE_PORT}, externalTrafficPolicy: Local`, endpoints: ['10.244.2.2@n2'] })
    expect(chain(text, 'KUBE-EXT-X')).toHaveLength(3)
    expect(chain(text, 'KUBE-EXTERNAL-SERVICES')).toEqual([
      `-m comment --comment "default/web has no local endpoints" -m addrtype --dst-type LOCAL ${MATCH} --dport 30080 -j DROP`,
    ])
  })
  test('inside, none here: dropped', () => {
    const text = written({ spec: 'internalTrafficPolicy: Local', endpoints: ['10.244.2.2@n2'] })
    expect(chain(text, 'KUBE-SERVICES')[0]).toBe(
      `-m comment --comment "default/web has no local endpoints" ${MATCH} -d 10.96.0.7 --dport 80 -j DROP`,
    )
  })
  test('inside: the masquerade rule stands in the local chain', () => {
    expect(chain(written({ spec: 'internalTrafficPolicy: Local' }), 'KUBE-SVL-X')).toEqual([
      `-m comment --comment "default/web cluster IP" ${MATCH} -d 10.96.0.7 --dport 80 ! -s 10.244.0.0/16 -j KUBE-MARK-MASQ`,
      '-m comment --comment "default/web -> 10.244.1.2:8080" -j KUBE-SEP-S1',
    ])
  })
})

describe('load balancers', () => {
  test('source ranges: a chain of their own, and a drop for what got through none', () => {
    const text = written({ spec: `${LB}, loadBalancerSourceRanges: [198.51.100.0/24, 192.168.0.0/16]`, status: VIP })
    expect(chain(text, 'KUBE-SERVICES')).toContain(
      `-m comment --comment "default/web loadbalancer IP" ${MATCH} -d 203.0.113.5 --dport 80 -j KUBE-FW-X`,
    )
    expect(chain(text, 'KUBE-FW-X')).toEqual([
      '-m comment --comment "default/web loadbalancer IP" -s 198.51.100.0/24 -j KUBE-EXT-X',
      '-m comment --comment "default/web loadbalancer IP" -s 192.168.0.0/16 -j KUBE-EXT-X',
      '-m comment --comment "default/web loadbalancer IP" -s 203.0.113.5 -j KUBE-EXT-X',
      '-m comment --comment "other traffic to default/web will be dropped by KUBE-PROXY-FIREWALL"',
    ])
    expect(chain(text, 'KUBE-PROXY-FIREWALL')).toEqual([
      `-m comment --comment "default/web traffic not accepted by KUBE-FW-X" ${MATCH} -d 203.0.113.5 --dport 80 -j DROP`,
    ])
  })
  test('ipMode Proxy and host names have no rules', () => {
    const text = written({ spec: LB, status: 'loadBalancer: {ingress: [{ip: 203.0.113.6, ipMode: Proxy}, {hostname: lb.example.com}]}' })
    expect(text).not.toContain('loadbalancer IP')
  })
  test('a health check port is let in and tells how many are here', () => {
    const text = written({ spec: `${LB}, externalTrafficPolicy: Local, healthCheckNodePort: 32000`, status: VIP })
    expect(text).toContain(
      '-A KUBE-NODEPORTS -m comment --comment "default/web health check node port" -m tcp -p tcp --dport 32000 -j ACCEPT',
    )
    expect(text).toContain('### healthcheck\ndefault/web port=32000 localReadyEndpoints=1\n')
  })
  test('no endpoints: each way in is rejected', () => {
    const text = written({ spec: `${LB}, externalIPs: [203.0.113.9]`, status: VIP, endpoints: [] })
    const no = '-m comment --comment "default/web has no endpoints"'
    expect(chain(text, 'KUBE-EXTERNAL-SERVICES')).toEqual([
      `${no} ${MATCH} -d 203.0.113.9 --dport 80 -j REJECT`,
      `${no} ${MATCH} -d 203.0.113.5 --dport 80 -j REJECT`,
      `${no} -m addrtype --dst-type LOCAL ${MATCH} --dport 30080 -j REJECT`,
    ])
  })
})

describe('settings', () => {
  const CIDR = 'clusterCIDR: 10.244.0.0/16'
  const masquerade = (text: string): string | undefined => chain(text, 'KUBE-SVC-X')[0]
  const nodePorts = (text: string): readonly string[] =>
    chain(text, 'KUBE-SERVICES')
      .filter((l) => l.includes('NOTE'))
      .map((l) => l.slice(l.indexOf('" ') + 2))

  test.each([
    ['clusterCIDR of the family', 'clusterCIDR: "fd00::/48,10.244.0.0/16"', '! -s 10.244.0.0/16 -j KUBE-MARK-MASQ'],
    ['a bridge', 'detectLocalMode: BridgeInterface\ndetectLocal: {bridgeInterface: cni0}', '! -i cni0 -j KUBE-MARK-MASQ'],
    ['a prefix', 'detectLocalMode: InterfaceNamePrefix\ndetectLocal: {interfaceNamePrefix: veth}', '! -i veth+ -j KUBE-MARK-MASQ'],
    ['masqueradeAll', `${CIDR}\niptables: {masqueradeAll: true}`, '--dport 80 -j KUBE-MARK-MASQ'],
    ['none', 'clusterCIDR: ""', '--probability 0.5000000000 -j KUBE-SEP-S1'],
  ])('local traffic by %s', (_, proxy, end) => {
    expect(masquerade(written({ proxy }))?.endsWith(end)).toBe(true)
  })

  test.each([
    ['all', CIDR, ['-m addrtype --dst-type LOCAL -j KUBE-NODEPORTS'], true],
    [
      'not localhost',
      `${CIDR}\niptables: {localhostNodePorts: false}`,
      ['-m addrtype --dst-type LOCAL ! -d 127.0.0.0/8 -j KUBE-NODEPORTS'],
      false,
    ],
    ['some nets', `${CIDR}\nnodePortAddresses: [192.168.0.0/16]`, ['-d 192.168.10.11 -j KUBE-NODEPORTS'], false],
    [
      'some nets and localhost',
      `${CIDR}\nnodePortAddresses: [192.168.0.0/16, 127.0.0.0/8]`,
      ['-d 127.0.0.1 -j KUBE-NODEPORTS', '-d 192.168.10.11 -j KUBE-NODEPORTS'],
      true,
    ],
  ])('node ports on %s', (_, proxy, lines, localhost) => {
    const text = written({ proxy })
    expect(nodePorts(text)).toEqual(lines)
    expect(text.includes('route_localnet=1')).toBe(localhost)
    expect(chain(text, 'KUBE-FIREWALL')).toHaveLength(localhost ? 1 : 0)
  })

  test('the mark, a liberal conntrack, an old iptables', () => {
    const text = written({
      proxy: `${CIDR}\niptables: {masqueradeBit: 15}`,
      node: ', iptablesRandomFully: false, sysctls: {net/netfilter/nf_conntrack_tcp_be_liberal: 1}',
    })
    expect(chain(text, 'KUBE-MARK-MASQ')).toEqual(['-j MARK --or-mark 0x00008000'])
    expect(chain(text, 'KUBE-FORWARD')).toHaveLength(2)
    expect(chain(text, 'KUBE-POSTROUTING').at(-1)?.endsWith('-j MASQUERADE')).toBe(true)
  })
})
