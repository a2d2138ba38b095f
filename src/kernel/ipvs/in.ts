import { l4Of } from '../../net/packet.ts'
import type { Skb } from '../../trace/event.ts'
import type { Netns } from '../machine.ts'
import type { Run } from '../run.ts'
import { type Dest, destKey, keyOf, type Virtual, type Virtuals } from './ast.ts'
import { asked, count, destOf, type Ends, expire, loadOf, newConn, snetOf, stateOf, turned, virtualFor } from './conn.ts'
import { openChoice } from './open.ts'
import { type Chosen, schedule } from './schedule.ts'
import type { IpvsConn, IpvsState } from './state.ts'
import { askKey } from './state.ts'

/** FTP's two: its helper is not modelled, and nobody schedules what a server of it opens. */
const FTP = 21
const FTP_DATA = 20

/** How a packet came to its connection: it has one, the scheduler chose, or the client's earlier choice holds. */
export type How = 'known' | 'scheduled' | 'persistent'

/** What IPVS makes of a request. */
export type Found =
  | {
      readonly kind: 'conn'
      readonly conn: IpvsConn
      readonly how: How
      readonly virtual: Virtual | undefined
      readonly dest: Dest | undefined
    }
  /** Not for a virtual server, or not the beginning of a connection. */
  | { readonly kind: 'pass' }
  | { readonly kind: 'drop' }
  /** No server takes it: an ICMP error goes back. */
  | { readonly kind: 'nobody'; readonly virtual: Virtual }
  | { readonly kind: 'unknown'; readonly what: string }

/** What the choice of a connection needs of a run. */
export type Asking = Pick<Run, 'moment' | 'luck'>

const setting = (netns: Netns, name: string, standard: number): number => netns.sysctls[`net/ipv4/vs/${name}`] ?? standard

/** SYN and INIT begin a connection (is_new_conn). */
function begins(skb: Skb): boolean {
  const l4 = l4Of(skb.packet)
  return l4?.kind === 'tcp' ? l4.flags.includes('S') : l4?.kind === 'sctp' && l4.chunk === 'INIT'
}

/** A client uses the ends of a connection again that is over (is_new_conn_expected). */
const isOver = (c: IpvsConn): boolean =>
  c.control === undefined &&
  (c.proto === 'tcp' ? c.state === 'TIME_WAIT' || c.state === 'CLOSE' : c.proto === 'sctp' && c.state === 'CLOSED')

/** Whether conntrack's entry of the packet is an old one that the connection goes with (ip_vs_conn_uses_old_conntrack). */
const usesOld = (run: Asking, conn: IpvsConn, skb: Skb): boolean =>
  conn.nfct && skb.ct !== undefined && skb.ct.id !== 0 && !run.moment.held.has(skb.ct.id)

/** ip_vs_in up to the connection: the one that is there, unless it has to go, or a new one. */
export function connFor(run: Asking, netns: Netns, virtuals: Virtuals, skb: Skb, ends: Ends): Found {
  const { moment } = run
  const state = stateOf(moment, netns.name)
  let conn = asked(state, ends, moment.clock)
  const nodest = setting(netns, 'expire_nodest_conn', 0) !== 0
  if (conn && begins(skb)) {
    const quiet = nodest && destOf(virtuals, conn)?.weight === 0
    if (quiet || (setting(netns, 'conn_reuse_mode', 1) !== 0 && isOver(conn))) {
      expire(state, conn)
      if (usesOld(run, conn, skb)) return { kind: 'drop' }
      conn = undefined
    }
  }
  if (conn && !destOf(virtuals, conn)) {
    if (!nodest) return { kind: 'drop' }
    expire(state, conn)
    if (usesOld(run, conn, skb)) return { kind: 'drop' }
    conn = undefined
  }
  if (conn) return { kind: 'conn', conn, how: 'known', virtual: virtuals.get(conn.service), dest: destOf(virtuals, conn) }
  const l4 = l4Of(skb.packet)
  // only what begins a connection is scheduled; a datagram always does (tcp_conn_schedule, sctp_conn_schedule, udp_conn_schedule)
  if ((l4?.kind === 'tcp' && (!l4.flags.includes('S') || l4.flags.includes('R'))) || (l4?.kind === 'sctp' && l4.chunk !== 'INIT'))
    return { kind: 'pass' }
  const virtual = virtualFor(virtuals, ends, skb.mark)
  return virtual ? newFor(run, netns, state, virtual, skb, ends) : { kind: 'pass' }
}

function newFor(run: Asking, netns: Netns, state: IpvsState, v: Virtual, skb: Skb, ends: Ends): Found {
  const { moment } = run
  if (ends.sport === FTP_DATA) return { kind: 'pass' }
  if (v.engine !== undefined) return { kind: 'unknown', what: `IPVS persistence engine ${v.engine}` }
  if (v.onePacket && ends.proto === 'udp') return { kind: 'unknown', what: 'IPVS one-packet scheduling (-o)' }
  const port = 'mark' in v.name ? undefined : v.name.port
  if (port === FTP) return { kind: 'unknown', what: 'IPVS and FTP' }
  // an answer of a local server to a connection that is known (ip_vs_schedule)
  if ((skb.iif === undefined || skb.iif === 'lo') && asked(state, turned(ends), moment.clock)) return { kind: 'pass' }
  const client = { src: ends.src, sport: ends.sport, dst: ends.dst }
  const load = (d: Dest): ReturnType<typeof loadOf> => loadOf(moment, netns.name, keyOf(v.name), d)
  // a balancer outside has served others before: where its turn stands, nobody knows
  const open = run.luck.everyBranch || netns.kind === 'client'
  const choose = (): Chosen => (open ? openChoice(state, v, client, load, run.luck, netns.name) : schedule(state, v, client, load))
  const made = (dest: Dest, how: How, control?: number): Found => {
    const from = { proto: ends.proto, caddr: ends.src, cport: ends.sport, vaddr: ends.dst, vport: ends.dport }
    const to = { daddr: dest.address, dport: dest.port === 0 ? ends.dport : dest.port }
    const conn = newConn(moment, netns, { ...from, ...to, template: false, ...(control === undefined ? {} : { control }) }, v, dest, 3)
    count(state, conn, 'conn')
    return { kind: 'conn', conn, how, virtual: v, dest }
  }
  if (v.persistent === undefined) {
    // a virtual server of every port has to be persistent
    if (port !== undefined && port !== ends.dport) return { kind: 'nobody', virtual: v }
    const chosen = choose()
    if ('unknown' in chosen) return { kind: 'unknown', what: chosen.unknown }
    return chosen.dest ? made(chosen.dest, 'scheduled') : { kind: 'nobody', virtual: v }
  }
  const old = templateOf(netns, state, v, ends, moment.clock)
  if (old) {
    old.template.expires = moment.clock + old.template.timeout
    return made(old.dest, 'persistent', old.template.id)
  }
  const chosen = choose()
  if ('unknown' in chosen) return { kind: 'unknown', what: chosen.unknown }
  const { dest } = chosen
  if (!dest) return { kind: 'nobody', virtual: v }
  const template = newConn(
    moment,
    netns,
    { ...templateEnds(v, ends), daddr: dest.address, dport: port === ends.dport ? dest.port : 0, template: true },
    v,
    dest,
    v.persistent,
  )
  return made(dest, 'scheduled', template.id)
}

/** Client net and virtual address; the port counts where the virtual server has that one port. A mark stands in the address's place. */
function templateEnds(v: Virtual, e: Ends): Pick<IpvsConn, 'proto' | 'caddr' | 'cport' | 'vaddr' | 'vport'> {
  const port = 'mark' in v.name ? 0 : v.name.port
  return {
    proto: e.proto,
    caddr: snetOf(v, e.src),
    cport: 0,
    vaddr: 'mark' in v.name ? (`fwmark ${v.name.mark}` as Ends['dst']) : e.dst,
    vport: port === e.dport ? port : 0,
  }
}

/** ip_vs_check_template: a template holds while its server is there, and at weight 0 unless expire_quiescent_template is on. */
function templateOf(
  netns: Netns,
  state: IpvsState,
  v: Virtual,
  ends: Ends,
  now: number,
): { readonly template: IpvsConn; readonly dest: Dest } | undefined {
  const e = templateEnds(v, ends)
  const template = state.conns.get(askKey(e.proto, e.caddr, e.cport, e.vaddr, e.vport))
  const live =
    template && asked(state, { family: template.family, proto: e.proto, src: e.caddr, sport: 0, dst: e.vaddr, dport: e.vport }, now)
  const dest = live && v.dests.find((d) => destKey(d) === live.dest)
  if (live && dest && !(dest.weight === 0 && setting(netns, 'expire_quiescent_template', 0) !== 0)) return { template: live, dest }
  if (live) expire(state, live)
  return undefined
}
