import { networkOf } from '../../net/cidr.ts'
import { type Cidr, type Family, familyOf, type Ip } from '../../net/ip.ts'
import { ipLength, ipOf, l4Of, type Packet } from '../../net/packet.ts'
import type { Netns } from '../machine.ts'
import type { Moment } from '../moment.ts'
import { type Dest, destKey, type IpvsProtocol, keyOf, type Virtual, type Virtuals } from './ast.ts'
import type { Load } from './schedule.ts'
import { answerKey, askKey, type IpvsConn, type IpvsState, newIpvsState } from './state.ts'
import { isActive, nextState, type Way } from './states.ts'

const SECOND = 1_000_000_000
/** A template is kept a minute longer while a connection hangs on it (ip_vs_conn_expire). */
const CONTROLLED = 60 * SECOND

export function stateOf(moment: Moment, netns: string): IpvsState {
  const found = moment.ipvs.get(netns)
  if (found) return found
  const made = newIpvsState()
  moment.ipvs.set(netns, made)
  return made
}

/** What a packet of TCP, UDP or SCTP has for IPVS; undefined for others. */
export interface Ends {
  readonly family: Family
  readonly proto: IpvsProtocol
  readonly src: Ip
  readonly sport: number
  readonly dst: Ip
  readonly dport: number
}

export function endsOf(packet: Packet): Ends | undefined {
  const [ip, l4] = [ipOf(packet), l4Of(packet)]
  if (!ip || !l4 || l4.kind === 'icmp') return undefined
  return { family: ip.family, proto: l4.kind, src: ip.src, sport: l4.sport, dst: ip.dst, dport: l4.dport }
}

/** Takes a connection out, under both its keys. */
export function expire(state: IpvsState, conn: IpvsConn): void {
  const [ask, answer] = [
    askKey(conn.proto, conn.caddr, conn.cport, conn.vaddr, conn.vport),
    answerKey(conn.proto, conn.daddr, conn.dport, conn.caddr, conn.cport),
  ]
  if (state.conns.get(ask) === conn) state.conns.delete(ask)
  if (state.answers.get(answer) === conn) state.answers.delete(answer)
}

const controls = (state: IpvsState, template: IpvsConn, now: number): boolean =>
  [...state.conns.values()].some((c) => c.control === template.id && c.expires > now)

function fresh(state: IpvsState, conn: IpvsConn | undefined, now: number): IpvsConn | undefined {
  if (!conn || conn.expires > now) return conn
  if (conn.template && controls(state, conn, now)) {
    conn.expires = now + CONTROLLED
    return conn
  }
  expire(state, conn)
  return undefined
}

/** Connections of a netns that are still there, the oldest first. */
export function connsOf(moment: Moment, netns: string): readonly IpvsConn[] {
  const state = moment.ipvs.get(netns)
  if (!state) return []
  const all = [...state.conns.values()].filter((c) => c.expires > moment.clock || (c.template && controls(state, c, moment.clock)))
  return all.sort((a, b) => a.id - b.id)
}

/** ip_vs_conn_in_get: the connection that a request belongs to. */
export const asked = (state: IpvsState, e: Ends, now: number): IpvsConn | undefined =>
  fresh(state, state.conns.get(askKey(e.proto, e.src, e.sport, e.dst, e.dport)), now)

/** ip_vs_conn_out_get: the connection that an answer belongs to. */
export const answered = (state: IpvsState, e: Ends, now: number): IpvsConn | undefined =>
  fresh(state, state.answers.get(answerKey(e.proto, e.src, e.sport, e.dst, e.dport)), now)

/** A packet as it would look the other way round. */
export const turned = (e: Ends): Ends => ({ ...e, src: e.dst, sport: e.dport, dst: e.src, dport: e.sport })

/** The client's address as persistence sees it. */
export function snetOf(v: Virtual, src: Ip): Ip {
  return v.netmask === undefined ? src : networkOf(`${src}/${v.netmask}` as Cidr)
}

/** A new connection, or a template, in the table. */
export function newConn(
  moment: Moment,
  netns: Netns,
  of: Pick<IpvsConn, 'proto' | 'caddr' | 'cport' | 'vaddr' | 'vport' | 'daddr' | 'dport' | 'template' | 'control'>,
  v: Virtual,
  dest: Dest,
  seconds: number,
): IpvsConn {
  const state = stateOf(moment, netns.name)
  const conn: IpvsConn = {
    id: state.next++,
    family: familyOf(of.caddr),
    ...of,
    service: keyOf(v.name),
    dest: destKey(dest),
    nfct: (netns.sysctls['net/ipv4/vs/conntrack'] ?? 0) !== 0,
    state: 'NONE',
    timeout: seconds * SECOND,
    expires: moment.clock + seconds * SECOND,
  }
  state.conns.set(askKey(conn.proto, conn.caddr, conn.cport, conn.vaddr, conn.vport), conn)
  if (!conn.template) state.answers.set(answerKey(conn.proto, conn.daddr, conn.dport, conn.caddr, conn.cport), conn)
  return conn
}

/** ip_vs_set_state and ip_vs_conn_put: a packet of the connection moves its state on and winds its clock up. */
export function touch(moment: Moment, netns: string, conn: IpvsConn, way: Way, packet: Packet): void {
  const { state, seconds } = nextState(conn.state, way, packet)
  // a template is assured once one of its connections stands, or a datagram was answered (ip_vs_control_assure_ct)
  if (conn.control !== undefined && (state === 'ESTABLISHED' || (state === 'UDP' && way === 'out')))
    for (const c of moment.ipvs.get(netns)?.conns.values() ?? []) if (c.id === conn.control) c.state = 'ASSURED'
  conn.state = state
  conn.timeout = seconds * SECOND
  conn.expires = moment.clock + conn.timeout
}

/** Connections of a real server, as the schedulers and ipvsadm count them. */
export function loadOf(moment: Moment, netns: string, service: string, dest: Dest): Load & { readonly persistent: number } {
  let [active, inactive, persistent] = [0, 0, 0]
  for (const c of connsOf(moment, netns)) {
    if (c.service !== service || c.dest !== destKey(dest)) continue
    if (c.template) persistent++
    else if (isActive(c.proto, c.state)) active++
    else inactive++
  }
  return { active, inactive, persistent }
}

/** Counts for a virtual server and one of its real servers (ip_vs_in_stats, ip_vs_out_stats, ip_vs_conn_stats). */
export function count(state: IpvsState, conn: IpvsConn, what: 'conn' | Way, packet?: Packet): void {
  const bytes = packet ? ipLength(packet) : 0
  for (const key of [conn.service, `${conn.service} ${conn.dest}`]) {
    const s = state.stats.get(key) ?? { conns: 0, inPkts: 0, outPkts: 0, inBytes: 0, outBytes: 0 }
    if (what === 'conn') s.conns++
    else if (what === 'in') {
      s.inPkts++
      s.inBytes += bytes
    } else {
      s.outPkts++
      s.outBytes += bytes
    }
    state.stats.set(key, s)
  }
}

/** The server that a connection goes to, while its virtual server still has it. */
export const destOf = (virtuals: Virtuals, conn: IpvsConn): Dest | undefined =>
  virtuals.get(conn.service)?.dests.find((d) => destKey(d) === conn.dest)

/** ip_vs_service_find: by mark, by address and port, then by address alone. */
export function virtualFor(virtuals: Virtuals, e: Ends, mark: number): Virtual | undefined {
  const marked = mark === 0 ? undefined : virtuals.get(keyOf({ mark, family: e.family }))
  const at = (port: number): Virtual | undefined => virtuals.get(keyOf({ proto: e.proto, address: e.dst, port }))
  return marked ?? at(e.dport) ?? at(0)
}
