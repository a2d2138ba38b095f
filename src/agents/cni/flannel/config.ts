import type { Cluster } from '../../../cluster/cluster.ts'
import { parseCidr } from '../../../net/cidr.ts'
import { type Cidr, type Family, familyOf } from '../../../net/ip.ts'
import type { Problem } from '../../../trace/problem.ts'

/** What flanneld and its CNI plugin are told (net-conf.json and cni-conf.json of the ConfigMap kube-flannel-cfg). */
export interface FlannelConfig {
  /** Whole pod network of each family that is on. */
  readonly networks: readonly { readonly family: Family; readonly net: Cidr }[]
  readonly backend: string
  readonly vni: number
  /** 8472 is the Linux kernel's own default. */
  readonly port: number
  readonly directRouting: boolean
  readonly hairpin: boolean
  readonly nftables: boolean
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
  backend: 'vxlan',
  vni: 1,
  port: 8472,
  directRouting: false,
  hairpin: true,
  nftables: false,
})

/** hairpinMode of the flannel plugin's delegate; the bridge plugin's default is off. */
function hairpinOf(conflist: Json | undefined): boolean {
  if (conflist === undefined) return true
  const plugins = Array.isArray(conflist['plugins']) ? conflist['plugins'] : []
  const flannel = plugins.map(object).find((p) => p['type'] === 'flannel')
  return object(flannel?.['delegate'])['hairpinMode'] === true
}

function networksOf(conf: Json): FlannelConfig['networks'] {
  const read = (family: Family, value: unknown, on: boolean): FlannelConfig['networks'] => {
    const net = on && typeof value === 'string' ? parseCidr(value) : undefined
    return net === undefined ? [] : [{ family, net }]
  }
  return [...read(4, conf['Network'], conf['EnableIPv4'] !== false), ...read(6, conf['IPv6Network'], conf['EnableIPv6'] === true)]
}

/** The configuration in force and what is wrong with it. */
export function flannelConfig(cluster: Cluster): { readonly config: FlannelConfig; readonly problems: readonly Problem[] } {
  const map = cluster.configMaps.find((m) => m.metadata.name === 'kube-flannel-cfg')
  if (map === undefined) return { config: usual(cluster), problems: [] }
  const conf = parseJson(map.is.data['net-conf.json'])
  const problem = (code: string, params: Problem['params']): Problem => ({
    code,
    params,
    severity: 'error',
    where: map.source.where('data["net-conf.json"]'),
  })
  if (conf === undefined) return { config: usual(cluster), problems: [problem('flannel-config-unreadable', {})] }
  const backend = object(conf['Backend'])
  const config: FlannelConfig = {
    networks: networksOf(conf),
    backend: typeof backend['Type'] === 'string' ? backend['Type'] : 'udp',
    vni: number(backend['VNI'], 1),
    port: number(backend['Port'], 0) || 8472,
    directRouting: backend['DirectRouting'] === true,
    hairpin: hairpinOf(parseJson(map.is.data['cni-conf.json'])),
    nftables: conf['EnableNFTables'] === true,
  }
  return {
    config,
    problems: [
      ...(config.backend === 'vxlan' ? [] : [problem('flannel-backend-not-modelled', { backend: config.backend })]),
      ...(config.nftables ? [problem('flannel-nftables-not-modelled', {})] : []),
    ],
  }
}
