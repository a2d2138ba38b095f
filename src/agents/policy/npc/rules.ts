import type { Cluster, ClusterPolicy } from '../../../cluster/cluster.ts'
import { selects } from '../../../cluster/labels.ts'
import { labelsOf } from '../../../cluster/namespaces.ts'
import { type Direction, podsOfPeer } from '../../../cluster/policy/select.ts'
import type { Part, Written } from '../../../kernel/iptables/ast.ts'
import type { PolicyPeer, PolicyPort } from '../../../manifest/kinds/policyTypes.ts'
import type { LabelSelector } from '../../../manifest/kinds.ts'
import { maskedCidr } from '../../../net/cidr.ts'
import { familyOf } from '../../../net/ip.ts'
import type { CauseId } from '../../../trace/cause.ts'
import { writtenBy } from '../../why.ts'
import { comment, dport, jump, target } from '../../write.ts'
import { selectorText, setName } from './names.ts'
import { allPods, type NpcSet, podEntries } from './sets.ts'

/** One side of a rule: what a packet has to match, and the words for it in the rule's comment. */
interface Host {
  readonly parts: readonly Part[]
  readonly said: string
}

const ANYWHERE: Host = { parts: [], said: 'anywhere' }
const inSet = (name: string, side: 'src' | 'dst', not?: true): Part => ({
  part: 'match',
  match: { kind: 'set', name, dirs: [side], ...(not && { not }) },
})

/** What weave-npc makes of the policies that it has taken: rules of both chains, each once, and their sets (npc/analyser.go, npc/rule.go). */
export class NpcRules {
  readonly sets = new Map<string, NpcSet>()
  /** Policies with a set whose name a set of another type has: weave-npc cannot make it. */
  readonly clashes = new Set<ClusterPolicy>()
  readonly chains: Readonly<Record<Direction, Map<string, readonly Written[]>>> = { ingress: new Map(), egress: new Map() }
  private readonly cluster: Cluster
  private current: ClusterPolicy | undefined

  constructor(cluster: Cluster) {
    this.cluster = cluster
  }

  private put(set: NpcSet): string {
    if (!this.sets.has(set.name)) this.sets.set(set.name, set)
    return set.name
  }

  /**
   * Asks a set of many namespaces. Where one of another type has its name, ipset refuses it, and weave-npc exits and starts anew, again and again
   * (prog/weave-npc/main.go, handleError): which rules stand at a moment is not modelled, so a packet that comes to this one ends there.
   */
  private asks(set: NpcSet, side: 'src' | 'dst'): Part {
    const clash = (this.sets.get(set.name)?.type ?? set.type) !== set.type
    if (clash && this.current) this.clashes.add(this.current)
    return clash
      ? { part: 'match', match: { kind: 'unknown', words: `-m set --match-set ${set.name} ${side}` } }
      : inSet(this.put(set), side)
  }

  /** Pods of the policy's own namespace. */
  private ownPods(namespace: string, podSelector: LabelSelector, side: 'src' | 'dst', because: CauseId): Host {
    const key = selectorText(podSelector)
    const entries = podEntries(podsOfPeer(this.cluster, namespace, { podSelector }))
    const name = this.put({ name: setName(`${namespace}:${key}`), type: 'hash:ip', entries, because })
    return { parts: [inSet(name, side)], said: `pods: namespace: ${namespace}, selector: ${key}` }
  }

  private peer(namespace: string, { ipBlock, podSelector, namespaceSelector }: PolicyPeer, side: 'src' | 'dst', because: CauseId): Host {
    if (ipBlock !== undefined) {
      const net: Part = { part: side, net: maskedCidr(ipBlock.cidr) }
      if (ipBlock.except.length === 0) return { parts: [net], said: `cidr: ${ipBlock.cidr}` }
      const except = [...ipBlock.except].sort()
      const key = except.join(' ')
      const entries = except.map((one) => ({ values: [maskedCidr(one)], comment: `excepted from ${ipBlock.cidr}`, because }))
      const name = this.put({ name: setName(`${namespace}:ipblock-except:${key}`), type: 'hash:net', entries, because })
      return { parts: [net, inSet(name, side, true)], said: `cidr: ${ipBlock.cidr} except [${key}]` }
    }
    if (namespaceSelector === undefined) return podSelector ? this.ownPods(namespace, podSelector, side, because) : ANYWHERE
    const key = selectorText(namespaceSelector) + (podSelector ? selectorText(podSelector) : '')
    const said = `namespaces: selector: ${key}`
    const name = setName(`:${key}`)
    if (podSelector !== undefined) {
      const entries = podEntries(podsOfPeer(this.cluster, namespace, { podSelector, namespaceSelector }))
      return { parts: [this.asks({ name, type: 'hash:ip', entries, because }, side)], said }
    }
    const { namespaces, namespaceLabels } = this.cluster
    const entries = namespaces
      .filter((one) => selects(namespaceSelector, labelsOf(namespaceLabels, one)))
      .map((one) => ({ values: [allPods(one)], comment: `namespace: ${one}`, because }))
    return { parts: [this.asks({ name, type: 'list:set', entries, because }, side)], said }
  }

  private add(direction: Direction, src: Host, dst: Host, port: PolicyPort | undefined, because: CauseId): void {
    const said = `${src.said} -> ${dst.said} (${direction})`
    const l4 = (port?.protocol ?? 'TCP').toLowerCase() as 'tcp' | 'udp' | 'sctp'
    const number = typeof port?.port === 'number' ? port.port : undefined
    const parts: readonly Part[] = [
      ...(port ? [{ part: 'proto', proto: l4 } as const] : []),
      ...src.parts,
      ...dst.parts,
      // weave-npc writes --dport 0:65535, of which the kernel keeps the module alone
      ...(port ? [number === undefined ? ({ part: 'module', name: l4 } as const) : dport(number)] : []),
      comment(said),
    ]
    const key = JSON.stringify(parts)
    const ends = direction === 'ingress' ? [target({ kind: 'accept' })] : [jump('WEAVE-NPC-EGRESS-ACCEPT'), target({ kind: 'return' })]
    const chain = this.chains[direction]
    if (!chain.has(key))
      chain.set(
        key,
        ends.map((end) => ({ parts: [...parts, end], because })),
      )
  }

  /** Rules of both directions, whatever policyTypes says: only who is isolated goes by it. */
  policy(policy: ClusterPolicy): void {
    this.current = policy
    const { namespace } = policy.meta
    const whole = writtenBy(this.cluster, 'weave-npc', 'policy', [policy.because])
    this.ownPods(namespace, policy.spec.podSelector, 'dst', whole)
    for (const direction of ['ingress', 'egress'] as const) {
      const mine = this.ownPods(namespace, policy.spec.podSelector, direction === 'ingress' ? 'dst' : 'src', whole)
      for (const [i, rule] of policy.spec[direction].entries()) {
        const because = writtenBy(this.cluster, 'weave-npc', 'policy', [policy.causeOf(`spec.${direction}[${i}]`)])
        for (const peer of rule.peers.length === 0 ? [undefined] : rule.peers) {
          // iptables refuses an address of the other family: told as a problem
          if (peer?.ipBlock !== undefined && familyOf(peer.ipBlock.cidr) === 6) continue
          const other = peer ? this.peer(namespace, peer, direction === 'ingress' ? 'src' : 'dst', because) : ANYWHERE
          for (const port of rule.ports.length === 0 ? [undefined] : rule.ports)
            if (direction === 'ingress') this.add(direction, other, mine, port, because)
            else this.add(direction, mine, other, port, because)
        }
      }
    }
  }
}
