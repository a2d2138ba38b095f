import type { LabProbe, ManifestObject } from '../manifest/kinds.ts'
import { type Ip, parseIp } from '../net/ip.ts'
import { Causes } from '../trace/cause.ts'
import type { Problem } from '../trace/problem.ts'
import { balancing } from './balancer/late.ts'
import { calico as calicoPart } from './calico/late.ts'
import type { BalancedService, Balancer, Cluster, ClusterNode, NodeHealth } from './cluster.ts'
import { hasOther, isCniTold, isWeave, madeUpCni, settleCni } from './config/cni.ts'
import { flannelNet } from './config/flannel.ts'
import { checkNetworks, checkStrays, settleNetworks } from './config/networks.ts'
import { settleProxy } from './config/proxy.ts'
import { defaultsText, readDefaults, type Wants } from './defaults/made-up.ts'
import { dumpedAddresses, type GivenDump } from './dumps.ts'
import { checkEndpoints, settleEndpoints } from './endpoints.ts'
import { gatewayController } from './gateway/late.ts'
import { serviceHints } from './hints.ts'
import { settleHosts } from './hosts.ts'
import { settleIngress } from './ingress.ts'
import { coreDnsStarts, type StartCoreDns } from './kubelet/coredns.ts'
import { envHints } from './kubelet/env-hints.ts'
import { generating, settledDumps } from './late.ts'
import { settleNamespaces } from './namespaces.ts'
import { netConfs } from './netconf/late.ts'
import { settleNodes } from './nodes.ts'
import { checkLabRules, labRules, settlePods } from './pods.ts'
import { checkPolicies, settlePolicies } from './policies.ts'
import { settleServices } from './services/services.ts'
import { newSettling } from './settling.ts'
import { shortened } from './shortened.ts'
import { settleSlices } from './slices/settle.ts'
import { type Sorted, sortByKind } from './sorted.ts'
import { standIns } from './stand-ins.ts'
import { checkTwins } from './twins.ts'
import { weave as weavePart } from './weave/late.ts'

export type { Wants } from './defaults/made-up.ts'

/** What the question says beside the files. */
export interface Setup {
  /** --proxy and --cni: they beat the files. */
  readonly proxy?: string
  readonly cni?: string
  readonly seed?: number
  readonly wants: Wants
  /** Outputs of nodes' tools, read. */
  readonly dumps?: readonly GivenDump[]
  /** The cluster a moment ago, and every address that a Pod ever had: who is still there keeps what it has. Its causes go on. */
  readonly before?: { readonly cluster: Cluster; readonly taken: readonly Ip[] }
  /** Reads Corefiles; without it CoreDNS is taken to start. */
  readonly startCoreDns?: StartCoreDns
  /** Walks a load balancer's health checks; without it no node is known to be healthy. */
  readonly checkHealth?: (cluster: Cluster, balancer: Balancer, one: BalancedService) => readonly NodeHealth[]
}

export interface Settled {
  readonly cluster: Cluster
  readonly problems: readonly Problem[]
  /** The made-up objects as YAML: the page's defaults.yaml. */
  readonly defaults: string
}

/** Addresses that slices and Endpoints of the files name: they belong to somebody, so IPAM hands them to nobody. */
const spokenFor = (sorted: Sorted) => [
  ...sorted.slices.flatMap((one) => one.is.endpoints.flatMap(({ addresses }) => parseIp(addresses[0] ?? '') ?? [])),
  ...sorted.endpoints.flatMap((one) =>
    one.is.subsets.flatMap(({ addresses, notReadyAddresses }) => [...addresses, ...notReadyAddresses].map(({ ip }) => ip)),
  ),
  ...sorted.labs.flatMap((lab) => lab.is.hosts.flatMap((host) => host.addresses)),
]

/**
 * What the control plane makes of the objects, one controller after the other. Never throws for what a user wrote: mistakes are
 * problems, and with an `error` among them the cluster is only good for looking at.
 */
const least = (mtus: readonly number[]): Pick<Cluster, 'underlayMtu'> => (mtus.length === 0 ? {} : { underlayMtu: Math.min(...mtus) })

export function settle(objects: readonly ManifestObject[], setup: Setup): Settled {
  const causes = setup.before?.cluster.causes ?? new Causes()
  const written = sortByKind(objects)
  const flannelOfFiles = written.configMaps.length > 0 ? flannelNet(newSettling(causes, new Set()), written.configMaps) : undefined
  const weave = isWeave(written, setup.cni) ? weavePart.get() : undefined
  const nets = settleNetworks(written, flannelOfFiles, setup.dumps, weave?.usualRange(written))
  const usual = defaultsText(written, nets, madeUpCni(written, nets, flannelOfFiles, setup.cni), setup.wants, setup.dumps)
  const gateways = written.gatewayApi.length > 0 ? gatewayController.get() : undefined
  const defaults = gateways ? [usual, ...gateways.planeTexts(written)].filter((text) => text !== '').join('---\n') : usual
  const madeUp = readDefaults(defaults)

  const s = newSettling(causes, new Set(madeUp))
  const sorted = sortByKind([...objects, ...madeUp])
  const flannel = flannelNet(s, sorted.configMaps)
  checkNetworks(s, sorted, nets)
  checkTwins(s, sorted)
  const cni = settleCni(s, sorted, flannel, setup.cni)
  const proxy = settleProxy(s, sorted, setup.proxy, cni.name, setup.cni)

  const dumps = setup.dumps ?? []
  const dumped = dumps.length > 0 ? settledDumps.get() : undefined
  const ownNodes = settleNodes(s, sorted, nets)
  const nodes = dumped?.withDumps(s, ownNodes, dumps) ?? ownNodes
  const own = { calico: calicoPart, weave: weavePart }[cni.name.split('-')[0] ?? '']
  const ipam = own?.get().settleIpam(s, sorted, nodes, cni, isCniTold(sorted, setup.cni), nets)
  const rules = labRules(sorted)
  const bulk = sorted.labs.some(({ is }) => is.generate.length > 0) ? generating.get() : undefined
  const asked = bulk?.generations(sorted) ?? []
  const startOf = coreDnsStarts(s, sorted, nets, setup.startCoreDns)
  const spoken = [...spokenFor(sorted), ...(setup.before?.taken ?? []), ...dumpedAddresses(dumps)]
  const net = flannel && !s.isMadeUp(flannel.map) ? flannel : undefined
  const told = net ?? sorted.labs.some(({ is }) => is.nodes.some((node) => node.missingPlugins))
  const netConf = told || hasOther(sorted) ? netConfs.get() : undefined
  const netd = { configMaps: sorted.configMaps, cni }
  netConf?.netConfProblem(s, netd)
  if (net) netConf?.netConfJson(s, net)
  const settledPods = settlePods(
    { ...s, cni: cni.name, ...(ipam && { ipam }), ...(netConf && { nodeFault: (node: ClusterNode) => netConf.nodeFault(netd, node) }) },
    sorted,
    nodes,
    spoken,
    rules,
    bulk?.generatedDrafts(s, asked, nodes) ?? [],
    startOf,
    setup.before?.cluster.pods,
  )
  const pods = settledPods.map((one) => one.pod)
  const away = pods.flatMap((one) => (one.spec.hostNetwork ? [] : one.podIPs))
  if (proxy.mode !== 'none') checkStrays(s, sorted, nets, away)
  const limited = settledPods.flatMap(({ draft }) =>
    /gress-bandwidth\b/.test(Object.keys(draft.meta.annotations).join(' ')) ? [draft] : [],
  )
  if (limited.length > 0) netConfs.get().limitsTold(s, netd, limited)

  const part = sorted.services.some(({ is }) => is.spec.type === 'LoadBalancer') ? balancing.get() : undefined
  const allocated = settleServices(s, sorted.services, nets, part?.addressGiver(s, sorted, nodes))
  const settledSlices = settleSlices(s, sorted, allocated.services, pods, nodes)
  const generated = bulk?.generate(s, asked, pods, allocated.ips) ?? { services: [], slices: [] }
  const services = [...allocated.services, ...generated.services]
  const slices = [...settledSlices.slices, ...generated.slices]
  const hosts = settleHosts(s, sorted)
  const stand = standIns(s, [...settledSlices.given, ...(dumped?.dumpedSlices(s, nodes) ?? [])], pods, nodes, hosts, rules, services)

  checkEndpoints(s, sorted, services)
  serviceHints(s, allocated.objectOf, settledPods, settledSlices)
  envHints(s, settledPods, allocated.objectOf)
  checkLabRules(s, rules, [...pods, ...stand.pods])
  const ipvs = { on: proxy.mode === 'ipvs', strictARP: proxy.config.ipvs.strictARP }
  const check = (balancer: Balancer, one: BalancedService): readonly NodeHealth[] => setup.checkHealth?.(cluster, balancer, one) ?? []
  const balanced = part?.settleBalancers(s, sorted, services, nodes, [...hosts, ...stand.hosts], ipvs, check)
  const cluster: Cluster = {
    causes,
    podSubnets: nets.podSubnets,
    serviceSubnets: nets.serviceSubnets,
    dnsDomain: nets.dnsDomain,
    ...settleNamespaces(sorted),
    nodes,
    pods: [...pods, ...stand.pods],
    services,
    slices,
    policies: settlePolicies(s, sorted),
    endpoints: settleEndpoints(s, sorted, allocated.services, settledSlices.slices),
    hosts: [...hosts, ...stand.hosts, ...(balanced?.hosts ?? [])],
    ...(balanced && balanced.balancers.length > 0 && { balancers: balanced.balancers }),
    nodeListeners: stand.nodeListeners,
    proxy,
    cni,
    ...ipam?.plan([...pods, ...stand.pods]),
    blocks: sorted.labs.flatMap((lab) => lab.is.blocks),
    ...least(sorted.labs.flatMap((lab) => lab.is.underlayMtu ?? [])),
    configMaps: sorted.configMaps,
    ...settleIngress(s, sorted),
    ...(gateways && { gatewayApi: gateways.settleGateway(s, sorted, services) }),
    others: sorted.others,
    labPods: rules.map((one) => one.rule),
    probes: sorted.labs.flatMap((lab): readonly LabProbe[] => lab.is.probes),
    seed: setup.seed ?? sorted.labs.find((lab) => lab.is.seed !== undefined)?.is.seed ?? 1,
  }
  checkPolicies(s, sorted, cluster)
  return { cluster, problems: shortened(s.problems), defaults }
}
