import type { DumpCode } from '../dump/codes.ts'
import type { SliceFields } from '../manifest/kinds.ts'
import { familyOf } from '../net/ip.ts'
import type { Problem, Severity, Where } from '../trace/problem.ts'
import type { ClusterNode, ClusterSlice } from './cluster.ts'
import type { GivenDump, NodeDump } from './dumps.ts'
import { made, withFields } from './made.ts'
import type { Settling } from './settling.ts'

function causing(s: Settling, given: GivenDump): NodeDump {
  const from = given.place === undefined ? [] : [s.originOf(given.place.object).causeOf(given.place.path)]
  return { dump: given.dump, causeOf: (line) => s.causes.add({ kind: 'dump', file: given.file, line: line + given.above }, from) }
}

function tell(s: Settling, severity: Severity, code: DumpCode, params: Problem['params'], where?: Where): void {
  s.problems.push({ code, params, severity, ...(where === undefined ? {} : { where }) })
}

/** Gives each dump to its node. One that says none belongs to the only node, else to the first, which is said. */
export function withDumps(s: Settling, nodes: readonly ClusterNode[], dumps: readonly GivenDump[]): readonly ClusterNode[] {
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
