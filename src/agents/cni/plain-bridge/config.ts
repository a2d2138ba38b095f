import type { Cluster } from '../../../cluster/cluster.ts'
import { parseCidr } from '../../../net/cidr.ts'
import type { AgentCode } from '../../codes.ts'
import type { AgentProblem } from '../cni.ts'

/** What a conflist of the bridge plugin says, as far as a packet can tell. */
export interface Conflist {
  readonly name: string
  readonly bridge: string
  /** undefined: the kernel's. */
  readonly mtu?: number
  readonly hairpin: boolean
  readonly ipMasq: boolean
  /** ipMasqBackend nftables. */
  readonly nftables: boolean
  readonly portmap: boolean
}

interface Found {
  readonly list: Conflist
  readonly problems: readonly AgentProblem[]
}

type Json = Readonly<Record<string, unknown>>
const object = (value: unknown): Json => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {})
const list = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.map(object) : [])

/** Nobody wrote one: a gateway for all that leaves, no masquerading, portmap behind. */
const USUAL: Conflist = { name: 'cbr0', bridge: 'cni0', hairpin: false, ipMasq: false, nftables: false, portmap: true }

function parse(text: string): Json {
  try {
    return object(JSON.parse(text))
  } catch {
    return {}
  }
}

/** The first conflist in the order of the names whose first plugin is bridge. */
function written(cluster: Cluster): { readonly json: Json; readonly key: string; readonly map: Cluster['configMaps'][number] } | undefined {
  const all = cluster.configMaps.flatMap((map) => Object.keys(map.is.data).map((key) => ({ key, map })))
  const files = all.filter(({ key }) => /\.conf(list)?$/.test(key)).sort((a, b) => (a.key < b.key ? -1 : 1))
  for (const { key, map } of files) {
    const json = parse(map.is.data[key] ?? '')
    if ((list(json['plugins'])[0] ?? json)['type'] === 'bridge') return { json, key, map }
  }
  return undefined
}

/** Addresses come from the node's podCIDR: one file stands for all nodes, each with its own range in it. */
function notModelled(bridge: Json): readonly string[] {
  const ipam = object(bridge['ipam'])
  const ranges = [ipam, ...(Array.isArray(ipam['ranges']) ? ipam['ranges'].flat().map(object) : [])]
  const nets = ranges.map((one) => one['subnet'])
  const parts = ['rangeStart', 'rangeEnd', 'gateway'].flatMap((key) =>
    ranges.flatMap((one) => (one[key] === undefined ? [] : [`${key} ${String(one[key])}`])),
  )
  const routes = list(ipam['routes']).flatMap(({ dst }) => (dst === '0.0.0.0/0' || dst === '::/0' ? [] : [`route ${String(dst)}`]))
  const gateway = bridge['isDefaultGateway'] === true || list(ipam['routes']).some((one) => one['dst'] === '0.0.0.0/0')
  return [
    ...(ipam['type'] === undefined || ipam['type'] === 'host-local' ? [] : [`ipam ${ipam['type']}`]),
    ...nets.flatMap((net) => (typeof net === 'string' && parseCidr(net) !== undefined ? [`subnet ${net}`] : [])),
    ...parts,
    ...routes,
    ...(gateway ? [] : ['isDefaultGateway false']),
    ...['vlan', 'vlanTrunk', 'macspoofchk', 'portIsolation', 'promiscMode'].filter(
      (key) => bridge[key] !== undefined && bridge[key] !== false,
    ),
  ]
}

/** Settings of the portmap plugin by which it would write other rules. */
const portmapSettings = (plugin: Json): readonly string[] =>
  plugin['type'] !== 'portmap'
    ? []
    : [
        ...['markMasqBit', 'externalSetMarkChain', 'conditionsV4', 'conditionsV6', 'masqAll'].filter((key) => plugin[key] !== undefined),
        ...(plugin['snat'] === false ? ['snat false'] : []),
        ...(plugin['backend'] === 'nftables' ? ['portmap backend nftables'] : []),
      ]

/** The conflist in force, and what in it is not modelled. */
export function conflistOf(cluster: Cluster): Found {
  const found = written(cluster)
  if (found === undefined) return { list: USUAL, problems: [] }
  const { json, key, map } = found
  const plugins = list(json['plugins'])
  const bridge = plugins[0] ?? json
  const { mtu, bridge: dev, hairpinMode, ipMasq } = bridge
  return {
    list: {
      name: typeof json['name'] === 'string' ? json['name'] : USUAL.name,
      bridge: typeof dev === 'string' ? dev : 'cni0',
      hairpin: hairpinMode === true,
      ipMasq: ipMasq === true,
      nftables: bridge['ipMasqBackend'] === 'nftables',
      portmap: plugins.some((one) => one['type'] === 'portmap'),
      ...(typeof mtu === 'number' && mtu >= 68 ? { mtu } : {}),
    },
    problems: [...notModelled(bridge), ...plugins.flatMap(portmapSettings)].map((what) => ({
      code: 'conflist-not-modelled' satisfies AgentCode,
      params: { what, file: key },
      severity: 'warning',
      where: map.source.where(`data["${key}"]`),
    })),
  }
}
