import { sha224 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import type { Cluster, ClusterPod } from '../../../cluster/cluster.ts'
import { isPoliced, namedPorts, podsOfPeer } from '../../../cluster/policy/select.ts'
import type { SetCommand, SetEntry } from '../../../kernel/ipset/ast.ts'
import type { PolicyPeer } from '../../../manifest/kinds/policyTypes.ts'
import type { PortProtocol } from '../../../manifest/kinds.ts'
import { hostCidr } from '../../../net/cidr.ts'
import { type Family, familyOf } from '../../../net/ip.ts'
import type { CauseId } from '../../../trace/cause.ts'
import { base64url, selectorId, setName } from '../../cni/calico/names.ts'
import { peerSelector } from './selector.ts'

/** A set that the rules of a node name, by its name in ipset. */
export interface FelixSet {
  readonly name: string
  readonly type: 'hash:net' | 'hash:ip,port'
  readonly entries: readonly SetEntry[]
  readonly because: CauseId
}

/** MakeUniqueID of libcalico-go/lib/hash. */
const uniqueId = (kind: string, text: string): string => `${kind}:${base64url(sha224(utf8ToBytes(`${kind}:${text}`)))}`

/** Collects the sets of one node and family while its rules are written; each is made once. */
export class FelixSets {
  readonly made = new Map<string, FelixSet>()
  private readonly cluster: Cluster
  private readonly family: Family

  constructor(cluster: Cluster, family: Family) {
    this.cluster = cluster
    this.family = family
  }

  /** Addresses of the Pods that a peer means. */
  peer(namespace: string, peer: PolicyPeer, because: CauseId): string {
    const name = setName(selectorId(peerSelector(namespace, peer)), this.family)
    return this.put(name, 'hash:net', because, () =>
      this.addresses(podsOfPeer(this.cluster, namespace, peer), (address) => [[hostCidr(address)]]),
    )
  }

  /** Address and port of those Pods (without a peer: of all) that have a container port of this name. */
  port(namespace: string, peer: PolicyPeer | undefined, port: string, protocol: PortProtocol, because: CauseId): string {
    const selector = peer === undefined ? 'all()' : peerSelector(namespace, peer)
    const proto = protocol.toLowerCase()
    const name = setName(uniqueId('n', `${selectorId(selector)},${proto},${port}`), this.family)
    const pods = () => (peer === undefined ? this.cluster.pods.filter(isPoliced) : podsOfPeer(this.cluster, namespace, peer))
    return this.put(name, 'hash:ip,port', because, () =>
      this.addresses(pods(), (address, pod) => namedPorts(pod, port, protocol).map((n) => [address, `${proto}:${n}`])),
    )
  }

  private addresses(
    pods: readonly ClusterPod[],
    valuesOf: (address: ClusterPod['podIPs'][number], pod: ClusterPod) => readonly (readonly string[])[],
  ): readonly SetEntry[] {
    return pods.flatMap((pod) =>
      pod.podIPs
        .filter((address) => familyOf(address) === this.family)
        .flatMap((address) => valuesOf(address, pod).map((values): SetEntry => ({ values, because: pod.because }))),
    )
  }

  private put(name: string, type: FelixSet['type'], because: CauseId, entries: () => readonly SetEntry[]): string {
    if (!this.made.has(name)) this.made.set(name, { name, type, entries: entries(), because })
    return name
  }
}

/** Felix makes its sets for a million elements (IpsetsMaxElements 1048576). */
const KEPT = [
  ['hashsize', '1024'],
  ['maxelem', '1048576'],
] as const

export const setCommands = (sets: Iterable<FelixSet>, family: Family): readonly SetCommand[] =>
  [...sets].flatMap(({ name, type, entries, because }): readonly SetCommand[] => [
    { do: 'create', head: { name, type, family, kept: KEPT, because } },
    ...(entries.length === 0 ? [] : [{ do: 'add' as const, set: name, entries }]),
  ])
