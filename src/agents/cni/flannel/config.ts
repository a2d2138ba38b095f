import type { Cluster } from '../../../cluster/cluster.ts'
import { overlaps, parseCidr } from '../../../net/cidr.ts'
import { type Cidr, type Family, familyOf } from '../../../net/ip.ts'
import type { Problem } from '../../../trace/problem.ts'
import type { AgentCode } from '../../codes.ts'

/** What flanneld and its CNI plugin are told (net-conf.json and cni-conf.json of the ConfigMap kube-flannel-cfg). */
export interface FlannelConfig {
  /** Whole pod network of each family that is on. */
  readonly networks: readonly { readonly family: Family; readonly net: Cidr }[]
  readonly vni: number
  /** 8472 is the Linux kernel's own default. */
  readonly port: number
  readonly directRouting: boolean
  /** EnableNFTables: rules in a table of nftables. */
  readonly nftables: boolean
  readonly hairpin: boolean
  readonly bridge: string
  /** MTU of the pods, when cni-conf.json has one; else flanneld's (FLANNEL_MTU). */
  readonly mtu?: number
  /** Name of the network, when the portmap plugin stands in the list. */
  readonly portmap?: string
}

type Json = Readonly<Record<string, unknown>>
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

function parseJson(text: string | undefined): Json | undefined {
  if (text === undefined) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

const object = (value: unknown): Json => (isObject(value) ? value : {})
const number = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise)

/** Without a ConfigMap: what the manifest of the project says, for the cluster's own pod networks. */
const usual = (cluster: Cluster): FlannelConfig => ({
  networks: ([4, 6] as const).flatMap((family) =>
    cluster.podSubnets
      .filter((net) => familyOf(net) === family)
      .slice(0, 1)
      .map((net) => ({ family, net })),
  ),
  vni: 1,
  port: 8472,
  directRouting: false,
  nftables: false,
  hairpin: true,
  bridge: 'cni0',
  portmap: 'cbr0',
})

/** What cni-conf.json says to the bridge plugin by way of flannel's; the bridge plugin's default is no hairpin. */
function pluginsOf(conflist: Json | undefined): Pick<FlannelConfig, 'hairpin' | 'bridge' | 'mtu' | 'portmap'> {
  if (conflist === undefined) return { hairpin: true, bridge: 'cni0', portmap: 'cbr0' }
  const plugins = (Array.isArray(conflist['plugins']) ? conflist['plugins'] : []).map(object)
  const delegate = object(plugins.find((p) => p['type'] === 'flannel')?.['delegate'])
  const { mtu, bridge } = delegate
  const mapped = plugins.some((p) => p['type'] === 'portmap')
  return {
    hairpin: delegate['hairpinMode'] === true,
    bridge: typeof bridge === 'string' ? bridge : 'cni0',
    ...(typeof mtu === 'number' && mtu >= 68 ? { mtu } : {}),
    ...(mapped ? { portmap: typeof conflist['name'] === 'string' ? conflist['name'] : 'cbr0' } : {}),
  }
}

function networksOf(conf: Json): FlannelConfig['networks'] {
  const read = (family: Family, value: unknown, on: boolean): FlannelConfig['networks'] => {
    const net = on && typeof value === 'string' ? parseCidr(value) : undefined
    return net === undefined ? [] : [{ family, net }]
  }
  return [...read(4, conf['Network'], conf['EnableIPv4'] !== false), ...read(6, conf['IPv6Network'], conf['EnableIPv6'] === true)]
}

/** The ConfigMap that configures flannel, in whatever namespace. */
const configMapOf = (cluster: Cluster): Cluster['configMaps'][number] | undefined =>
  cluster.configMaps.find((m) => m.metadata.name === 'kube-flannel-cfg')

/** The configuration in force. One that cannot be read (the cluster room reports it) leaves the usual one. */
export function flannelConfig(cluster: Cluster): FlannelConfig {
  const map = configMapOf(cluster)
  const conf = parseJson(map?.is.data['net-conf.json'])
  if (map === undefined || conf === undefined) return usual(cluster)
  const backend = object(conf['Backend'])
  return {
    networks: networksOf(conf),
    vni: number(backend['VNI'], 1),
    port: number(backend['Port'], 0) || 8472,
    directRouting: backend['DirectRouting'] === true,
    nftables: conf['EnableNFTables'] === true,
    ...pluginsOf(parseJson(map.is.data['cni-conf.json'])),
  }
}

/** Nodes outside the network. Each backend is a CNI of its own to the cluster room. */
export function configProblems(cluster: Cluster): readonly Problem[] {
  const map = configMapOf(cluster)
  if (map === undefined) return []
  const told = (code: AgentCode, params: Problem['params']): Problem => ({
    code,
    params,
    severity: 'warning',
    where: map.source.where('data["net-conf.json"]'),
  })
  const { networks } = flannelConfig(cluster)
  const stray = cluster.nodes.flatMap(({ meta, podCIDRs }) =>
    podCIDRs.flatMap((net) => {
      const network = networks.find((one) => one.family === familyOf(net))?.net
      return network === undefined || overlaps(network, net) ? [] : [{ network, net, node: meta.name }]
    }),
  )
  return [...stray.slice(0, 1).map((params) => told('flannel-network', params))]
}
