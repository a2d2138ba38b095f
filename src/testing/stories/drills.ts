import { client, host, pod, service, together, twoNodes } from './lab.ts'

/** A lab with a fault: what the caller sees, what the page says of it, what works all the same, and the lab when it is mended. */
export interface Drill {
  readonly name: string
  readonly cni: string
  readonly broken: string
  readonly mended: string
  readonly from: string
  readonly to: string
  readonly expect: {
    readonly kind: string
    readonly reason: string | null
    /** Source address that the backend sees, where somebody answers. */
    readonly seen?: string
    /** How a journey of the walk ends: `dropped: mtu at node-2`. */
    readonly ending?: string
    /** Words that the sentence has, in English and in Chinese. */
    readonly says: readonly [string, string]
    /** Codes of problems that the broken lab has and the mended one has not. */
    readonly told?: readonly string[]
  }
  /** Probes that the fault does not touch: from, to. */
  readonly spared: readonly (readonly [from: string, to: string])[]
}

const labOf = (spec: string): string => `apiVersion: packetwalk.dev/v1alpha1\nkind: Lab\nmetadata: {name: drill}\nspec: ${spec}\n`
const flannel = (network: string, delegate: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kube-flannel-cfg, namespace: kube-flannel}\ndata:\n` +
  `  net-conf.json: '{"Network":"${network}","Backend":{"Type":"vxlan"}}'\n` +
  `  cni-conf.json: '{"name":"cbr0","plugins":[{"type":"flannel","delegate":{${delegate}"hairpinMode":true,"isDefaultGateway":true}}]}'\n`
const proxy = (cidr: string): string =>
  `apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nclusterCIDR: ${cidr}\nmode: iptables\n`
export const settings = 'apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\nnetworking: {podSubnet: 10.244.0.0/16}\n'
export const drillPolicy = (name: string, spec: string): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: ${name}}\nspec:\n${spec.replace(/^/gm, '  ')}\n`

const web = pod({ name: 'web', node: 'node-2', ip: '10.244.2.5', port: 80 })
const small = pod({ name: 'small', node: 'node-2', ip: '10.244.2.6', port: 80 })
const near = pod({ name: 'near', node: 'node-1', ip: '10.244.1.5', port: 80 })
export const two = together(twoNodes, client, web, small, near)
const LONG = 'pods: [{name: default/web, answerBytes: 4000}]'
export const FAR = 'http://10.244.2.5/'
/** A host's firewall that was told to drop ICMP. */
const NO_ICMP = `dumps: [{node: node-2, table: filter, text: "-P OUTPUT ACCEPT\\n-A OUTPUT -p icmp -j DROP\\n"}]`
const veth = (mtu: number): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: calico-config}\ndata: {veth_mtu: '${mtu}'}\n`
const spared = [
  ['default/client', 'http://10.244.2.6/'],
  ['default/client', 'tcp://10.244.2.5:80'],
  ['default/client', 'icmp://10.244.2.5'],
  ['default/client', 'http://10.244.1.5/'],
] as const
const IPIP =
  'apiVersion: crd.projectcalico.org/v1\nkind: IPPool\nmetadata: {name: default}\nspec: {cidr: 10.244.0.0/16, ipipMode: MODE, natOutgoing: true}\n'

/** The drills of large packets, of what the network between the machines does not carry, and of CIDRs. */
export const networkDrills: readonly Drill[] = [
  {
    name: 'Flannel’s Pods have the MTU of the wire, and a firewall drops ICMP: a black hole for full packets',
    cni: 'flannel',
    broken: together(two, flannel('10.244.0.0/16', '"mtu":1500,'), labOf(`{${LONG}, ${NO_ICMP}}`)),
    mended: together(two, flannel('10.244.0.0/16', ''), labOf(`{${LONG}, ${NO_ICMP}}`)),
    from: 'default/client',
    to: FAR,
    expect: {
      kind: 'timeout',
      reason: 'rule',
      ending: 'dropped: mtu at node-2',
      says: ['flannel.1 at node-2 takes 1450 bytes, and a packet had 1500', 'node-2 的 flannel.1 最多传 1450 字节，而数据包有 1500 字节'],
    },
    spared: spared.filter(([, to]) => !to.startsWith('icmp')),
  },
  {
    name: 'Calico’s veth_mtu is larger than its VXLAN takes, and ICMP is dropped',
    cni: 'calico-vxlan',
    broken: together(two, settings, veth(1500), labOf(`{${LONG}, ${NO_ICMP}}`)),
    mended: together(two, settings, veth(1450), labOf(`{${LONG}, ${NO_ICMP}}`)),
    from: 'default/client',
    to: FAR,
    expect: {
      kind: 'timeout',
      reason: 'rule',
      ending: 'dropped: mtu at node-2',
      says: ['vxlan.calico at node-2 takes 1450 bytes', 'node-2 的 vxlan.calico 最多传 1450 字节'],
    },
    spared: spared.filter(([, to]) => !to.startsWith('icmp')),
  },
  {
    name: 'Calico’s veth_mtu is larger than IPIP takes, and ICMP is dropped',
    cni: 'calico-ipip',
    broken: together(two, settings, veth(1500), labOf(`{${LONG}, ${NO_ICMP}}`)),
    mended: together(two, settings, veth(1480), labOf(`{${LONG}, ${NO_ICMP}}`)),
    from: 'default/client',
    to: FAR,
    expect: {
      kind: 'timeout',
      reason: 'rule',
      ending: 'dropped: mtu at node-2',
      says: ['tunl0 at node-2 takes 1480 bytes', 'node-2 的 tunl0 最多传 1480 字节'],
    },
    spared: spared.filter(([, to]) => !to.startsWith('icmp')),
  },
  {
    name: 'the network between the machines takes less than they believe, and tells nobody',
    cni: 'flannel',
    broken: together(two, flannel('10.244.0.0/16', ''), labOf(`{${LONG}, underlay: {mtu: 1450}}`)),
    mended: together(two, flannel('10.244.0.0/16', '"mtu":1400,'), labOf(`{${LONG}, underlay: {mtu: 1450}}`)),
    from: 'default/client',
    to: FAR,
    expect: {
      kind: 'timeout',
      reason: 'mtu',
      ending: 'dropped: mtu at node-2',
      says: [
        'The network between the machines takes 1450 bytes, and a packet had 1500',
        '机器之间的网络最多传 1450 字节，而数据包有 1500 字节',
      ],
    },
    spared,
  },
  {
    name: 'IPIP is blocked between the machines: Pods of other nodes are gone, all else works',
    cni: 'calico-ipip',
    broken: together(two, settings, labOf('{underlay: {blocks: [ipip]}}')),
    mended: together(two, settings, IPIP.replace('MODE', 'CrossSubnet'), labOf('{underlay: {blocks: [ipip]}}')),
    from: 'default/client',
    to: FAR,
    expect: {
      kind: 'timeout',
      reason: 'underlay',
      ending: 'dropped: underlay at node-1',
      says: ['does not carry IP-in-IP (protocol 4)', '不传送 IP-in-IP（协议号 4）'],
    },
    spared: [
      ['default/client', 'http://10.244.1.5/'],
      ['node/node-1', 'icmp://192.168.10.12'],
    ],
  },
  {
    name: 'a firewall shuts the port of Flannel’s VXLAN',
    cni: 'flannel',
    broken: together(two, settings, labOf('{underlay: {blocks: [8472/udp]}}')),
    mended: together(two, settings),
    from: 'default/client',
    to: FAR,
    expect: {
      kind: 'timeout',
      reason: 'underlay',
      ending: 'dropped: underlay at node-1',
      says: ['does not carry UDP port 8472', '不传送 UDP 端口 8472'],
    },
    spared: [
      ['default/client', 'http://10.244.1.5/'],
      ['node/node-1', 'icmp://192.168.10.12'],
    ],
  },
  {
    name: 'BGP cannot connect: no session, no route, and the default route leads nowhere',
    cni: 'calico',
    broken: together(two, settings, labOf('{underlay: {blocks: [179/tcp]}}')),
    mended: together(two, settings),
    from: 'default/client',
    to: FAR,
    expect: {
      kind: 'timeout',
      reason: 'blackhole',
      ending: 'dropped: blackhole at underlay',
      says: ['no route of its own to 10.244.2.5', '没有到 10.244.2.5 的路由'],
      told: ['bgp-blocked', 'bgp-no-route'],
    },
    spared: [
      ['default/client', 'http://10.244.1.5/'],
      ['node/node-1', 'icmp://192.168.10.12'],
    ],
  },
  {
    name: 'flannel is told another Pod network: Pods meet, and the answers of the world outside find nobody',
    cni: 'flannel',
    broken: together(two, host('out', '203.0.113.10', ['80']), flannel('10.50.0.0/16', '')),
    mended: together(two, host('out', '203.0.113.10', ['80']), flannel('10.244.0.0/16', '')),
    from: 'default/client',
    to: 'tcp://203.0.113.10:80',
    expect: {
      kind: 'timeout',
      reason: 'blackhole',
      says: ['address of Pod default/client, which nobody outside knows', 'Pod default/client 自己的地址'],
      told: ['flannel-network'],
    },
    spared: [['default/client', FAR]],
  },
  {
    name: 'kube-proxy is told another Pod network: what Pods send to a Service is masqueraded',
    cni: 'flannel',
    broken: together(two, service({ name: 'web', ip: '10.96.10.10', app: 'web' }).replace('8080', '80'), proxy('10.99.0.0/16')),
    mended: together(two, service({ name: 'web', ip: '10.96.10.10', app: 'web' }).replace('8080', '80'), proxy('10.244.0.0/16')),
    from: 'default/client',
    to: 'http://10.96.10.10/',
    expect: { kind: 'ok', reason: null, seen: '10.244.1.0', says: ['10.244.1.0', '10.244.1.0'], told: ['cluster-cidr'] },
    spared: [['default/client', FAR]],
  },
  {
    name: 'on Calico the same fault meets a policy that knows Pods alone: the Service is shut, the Pod is open',
    cni: 'calico',
    broken: together(
      two,
      settings,
      service({ name: 'web', ip: '10.96.10.10', app: 'web' }).replace('8080', '80'),
      proxy('10.99.0.0/16'),
      drillPolicy('from-client', 'podSelector: {matchLabels: {app: web}}\ningress:\n- from: [{podSelector: {matchLabels: {app: client}}}]'),
    ),
    mended: together(
      two,
      settings,
      service({ name: 'web', ip: '10.96.10.10', app: 'web' }).replace('8080', '80'),
      proxy('10.244.0.0/16'),
      drillPolicy('from-client', 'podSelector: {matchLabels: {app: web}}\ningress:\n- from: [{podSelector: {matchLabels: {app: client}}}]'),
    ),
    from: 'default/client',
    to: 'http://10.96.10.10/',
    expect: {
      kind: 'timeout',
      reason: 'rule',
      ending: 'dropped: rule at node-2',
      says: [
        'masqueraded on the way: clusterCIDR 10.99.0.0/16 of kube-proxy does not hold it',
        '被 MASQUERADE 改写了：kube-proxy 的 clusterCIDR 10.99.0.0/16 不包含它',
      ],
      told: ['cluster-cidr'],
    },
    spared: [['default/client', FAR]],
  },
]
