import type { Cluster, ClusterPod, ClusterPolicy } from '../../../cluster/cluster.ts'
import { type Direction, isPeer, isPoliced, namedPorts, policiesOn } from '../../../cluster/policy/select.ts'
import type { AgentMap } from '../../../kernel/bpf/ast.ts'
import type { PolicyPeer, PolicyPort, PolicyRule } from '../../../manifest/kinds/policyTypes.ts'
import { inCidr, lengthOf, maskedCidr, networkOf } from '../../../net/cidr.ts'
import { type Cidr, familyOf, type Ip } from '../../../net/ip.ts'
import type { CauseId } from '../../../trace/cause.ts'
import { writtenBy } from '../../why.ts'
import { type Endpoint, HOST, identityOf, WORLD } from './site.ts'

/** Identities of prefixes are a node's own: bit 24 is set. */
const LOCAL = 1 << 24
const ANY = 0

const v4 = (list: readonly Cidr[]): readonly Cidr[] => list.filter((c) => familyOf(c) === 4).map(maskedCidr)
const blocksOf = (policy: ClusterPolicy): readonly NonNullable<PolicyPeer['ipBlock']>[] =>
  [...policy.spec.ingress, ...policy.spec.egress].flatMap((rule) => rule.peers.flatMap((peer) => peer.ipBlock ?? []))

const known = new WeakMap<Cluster, ReadonlyMap<Cidr, number>>()

/** Every prefix that a policy names has an identity, the excepted ones too. */
function prefixesOf(cluster: Cluster): ReadonlyMap<Cidr, number> {
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

/** One entry: a peer (0: anybody), and ports of one protocol; without a protocol everything, ICMP included. */
interface Entry {
  readonly identity: number
  readonly proto?: string
  readonly from: number
  readonly to: number
  readonly because: CauseId
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

/** Numbers of a port; a name is looked up in the containers of the Pods that are called. */
function rangesOf(port: PolicyPort, called: readonly ClusterPod[]): readonly (readonly [from: number, to: number])[] {
  if (port.port === undefined) return [[0, 65535]]
  if (typeof port.port === 'number') return [[port.port, port.endPort ?? port.port]]
  const { port: name, protocol } = port
  return [...new Set(called.flatMap((pod) => namedPorts(pod, name, protocol)))].map((n) => [n, n])
}

function entriesOf(
  cluster: Cluster,
  e: Endpoint,
  policy: ClusterPolicy,
  direction: Direction,
  rule: PolicyRule,
  because: CauseId,
): readonly Entry[] {
  const peers =
    rule.peers.length === 0
      ? [{ identity: ANY, pods: cluster.pods.filter(isPoliced) }]
      : rule.peers.flatMap((p) => peersOf(cluster, policy, p))
  return peers.flatMap(({ identity, pods }): readonly Entry[] => {
    if (rule.ports.length === 0) return [{ identity, from: 0, to: 65535, because }]
    return rule.ports.flatMap((port) =>
      rangesOf(port, direction === 'ingress' ? [e.pod] : pods).map(([from, to]) => ({
        identity,
        proto: port.protocol.toLowerCase(),
        from,
        to,
        because,
      })),
    )
  })
}

function compiled(cluster: Cluster, e: Endpoint, direction: Direction): readonly Entry[] {
  const policies = policiesOn(cluster, e.pod, direction)
  if (policies.length === 0) return [{ identity: ANY, from: 0, to: 65535, because: e.pod.because }]
  // kubelet's probes: what comes from the Pod's own node is always let in (--allow-localhost)
  const own: readonly Entry[] = direction === 'ingress' ? [{ identity: HOST, from: 0, to: 65535, because: e.pod.because }] : []
  return [
    ...own,
    ...policies.flatMap((policy) => {
      const because = writtenBy(cluster, 'cilium-agent', 'policy', [policy.because])
      return policy.spec[direction].flatMap((rule) => entriesOf(cluster, e, policy, direction, rule, because))
    }),
  ]
}

const text = ({ identity, proto, from, to }: Entry): string =>
  `identity ${identity === ANY ? 'any' : identity} ${proto === undefined ? 'any' : `${from === to ? from : `${from}-${to}`}/${proto}`}`

/** What programs ask: `identity 21001 ingress 8080/tcp`, `identity 21001 egress icmp`. */
export const policyKey = (identity: number, direction: Direction, port: string): string => `identity ${identity} ${direction} ${port}`
const KEY = /^identity (\d+) (ingress|egress) (?:(\d+)\/(\w+)|icmp)$/

/** The policy map of an endpoint: allow lists by identity, direction, protocol and port; what nothing in it allows is denied. */
export function policyMap(cluster: Cluster, e: Endpoint): AgentMap<'allow'> {
  const made: Partial<Record<Direction, readonly Entry[]>> = {}
  return {
    name: `cilium_policy_${`${e.id}`.padStart(5, '0')}`,
    get(key) {
      const [, peer, direction, port, proto] = KEY.exec(key) ?? []
      if (direction !== 'ingress' && direction !== 'egress') return undefined
      made[direction] ??= compiled(cluster, e, direction)
      const found = made[direction].find(
        (entry) =>
          (entry.identity === ANY || `${entry.identity}` === peer) &&
          (entry.proto === undefined || (entry.proto === proto && Number(port) >= entry.from && Number(port) <= entry.to)),
      )
      return found && { key: text(found), value: 'allow', because: found.because }
    },
    show: (v) => v,
  }
}
