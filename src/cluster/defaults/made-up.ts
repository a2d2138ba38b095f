import type { ManifestObject } from '../../manifest/kinds.ts'
import { DocumentCache, readManifests } from '../../manifest/read.ts'
import { cidr, networkOf, nthOf } from '../../net/cidr.ts'
import { addToIp, familyOf, type Ip, ip, parseIp } from '../../net/ip.ts'
import type { Networks } from '../config/networks.ts'
import { cluesFor, dumpedNodes, dumpsDns, type GivenDump } from '../dumps.ts'
import { FIRST_NODE_ADDRESS } from '../nodes.ts'
import type { Sorted } from '../sorted.ts'
import { ingressDefaults } from './ingress/late.ts'
import * as text from './text.ts'

/** What a question needs beyond the nodes, which are always made up when the files have none. */
export interface Wants {
  /** The page: every usual thing. */
  readonly everything: boolean
  /** Something asks for DNS: Services kubernetes and kube-dns, CoreDNS. */
  readonly dns: boolean
  /** The address of the Ingress controller is asked for. */
  readonly ingress?: boolean
  /** An outside machine that is asked for; only `client` is made up. */
  readonly host?: string
}

const DEFAULTS_FILE = 'defaults.yaml'

const USUAL_NODES: readonly string[] = ['node-1', 'node-2', 'node-3']

/** Names of nodes that objects of the files mention, in their order. */
function mentioned({ pods, workloads, slices, labs }: Sorted): readonly string[] {
  const names = [
    ...labs.flatMap((lab) => lab.is.nodes.map((node) => node.name)),
    ...pods.map((one) => one.is.spec.nodeName),
    ...workloads.map((one) => one.is.template.spec.nodeName),
    ...slices.flatMap((one) => one.is.endpoints.map((endpoint) => endpoint.nodeName)),
  ]
  return [...new Set(names.filter((one) => one !== undefined && one !== ''))] as readonly string[]
}

/** The address and podCIDR of a node that nobody wrote down, as far as its Pods give them away. */
function clues(sorted: Sorted, name: string): { readonly address?: Ip; readonly podCIDR?: string } {
  const pods = sorted.pods.filter((one) => one.is.spec.nodeName === name)
  const hostIP = pods.map((one) => one.is.status.hostIP).find((one) => one !== undefined)
  const first = pods.find((one) => !one.is.spec.hostNetwork && one.is.status.podIPs.length > 0)?.is.status.podIPs[0]
  if (first === undefined || familyOf(first) === 6) return { ...(hostIP !== undefined && { address: hostIP }) }
  return { ...(hostIP !== undefined && { address: hostIP }), podCIDR: `${networkOf(cidr(`${first}/24`))}/24` }
}

/** node-1 to node-3; where the files mention other names, those. A Lab that only tunes nodes (sysctls) leaves them to be made up. */
function madeUpNodes(sorted: Sorted, dumps: readonly GivenDump[] = []): readonly text.MadeUpNode[] {
  const own = sorted.labs.flatMap((lab) => lab.is.nodes)
  if (sorted.nodes.length > 0 || own.some((node) => node.addresses.length > 0 || node.interfaces !== undefined)) return []
  const names = [...new Set([...mentioned(sorted), ...dumpedNodes(dumps)])]
  // a dump that says no name is of a cluster of one node, unless the files know more
  const usual = dumps.length > 0 && names.length === 0 ? USUAL_NODES.slice(0, 1) : USUAL_NODES
  const all = names.every((one) => usual.includes(one)) ? usual : names
  const found = all.map((name) => ({ name, ...clues(sorted, name), ...cluesFor(dumps, name) }))
  const nets = found.map((one) => one.podCIDR)
  const distinct = nets.every((net, i) => net === undefined || nets.indexOf(net) === i)
  return found.map(({ name, address, podCIDR }, i) => ({
    name,
    address: address ?? addToIp(FIRST_NODE_ADDRESS, i),
    ...(distinct && podCIDR !== undefined && { podCIDR }),
  }))
}

const internalAddresses = (sorted: Sorted): readonly Ip[] => [
  ...sorted.labs.flatMap((lab) => lab.is.nodes.flatMap((node) => node.addresses)),
  ...sorted.nodes.flatMap((node) =>
    node.is.addresses.flatMap(({ type, address }) => (type === 'InternalIP' ? (parseIp(address) ?? []) : [])),
  ),
]

/** The outside machines that are made up: somebody who asks, and the resolver that the nodes' own resolv.conf names. */
const CLIENT = 'client'
const CLIENT_NUMBER = 100
const RESOLVER = 'resolver'
const RESOLVER_NUMBER = 53

/** An outside machine stands on the first node's network: at its number (.100), or the next address that nobody has. */
function hostAddress(sorted: Sorted, nodes: readonly Ip[], number: number): Ip {
  const beside = nodes.find((one) => familyOf(one) === 4) ?? nodes[0] ?? FIRST_NODE_ADDRESS
  const v4 = familyOf(beside) === 4
  const net = cidr(`${beside}/${v4 ? 24 : 64}`)
  const taken = new Set<string>([...nodes, ...sorted.labs.flatMap((lab) => lab.is.hosts.flatMap((host) => host.addresses))])
  for (const slice of sorted.slices) for (const one of slice.is.endpoints) taken.add(one.addresses[0] ?? '')
  for (let n = v4 ? number : 0x100 + number; n < (v4 ? 255 : 0x1100); n++) if (!taken.has(nthOf(net, n))) return nthOf(net, n)
  return ip('203.0.113.10')
}

function dnsTexts(sorted: Sorted, { dnsDomain }: Networks, dumps: readonly GivenDump[]): readonly string[] {
  const named = (list: readonly ManifestObject[], name: string): boolean =>
    list.some(({ metadata }) => metadata.namespace === 'kube-system' && metadata.name === name)
  const sliced = sorted.slices.some(
    ({ metadata }) => metadata.namespace === 'kube-system' && metadata.labels['kubernetes.io/service-name'] === 'kube-dns',
  )
  const isDns = (namespace: string, labels: Readonly<Record<string, string>>): boolean =>
    namespace === 'kube-system' && labels['k8s-app'] === 'kube-dns'
  const runs =
    sliced ||
    dumpsDns(dumps) ||
    named(sorted.endpoints, 'kube-dns') ||
    sorted.pods.some(({ metadata }) => isDns(metadata.namespace, metadata.labels)) ||
    sorted.workloads.some(({ metadata, is }) => isDns(metadata.namespace, is.template.labels))
  return [
    ...(named(sorted.services, 'kube-dns') ? [] : [text.KUBE_DNS_SERVICE]),
    ...(named(sorted.configMaps, 'coredns') ? [] : [text.corefileText(dnsDomain)]),
    ...(runs ? [] : [text.COREDNS]),
  ]
}

function apiTexts(sorted: Sorted, apiServer: string): readonly string[] {
  const isKubernetes = ({ metadata }: ManifestObject): boolean => metadata.namespace === 'default' && metadata.name === 'kubernetes'
  const served =
    sorted.endpoints.some(isKubernetes) ||
    sorted.slices.some(({ metadata }) => metadata.namespace === 'default' && metadata.labels['kubernetes.io/service-name'] === 'kubernetes')
  return [
    ...(sorted.services.some(isKubernetes) ? [] : [text.KUBERNETES_SERVICE]),
    ...(served ? [] : [text.kubernetesSliceText(apiServer)]),
  ]
}

/** The text of everything that is made up for these files, or '' when there is nothing. */
export function defaultsText(
  sorted: Sorted,
  nets: Networks,
  cni: readonly string[],
  wants: Wants,
  dumps: readonly GivenDump[] = [],
): string {
  const nodes = madeUpNodes(sorted, dumps)
  const addresses = [...internalAddresses(sorted), ...nodes.map((one) => ip(one.address))]
  const wanted = wants.everything || wants.host === CLIENT
  const hosts = sorted.labs.flatMap((lab) => lab.is.hosts.map((one) => one.name))
  const dns = wants.everything || wants.dns
  const ingress = sorted.ingresses.length > 0 && (wants.everything || wants.ingress === true)
  const answered = sorted.labs.some((lab) => lab.is.hosts.some((host) => host.dns.length > 0 || host.listen.some((l) => /^53\b/.test(l))))
  return [
    ...(sorted.clusters.length > 0 ? [] : [text.clusterText(nets)]),
    ...(sorted.proxies.length > 0 ? [] : [text.proxyText(nets)]),
    ...cni,
    ...nodes.map(text.nodeText),
    ...(dns ? apiTexts(sorted, addresses[0] ?? FIRST_NODE_ADDRESS) : []),
    ...(dns ? dnsTexts(sorted, nets, dumps) : []),
    ...(wanted && !hosts.includes(CLIENT) ? [text.hostText(CLIENT, hostAddress(sorted, addresses, CLIENT_NUMBER))] : []),
    ...(dns && !answered && !hosts.includes(RESOLVER)
      ? [
          text.resolverText(
            RESOLVER,
            hostAddress(sorted, addresses, RESOLVER_NUMBER),
            ingress ? ingressDefaults.get().ingressNames(sorted) : [],
            addresses[0],
          ),
        ]
      : []),
    ...(ingress ? ingressDefaults.get().ingressTexts(sorted) : []),
  ].join('---\n')
}

const cache = new DocumentCache()

/** The made-up text, read as any other file. A mistake in it is ours. */
export function readDefaults(defaults: string): readonly ManifestObject[] {
  const { objects, problems } = readManifests([{ name: DEFAULTS_FILE, text: defaults }], cache)
  const wrong = problems.find((one) => one.severity === 'error')
  if (wrong) throw new Error(`${DEFAULTS_FILE}: ${wrong.code} ${JSON.stringify(wrong.params)}`)
  return objects
}
