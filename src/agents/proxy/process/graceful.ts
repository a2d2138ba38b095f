import type { Cluster, Leaving } from '../../../cluster/cluster.ts'
import { destKey, type IpvsCommand, keyOf } from '../../../kernel/ipvs/ast.ts'
import { ipvs } from '../../../kernel/ipvs/late.ts'
import type { Moment } from '../../../kernel/moment.ts'
import type { Op } from '../../../kernel/op.ts'
import { endpointText } from '../../../net/message.ts'
import { proxyOf } from '../list.ts'

/** How often real servers on their way out are looked at, in ns (rsCheckDeleteInterval). */
export const LOOK_EVERY = 60_000_000_000

const virtualOf = (l: Leaving): string => keyOf({ proto: l.proto, address: l.address, port: l.port })
const keyOfLeaving = (l: Leaving): string => `${virtualOf(l)} ${destKey({ address: l.server, port: l.serverPort })}`

/** The commands with which kube-proxy of IPVS mode makes its virtual and real servers on a node. */
function commandsOf(cluster: Cluster, name: string): readonly IpvsCommand[] {
  const node = cluster.nodes.find((n) => n.meta.name === name)
  if (node === undefined || cluster.proxy.mode !== 'ipvs') return []
  return proxyOf(cluster)
    .ops(cluster, node)
    .flatMap((op) => (op.do === 'ipvs' ? op.commands : []))
}

function serversOf(commands: readonly IpvsCommand[]): ReadonlyMap<string, Leaving> {
  const out = new Map<string, Leaving>()
  for (const c of commands) {
    if (c.do !== 'add-server' || 'mark' in c.name) continue
    const { address: server, port: serverPort, because } = c.dest
    const one: Leaving = { ...c.name, server, serverPort, because: because ?? 0 }
    out.set(keyOfLeaving(one), one)
  }
  return out
}

/** Active and inactive connections that IPVS of a node has to a real server; templates are counted elsewhere. */
const busy = (moment: Moment, node: string, l: Leaving): boolean =>
  ipvs
    .get()
    .connsOf(moment, node)
    .some((c) => !c.template && c.service === virtualOf(l) && c.dest === destKey({ address: l.server, port: l.serverPort }))

/**
 * Real servers that a sync takes out. With TCP one that still has connections gets weight 0 and stays; UDP and SCTP go at once, and so does
 * whoever has none (pkg/proxy/ipvs/graceful_termination.go). One that comes back is a server like any other again.
 */
export function leavingAfter(
  moment: Moment,
  node: string,
  before: Cluster | undefined,
  now: Cluster,
  leaving: readonly Leaving[],
): readonly Leaving[] {
  const commands = commandsOf(now, node)
  const servers = serversOf(commands)
  const virtuals = new Set(commands.flatMap((c) => (c.do === 'add-service' ? [keyOf(c.service.name)] : [])))
  const gone = before === undefined ? [] : [...serversOf(commandsOf(before, node)).values()]
  const first = new Set(leaving.map(keyOfLeaving))
  return [...leaving, ...gone.filter((l) => !first.has(keyOfLeaving(l)) && l.proto === 'tcp' && busy(moment, node, l))].filter(
    (l) => virtuals.has(virtualOf(l)) && !servers.has(keyOfLeaving(l)),
  )
}

/** Those that still have connections: the others are deleted. */
export const stillBusy = (moment: Moment, node: string, leaving: readonly Leaving[]): readonly Leaving[] =>
  leaving.filter((l) => busy(moment, node, l))

/** The op with those on their way out among the real servers of their virtual server, where their text puts them. */
export function withLeaving(op: Extract<Op, { do: 'ipvs' }>, leaving: readonly Leaving[]): Op {
  const rest = new Set(leaving)
  const out: IpvsCommand[] = []
  const add = (l: Leaving): void => {
    rest.delete(l)
    const { proto, address, port, server, serverPort, because } = l
    const dest = { address: server, port: serverPort, forward: 'masq', weight: 0, lastWeight: 1, upper: 0, lower: 0, because } as const
    out.push({ do: 'add-server', name: { proto, address, port }, dest })
  }
  let current = ''
  /** Those of the current virtual server that come before a text; all without one. */
  const flush = (text?: string): void => {
    const mine = [...rest].filter((l) => virtualOf(l) === current && (text === undefined || endpointText(l.server, l.serverPort) < text))
    for (const l of mine.sort((a, b) => (endpointText(a.server, a.serverPort) < endpointText(b.server, b.serverPort) ? -1 : 1))) add(l)
  }
  for (const c of op.commands) {
    if (c.do === 'add-service') {
      flush()
      current = keyOf(c.service.name)
    } else if (c.do === 'add-server') flush(endpointText(c.dest.address, c.dest.port))
    out.push(c)
  }
  flush()
  return { do: 'ipvs', commands: out }
}
