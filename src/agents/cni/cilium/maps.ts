import type { Cluster } from '../../../cluster/cluster.ts'
import type { AgentMap, BpfMap, FlowMap, MapEntry } from '../../../kernel/bpf/ast.ts'
import { hostCidr, inCidr } from '../../../net/cidr.ts'
import { type Cidr, familyOf, type Ip, type Mac } from '../../../net/ip.ts'
import { writtenBy } from '../../why.ts'
import type { CiliumConfig } from './config.ts'
import { labelsOf } from './labels.ts'
import { type Allow, policyMap, prefixCauses, prefixesOf, prefixOf } from './policy.ts'
import { type Services, servicesOf } from './services.ts'
import { type Endpoint, endpointsOf, HOST, REMOTE_NODE, type Site, sitesOf, WORLD } from './site.ts'

/** Whose an address is: its identity, and the node to which packets for it are sent through the tunnel. */
export interface Whose {
  readonly identity: number
  readonly tunnel?: Ip
}

/** A flow in cilium_ct4_global or cilium_ct_any4_global. */
export interface Flow {
  /** The address that was asked, by its number in the reverse NAT map; 0: none. */
  readonly revNat: number
  /** It came by a node port, to a backend of this node: the answer goes straight out. */
  readonly nodePort?: true
  /** Sent here by another node, whose address the answer must carry. */
  readonly dsr?: { readonly address: Ip; readonly port: number }
  /** A Pod that asks itself through a Service. */
  readonly loopback?: true
  /** SVC entries: the backend that was chosen. */
  readonly backend?: number
}

/** Maps of one node that cilium-agent fills, and those that its programs fill. */
export interface Maps extends Services {
  readonly ipcache: AgentMap<Whose>
  readonly lxc: AgentMap<Endpoint>
  policyOf(e: Endpoint): AgentMap<Allow>
  /** Endpoints of the node. */
  readonly endpoints: readonly Endpoint[]
  /** The node's own addresses and its router's. */
  readonly local: readonly Ip[]
  /** Labels of an identity, as far as the model has them; reserved ones have their names. */
  labelsOf(identity: number): readonly string[]
}

export const CT_TCP: FlowMap<Flow> = { name: 'cilium_ct4_global', show: showFlow }
export const CT_ANY: FlowMap<Flow> = { name: 'cilium_ct_any4_global', show: showFlow }
export const SNAT: FlowMap<{ readonly address: Ip; readonly port: number }> = {
  name: 'cilium_snat_v4_external',
  show: (v) => `${v.address}:${v.port}`,
}
export const REVERSE_SK: FlowMap<{ readonly address: Ip; readonly port: number }> = {
  name: 'cilium_lb4_reverse_sk',
  show: (v) => `${v.address}:${v.port}`,
}
export const AFFINITY: FlowMap<{ readonly backend: number; readonly used: number }> = {
  name: 'cilium_lb4_affinity',
  show: (v) => `backend_id ${v.backend}`,
}

function showFlow(f: Flow): string {
  const words = [f.backend === undefined ? '' : `backend_id ${f.backend}`, f.revNat === 0 ? '' : `rev_nat_index ${f.revNat}`]
  const flags = [f.loopback ? 'lb_loopback' : '', f.nodePort ? 'node_port' : '', f.dsr ? `dsr ${f.dsr.address}:${f.dsr.port}` : '']
  return [...words, ...flags].filter((w) => w !== '').join(', ') || 'tracked'
}

const EVERYWHERE = '0.0.0.0/0' as Cidr

/** Every node's router and own addresses, every Pod of the cluster, and the world behind them all. */
function ipcacheOf(cluster: Cluster, config: CiliumConfig, self: Site): AgentMap<Whose> {
  const entries = new Map<string, { readonly value: Whose; readonly because?: number }>()
  for (const site of sitesOf(cluster).values()) {
    const mine = site.node === self.node
    const because = writtenBy(cluster, 'cilium-agent', 'ipcache', [site.node.because])
    const through = !mine && config.routing === 'tunnel' ? { tunnel: site.publicIp } : {}
    const identity = mine ? HOST : REMOTE_NODE
    for (const address of site.node.addresses) entries.set(address, { value: { identity }, because })
    entries.set(site.router, { value: { identity, ...through }, because })
    for (const e of endpointsOf(cluster, site.node))
      entries.set(e.ip, {
        value: { identity: e.identity, ...through },
        because: writtenBy(cluster, 'cilium-agent', 'ipcache', [e.pod.because, site.node.because]),
      })
  }
  const block = (prefix: Cidr, identity: number): MapEntry<Whose> => {
    const policies = prefixCauses(cluster, prefix)
    const because = policies.length === 0 ? {} : { because: writtenBy(cluster, 'cilium-agent', 'ipcache', policies) }
    return { key: prefix, value: { identity }, ...because }
  }
  return {
    name: 'cilium_ipcache',
    get(key) {
      const found = entries.get(key)
      if (found) return { key: hostCidr(key as Ip), ...found }
      const around = prefixOf(cluster, key as Ip)
      return around === undefined ? block(EVERYWHERE, WORLD) : block(around.prefix, around.identity)
    },
    list: () => [
      ...[...entries].map(([address, found]) => ({ key: hostCidr(address as Ip), ...found })),
      ...[...prefixesOf(cluster)].filter(([prefix]) => prefix !== EVERYWHERE).map(([prefix, identity]) => block(prefix, identity)),
      block(EVERYWHERE, prefixesOf(cluster).get(EVERYWHERE) ?? WORLD),
    ],
    why: (key, entry) => (inCidr(key as Ip, entry as Cidr) ? 'shorter' : 'prefix'),
    show: (v) => `identity ${v.identity}${v.tunnel === undefined ? '' : `, tunnelendpoint ${v.tunnel}`}`,
  }
}

/** All maps of a node, made once for it. */
export function mapsOf(cluster: Cluster, config: CiliumConfig, self: Site): Maps {
  const own = endpointsOf(cluster, self.node)
  const endpoints = new Map(own.map((e) => [e.ip as string, e]))
  const policies = new Map<Endpoint, AgentMap<Allow>>()
  const listed = (e: Endpoint): MapEntry<Endpoint> => ({ key: e.ip, value: e, because: e.pod.because })
  return {
    ...servicesOf(cluster, config, self),
    ipcache: ipcacheOf(cluster, config, self),
    lxc: {
      name: 'cilium_lxc',
      get(key) {
        const value = endpoints.get(key)
        return value && listed(value)
      },
      show: (e: { readonly dev: string; readonly id: number; readonly mac: Mac }) => `${e.dev}, endpoint ${e.id}, mac ${e.mac}`,
      list: () => own.map(listed),
    },
    endpoints: own,
    local: [self.router, ...self.node.addresses.filter((a) => familyOf(a) === 4)],
    labelsOf: (identity) => labelsOf(cluster, identity),
    policyOf(e) {
      const made = policies.get(e) ?? policyMap(cluster, e)
      policies.set(e, made)
      return made
    },
  }
}

/** All of them, for who lists them. */
export const everyMap = (maps: Maps): readonly BpfMap[] => [
  ...[maps.services, maps.backends, maps.reverse, maps.maglev, maps.ipcache, maps.lxc],
  ...maps.endpoints.map(maps.policyOf),
  ...[CT_TCP, CT_ANY, SNAT, REVERSE_SK, AFFINITY],
]

/** Whether packets to this address keep the Pod's address without asking whose it is. */
export const isExcluded = (config: CiliumConfig, self: Site, dst: Ip): boolean => inCidr(dst, config.nativeCidr ?? self.subnet)
