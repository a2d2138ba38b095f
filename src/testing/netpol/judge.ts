import { inCidr } from '../../net/cidr.ts'
import type { Cidr, Ip } from '../../net/ip.ts'
import { type Drawn, type DrawnPod, type DrawnPolicy, NAMESPACES, type Peer, type Port, podAddress, type Selector } from './drawn.ts'

/**
 * What the API's text says of a drawn cluster (facts/networkpolicy.md), written anew: it shares nothing with the programs that enforce it but the
 * arithmetic of addresses.
 */

/** In what a plugin is known to differ from the API's text. */
export interface Manner {
  /** An ipBlock means neither Pods nor nodes (Cilium: identities). */
  readonly blocksMeanNobodyHere?: true
  /** Rules of a policy count in both directions, whatever its policyTypes (weave-npc: analyser.go). */
  readonly rulesOfAllTypes?: true
  /** What a Pod sends to its own node is not judged (weave-npc: --dst-type LOCAL). */
  readonly ownNodeIsOpen?: true
  /** Where a rule for anybody names a port, the number that all Pods give it counts, if it is one (Cilium: GetNamedPort). */
  readonly oneNumberForAnybody?: true
  /** A policy that names a port is refused as a whole, and isolates nobody (weave-npc: checkForNamedPorts). */
  readonly refusesNames?: true
  /** Of a range the first port counts (weave-npc). */
  readonly firstOfRange?: true
}

type Labels = Readonly<Record<string, string>>

function fits({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const has = labels[key]
      if (operator === 'Exists') return has !== undefined
      if (operator === 'DoesNotExist') return has === undefined
      return operator === 'In' ? has !== undefined && values.includes(has) : has === undefined || !values.includes(has)
    })
  )
}

/** One end of a connection: a Pod of its own network, or only an address. `outside`: no node's either. */
interface End {
  readonly pod?: DrawnPod
  readonly address: string
  readonly outside?: true
}

const namespaceLabels = ({ teams }: Drawn, name: string): Labels => ({
  ...teams[(NAMESPACES as readonly string[]).indexOf(name)],
  'kubernetes.io/metadata.name': name,
})

function means(lab: Drawn, policy: DrawnPolicy, { podSelector, namespaceSelector, ipBlock }: Peer, end: End, manner: Manner): boolean {
  if (ipBlock !== undefined) {
    if (manner.blocksMeanNobodyHere && !end.outside) return false
    const inside = (net: string): boolean => inCidr(end.address as Ip, net as Cidr)
    return inside(ipBlock.cidr) && !(ipBlock.except ?? []).some(inside)
  }
  if (end.pod === undefined) return false
  const { namespace, labels } = end.pod
  const there = namespaceSelector === undefined ? namespace === policy.namespace : fits(namespaceSelector, namespaceLabels(lab, namespace))
  return there && (podSelector === undefined || fits(podSelector, labels))
}

/** `called`: Pods whose container ports have names. They have to agree. */
function opens(port: Port, called: readonly DrawnPod[], asked: Asked, manner: Manner): boolean {
  const { protocol = 'TCP', port: number, endPort } = port
  if (protocol.toLowerCase() !== asked.proto) return false
  if (number === undefined) return true
  if (typeof number === 'number') return number <= asked.number && asked.number <= (manner.firstOfRange ? number : (endPort ?? number))
  const numbers = new Set(called.flatMap((pod) => NAMED.filter((n) => n.name === number && n.proto === asked.proto).map((n) => n.of(pod))))
  numbers.delete(0)
  return numbers.size === 1 && numbers.has(asked.number)
}
/** Names of ports, and their numbers on a Pod; 0: it has none of that name. */
const NAMED: readonly { readonly name: string; readonly proto: string; of(pod: DrawnPod): number }[] = [
  { name: 'http', proto: 'tcp', of: (pod) => pod.http },
  { name: 'dns', proto: 'udp', of: () => 53 },
  { name: 'sctp', proto: 'sctp', of: () => 9999 },
]

export interface Asked {
  readonly number: number
  readonly proto: 'tcp' | 'udp' | 'sctp'
}

const hasNames = ({ spec }: DrawnPolicy): boolean =>
  [...(spec.ingress ?? []), ...(spec.egress ?? [])].some(({ ports = [] }) => ports.some(({ port }) => typeof port === 'string'))

/** Policies that select a Pod, as this plugin takes them. */
export const selecting = ({ policies }: Drawn, pod: DrawnPod, { refusesNames }: Manner): readonly DrawnPolicy[] =>
  policies.filter((one) => one.namespace === pod.namespace && fits(one.spec.podSelector, pod.labels) && !(refusesNames && hasNames(one)))

/** Defaulted: Ingress always, Egress where there are egress rules. */
export const typesOf = ({ spec }: DrawnPolicy): readonly string[] =>
  spec.policyTypes ?? ['Ingress', ...((spec.egress ?? []).length > 0 ? ['Egress'] : [])]

function lets(lab: Drawn, way: 'Ingress' | 'Egress', own: DrawnPod, other: End, asked: Asked, manner: Manner): boolean {
  const all = selecting(lab, own, manner)
  const isolating = all.filter((p) => typesOf(p).includes(way))
  if (isolating.length === 0) return true
  const called = (anybody: boolean): readonly DrawnPod[] => {
    if (way === 'Ingress') return [own]
    if (anybody && manner.oneNumberForAnybody) return lab.pods.filter((pod) => !pod.hostNetwork)
    return other.pod ? [other.pod] : []
  }
  return (manner.rulesOfAllTypes ? all : isolating).some((p) => {
    const rules =
      way === 'Ingress'
        ? (p.spec.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports }))
        : (p.spec.egress ?? []).map(({ to, ports }) => ({ peers: to, ports }))
    return rules.some(
      ({ peers = [], ports = [] }) =>
        (peers.length === 0 || peers.some((one) => means(lab, p, one, other, manner))) &&
        (ports.length === 0 || ports.some((one) => opens(one, called(peers.length === 0), asked, manner))),
    )
  })
}

/**
 * Whether the connection is let through. `source`: the address that a Pod on its node's network calls with. Traffic from a Pod's own node is always
 * let in; a Pod on its node's network is not policed itself, and no selector means it.
 */
export function letsThrough(lab: Drawn, from: number, to: number, asked: Asked, source: string, manner: Manner): boolean {
  const [a, b] = [lab.pods[from] as DrawnPod, lab.pods[to] as DrawnPod]
  const end = (pod: DrawnPod, address: string): End => (pod.hostNetwork ? { address } : { pod, address })
  const out =
    a.hostNetwork || (manner.ownNodeIsOpen && b.hostNetwork && a.node === b.node)
      ? true
      : lets(lab, 'Egress', a, end(b, podAddress(b, to)), asked, manner)
  if (!out) return false
  if (b.hostNetwork || (a.hostNetwork && a.node === b.node)) return true
  return lets(lab, 'Ingress', b, end(a, source), asked, manner)
}

/** Whether a Pod may call a machine outside, at 80/TCP. */
export function letsOut(lab: Drawn, from: number, address: string, manner: Manner): boolean {
  const own = lab.pods[from] as DrawnPod
  return own.hostNetwork || lets(lab, 'Egress', own, { address, outside: true }, { number: 80, proto: 'tcp' }, manner)
}
