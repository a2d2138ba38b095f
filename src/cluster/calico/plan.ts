import { parseCidr } from '../../net/cidr.ts'
import { type Ip, parseIp } from '../../net/ip.ts'
import type { Cluster, ClusterNode, ClusterPod } from '../cluster.ts'
import { causeAt, type Ipam, report, type Settling } from '../settling.ts'
import type { Sorted } from '../sorted.ts'
import { settleBgp } from './bgp.ts'
import { Blocks } from './blocks.ts'
import { FIXED, takeFixed } from './fixed.ts'
import { asNumber, asText } from './json.ts'
import { calicoObjects, namedPools, readPools, specOf } from './read.ts'
import type { CalicoPlan } from './types.ts'

/** Calico's addresses while a cluster is settled, and afterwards what its programs go by. */
export interface CalicoSettling extends Ipam {
  plan(pods: readonly ClusterPod[]): CalicoPlan
}

/** Fields of FelixConfiguration that change what a packet meets and that are not written. */
const UNWRITTEN: readonly (readonly [field: string, what: string])[] = [
  ['bpfEnabled', 'the eBPF dataplane'],
  ['wireguardEnabled', 'WireGuard'],
  ['nftablesMode', 'the nftables mode of Felix'],
  ['natOutgoingExclusions', 'natOutgoingExclusions'],
  ['programClusterRoutes', 'programClusterRoutes'],
]

const TUNNEL = { ipip: 'projectcalico.org/IPv4IPIPTunnelAddr', vxlan: 'projectcalico.org/IPv4VXLANTunnelAddr' } as const

export function settleCalico(
  s: Settling,
  sorted: Sorted,
  nodes: readonly ClusterNode[],
  cni: Cluster['cni'],
  told: boolean,
): CalicoSettling {
  const pools = readPools(s, sorted, told ? cni.name : undefined)
  let blocks = new Blocks(pools, [])
  const tunnels = new Map<string, { ipip?: Ip; vxlan?: Ip }>()
  const felix = calicoObjects(sorted, 'FelixConfiguration').find((one) => one.metadata.name === 'default')
  const fields = felix ? specOf(felix) : {}
  const off: readonly unknown[] = [undefined, false, 'Disabled', 'Auto', 'IPPoolsOnly']
  for (const [field, what] of UNWRITTEN)
    if (felix && !off.includes(fields[field]))
      report(s, 'warning', 'calico-not-modelled', { what }, { object: felix, path: `spec.${field}` })

  function addTunnels(): void {
    for (const kind of ['ipip', 'vxlan'] as const) {
      const some = pools.filter((pool) => pool[kind] !== 'Never' && !pool.disabled)
      if (some.length === 0) continue
      for (const node of nodes) {
        if (node.interfaces !== undefined) continue
        const known = parseIp(node.meta.annotations[TUNNEL[kind]] ?? '')
        if (known !== undefined) blocks.keep(known, node.meta.name)
        const address = known ?? blocks.take(node.meta.name, some)
        if (address !== undefined) tunnels.set(node.meta.name, { ...tunnels.get(node.meta.name), [kind]: address })
      }
    }
  }

  return {
    begin(given, taken) {
      blocks = new Blocks(pools, taken)
      for (const object of calicoObjects(sorted, 'BlockAffinity')) {
        const spec = specOf(object)
        const net = parseCidr(asText(spec['cidr']))
        if (net && spec['deleted'] !== true && spec['deleted'] !== 'true') blocks.given(net, asText(spec['node']))
      }
      for (const [node, ips] of given) for (const address of ips) blocks.keep(address, node)
      addTunnels()
    },
    take(draft, node) {
      const fixed = draft.meta.annotations[FIXED]
      const name = `${draft.meta.namespace}/${draft.meta.name}`
      if (fixed !== undefined && fixed !== '') {
        const found = takeFixed(fixed, blocks, node.meta.name)
        if ('ips' in found) return found.ips
        report(s, 'warning', 'pod-sandbox', { pod: name, plugin: 'calico', text: found.error }, draft.specPlace)
        return []
      }
      if (draft.meta.annotations['cni.projectcalico.org/floatingIPs'] !== undefined)
        report(s, 'warning', 'calico-not-modelled', { what: 'cni.projectcalico.org/floatingIPs' }, draft.specPlace)
      const named = namedPools(draft.meta.annotations['cni.projectcalico.org/ipv4pools'], pools)
      const address = blocks.take(node.meta.name, named ?? pools)
      if (address !== undefined) return [address]
      const text =
        pools.length === 0 ? `no configured Calico pools for node:${node.meta.name}` : 'failed to request IPv4 addresses: no free addresses'
      report(s, 'warning', 'pod-sandbox', { pod: name, plugin: 'calico', text }, draft.specPlace)
      return []
    },
    plan(pods) {
      const mine = new Set(nodes.filter((n) => n.interfaces === undefined).map((n) => n.meta.name))
      const own = pods.filter((pod) => !pod.spec.hostNetwork && mine.has(pod.nodeName))
      for (const pod of own) for (const address of pod.podIPs) blocks.keep(address, pod.nodeName)
      const borrowed = own.flatMap((pod) =>
        pod.podIPs.flatMap((address) => {
          const pool = blocks.poolOf(address)
          return pool && blocks.blockOf(address)?.node !== pod.nodeName ? [{ address, node: pod.nodeName, pool }] : []
        }),
      )
      const map = sorted.configMaps.find((one) => one.metadata.name === 'calico-config')
      return {
        pools,
        blocks: blocks.all.filter((block) => mine.has(block.node)),
        tunnels,
        borrowed,
        ...settleBgp(s, sorted, nodes, cni.because),
        vxlanPort: asNumber(fields['vxlanPort']) ?? 4789,
        vxlanVni: asNumber(fields['vxlanVNI']) ?? 4096,
        mtu: {
          veth: asNumber(map?.is.data['veth_mtu']) ?? 0,
          ipip: asNumber(fields['ipipMTU']) ?? 0,
          vxlan: asNumber(fields['vxlanMTU']) ?? 0,
        },
        toHost: toHostOf(asText(fields['defaultEndpointToHostAction'])),
        because: felix ? causeAt(s, { object: felix, path: '' }) : cni.because,
      }
    },
  }
}

const toHostOf = (text: string): CalicoPlan['toHost'] => (text === 'Drop' || text === 'Return' ? text : 'Accept')
