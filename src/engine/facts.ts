import { podNetns } from '../agents/agent.ts'
import type { ClusterPod, ClusterService } from '../cluster/cluster.ts'
import { keyOf } from '../cluster/pod-draft.ts'
import { costOf } from '../tools/get/changes.ts'
import type { CauseId } from '../trace/cause.ts'
import type { World } from './world.ts'

/** What the engine made of a field, as a code that words/facts.ts makes a sentence of. */
export type FactCode =
  /** {addresses} */
  | 'cluster-ip'
  | 'headless'
  /** {ready} {other}: counts of endpoints */
  | 'endpoints'
  /** {slices} {of} {bytes} {endpoints}: what controllers write when the readiness of one Pod changes */
  | 'one-pod'
  /** {n} {names} */
  | 'pods'
  /** {port} {ports}: allocated node ports */
  | 'node-port'
  /** {pod} {address} {node} */
  | 'pod-at'
  /** {pod} */
  | 'pod-pending'
  /** {pod} */
  | 'pod-not-ready'
  /** {pod} {ports} */
  | 'listens'
  /** {addresses} {nets} */
  | 'node-at'
  /** {n} {netns} */
  | 'rules'
  /** {names} */
  | 'chains'
  /** {n} {services}: too many rules to be made for a look */
  | 'rules-uncounted'
export interface Fact {
  readonly code: FactCode
  readonly params: Readonly<Record<string, string | number>>
}

/** Names in a row are cut here. */
const MOST_NAMES = 4
/** Services times nodes: beyond this the rules of all nodes are not made for one look. */
const MOST_CHAINS = 600

const few = (names: readonly string[]): string => names.slice(0, MOST_NAMES).join(', ') + (names.length > MOST_NAMES ? ' …' : '')

/** Facts about a field of an object ("Service default/web", `spec.clusterIP`); an empty path is the object. */
export function factsOf(world: World, object: string, path: string): readonly Fact[] {
  const { cluster } = world
  const whole = path === '' || /^(kind|apiVersion|metadata|spec)$|^metadata\.name$/.test(path)
  const [kind = '', key = ''] = object.split(' ')
  const facts: Fact[] = []
  if (kind === 'Service') {
    const service = cluster.services.find((s) => keyOf(s.meta) === key)
    if (service) facts.push(...serviceFacts(world, service, path, whole))
  } else if (kind === 'Node') {
    const node = cluster.nodes.find((n) => n.meta.name === key)
    if (node && (whole || /^(spec\.podCIDR|status\.addresses)/.test(path)))
      facts.push({ code: 'node-at', params: { addresses: few(node.addresses), nets: few(node.podCIDRs) } })
  } else {
    const pods = cluster.pods.filter((p) => (kind === 'Pod' ? keyOf(p.meta) === key : ownedBy(p, kind, key)))
    if (pods.length > 0) facts.push(...podFacts(pods, path, whole, kind !== 'Pod'))
  }
  return [...facts, ...ruleFacts(world, object, whole ? '' : path)]
}

const ownedBy = (pod: ClusterPod, kind: string, key: string): boolean => {
  const { owner, meta } = pod
  if (!owner || key !== `${meta.namespace}/${key.split('/')[1]}`) return false
  const name = key.split('/')[1] ?? ''
  // A Deployment owns its Pods through a ReplicaSet called NAME-HASH.
  return kind === 'Deployment'
    ? owner.kind === 'ReplicaSet' && owner.name.replace(/-[a-z0-9]+$/, '') === name
    : owner.kind === kind && owner.name === name
}

function serviceFacts(world: World, service: ClusterService, path: string, whole: boolean): readonly Fact[] {
  const { spec } = service
  const facts: Fact[] = []
  const key = keyOf(service.meta)
  if (whole || /^spec\.(type|clusterIPs?|ipFamil)/.test(path)) {
    const addresses = spec.clusterIPs.filter((a) => a !== 'None')
    if (spec.clusterIPs[0] === 'None') facts.push({ code: 'headless', params: {} })
    else if (addresses.length > 0) facts.push({ code: 'cluster-ip', params: { addresses: addresses.join(', ') } })
  }
  if (whole || /^spec\.(selector|ports|publishNot|externalTraffic|internalTraffic)/.test(path)) {
    const slices = world.cluster.slices.filter((s) => s.service === service.meta.name && s.meta.namespace === service.meta.namespace)
    const endpoints = slices.flatMap((s) => s.is.endpoints)
    const ready = endpoints.filter((e) => e.ready !== false && e.terminating !== true)
    if (spec.type !== 'ExternalName')
      facts.push({ code: 'endpoints', params: { ready: ready.length, other: endpoints.length - ready.length } })
    const cost = whole || path.startsWith('spec.selector') ? costOf(world.cluster, service) : undefined
    const change = cost?.changes[0]
    if (cost && change) {
      const { slices: n, sliceBytes: bytes, endpointsBytes } = change
      facts.push({ code: 'one-pod', params: { slices: n, of: cost.slices, bytes, endpoints: endpointsBytes } })
    }
    const names = endpoints.flatMap((e) => (e.targetRef ? [e.targetRef.name] : e.addresses))
    if (path.startsWith('spec.selector') && names.length > 0) facts.push({ code: 'pods', params: { n: names.length, names: few(names) } })
  }
  if (whole || /^spec\.(type|ports)/.test(path)) {
    const index = /^spec\.ports\[(\d+)\]/.exec(path)?.[1]
    const ports = spec.ports.filter((p, i) => p.nodePort !== 0 && (index === undefined || Number(index) === i))
    if (ports.length > 0)
      facts.push({ code: 'node-port', params: { service: key, ports: few(ports.map((p) => `${p.nodePort}/${p.protocol}`)) } })
  }
  return facts
}

function podFacts(pods: readonly ClusterPod[], path: string, whole: boolean, several: boolean): readonly Fact[] {
  const facts: Fact[] = []
  const about =
    whole || /^spec\.(template\.spec\.)?(nodeName|nodeSelector|hostNetwork)|^spec\.(replicas|selector|template)$|^status/.test(path)
  if (about && several) facts.push({ code: 'pods', params: { n: pods.length, names: few(pods.map((p) => p.meta.name)) } })
  for (const pod of about ? pods.slice(0, MOST_NAMES) : []) {
    const name = podNetns(pod)
    if (pod.podIPs.length === 0) facts.push({ code: 'pod-pending', params: { pod: name } })
    else facts.push({ code: 'pod-at', params: { pod: name, address: pod.podIPs.join(', '), node: pod.nodeName } })
    if (pod.podIPs.length > 0 && !pod.ready) facts.push({ code: 'pod-not-ready', params: { pod: name } })
  }
  if (whole || /containers/.test(path)) {
    const first = pods[0] as ClusterPod
    const ports = first.listens.map((l) => `${l.port}/${l.proto.toUpperCase()}`)
    if (ports.length > 0) facts.push({ code: 'listens', params: { pod: podNetns(first), ports: few(ports) } })
  }
  return facts
}

/** Causes of a field, and every cause that has one of them behind it: each cause comes after those that it stands on. */
function causesUnder(world: World, object: string, path: string): ReadonlySet<CauseId> {
  const under = (p: string): boolean => path === '' || p === path || (p.startsWith(path) && /^[.[]/.test(p.slice(path.length)))
  const found = new Set<CauseId>()
  for (const [id, { what, from }] of world.cluster.causes.list.entries())
    if ((what.kind === 'manifest' && what.object === object && under(what.path)) || from.some((f) => found.has(f))) found.add(id)
  return found
}

/** Rules of the nodes that are there because of the field. */
function ruleFacts(world: World, object: string, path: string): readonly Fact[] {
  const { services, nodes } = world.cluster
  if (!/^(Service|EndpointSlice|Endpoints|Pod|Deployment|ReplicaSet|StatefulSet|DaemonSet) /.test(object)) return []
  if (services.length * nodes.length > MOST_CHAINS)
    return [{ code: 'rules-uncounted', params: { n: nodes.length, services: services.length } }]
  // Causes come into being with the chains: first the rules of every node, then who stands behind them.
  const written = nodes.map(({ meta }) => ({ netns: meta.name, rules: rulesOf(world, meta.name) }))
  const ids = causesUnder(world, object, path)
  const chains = new Set<string>()
  const facts = written.flatMap(({ netns, rules }): readonly Fact[] => {
    const own = rules.filter((rule) => ids.has(rule.because))
    for (const { chain } of own) if (/^KUBE-(SVC|SEP|EXT|FW|SVL)-/.test(chain)) chains.add(chain)
    return own.length > 0 ? [{ code: 'rules', params: { n: own.length, netns } }] : []
  })
  return [
    ...(chains.size > 0 ? [{ code: 'chains', params: { names: few([...chains].sort().reverse()) } } as const] : []),
    ...facts.slice(0, 10),
  ]
}

/** Every rule of a node that says why it is there. */
function rulesOf(world: World, name: string): readonly { readonly chain: string; readonly because: CauseId }[] {
  const netns = world.machines.netns(name)
  if (!netns) return []
  return ([4, 6] as const).flatMap((family) =>
    netns.rules[family].tables.flatMap((table) =>
      [...netns.rules[family].chainNames(table)].flatMap((chain) =>
        (netns.rules[family].chain(table, chain)?.rules ?? []).flatMap(({ because }) =>
          because === undefined ? [] : [{ chain, because }],
        ),
      ),
    ),
  )
}
