import type { DumpCode } from '../dump/codes.ts'
import type { Dump } from '../dump/dump.ts'
import type { LabObject, SliceFields } from '../manifest/kinds.ts'
import { addressOf, lengthOf, maskedCidr } from '../net/cidr.ts'
import { type Cidr, familyOf, type Ip } from '../net/ip.ts'
import type { CauseId } from '../trace/cause.ts'
import type { Problem, Severity, Where } from '../trace/problem.ts'
import type { ClusterNode, ClusterSlice } from './cluster.ts'
import { made, withFields } from './made.ts'
import type { Settling } from './settling.ts'

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

function causing(s: Settling, given: GivenDump): NodeDump {
  const from = given.place === undefined ? [] : [s.originOf(given.place.object).causeOf(given.place.path)]
  return { dump: given.dump, causeOf: (line) => s.causes.add({ kind: 'dump', file: given.file, line: line + given.above }, from) }
}

function tell(s: Settling, severity: Severity, code: DumpCode, params: Problem['params'], where?: Where): void {
  s.problems.push({ code, params, severity, ...(where === undefined ? {} : { where }) })
}

/** Gives each dump to its node. One that says none belongs to the only node, else to the first, which is said. */
export function withDumps(s: Settling, nodes: readonly ClusterNode[], dumps: readonly GivenDump[]): readonly ClusterNode[] {
  if (dumps.length === 0) return nodes
  const lists = new Map<string, NodeDump[]>()
  for (const given of dumps) {
    const node = given.node === undefined ? nodes[0] : nodes.find((n) => n.meta.name === given.node)
    if (node === undefined) {
      const names = nodes.map((n) => n.meta.name).join(', ')
      const where = given.place?.object.source.where(`${given.place.path}.node`)
      tell(s, 'error', 'dump-no-node', { node: given.node ?? '', names }, where)
      continue
    }
    if (given.node === undefined && nodes.length > 1)
      tell(s, 'warning', 'dump-node-guessed', { file: given.dump.file, node: node.meta.name }, given.where)
    const list = lists.get(node.meta.name) ?? []
    list.push(causing(s, given))
    lists.set(node.meta.name, list)
  }
  return nodes.map((node) => {
    const own = lists.get(node.meta.name)
    return own === undefined ? node : dumped(node, own)
  })
}

function dumped(node: ClusterNode, dumps: readonly NodeDump[]): ClusterNode {
  const { meta, causeOf, madeUp, because: _because, ...fields } = node
  return withFields(made(meta, { causeOf }, madeUp), { ...fields, dumps })
}

/** The addresses that dumped rules send to, as slices: whoever is not in the lab gets a stand-in. */
export function dumpedSlices(s: Settling, nodes: readonly ClusterNode[]): readonly ClusterSlice[] {
  return nodes.flatMap((node) =>
    (node.dumps ?? []).flatMap(({ dump, causeOf }): readonly ClusterSlice[] => {
      const { targets, more } = dump.clues
      if (more) tell(s, 'hint', 'dump-many-endpoints', { limit: targets.length })
      return targets.map(({ address, port, proto, service, line }) => {
        const [namespace = '', name = ''] = (service?.split(':')[0] ?? '').split('/')
        const is: SliceFields = {
          addressType: familyOf(address) === 4 ? 'IPv4' : 'IPv6',
          endpoints: [{ addresses: [address] }],
          ports: [{ name: '', protocol: proto, port }],
        }
        const meta = { name: name || 'dump', namespace: namespace || 'default', labels: {}, annotations: {} }
        const origin = { causeOf: () => causeOf(line) }
        return withFields(made(meta, origin, true), { is, service: name, endpointCause: () => causeOf(line) })
      })
    }),
  )
}
