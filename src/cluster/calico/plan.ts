import { parseCidr } from '../../net/cidr.ts'
import { type Family, familyOf, type Ip, parseIp } from '../../net/ip.ts'
import type { Cluster, ClusterNode, ClusterPod } from '../cluster.ts'
import { refusal, stay } from '../netconf/stay.ts'
import { annotationPlace, type PodDraft } from '../pod-draft.ts'
import { causeAt, type Ipam, report, type Settling } from '../settling.ts'
import type { Sorted } from '../sorted.ts'
import { settleBgp } from './bgp.ts'
import { Blocks } from './blocks.ts'
import { fixedBy, takeFixed } from './fixed.ts'
import { macRefused } from './hw-addr.ts'
import { readIpamConfig } from './ipam-config.ts'
import { asNumber, asText } from './json.ts'
import { calicoObjects, specOf } from './objects.ts'
import { checkOwn } from './own-fields.ts'
import { installationTold, operatorMtu } from './pool-texts.ts'
import { namedPools, readPools } from './read.ts'
import type { CalicoPlan, IpPool } from './types.ts'

/** Calico's addresses while a cluster is settled, and afterwards what its programs go by. */
export interface CalicoSettling extends Ipam {
  plan(pods: readonly ClusterPod[]): { readonly calico: CalicoPlan }
}

/** Tunnel devices with an address of their own, the family of the pools that it comes from, and where calico-node notes it. */
const TUNNELS = [
  { key: 'ipip', mode: 'ipip', family: 4, annotation: 'projectcalico.org/IPv4IPIPTunnelAddr' },
  { key: 'vxlan', mode: 'vxlan', family: 4, annotation: 'projectcalico.org/IPv4VXLANTunnelAddr' },
  { key: 'vxlan6', mode: 'vxlan', family: 6, annotation: 'projectcalico.org/IPv6VXLANTunnelAddr' },
] as const
const POOLS = { 4: 'cni.projectcalico.org/ipv4pools', 6: 'cni.projectcalico.org/ipv6pools' } as const

/** Why ADD fails, and the annotation that is to blame. */
interface Failed {
  readonly error: string
  readonly key?: string
}

export function settleIpam(s: Settling, sorted: Sorted, nodes: readonly ClusterNode[], cni: Cluster['cni'], told: boolean): CalicoSettling {
  const pools = readPools(s, sorted, nodes, told ? cni.name : undefined)
  const config = readIpamConfig(s, sorted)
  installationTold(s, sorted)
  let blocks = new Blocks(pools, [], config)
  const tunnels = new Map<string, { ipip?: Ip; vxlan?: Ip; vxlan6?: Ip }>()
  const felix = calicoObjects(sorted, 'FelixConfiguration').find((one) => one.metadata.name === 'default')
  const fields = felix ? specOf(felix) : {}
  checkOwn(
    s,
    sorted,
    nodes.map((node) => node.meta.name),
  )
  const namespaces = new Map(sorted.namespaces.map((one) => [one.metadata.name, one.metadata.annotations]))
  const families = asked(sorted, pools)

  function addTunnels(): void {
    for (const { key, mode, family, annotation } of TUNNELS) {
      const some = pools.filter((pool) => pool[mode] !== 'Never' && !pool.disabled && familyOf(pool.cidr) === family)
      if (some.length === 0) continue
      for (const node of nodes) {
        if (node.interfaces !== undefined) continue
        const known = parseIp(node.meta.annotations[annotation] ?? '')
        if (known !== undefined) blocks.keep(known, node.meta.name)
        const taken = known === undefined ? blocks.take(node.meta.name, family, some) : { address: known }
        if ('address' in taken) tunnels.set(node.meta.name, { ...tunnels.get(node.meta.name), [key]: taken.address })
      }
    }
  }

  /** An address of each family, or why there is none and the annotation that is to blame. */
  function autoAssign(draft: PodDraft, node: string): readonly Ip[] | Failed {
    const out: Ip[] = []
    for (const family of families) {
      const key = POOLS[family]
      const text = draft.meta.annotations[key] || namespaces.get(draft.meta.namespace)?.[key]
      const named = text === undefined || text === '' ? undefined : namedPools(text, pools, family)
      if (named !== undefined && 'error' in named) return { error: named.error, key }
      const taken = blocks.take(node, family, named)
      if ('error' in taken) return { error: taken.error, ...(named !== undefined && { key }) }
      out.push(taken.address)
    }
    return out
  }

  return {
    begin(given, taken) {
      blocks = new Blocks(pools, taken, config)
      for (const object of calicoObjects(sorted, 'BlockAffinity')) {
        const spec = specOf(object)
        const net = parseCidr(asText(spec['cidr']))
        if (net && spec['deleted'] !== true && spec['deleted'] !== 'true') blocks.given(net, asText(spec['node']))
      }
      for (const [node, ips] of given) for (const address of ips) blocks.keep(address, node)
      addTunnels()
    },
    take(draft, node) {
      const floating = 'cni.projectcalico.org/floatingIPs'
      if (draft.meta.annotations[floating] !== undefined)
        report(s, 'warning', 'calico-not-modelled', { what: floating }, annotationPlace(draft, floating))
      const mac = macRefused(draft.meta.annotations)
      if (mac !== undefined) {
        stay(s, draft, refusal('calico', 'plugin', mac.error), annotationPlace(draft, mac.key))
        return []
      }
      const fixed = fixedBy(draft.meta.annotations)
      const found: readonly Ip[] | Failed =
        fixed === undefined ? autoAssign(draft, node.meta.name) : takeFixed(draft.meta.annotations, blocks, node.meta.name)
      if (!('error' in found)) return found
      const key = fixed ?? found.key
      const place = key !== undefined && draft.meta.annotations[key] !== undefined ? annotationPlace(draft, key) : draft.specPlace
      const ipam = fixed === undefined || found.error.startsWith('error getting IP')
      stay(s, draft, refusal('calico', ipam ? 'ipam' : 'plugin', found.error), place)
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
      const calico = {
        pools,
        blocks: blocks.all.filter((block) => mine.has(block.node)),
        tunnels,
        borrowed,
        ...settleBgp(s, sorted, nodes, cni.because),
        vxlanPort: asNumber(fields['vxlanPort']) ?? 4789,
        vxlanVni: asNumber(fields['vxlanVNI']) ?? 4096,
        mtu: {
          veth: asNumber(operatorMtu(sorted) ?? map?.is.data['veth_mtu']) ?? 0,
          ipip: asNumber(fields['ipipMTU']) ?? 0,
          vxlan: asNumber(fields['vxlanMTU']) ?? 0,
          vxlan6: asNumber(fields['vxlanMTUV6']) ?? 0,
        },
        hostsExcluded: fields['natOutgoingExclusions'] === 'IPPoolsAndHostIPs',
        toHost: toHostOf(asText(fields['defaultEndpointToHostAction'])),
        because: felix ? causeAt(s, { object: felix, path: '' }) : cni.because,
      }
      return { calico }
    },
  }
}

const toHostOf = (text: string): CalicoPlan['toHost'] =>
  (['Drop', 'Return'] as const).find((one) => one.toLowerCase() === text.toLowerCase()) ?? 'Accept'

/** Families of which a Pod gets an address: assign_ipv4 and assign_ipv6 of the conflist, else those that an enabled pool has, as the operator sets them. */
function asked(sorted: Sorted, pools: readonly IpPool[]): readonly Family[] {
  const map = sorted.configMaps.find((one) => one.metadata.name === 'calico-config')
  const said = (family: Family): string | undefined =>
    new RegExp(`"assign_ipv${family}"\\s*:\\s*"(true|false)"`).exec(map?.is.data['cni_network_config'] ?? '')?.[1]
  const has = (family: Family): boolean => pools.some((pool) => familyOf(pool.cidr) === family && !pool.disabled)
  const found = ([4, 6] as const).filter((family) => (said(family) ?? String(has(family))) === 'true')
  return found.length > 0 ? found : [4]
}
