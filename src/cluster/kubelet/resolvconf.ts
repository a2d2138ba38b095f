import type { PodSpec } from '../../manifest/kinds.ts'
import { nthOf, sizeOf } from '../../net/cidr.ts'
import { type Ip, parseIp } from '../../net/ip.ts'
import type { Cluster, ClusterNode, ClusterPod } from '../cluster.ts'
import { upstreamResolvers } from './upstream.ts'

/** What stands in a resolv.conf. */
export interface DnsSettings {
  readonly nameservers: readonly string[]
  readonly searches: readonly string[]
  /** `ndots:5`, `edns0`. */
  readonly options: readonly string[]
}

/** What the kubelet is told: --cluster-dns, --cluster-domain and the node's own file. */
export interface KubeletDns {
  readonly clusterDNS: readonly Ip[]
  readonly clusterDomain: string
  readonly node: DnsSettings
}

/** Limits after the merge (kubernetes pkg/apis/core/validation); characters count the blanks between domains. */
const MOST_SERVERS = 3
const MOST_DOMAINS = 32
const MOST_CHARACTERS = 2048
const LONGEST_DOMAIN = 253

const unique = (list: readonly string[]): readonly string[] => [...new Set(list)]
const undotted = (domain: string): string => (domain.length > 1 && domain.endsWith('.') ? domain.slice(0, -1) : domain)

/** An option of dnsConfig takes the place of one with its name. */
function mergeOptions(own: readonly string[], given: readonly { readonly name: string; readonly value?: string }[]): readonly string[] {
  const named = new Map(own.map((o) => [o.split(':')[0] ?? o, o]))
  for (const { name, value } of given) named.set(name, value === undefined || value === '' ? name : `${name}:${value}`)
  return [...named.values()]
}

/** The tail of a list that is too long is cut off; the event says so. */
function limited({ nameservers, searches, options }: DnsSettings): { readonly settings: DnsSettings; readonly events: readonly string[] } {
  const fit = searches.filter((d) => d.length <= LONGEST_DOMAIN)
  let kept = fit.slice(0, MOST_DOMAINS)
  while (kept.join(' ').length > MOST_CHARACTERS) kept = kept.slice(0, -1)
  const servers = nameservers.slice(0, MOST_SERVERS)
  const events = [
    ...(servers.length < nameservers.length ? ['DNSConfigForming: Nameserver limits were exceeded'] : []),
    ...(kept.length < searches.length ? ['DNSConfigForming: Search Line limits were exceeded'] : []),
  ]
  return { settings: { nameservers: servers, searches: kept, options }, events }
}

type PodDns = Pick<PodSpec, 'dnsPolicy' | 'dnsConfig' | 'hostNetwork'>

function baseOf(
  pod: PodDns,
  namespace: string,
  { clusterDNS, clusterDomain, node }: KubeletDns,
): { readonly settings: DnsSettings; readonly events: readonly string[] } {
  const host = { ...node, searches: node.searches.map(undotted) }
  const cluster = pod.dnsPolicy === 'ClusterFirstWithHostNet' || (pod.dnsPolicy === 'ClusterFirst' && !pod.hostNetwork)
  if (pod.dnsPolicy === 'None') return { settings: { nameservers: [], searches: [], options: [] }, events: [] }
  if (!cluster) return { settings: host, events: [] }
  if (clusterDNS.length === 0) return { settings: host, events: ['MissingClusterDNS'] }
  const searches = unique([`${namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain, ...host.searches])
  return { settings: { nameservers: clusterDNS, searches, options: ['ndots:5'] }, events: [] }
}

/** The settings of a pod for its dnsPolicy and dnsConfig (kubernetes pkg/kubelet/network/dns/dns.go), and the kubelet's events. */
export function podDns(
  pod: PodDns,
  namespace: string,
  kubelet: KubeletDns,
): { readonly settings: DnsSettings; readonly events: readonly string[] } {
  const { settings, events } = baseOf(pod, namespace, kubelet)
  const config = pod.dnsConfig
  const merged =
    config === undefined
      ? settings
      : {
          nameservers: unique([...settings.nameservers, ...config.nameservers]),
          searches: unique([...settings.searches, ...config.searches.map(undotted)]),
          options: mergeOptions(settings.options, config.options),
        }
  const cut = limited(merged)
  return { settings: cut.settings, events: [...events, ...cut.events] }
}

/** The file as the container runtime writes it: search, nameserver, options. */
export function resolvConfText({ nameservers, searches, options }: DnsSettings): string {
  return [
    ...(searches.length > 0 ? [`search ${searches.join(' ')}`] : []),
    ...nameservers.map((s) => `nameserver ${s}`),
    ...(options.length > 0 ? [`options ${options.join(' ')}`] : []),
  ]
    .map((line) => `${line}\n`)
    .join('')
}

/** A node's file as the kubelet reads it (parseResolvConf in dns.go): the last `search` counts, all options do. */
export function parseNodeConf(text: string): DnsSettings {
  let [nameservers, searches, options]: [string[], string[], string[]] = [[], [], []]
  for (const line of text.split('\n')) {
    const [word, ...rest] = line.trim().split(/\s+/)
    if (word === 'nameserver' && rest[0] !== undefined) nameservers = [...nameservers, rest[0]]
    else if (word === 'search') searches = rest
    else if (word === 'options') options = [...options, ...rest.filter((o) => !options.includes(o))]
  }
  return { nameservers, searches, options }
}

/** A node's own resolv.conf: what the Lab writes, else made up to name the lab's upstream resolvers. */
export const nodeDns = (cluster: Cluster, node?: Pick<ClusterNode, 'resolvConf'>): DnsSettings =>
  node?.resolvConf === undefined
    ? { nameservers: upstreamResolvers(cluster).slice(0, MOST_SERVERS), searches: [], options: [] }
    : parseNodeConf(node.resolvConf)

/**
 * clusterDNS of the kubelet's configuration: the addresses of the DNS Service. The kubelet knows nothing of that Service: without
 * it the tenth address of the service net stands there all the same, as kubeadm writes it (GetDNSIP).
 */
function clusterDns(cluster: Cluster): readonly Ip[] {
  const service = cluster.services.find((s) => s.meta.namespace === 'kube-system' && s.meta.name === 'kube-dns')
  const [net] = cluster.serviceSubnets
  if (!service) return net !== undefined && sizeOf(net) > DNS_NUMBER ? [nthOf(net, DNS_NUMBER)] : []
  return service.spec.clusterIPs.flatMap((a) => (a === 'None' ? [] : (parseIp(a) ?? [])))
}

const DNS_NUMBER = 10

const kubelets = new WeakMap<Cluster, Map<string, KubeletDns>>()
function kubeletOf(cluster: Cluster, nodeName: string): KubeletDns {
  const known = kubelets.get(cluster) ?? new Map<string, KubeletDns>()
  kubelets.set(cluster, known)
  const old = known.get(nodeName)
  if (old) return old
  const node = cluster.nodes.find((n) => n.meta.name === nodeName)
  const made = { clusterDNS: clusterDns(cluster), clusterDomain: cluster.dnsDomain, node: nodeDns(cluster, node) }
  known.set(nodeName, made)
  return made
}

/** /etc/resolv.conf of a pod's containers. */
export const resolvConf = (cluster: Cluster, pod: Pick<ClusterPod, 'spec' | 'meta' | 'nodeName'>): string =>
  resolvConfText(podDns(pod.spec, pod.meta.namespace, kubeletOf(cluster, pod.nodeName)).settings)

/** /etc/resolv.conf of a node, or of a machine outside. */
export const machineResolvConf = (cluster: Cluster, node?: ClusterNode): string => node?.resolvConf ?? resolvConfText(nodeDns(cluster))
