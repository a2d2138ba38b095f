import type { Ip } from '../../src/net/ip.ts'
import type { CtView, TraceEvent } from '../../src/trace/event.ts'

type Nat = Extract<TraceEvent, { readonly kind: 'nat' }>

/** `10.0.0.1:80`, `[fd00::1]:80` or an address alone. */
function endOf(text: string): { readonly host: Ip; readonly port?: number } {
  const [, six, four, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(text) ?? []
  const host = six ?? four
  return host === undefined ? { host: text as Ip } : { host: host as Ip, port: Number(port) }
}

/**
 * The entry after a rule rewrote the packet. The kernel changes the reply side at once (nf_nat_setup_info); the trace shows
 * the entry again only when it is confirmed, behind the last hook.
 */
function rewritten(entry: CtView, nat: Nat): CtView {
  const { host, port } = endOf(nat.to)
  return nat.manip === 'dst'
    ? {
        ...entry,
        reply: { ...entry.reply, src: host, sport: port ?? entry.reply.sport },
        status: [...entry.status.filter((s) => s !== 'DST_NAT'), 'DST_NAT'],
      }
    : {
        ...entry,
        reply: { ...entry.reply, dst: host, dport: port ?? entry.reply.dport },
        status: [...entry.status.filter((s) => s !== 'SRC_NAT'), 'SRC_NAT'],
      }
}

/** The packet's conntrack entry behind these events; undefined when none of them shows it. */
export function entryAfter(events: readonly TraceEvent[]): CtView | undefined {
  let entry: CtView | undefined
  for (const event of events) {
    if (event.kind === 'conntrack' && event.entry !== undefined) entry = event.entry
    for (const change of event.writes ?? []) if (change.kind === 'conntrack' && change.what !== 'destroy') entry = change.entry
    if (event.kind === 'nat' && event.by === 'rule' && entry !== undefined) entry = rewritten(entry, event)
  }
  return entry
}
