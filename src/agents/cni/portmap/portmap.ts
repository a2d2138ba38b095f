import { sha512 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { Cluster, ClusterPod } from '../../../cluster/cluster.ts'
import type { Call, Part, Written } from '../../../kernel/iptables/ast.ts'
import type { Op } from '../../../kernel/op.ts'
import { hostCidr, maskedCidr } from '../../../net/cidr.ts'
import { type Cidr, type Family, familyOf, type Ip } from '../../../net/ip.ts'
import type { CauseId } from '../../../trace/cause.ts'
import { writtenBy } from '../../why.ts'
import { comment, dport, dstType, from, jump, target, to as toNet } from '../../write.ts'
import { containerId } from '../container.ts'

/** Rules of the portmap plugin 1.1 (plugins/meta/portmap/portmap_iptables.go), with its default settings: snat on, mark bit 13. */
const DNAT = 'CNI-HOSTPORT-DNAT'
const MASQ = 'CNI-HOSTPORT-MASQ'
const SETMARK = 'CNI-HOSTPORT-SETMARK'
const MARK = 0x2000
/** `-m multiport` takes 15 ports. */
const MOST_PORTS = 15

/** A pod with host ports, as its node's CNI attaches it. */
export interface Mapped {
  readonly pod: ClusterPod
  /** Its addresses with the length that they have in the pod. */
  readonly addrs: readonly Cidr[]
}

/** `CNI-DN-` and 21 digits of the hash of network and sandbox. */
export const hostPortChain = (network: string, id: string): string => `CNI-DN-${bytesToHex(sha512(utf8ToBytes(network + id)))}`.slice(0, 28)

interface Mapping {
  readonly proto: 'tcp' | 'udp' | 'sctp'
  readonly hostPort: number
  /** The family of hostIP; undefined: both. */
  readonly only?: Family
  /** undefined, too, where hostIP is 0.0.0.0 or ::, which is no destination. */
  readonly hostIP?: Ip
  readonly port: number
  readonly because: CauseId
}

const mappings = (cluster: Cluster, pod: ClusterPod): readonly Mapping[] =>
  pod.spec.containers.flatMap((container, c) =>
    container.ports.flatMap((port, p): readonly Mapping[] => {
      if (port.hostPort === 0) return []
      const because = writtenBy(cluster, 'portmap plugin', 'host-port', [pod.causeOf(`spec.containers[${c}].ports[${p}].hostPort`)])
      const { hostPort, hostIP, containerPort } = port
      const to = hostIP === undefined || hostIP === '0.0.0.0' || hostIP === '::' ? {} : { hostIP }
      const only = hostIP === undefined ? {} : { only: familyOf(hostIP) }
      return [{ proto: port.protocol.toLowerCase() as Mapping['proto'], hostPort, ...only, ...to, port: containerPort, because }]
    }),
  )

const proto = (name: string): Part => ({ part: 'proto', proto: name })
const marked: Part = { part: 'match', match: { kind: 'mark', value: MARK, mask: MARK } }

/** What stands once on a node that has host ports. The jump to the masquerading goes to the head of POSTROUTING, the others to the end. */
function frame(because: CauseId): readonly Call[] {
  const rule = (parts: readonly Part[]): Written => ({ parts, because })
  const nat = 'nat'
  const set = target({ kind: 'mark', value: MARK, mask: MARK })
  return [
    { call: '-N', table: nat, chain: SETMARK },
    { call: '-A', table: nat, chain: SETMARK, rule: rule([comment('CNI portfwd masquerade mark'), set]) },
    { call: '-N', table: nat, chain: MASQ },
    { call: '-A', table: nat, chain: MASQ, rule: rule([marked, target({ kind: 'masquerade' })]) },
    { call: '-I', table: nat, chain: 'POSTROUTING', rule: rule([comment('CNI portfwd requiring masquerade'), jump(MASQ)]) },
    { call: '-N', table: nat, chain: DNAT },
    ...(['PREROUTING', 'OUTPUT'] as const).map(
      (chain): Call => ({ call: '-A', table: nat, chain, rule: rule([dstType('LOCAL'), jump(DNAT)]) }),
    ),
  ]
}

const target6 = (address: Ip, port: number): string => (familyOf(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`)

/** One pod's own chain, and the rules that lead to it, 15 ports at a time. */
function podCalls(network: string, { pod, addrs }: Mapped, maps: readonly Mapping[], family: Family): readonly Call[] {
  const net = addrs.find((one) => familyOf(one) === family)
  const address = pod.podIPs.find((one) => familyOf(one) === family)
  const [first] = maps
  if (net === undefined || address === undefined || first === undefined) return []
  const id = containerId(pod)
  const chain = hostPortChain(network, id)
  const put = (into: string, because: CauseId, ...parts: readonly Part[]): Call => ({
    call: '-A',
    table: 'nat',
    chain: into,
    rule: { parts, because },
  })
  const said = comment(`dnat name: "${network}" id: "${id}"`)
  const jumps = (['sctp', 'tcp', 'udp'] as const).flatMap((name): readonly Call[] => {
    const ports = maps.filter((m) => m.proto === name).map((m) => ({ from: m.hostPort, to: m.hostPort }))
    const pieces = Array.from({ length: Math.ceil(ports.length / MOST_PORTS) }, (_, i) => ports.slice(i * MOST_PORTS, (i + 1) * MOST_PORTS))
    return pieces.map((some) => {
      const many: Part = { part: 'match', match: { kind: 'multiport', which: 'dports', ports: some } }
      return put(DNAT, first.because, said, proto(name), many, jump(chain))
    })
  })
  const own = maps.flatMap(({ proto: name, hostPort, only, hostIP, port, because }): readonly Call[] => {
    if (only !== undefined && only !== family) return []
    const here = [proto(name), dport(hostPort), ...(hostIP === undefined ? [] : [toNet(hostCidr(hostIP))])]
    const to = target6(address, port)
    return [
      put(chain, because, ...here, from(maskedCidr(net)), jump(SETMARK)),
      ...(family === 4 ? [put(chain, because, ...here, from('127.0.0.1/32' as Cidr), jump(SETMARK))] : []),
      put(chain, because, ...here, target({ kind: 'dnat', to, address, ports: { from: port, to: port } })),
    ]
  })
  return [{ call: '-N', table: 'nat', chain }, ...jumps, ...own]
}

/**
 * Host ports of a node's pods. `dev`: the device that leads to a pod, on which 127.0.0.0/8 is let through, so that a process of the node
 * can ask localhost. `framed`: with what stands once on a node; the first of its pods brings it.
 */
export function hostPortOps(
  cluster: Cluster,
  network: string,
  pods: readonly Mapped[],
  dev: (pod: ClusterPod) => string,
  framed = true,
): readonly Op[] {
  const all = pods.map((one) => ({ one, maps: mappings(cluster, one.pod) })).filter(({ maps }) => maps.length > 0)
  if (all.length === 0) return []
  const because = writtenBy(cluster, 'portmap plugin', 'fixed-rule', [cluster.cni.because])
  const devices = new Set(all.map(({ one }) => dev(one.pod)))
  const local = [...devices].map((name): Op => ({ do: 'sysctl', name: `net/ipv4/conf/${name}/route_localnet`, value: 1, because }))
  return [
    ...local,
    ...([4, 6] as const).flatMap((family): readonly Op[] => {
      const calls = all.flatMap(({ one, maps }) => podCalls(network, one, maps, family))
      return calls.length === 0 ? [] : [{ do: 'iptables', family, calls: [...(framed ? frame(because) : []), ...calls] }]
    }),
  ]
}
