import type { Cluster } from '../../../cluster/cluster.ts'
import { parseCidr } from '../../../net/cidr.ts'
import { type Cidr, familyOf, type Ip, parseIp } from '../../../net/ip.ts'
import type { AgentCode } from '../../codes.ts'
import type { AgentProblem } from '../cni.ts'

/** What cilium-agent is told (ConfigMap cilium-config), as far as a packet can tell. */
export interface CiliumConfig {
  readonly routing: 'tunnel' | 'native'
  /** UDP port of the tunnel. */
  readonly tunnelPort: number
  readonly kubeProxyReplacement: boolean
  /** Whose connect() and sendmsg() are translated. */
  readonly socketLb: 'all' | 'host' | 'off'
  readonly lbMode: 'snat' | 'dsr' | 'hybrid'
  readonly lbAlgorithm: 'random' | 'maglev'
  /** Places of a Maglev table. */
  readonly maglevSize: number
  readonly masquerade: 'bpf' | 'iptables' | 'off'
  /** Destinations that need no masquerading: the whole network that routes pods' addresses. */
  readonly nativeCidr?: Cidr
  /** Routes to the other nodes of one segment. */
  readonly directRoutes: boolean
  readonly hostRouting: 'bpf' | 'legacy'
  /** What stands in the place of a Pod's own address while it asks itself through a Service (IPV4_LOOPBACK). */
  readonly loopback: Ip
  /** Traffic from outside to a ClusterIP is served. */
  readonly externalClusterIp: boolean
  /** SCTP is a protocol that the programs know (ENABLE_SCTP). */
  readonly sctp: boolean
}

type Data = Readonly<Record<string, string>>

const configMapOf = (cluster: Cluster): Cluster['configMaps'][number] | undefined =>
  cluster.configMaps.find((m) => m.metadata.name === 'cilium-config')

const isOn = (data: Data, key: string, otherwise: boolean): boolean => (data[key] === undefined ? otherwise : data[key] === 'true')
const replaces = (data: Data, otherwise: boolean): boolean => {
  const value = data['kube-proxy-replacement']
  return value === undefined ? otherwise : value === 'true' || value === 'strict'
}

/** --ipv4-service-loopback-address */
const LOOPBACK_KEY = 'ipv4-service-loopback-address'
const LOOPBACK = '169.254.42.1' as Ip
const v4 = (text: string): Ip | undefined => {
  const ip = parseIp(text)
  return ip !== undefined && familyOf(ip) === 4 ? ip : undefined
}

/** Table sizes that the agent takes (primes). */
const SIZES: readonly string[] = ['251', '509', '1021', '2039', '4093', '8191', '16381', '32749', '65521', '131071']

/** `routing-mode`; before 1.14 the key `tunnel` said it. */
function isNative(cluster: Cluster, data: Data): boolean {
  if (cluster.cni.name === 'cilium-native') return true
  return data['routing-mode'] === undefined ? data['tunnel'] === 'disabled' : data['routing-mode'] === 'native'
}

/**
 * The configuration in force. Keys that a ConfigMap leaves out have cilium-agent's own values, but for three: without a word on it, kube-proxy is
 * replaced where none runs, and without a ConfigMap native routing comes with direct routes, for it leads nowhere else, and SCTP is on.
 */
export function ciliumConfig(cluster: Cluster): CiliumConfig {
  const map = configMapOf(cluster)
  const data: Data = map?.is.data ?? {}
  const native = isNative(cluster, data)
  const kubeProxyReplacement = replaces(data, cluster.proxy.mode === 'none')
  const sockets = kubeProxyReplacement || isOn(data, 'bpf-lb-sock', false)
  const masquerade = !isOn(data, 'enable-ipv4-masquerade', true) ? 'off' : isOn(data, 'enable-bpf-masquerade', false) ? 'bpf' : 'iptables'
  const nativeCidr =
    parseCidr(data['ipv4-native-routing-cidr'] ?? '') ?? (native ? cluster.podSubnets.find((c) => !c.includes(':')) : undefined)
  const asked = data['bpf-lb-mode']
  return {
    routing: native ? 'native' : 'tunnel',
    tunnelPort: Number(data['tunnel-port']) || 8472,
    kubeProxyReplacement,
    socketLb: !sockets ? 'off' : isOn(data, 'bpf-lb-sock-hostns-only', false) ? 'host' : 'all',
    lbMode: native && (asked === 'dsr' || asked === 'hybrid') ? asked : 'snat',
    lbAlgorithm: data['bpf-lb-algorithm'] === 'maglev' ? 'maglev' : 'random',
    maglevSize: SIZES.includes(data['bpf-lb-maglev-table-size'] ?? '') ? Number(data['bpf-lb-maglev-table-size']) : 16381,
    masquerade,
    ...(nativeCidr === undefined ? {} : { nativeCidr }),
    directRoutes: isOn(data, 'auto-direct-node-routes', map === undefined),
    hostRouting: kubeProxyReplacement && masquerade === 'bpf' && !isOn(data, 'enable-host-legacy-routing', false) ? 'bpf' : 'legacy',
    loopback: v4(data[LOOPBACK_KEY] ?? '') ?? LOOPBACK,
    externalClusterIp: isOn(data, 'bpf-lb-external-clusterip', false),
    sctp: isOn(data, 'enable-sctp', map === undefined),
  }
}

/** Values that are modelled, for keys where others would change what a packet meets. */
const TAKEN: Readonly<Record<string, readonly string[]>> = {
  'routing-mode': ['tunnel', 'native'],
  'tunnel-protocol': ['vxlan', ''],
  tunnel: ['vxlan', 'disabled'],
  'kube-proxy-replacement': ['true', 'false', 'strict', 'disabled'],
  'bpf-lb-mode': ['snat', 'dsr', 'hybrid'],
  'bpf-lb-dsr-dispatch': ['opt'],
  'bpf-lb-algorithm': ['random', 'maglev'],
  'bpf-lb-maglev-table-size': SIZES,
  'bpf-lb-acceleration': ['disabled'],
  'datapath-mode': ['veth'],
  ipam: ['kubernetes', 'cluster-pool'],
  'enable-ipv6': ['false'],
  'enable-endpoint-routes': ['false'],
  'enable-wireguard': ['false'],
  'enable-ipsec': ['false'],
  'enable-ip-masq-agent': ['false'],
  'enable-ipv4-egress-gateway': ['false'],
  'enable-host-firewall': ['false'],
  'install-no-conntrack-iptables-rules': ['false'],
  'enable-policy': ['default'],
  mtu: ['0', ''],
  'route-mtu': ['0', ''],
}

/** Keys whose values cilium-agent takes for a truth value, a port or a CIDR: with another it does not start (pkg/option, validateConfigMap). */
const TRUTHS =
  'enable-ipv4-masquerade enable-bpf-masquerade auto-direct-node-routes enable-host-legacy-routing bpf-lb-sock bpf-lb-sock-hostns-only bpf-lb-external-clusterip enable-sctp'.split(
    ' ',
  )
/** What strconv.ParseBool takes; only `true` means true here. */
const isTruth = (text: string): boolean => text === 'true' || /^(false|False|FALSE|0|f|F)$/.test(text)
const isPort = (text: string): boolean => /^\d+$/.test(text) && Number(text) < 65536
const isNet = (text: string): boolean => text === '' || parseCidr(text)?.includes(':') === false

/** Why a value of a key is not taken as it stands. */
function isWrong(key: string, value: string): boolean {
  if (TRUTHS.includes(key)) return !isTruth(value)
  if (key === 'tunnel-port') return !isPort(value)
  if (key === 'ipv4-native-routing-cidr') return !isNet(value)
  return TAKEN[key]?.includes(value) === false
}

/** Settings that we do not model, and what cilium-agent would not start with. */
export function configProblems(cluster: Cluster): readonly AgentProblem[] {
  const map = configMapOf(cluster)
  if (map === undefined) return []
  const { data } = map.is
  const problem = (key: string, code: AgentCode): AgentProblem => ({
    code,
    params: { key, value: data[key] ?? '' },
    severity: 'error',
    where: map.source.where(`data["${key}"]`),
  })
  const unknown = Object.keys(data)
    .filter((key) => isWrong(key, data[key] ?? ''))
    .map((key) => problem(key, 'cilium-setting'))
  if (data[LOOPBACK_KEY] !== undefined && v4(data[LOOPBACK_KEY]) === undefined) unknown.push(problem(LOOPBACK_KEY, 'cilium-setting'))
  const direct = data['bpf-lb-mode'] === 'dsr' || data['bpf-lb-mode'] === 'hybrid'
  return direct && ciliumConfig(cluster).routing === 'tunnel' ? [...unknown, problem('bpf-lb-mode', 'cilium-dsr-tunnel')] : unknown
}
