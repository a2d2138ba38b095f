import type { Cluster, ClusterPod, ClusterPolicy } from '../../../cluster/cluster.ts'
import { type Direction, isPeer, isPoliced, namedPorts, policiesOn } from '../../../cluster/policy/select.ts'
import type { AgentMap, KeyMiss, MapEntry } from '../../../kernel/bpf/ast.ts'
import type { PolicyPeer, PolicyPort, PolicyRule } from '../../../manifest/kinds/policyTypes.ts'
import { inCidr, lengthOf, maskedCidr, networkOf } from '../../../net/cidr.ts'
import { type Cidr, familyOf, type Ip } from '../../../net/ip.ts'
import type { CauseId } from '../../../trace/cause.ts'
import type { AgentCode } from '../../codes.ts'
import { writtenBy } from '../../why.ts'
import type { AgentProblem } from '../cni.ts'
import { type Endpoint, HOST, identityOf, WORLD } from './site.ts'

/** Identities of prefixes are a node's own: bit 24 is set. */
const LOCAL = 1 << 24
const ANY = 0

const v4 = (list: readonly Cidr[]): readonly Cidr[] => list.filter((c) => familyOf(c) === 4).map(maskedCidr)
const blocksOf = (policy: ClusterPolicy): readonly NonNullable<PolicyPeer['ipBlock']>[] =>
  [...policy.spec.ingress, ...policy.spec.egress].flatMap((rule) => rule.peers.flatMap((peer) => peer.ipBlock ?? []))

const known = new WeakMap<Cluster, ReadonlyMap<Cidr, number>>()

/** Every prefix that a policy names has an identity, the excepted ones too. */
export function prefixesOf(cluster: Cluster): ReadonlyMap<Cidr, number> {
  const old = known.get(cluster)
  if (old !== undefined) return old
  const all = new Set(cluster.policies.flatMap(blocksOf).flatMap((b) => [...v4([b.cidr]), ...v4(b.except)]))
  const made = new Map([...all].sort().map((prefix, i) => [prefix, LOCAL + 1 + i]))
  known.set(cluster, made)
  return made
}

/** The longest prefix around an address that is neither a Pod's nor a node's; undefined: it is the world's. */
export function prefixOf(cluster: Cluster, address: Ip): { readonly prefix: Cidr; readonly identity: number } | undefined {
  let best: { readonly prefix: Cidr; readonly identity: number } | undefined
  for (const [prefix, identity] of prefixesOf(cluster))
    if (inCidr(address, prefix) && (best === undefined || lengthOf(prefix) > lengthOf(best.prefix))) best = { prefix, identity }
  return best
}

/** The policies that name a prefix. */
export const prefixCauses = (cluster: Cluster, prefix: Cidr): readonly CauseId[] =>
  cluster.policies.filter((p) => blocksOf(p).some((b) => [...v4([b.cidr]), ...v4(b.except)].includes(prefix))).map((p) => p.because)

/** What a rule lets through: a peer (0: anybody), and ports of one protocol; without a protocol everything, ICMP included. */
interface Entry {
  readonly identity: number
  readonly proto?: string
  readonly from: number
  readonly to: number
  /** The policy that says so; absent: what holds without one. */
  readonly policy?: CauseId
}

/** Whether the second lies inside the first. */
const covers = (outer: Cidr, inner: Cidr): boolean => lengthOf(inner) >= lengthOf(outer) && inCidr(networkOf(inner), outer)

/** Peers of a rule: identities, and the Pods behind them where there are any. An ipBlock means prefixes; no Pod and no node is ever one. */
function peersOf(
  cluster: Cluster,
  policy: ClusterPolicy,
  peer: PolicyPeer,
): readonly { readonly identity: number; readonly pods: readonly ClusterPod[] }[] {
  const { ipBlock } = peer
  if (ipBlock !== undefined) {
    const [cidr] = v4([ipBlock.cidr])
    if (cidr === undefined) return []
    const except = v4(ipBlock.except)
    const ids = [...prefixesOf(cluster)].filter(([p]) => covers(cidr, p) && !except.some((e) => covers(e, p))).map(([, id]) => id)
    return [...ids, ...(lengthOf(cidr) === 0 ? [WORLD] : [])].map((identity) => ({ identity, pods: [] }))
  }
  const byIdentity = new Map<number, ClusterPod[]>()
  for (const pod of cluster.pods) {
    if (!isPoliced(pod) || !isPeer(cluster, policy.meta.namespace, peer, pod)) continue
    const identity = identityOf(cluster, pod)
    byIdentity.set(identity, [...(byIdentity.get(identity) ?? []), pod])
  }
  return [...byIdentity].map(([identity, pods]) => ({ identity, pods }))
}

/**
 * Numbers of a port; a name is looked up in the containers of the Pods that are called. For egress it has to be one number, for an identity and for
 * everybody alike: a rule by a name of several is skipped (pkg/container/types: ErrDuplicateNamedPorts).
 */
function rangesOf(port: PolicyPort, called: readonly ClusterPod[], direction: Direction): readonly (readonly [from: number, to: number])[] {
  if (port.port === undefined) return [[0, 65535]]
  if (typeof port.port === 'number') return [[port.port, port.endPort ?? port.port]]
  const { port: name, protocol } = port
  const numbers = [...new Set(called.flatMap((pod) => namedPorts(pod, name, protocol)))]
  return direction === 'egress' && numbers.length > 1 ? [] : numbers.map((n) => [n, n])
}

/** Names of ports in egress rules that mean different numbers on different Pods: versions differ in what they make of them. */
export const namesOfMany = (cluster: Cluster): readonly AgentProblem[] =>
  cluster.policies.flatMap((policy) =>
    policy.spec.egress.flatMap((rule, r) =>
      rule.ports.flatMap(({ port, protocol }, p): readonly AgentProblem[] => {
        const numbers = typeof port === 'string' ? cluster.pods.filter(isPoliced).flatMap((pod) => namedPorts(pod, port, protocol)) : []
        if (typeof port !== 'string' || new Set(numbers).size < 2) return []
        const because = policy.causeOf(`spec.egress[${r}].ports[${p}].port`)
        return [{ code: 'cilium-port-names' satisfies AgentCode, params: { port }, severity: 'warning', because }]
      }),
    ),
  )

function entriesOf(cluster: Cluster, e: Endpoint, policy: ClusterPolicy, direction: Direction, rule: PolicyRule): readonly Entry[] {
  const because = policy.because
  const peers =
    rule.peers.length === 0
      ? [{ identity: ANY, pods: cluster.pods.filter(isPoliced) }]
      : rule.peers.flatMap((p) => peersOf(cluster, policy, p))
  return peers.flatMap(({ identity, pods }): readonly Entry[] => {
    if (rule.ports.length === 0) return [{ identity, from: 0, to: 65535, policy: because }]
    return rule.ports.flatMap((port) =>
      rangesOf(port, direction === 'ingress' ? [e.pod] : pods, direction).map(([from, to]) => ({
        identity,
        proto: port.protocol.toLowerCase(),
        from,
        to,
        policy: because,
      })),
    )
  })
}

function rulesOf(cluster: Cluster, e: Endpoint, direction: Direction): readonly Entry[] {
  const policies = policiesOn(cluster, e.pod, direction)
  if (policies.length === 0) return [{ identity: ANY, from: 0, to: 65535 }]
  // kubelet's probes: what comes from the Pod's own node is always let in (--allow-localhost)
  const own: readonly Entry[] = direction === 'ingress' ? [{ identity: HOST, from: 0, to: 65535 }] : []
  return [...own, ...policies.flatMap((p) => p.spec[direction].flatMap((rule) => entriesOf(cluster, e, p, direction, rule)))]
}

/** A key of the map: ports [from, from + 2^(16 - bits)) of a protocol. */
interface Key {
  readonly identity: number
  readonly proto?: string
  readonly from: number
  readonly to: number
  /** How much of protocol (8 bits) and port (16 bits) it asks: 0, 8 … 24. */
  readonly prefix: number
}

/** Ranges of ports as the prefixes that they are made of: the map knows no others. */
function keysOf({ identity, proto, from, to }: Entry): readonly Key[] {
  if (proto === undefined) return [{ identity, from: 0, to: 65535, prefix: 0 }]
  const keys: Key[] = []
  for (let at = from; at <= to; ) {
    let size = 1
    while (at % (size * 2) === 0 && at + size * 2 - 1 <= to && size < 65_536) size *= 2
    keys.push({ identity, proto, from: at, to: at + size - 1, prefix: 24 - Math.log2(size) })
    at += size
  }
  return keys
}

/** The value of an entry. */
export interface Allow {
  readonly identity: number
  readonly direction: Direction
  readonly proto?: string
  readonly from: number
  readonly to: number
  readonly prefix: number
}

const portsText = ({ proto, from, to }: Key): string => {
  if (proto === undefined) return 'any'
  return `${from === 0 && to === 65535 ? 'any' : from === to ? from : `${from}-${to}`}/${proto}`
}

/** What programs ask: `identity 21001 ingress 8080/tcp`, `identity any egress icmp`. */
export const policyKey = (identity: number | 'any', direction: Direction, port: string): string =>
  `identity ${identity} ${direction} ${port}`
const KEY = /^identity (\d+|any) (ingress|egress) (?:(\d+)\/(\w+)|icmp)$/

/** Entries of one direction, the same key once; behind it stand all policies that say so. */
function compiled(cluster: Cluster, e: Endpoint, direction: Direction): readonly MapEntry<Allow>[] {
  const by = new Map<string, { readonly key: Key; readonly policies: CauseId[] }>()
  for (const rule of rulesOf(cluster, e, direction))
    for (const key of keysOf(rule)) {
      const text = policyKey(key.identity === ANY ? 'any' : key.identity, direction, portsText(key))
      const known = by.get(text) ?? { key, policies: [] }
      by.set(text, known)
      if (rule.policy !== undefined && !known.policies.includes(rule.policy)) known.policies.push(rule.policy)
    }
  return [...by].map(([text, { key, policies }]) => ({
    key: text,
    value: { ...key, direction },
    because: policies.length === 0 ? e.pod.because : writtenBy(cluster, 'cilium-agent', 'policy', policies),
  }))
}

/** Why an entry does not let a packet through; undefined: it does. */
function missOf(entry: Allow, peer: string, port: number, proto: string | undefined): KeyMiss | undefined {
  if ((entry.identity === ANY ? 'any' : `${entry.identity}`) !== peer) return 'identity'
  if (entry.proto !== undefined && entry.proto !== proto) return 'protocol'
  return entry.proto !== undefined && (port < entry.from || port > entry.to) ? 'port' : undefined
}

interface Asked {
  readonly peer: string
  readonly direction: Direction
  /** NaN for ICMP. */
  readonly port: number
  readonly proto: string | undefined
}

/** The policy map of an endpoint: allow lists by identity, direction, protocol and port; what nothing in it allows is denied. */
export function policyMap(cluster: Cluster, e: Endpoint): AgentMap<Allow> {
  const made: Partial<Record<Direction, readonly MapEntry<Allow>[]>> = {}
  const on = (direction: Direction): readonly MapEntry<Allow>[] => {
    made[direction] ??= compiled(cluster, e, direction)
    return made[direction]
  }
  const asked = (key: string): Asked | undefined => {
    const [, peer = '', direction, port, proto] = KEY.exec(key) ?? []
    return direction === 'ingress' || direction === 'egress' ? { peer, direction, port: Number(port), proto } : undefined
  }
  return {
    name: `cilium_policy_${`${e.id}`.padStart(5, '0')}`,
    get(key) {
      const ask = asked(key)
      const all = ask && on(ask.direction).filter((entry) => missOf(entry.value, ask.peer, ask.port, ask.proto) === undefined)
      return all?.reduce<MapEntry<Allow> | undefined>((best, x) => (best && best.value.prefix >= x.value.prefix ? best : x), undefined)
    },
    show: () => 'allow',
    list(near) {
      const ask = near === undefined ? undefined : asked(near)
      return ask ? on(ask.direction) : [...on('ingress'), ...on('egress')]
    },
    why(key, entry) {
      const ask = asked(key)
      const found = ask && on(ask.direction).find((x) => x.key === entry)
      return found && (missOf(found.value, ask.peer, ask.port, ask.proto) ?? 'shorter')
    },
    denied(key) {
      const ask = asked(key)
      return ask ? policiesOn(cluster, e.pod, ask.direction).map((p) => p.because) : []
    },
  }
}
