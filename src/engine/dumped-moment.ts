import type { Cluster } from '../cluster/cluster.ts'
import type { DumpedConntrack } from '../dump/conntrack.ts'
import { tableOf } from '../kernel/conntrack.ts'
import { type CtEntry, Moment } from '../kernel/moment.ts'
import { tupleKey } from '../kernel/tuple.ts'
import type { CtStatus } from '../trace/event.ts'

const SECOND = 1_000_000_000

function entryOf(moment: Moment, d: DumpedConntrack): CtEntry {
  const { orig, reply } = d
  const status = new Set<CtStatus>()
  if (!d.unreplied) status.add('SEEN_REPLY')
  if (d.assured) status.add('ASSURED')
  // an answer from elsewhere than was asked, or to another than asked: the connection was translated
  if (reply.src !== orig.dst || reply.sport !== orig.dport) status.add('DST_NAT')
  if (reply.dst !== orig.src || reply.dport !== orig.sport) status.add('SRC_NAT')
  if (orig.type !== undefined) {
    if (reply.src === orig.dst) status.delete('DST_NAT')
    if (reply.dst === orig.src) status.delete('SRC_NAT')
  }
  return {
    id: moment.nextCt++,
    zone: d.zone,
    family: d.family,
    orig,
    reply,
    status,
    ...(d.tcp === undefined ? {} : { tcp: d.tcp }),
    expires: moment.clock + d.timeout * SECOND,
    mark: d.mark,
    confirmed: true,
    bound: { src: true, dst: true },
    dirty: false,
    since: moment.clock,
  }
}

/** The state before the first packet: connections that a dump of `conntrack -L` shows, and nothing else. */
export function dumpedMoment(cluster: Cluster): Moment {
  const moment = new Moment()
  for (const node of cluster.nodes) {
    for (const { dump } of node.dumps ?? []) {
      for (const one of dump.conntrack ?? []) {
        const entry = entryOf(moment, one)
        const table = tableOf(moment, node.meta.name)
        table.set(tupleKey(entry.orig), entry)
        table.set(tupleKey(entry.reply), entry)
      }
    }
  }
  return moment
}
