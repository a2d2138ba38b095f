import type { Dump } from '../dump/dump.ts'
import type { LabObject } from '../manifest/kinds.ts'
import { addressOf, lengthOf, maskedCidr } from '../net/cidr.ts'
import { type Cidr, familyOf, type Ip } from '../net/ip.ts'
import type { CauseId } from '../trace/cause.ts'
import type { Where } from '../trace/problem.ts'

/** A dump of the lab, before it is known which node it is of. */
export interface GivenDump {
  readonly dump: Dump
  /** Name of the node, where the lab or the file's name says it. */
  readonly node?: string
  /** The file that a reader opens to see the line: the dump's own, or the lab's when the text stands in it. */
  readonly file: string
  /** Lines of that file in front of the dump's first. */
  readonly above: number
  /** Where the lab names it. */
  readonly place?: { readonly object: LabObject; readonly path: string }
  readonly where?: Where
}

/** A dump that stands in the place of what programs write on one node. */
export interface NodeDump {
  readonly dump: Dump
  /** The cause of a line of the dump, from 1. */
  causeOf(line: number): CauseId
}

/** Names of nodes that dumps are of, for a lab that has none. */
export const dumpedNodes = (dumps: readonly GivenDump[]): readonly string[] => [...new Set(dumps.flatMap((d) => d.node ?? []))]

/** The net of all Pods, as rules of a dump name it. */
export function dumpedPodNet(dumps: readonly GivenDump[]): Cidr | undefined {
  for (const { dump } of dumps) {
    const net = dump.clues.podNet ?? dump.clues.podCIDR
    if (net !== undefined && familyOf(net) === 4) return lengthOf(net) <= 16 ? net : maskedCidr(`${addressOf(net)}/16` as Cidr)
  }
  return undefined
}

/** Addresses that dumps show to belong to somebody: endpoints of rules, neighbours. IPAM hands them to nobody else. */
export const dumpedAddresses = (dumps: readonly GivenDump[]): readonly Ip[] =>
  dumps.flatMap(({ dump }) => [...dump.clues.targets.map((t) => t.address), ...(dump.neigh ?? []).map(({ is }) => is.address)])

/** The rules of a dump know where the cluster's DNS runs. */
export const dumpsDns = (dumps: readonly GivenDump[]): boolean =>
  dumps.some(({ dump }) => dump.clues.targets.some((t) => t.service?.startsWith('kube-system/kube-dns:') === true))

/** Address and Pod net of a node that nobody wrote down, as its own outputs give them away. */
export function cluesFor(dumps: readonly GivenDump[], node: string | undefined): { readonly address?: string; readonly podCIDR?: string } {
  const own = dumps.filter((d) => d.node === undefined || d.node === node).map((d) => d.dump.clues)
  const address = own.flatMap((c) => c.uplink).find((net) => familyOf(net) === 4)
  const podCIDR = own.map((c) => c.podCIDR).find((net) => net !== undefined)
  return { ...(address === undefined ? {} : { address: addressOf(address) }), ...(podCIDR === undefined ? {} : { podCIDR }) }
}
