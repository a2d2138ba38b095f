import type { Cluster, ClusterNode } from '../../../cluster/cluster.ts'
import type { AgentMap, MapEntry } from '../../../kernel/bpf/ast.ts'
import type { Cidr, Ip } from '../../../net/ip.ts'
import type { CauseId } from '../../../trace/cause.ts'
import { type Endpoint, endpointsOf, isLocal } from '../../proxy/endpoints.ts'
import { type ServicePort, servicePorts } from '../../proxy/serviceport.ts'
import { writtenBy } from '../../why.ts'
import type { CiliumConfig } from './config.ts'
import { ANYWHERE, hostPortsOf } from './host-ports.ts'
import { maglevMap } from './maglev-map.ts'
import type { Site } from './site.ts'

type Proto = ServicePort['proto']

export interface Backend {
  readonly id: number
  readonly address: Ip
  readonly port: number
  readonly proto: Proto
}

/** Slot 0 of a frontend: how many backends follow in slots 1 and up, and what it is called in the reverse NAT map. */
export interface Frontend {
  readonly count: number
  readonly revNat: number
  readonly address: Ip
  readonly port: number
  readonly kind: 'ClusterIP' | 'NodePort' | 'ExternalIP' | 'LoadBalancer' | 'HostPort'
  /** A hostPort for 127.0.0.1 alone. */
  readonly loopback?: true
  /** Seconds. */
  readonly affinity?: number
  /** Callers from outside have a list of their own (policy Local). */
  readonly scopes: 'one' | 'two'
  readonly ranges: readonly Cidr[]
  readonly proto: Proto
  /** Whether policies are Local: for who lists it. */
  readonly policy: { readonly external: boolean; readonly internal: boolean }
}
export type Slot =
  | { readonly slot: 0; readonly front: Frontend }
  | { readonly slot: number; readonly backend: number; readonly revNat: number }

/** Who asks: two lists of backends where a policy is Local. */
export type Scope = 'ext' | 'int'
export const serviceKey = (address: Ip, port: number, proto: Proto, slot: number, scope: Scope): string =>
  `${address}:${port}/${proto} slot ${slot}${scope === 'int' ? ' int' : ''}`

/** The maps of load balancing of one node. */
export interface Services {
  readonly services: AgentMap<Slot>
  readonly backends: AgentMap<Backend>
  readonly reverse: AgentMap<{ readonly address: Ip; readonly port: number }>
  /** Places of the Maglev tables, by frontend; keys are `rev_nat_index 3 place 17`. */
  readonly maglev: AgentMap<Backend>
}

interface Entry<V> {
  readonly value: V
  readonly because?: CauseId
}
/** `group`: what entries that stand together have in common. */
function mapOf<V>(
  name: string,
  entries: ReadonlyMap<string, Entry<V>>,
  show: (value: V) => string,
  group?: (key: string) => string,
): AgentMap<V> {
  let all: readonly MapEntry<V>[] | undefined
  const groups = new Map<string, readonly MapEntry<V>[]>()
  return {
    name,
    get(key) {
      const found = entries.get(key)
      return found && { key, ...found }
    },
    show,
    list(near) {
      all ??= [...entries].map(([key, entry]) => ({ key, ...entry }))
      const of = near === undefined ? undefined : group?.(near)
      if (of === undefined) return all
      const known = groups.get(of) ?? all.filter((e) => group?.(e.key) === of)
      groups.set(of, known)
      return known
    },
  }
}

/** `10.96.0.10:53/udp int` of `10.96.0.10:53/udp slot 2 int`. */
const frontOf = (key: string): string => key.replace(/ slot \d+/, '')

/** Ready ones; while there is none, those that still serve on their way out. */
function usable(all: readonly Endpoint[]): readonly Endpoint[] {
  const ready = all.filter((e) => e.ready)
  return ready.length > 0 ? ready : all.filter((e) => e.serving && e.terminating)
}

interface Front {
  readonly address: Ip
  readonly port: number
  readonly kind: Frontend['kind']
  readonly local: boolean
  readonly loopback?: true
  readonly because: CauseId
}

/** What of a service port its frontends carry. */
type Manner = Pick<ServicePort, 'proto' | 'affinity' | 'ranges' | 'internalLocal' | 'externalLocal'>

type Target = Pick<Endpoint, 'text' | 'ip' | 'port'> & { because(): CauseId }

/** Addresses at which a service port is asked on this node. Without kube-proxy's work to do, ClusterIPs alone (pods call them). */
function frontsOf(cluster: Cluster, config: CiliumConfig, self: Site, port: ServicePort): readonly Front[] {
  const why = (what: 'cluster-ip' | 'node-port' | 'external-ip' | 'load-balancer-ip', from: CauseId): CauseId =>
    writtenBy(cluster, 'cilium-agent', what, [from])
  const { service, externalLocal: local } = port
  const own: Front = {
    address: port.clusterIP,
    port: port.port,
    kind: 'ClusterIP',
    local: port.internalLocal,
    because: why('cluster-ip', port.portCause('port')),
  }
  if (!config.kubeProxyReplacement) return [own]
  const nodePort = [self.publicIp, ANYWHERE].map(
    (address): Front => ({ address, port: port.nodePort, kind: 'NodePort', local, because: why('node-port', port.portCause('nodePort')) }),
  )
  return [
    own,
    ...(port.nodePort === 0 ? [] : nodePort),
    ...port.externalIPs.map(
      ({ value, path }): Front => ({
        ...{ address: value, port: port.port, kind: 'ExternalIP', local },
        because: why('external-ip', service.causeOf(path)),
      }),
    ),
    ...port.vips.map(
      ({ value, path }): Front => ({
        ...{ address: value, port: port.port, kind: 'LoadBalancer', local },
        because: why('load-balancer-ip', service.causeOf(path)),
      }),
    ),
  ]
}

/** Fills the maps of a node as cilium-agent does: numbers are handed out in the order of the Services' names. */
export function servicesOf(cluster: Cluster, config: CiliumConfig, self: Site): Services {
  const node: ClusterNode = self.node
  const slots = new Map<string, Entry<Slot>>()
  const backends = new Map<string, Entry<Backend>>()
  const reverse = new Map<string, Entry<{ readonly address: Ip; readonly port: number }>>()
  const numbers = new Map<string, number>()
  const backendOf = (e: Target, proto: Proto): { readonly id: number; readonly because: CauseId } => {
    const key = `${e.text}/${proto}`
    const id = numbers.get(key) ?? numbers.size + 1
    const because = writtenBy(cluster, 'cilium-agent', 'endpoint', [e.because()])
    numbers.set(key, id)
    backends.set(`${id}`, { value: { id, address: e.ip, port: e.port, proto }, because })
    return { id, because }
  }
  const tables = new Map<number, readonly Entry<Backend>[]>()
  let revNat = 0
  const put = (front: Front, port: Manner, all: readonly Target[], here: readonly Target[]): void => {
    revNat++
    const { address, kind, because } = front
    // a policy Local of ClusterIPs leaves the local ones to everybody; of node ports, to callers from outside
    const two = front.local && kind !== 'ClusterIP'
    const lists: readonly (readonly [Scope, readonly Target[]])[] = two
      ? [
          ['ext', here],
          ['int', all],
        ]
      : [['ext', front.local ? here : all]]
    for (const [scope, list] of lists) {
      const value: Frontend = {
        ...{ count: list.length, revNat, address, port: front.port, kind },
        ...(port.affinity === undefined ? {} : { affinity: port.affinity }),
        ...(front.loopback ? { loopback: true } : {}),
        scopes: two ? 'two' : 'one',
        ranges: kind === 'LoadBalancer' ? port.ranges.map((r) => r.value) : [],
        proto: port.proto,
        policy: { external: port.externalLocal, internal: port.internalLocal },
      }
      slots.set(serviceKey(address, front.port, port.proto, 0, scope), { value: { slot: 0, front: value }, because })
      const taken = list.map((e) => backendOf(e, port.proto))
      for (const [i, { id, because: by }] of taken.entries())
        slots.set(serviceKey(address, front.port, port.proto, i + 1, scope), { value: { slot: i + 1, backend: id, revNat }, because: by })
      // callers from outside go by the table
      if (scope === 'ext')
        tables.set(
          revNat,
          taken.flatMap(({ id }) => backends.get(`${id}`) ?? []),
        )
    }
    reverse.set(`${revNat}`, { value: { address, port: front.port }, because })
  }
  for (const port of servicePorts(cluster, 4)) {
    if (port.proto === 'sctp' && !config.sctp) continue
    const all = usable(endpointsOf(cluster, port, node))
    const here = all.filter((e) => isLocal(e, node))
    for (const front of frontsOf(cluster, config, self, port)) put(front, port, all, here)
  }
  for (const asked of config.kubeProxyReplacement ? hostPortsOf(cluster, self) : []) {
    const { proto, port, pod, to, because, loopback } = asked
    const target: readonly Target[] = [{ text: `${pod.ip}:${to}`, ip: pod.ip, port: to, because: () => because }]
    const manner: Manner = { proto, ranges: [], internalLocal: false, externalLocal: false }
    // who has the address already keeps it
    for (const address of asked.addresses)
      if (!slots.has(serviceKey(address, port, proto, 0, 'ext')))
        put({ address, port, kind: 'HostPort', local: false, because, ...(loopback ? { loopback } : {}) }, manner, target, target)
  }
  return {
    services: mapOf(
      'cilium_lb4_services_v2',
      slots,
      (v) => ('front' in v ? `count ${v.front.count}, rev_nat_index ${v.front.revNat}` : `backend_id ${v.backend}`),
      frontOf,
    ),
    backends: mapOf('cilium_lb4_backends_v3', backends, (b) => `${b.address}:${b.port}`),
    reverse: mapOf('cilium_lb4_reverse_nat', reverse, (v) => `${v.address}:${v.port}`),
    maglev: maglevMap(tables, config.maglevSize),
  }
}
