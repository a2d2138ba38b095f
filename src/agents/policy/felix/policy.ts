import type { Cluster, ClusterPolicy } from '../../../cluster/cluster.ts'
import type { Direction } from '../../../cluster/policy/select.ts'
import type { Part } from '../../../kernel/iptables/ast.ts'
import type { PolicyPeer, PolicyRule } from '../../../manifest/kinds/policyTypes.ts'
import { type Family, familyOf } from '../../../net/ip.ts'
import type { CauseId } from '../../../trace/cause.ts'
import type { FelixRule } from '../../cni/calico/long-form.ts'
import { writtenBy } from '../../why.ts'
import { ACCEPT, assign, clear, isClear, isSet, SCRATCH0, SCRATCH1, set } from './marks.ts'
import { type Ports, portsOf, split } from './ports.ts'
import type { FelixSets } from './sets.ts'

/** A rule of Felix and why it is there. */
export interface Explained extends FelixRule {
  readonly because: CauseId
}

const inSet = (name: string, ...dirs: readonly ('src' | 'dst')[]): Part => ({ part: 'match', match: { kind: 'set', name, dirs } })
const dports = (ports: ReturnType<typeof split>[number]): Part => ({ part: 'match', match: { kind: 'multiport', which: 'dports', ports } })

/**
 * One rule of a policy. iptables compares with one net on a side and with 15 ports, so what is more goes into rules before it that note in
 * a scratch bit whether the packet still fits (felix/rules/policy.go, matchBlockBuilder).
 */
class Block {
  readonly rules: FelixRule[] = []
  private positive = 0

  get used(): boolean {
    return this.rules.length > 0
  }

  private begin(bits: number): void {
    if (!this.used) this.rules.push({ action: assign(bits, SCRATCH0 | SCRATCH1) })
  }

  /** Any of the conditions has to hold. */
  any(conditions: readonly (readonly Part[])[]): void {
    this.begin(0)
    const bit = this.positive++ === 0 ? SCRATCH0 : SCRATCH1
    for (const match of conditions) this.rules.push({ match, action: set(bit) })
    if (bit === SCRATCH1) this.rules.push({ match: [isClear(SCRATCH1)], action: clear(SCRATCH0) })
  }

  /** None of the conditions may hold. */
  none(conditions: readonly (readonly Part[])[]): void {
    this.begin(SCRATCH0)
    for (const match of conditions) this.rules.push({ match, action: clear(SCRATCH0) })
  }
}

interface Given {
  readonly namespace: string
  readonly direction: Direction
  readonly family: Family
  readonly sets: FelixSets
  readonly because: CauseId
}

const protoPart = ({ protocol }: Ports): readonly Part[] =>
  protocol === undefined ? [] : [{ part: 'proto', proto: protocol.toLowerCase() }]

/** An allow rule for one peer (none: anybody) and the ports of one protocol. [] where it speaks of the other family's addresses. */
function allow(given: Given, peer: PolicyPeer | undefined, ports: Ports): readonly FelixRule[] {
  const { namespace, direction, family, sets, because } = given
  const block = peer?.ipBlock
  if (block !== undefined && familyOf(block.cidr) !== family) return []
  const side = direction === 'ingress' ? 'src' : 'dst'
  const selects = peer !== undefined && block === undefined ? peer : undefined
  // the name of a port is looked up among the destination's Pods: a set of addresses with ports, which makes that of addresses needless
  const whom = direction === 'egress' ? selects : undefined
  const { protocol = 'TCP', names, ranges } = ports
  const named = names.map((name) => inSet(sets.port(namespace, whom, name, protocol, because), 'dst', 'dst'))
  const covered = whom !== undefined && names.length > 0 && ranges.length === 0
  const peerSet = selects === undefined || covered ? [] : [inSet(sets.peer(namespace, selects, because), side)]
  const proto = protoPart(ports)
  const numbered = split(ranges)

  const before = new Block()
  const many = numbered.length + named.length > 1
  if (many) before.any([...numbered.map((list) => [...proto, dports(list)]), ...named.map((one) => [one])])
  if (block !== undefined && block.except.length > 0) before.none(block.except.map((net) => [{ part: side, net }]))
  const net: readonly Part[] = block === undefined ? [] : [{ part: side, net: block.cidr }]
  const match: readonly Part[] = [
    ...proto,
    ...net,
    ...peerSet,
    ...(many ? [] : numbered.map(dports)),
    ...(many ? [] : named),
    ...(before.used ? [isSet(SCRATCH0)] : []),
  ]
  return [...before.rules, { match, action: set(ACCEPT) }, { match: [isSet(ACCEPT)], action: { kind: 'return' } }]
}

const ruleOf = (given: Given, rule: PolicyRule): readonly FelixRule[] =>
  portsOf(rule.ports).flatMap((ports) => (rule.peers.length === 0 ? [undefined] : rule.peers).flatMap((peer) => allow(given, peer, ports)))

/**
 * The chain of one policy in one direction. RETURNs at its end do nothing and are left out; a policy without rules has one that only
 * carries its name.
 */
export function policyRules(
  cluster: Cluster,
  policy: ClusterPolicy,
  direction: Direction,
  family: Family,
  sets: FelixSets,
): readonly Explained[] {
  const { namespace, name } = policy.meta
  const whole = writtenBy(cluster, 'felix', 'policy', [policy.because])
  const rules = policy.spec[direction].flatMap((rule, i): readonly Explained[] => {
    const because = writtenBy(cluster, 'felix', 'policy', [policy.causeOf(`spec.${direction}[${i}]`)])
    return ruleOf({ namespace, direction, family, sets, because }, rule).map((one) => ({ ...one, because }))
  })
  while (rules[rules.length - 1]?.action?.kind === 'return') rules.pop()
  const [first = { because: whole }, ...rest] = rules
  return [{ ...first, comments: [`KubernetesNetworkPolicy ${namespace}/${name} ${direction}`] }, ...rest]
}
