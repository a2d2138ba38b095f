import { addressOf, cidr, inCidr, lengthOf, networkOf, overlaps, parseCidr } from '../../net/cidr.ts'
import { type Cidr, familyOf, type Ip } from '../../net/ip.ts'
import { calico } from '../calico/late.ts'
import type { PooledNets } from '../calico/nets.ts'
import { dumpedPodNet, type GivenDump } from '../dumps.ts'
import { type Place, report, type Settling } from '../settling.ts'
import type { Sorted } from '../sorted.ts'
import { FLANNEL_FIELD, type FlannelNet } from './flannel.ts'

export interface Networks {
  readonly podSubnets: readonly Cidr[]
  readonly serviceSubnets: readonly Cidr[]
  readonly dnsDomain: string
  /** False: nobody said which addresses Services have, so those in the files are not measured against a range of ours. */
  readonly serviceSubnetsTold: boolean
  /** The object of the files that says the Pod subnet. */
  readonly podsFrom?: Place
}

const POD_SUBNET = cidr('10.244.0.0/16')
const SERVICE_SUBNET = cidr('10.96.0.0/12')
/** No default exists for IPv6; these are the nets that the Kubernetes documentation uses. */
const POD_SUBNET_6 = cidr('fd00:10:244::/56')
const SERVICE_SUBNET_6 = cidr('fd00:10:96::/112')

const hasV6 = (list: readonly string[]): boolean => list.some((one) => one.includes(':'))

/** Nobody says the Pod subnet, but the Nodes have podCIDRs: the /16 (IPv6: /48) around them, when one holds them all. */
function around(given: readonly Cidr[], family: 4 | 6): Cidr | undefined {
  const first = given.find((one) => familyOf(one) === family)
  if (!first) return undefined
  const wide = cidr(
    `${networkOf(cidr(`${addressOf(first)}/${Math.min(lengthOf(first), family === 4 ? 16 : 48)}`))}/${Math.min(lengthOf(first), family === 4 ? 16 : 48)}`,
  )
  return given.every((one) => familyOf(one) !== family || inCidr(networkOf(one), wide)) ? wide : undefined
}

interface Told {
  /** By Calico's pools, of which one may be too small to be cut. */
  readonly pool?: true
  readonly nets: readonly Cidr[]
  readonly from?: Place
}

function told(sorted: Sorted, flannel: FlannelNet | undefined, pooled: PooledNets | undefined): Told {
  const config = sorted.clusters.find((one) => one.is.podSubnets.length > 0)
  if (config) return { nets: config.is.podSubnets, from: { object: config, path: 'networking.podSubnet' } }
  const nets = [flannel?.network, flannel?.ipv6Network].filter((one) => one !== undefined)
  if (flannel && nets.length > 0) return { nets, from: { object: flannel.map, path: FLANNEL_FIELD } }
  if (pooled?.from) return { ...pooled, pool: true }
  const proxy = sorted.proxies.find((one) => one.is.clusterCIDR !== '')
  const list = proxy?.is.clusterCIDR.split(',').flatMap((one) => parseCidr(one.trim()) ?? []) ?? []
  return proxy && list.length > 0 ? { nets: list, from: { object: proxy, path: 'clusterCIDR' } } : { nets: [] }
}

/** kubeadm's ClusterConfiguration, else what other objects of the cluster give away, else `usual`, or kubeadm's and flannel's usual nets. */
export function settleNetworks(
  sorted: Sorted,
  flannel: FlannelNet | undefined,
  dumps: readonly GivenDump[] = [],
  usual = POD_SUBNET,
): Networks {
  const pooled = sorted.others.some((one) => /^(IPPool|Installation)$/.test(one.is.kind)) ? calico.get().podNets(sorted) : undefined
  const nodeNets = sorted.nodes.flatMap((one) => one.is.podCIDRs)
  const services = sorted.services.map((one) => one.is.spec)
  const dual = hasV6(nodeNets) || services.some((one) => one.ipFamilies.includes('IPv6') || hasV6(one.clusterIPs)) || pooled?.dual === true
  const pods = told(sorted, flannel, pooled)
  const guess4 = [around(nodeNets, 4)].filter((one) => one !== undefined && !overlaps(one, POD_SUBNET))
  const guess6 = around(nodeNets, 6) ?? POD_SUBNET_6
  const ranges = sorted.clusters.flatMap((one) => one.is.serviceSubnets)
  return {
    podSubnets:
      pods.nets.length > 0
        ? [...pods.nets, ...(pods.pool && dual && !hasV6(pods.nets) ? [guess6] : [])]
        : [guess4[0] ?? dumpedPodNet(dumps) ?? usual, ...(dual ? [guess6] : [])],
    serviceSubnets: ranges.length > 0 ? ranges : dual ? [SERVICE_SUBNET, SERVICE_SUBNET_6] : [SERVICE_SUBNET],
    dnsDomain: sorted.clusters.find((one) => one.is.dnsDomain !== '')?.is.dnsDomain ?? 'cluster.local',
    serviceSubnetsTold: ranges.length > 0,
    ...(pods.from && { podsFrom: pods.from }),
  }
}

/** Who says what kube-proxy takes for Pods, and the nets. */
function localNets(sorted: Sorted): { readonly object?: Sorted['proxies'][number]; readonly local: readonly Cidr[] } {
  const object = sorted.proxies.find((one) => one.is.clusterCIDR !== '' && one.is.detectLocalMode === 'ClusterCIDR')
  return { ...(object && { object }), local: object?.is.clusterCIDR.split(',').flatMap((one) => parseCidr(one.trim()) ?? []) ?? [] }
}

/** Once Pods have their addresses: a pool or a podCIDR may lie elsewhere than the Pod subnet. */
export function checkStrays(s: Settling, sorted: Sorted, nets: Networks, addresses: readonly Ip[]): void {
  const { object, local } = localNets(sorted)
  const stray = addresses.find((ip) => local.some((c) => familyOf(c) === familyOf(ip)) && !local.some((c) => inCidr(ip, c)))
  if (object === undefined || stray === undefined || s.problems.some(({ code }) => code === 'cluster-cidr')) return
  // kubeadm gives kube-proxy its podSubnet; where nobody said either, the clusterCIDR is a guess of ours
  const said = nets.podsFrom?.object.kind === 'ClusterConfiguration' ? nets.podsFrom : undefined
  const place = s.isMadeUp(object) ? said : { object, path: 'clusterCIDR' }
  if (place === undefined) return
  report(s, 'warning', 'cluster-cidr', { cidr: object.is.clusterCIDR, pods: stray }, place)
}

/** What kube-proxy takes for Pods, by their CIDR, and Pods that are elsewhere: it masquerades what they send to a Service. */
function checkClusterCidr(s: Settling, sorted: Sorted, nets: Networks): void {
  const { object, local } = localNets(sorted)
  const pods = nets.podsFrom?.object === object ? sorted.nodes.flatMap((one) => one.is.podCIDRs) : nets.podSubnets
  const stray = pods.find((net) => local.some((c) => familyOf(c) === familyOf(net)) && !local.some((c) => overlaps(c, net)))
  if (object && stray !== undefined)
    report(s, 'warning', 'cluster-cidr', { cidr: object.is.clusterCIDR, pods: stray }, { object, path: 'clusterCIDR' })
}

/** Nets that must not share an address, told where the later one stands. */
export function checkNetworks(s: Settling, sorted: Sorted, nets: Networks): void {
  const config = sorted.clusters.find((one) => one.is.serviceSubnets.length > 0 && !s.isMadeUp(one))
  const place = config ? { object: config, path: 'networking.serviceSubnet' } : nets.podsFrom
  // clusterCIDR is only what kube-proxy takes for Pods: nobody allocates from it, and a wider one is no clash.
  const pods = nets.podsFrom?.object.kind === 'KubeProxyConfiguration' && !nets.serviceSubnetsTold ? [] : nets.podSubnets
  for (const a of pods) {
    for (const b of nets.serviceSubnets) {
      if (!overlaps(a, b)) continue
      const params = { a, what: 'podSubnet', b, other: 'serviceSubnet' }
      report(s, 'error', 'overlapping-nets', params, place)
    }
  }
  checkClusterCidr(s, sorted, nets)
  for (const [i, node] of sorted.nodes.entries()) {
    for (const net of node.is.podCIDRs) {
      const place = { object: node, path: 'spec.podCIDR' }
      const range = nets.serviceSubnets.find((one) => overlaps(one, net))
      if (range) report(s, 'error', 'overlapping-nets', { a: net, what: 'podCIDR', b: range, other: 'serviceSubnet' }, place)
      for (const twin of sorted.nodes.slice(0, i)) {
        const b = twin.is.podCIDRs.find((one) => overlaps(one, net))
        if (b === undefined) continue
        report(s, 'error', 'overlapping-nets', { a: net, what: 'podCIDR', b, other: `podCIDR ${twin.metadata.name}` }, place)
        break
      }
    }
    for (const [j, { type, address }] of node.is.addresses.entries()) {
      if (type !== 'InternalIP') continue
      const inNet = (net: Cidr): boolean => inCidr(address as Ip, net)
      const place = { object: node, path: `status.addresses[${j}].address` }
      const range = nets.serviceSubnets.find(inNet)
      const podNet = nets.podSubnets.find(inNet)
      if (range) report(s, 'error', 'node-in-net', { address, net: range, what: 'serviceSubnet' }, place)
      else if (podNet) report(s, 'warning', 'node-in-net', { address, net: podNet, what: 'podSubnet' }, place)
    }
  }
}
