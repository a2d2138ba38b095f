import { type Dest, destKey, keyOf, type Virtual, type Virtuals } from '../../kernel/ipvs/ast.ts'
import { answered, asked, connsOf, type Ends, endsOf, loadOf, stateOf, virtualFor } from '../../kernel/ipvs/conn.ts'
import { connFor } from '../../kernel/ipvs/in.ts'
import type { IpvsConn } from '../../kernel/ipvs/state.ts'
import type { Moment } from '../../kernel/moment.ts'
import { endpointText } from '../../net/message.ts'
import { connLine, nameText, serverRow, serversInOrder, serviceText, virtualsInOrder } from '../../tools/ipvsadm/print.ts'
import type { Skb, TraceEvent } from '../../trace/event.ts'
import { ipvsBefore } from './ipvs-replay.ts'
import { type Choice, serverText, whyChosen, whyNotServers } from './ipvs-why.ts'
import type { Scene } from './language.ts'
import { type Look, lookColumn } from './look.ts'
import type { ChainColumn, TableVisit } from './shape.ts'
import type { Said } from './shape-look.ts'
import { skbOf } from './sight.ts'
import type { Hooked } from './visits.ts'

type Nat = Extract<TraceEvent, { readonly kind: 'nat' }>

/** What IPVS did at a hook, and the tables that it looked into, for whoever opens a fold. */
export interface IpvsVisit {
  readonly visit: TableVisit
  readonly looks: readonly Look[]
}

/** Its places among the priorities of the hooks (kernel/ipvs/hooks.ts): answers, then requests. */
const PRIORITY: Readonly<Record<string, readonly [answers: string, requests: string]>> = {
  input: ['98', '99'],
  output: ['-99', '-98'],
  forward: ['100', '100'],
}

const ordered = new WeakMap<Virtuals, readonly Virtual[]>()
function listed(virtuals: Virtuals): readonly Virtual[] {
  const known = ordered.get(virtuals) ?? virtualsInOrder(virtuals)
  ordered.set(virtuals, known)
  return known
}

const because = (of: { readonly because?: number } | undefined): { readonly because?: number } =>
  of?.because === undefined ? {} : { because: of.because }

/** The table of virtual servers, asked for what the packet is sent to. */
function virtualsLook(virtuals: Virtuals, ends: Ends, mark: number, found: Virtual | undefined): Look {
  const all = listed(virtuals)
  const hit = found === undefined ? -1 : all.indexOf(found)
  const marked = found !== undefined && 'mark' in found.name
  const key = marked
    ? [{ name: 'fwmark', value: `${mark}` }]
    : [
        { name: 'protocol', value: ends.proto.toUpperCase() },
        { name: 'address', value: ends.dst },
        { name: 'port', value: `${ends.dport}` },
      ]
  return {
    kind: 'virtuals',
    title: 'ip_vs',
    type: 'ipvsadm -Ln',
    total: all.length,
    key,
    ...(hit < 0 ? {} : { hit }),
    element(index) {
      const v = all[index]
      return v ? { text: serviceText(v, true), ...because(v) } : { text: '' }
    },
  }
}

/** The connection that a packet belongs to, among those that are known. */
function connectionsLook(moment: Moment, netns: string, ends: Ends, conn: IpvsConn, answer: boolean): Look {
  const all = connsOf(moment, netns)
  return {
    kind: 'connections',
    title: 'ip_vs_conn',
    type: 'ipvsadm -Lnc',
    total: all.length,
    key: [
      { name: 'protocol', value: ends.proto.toUpperCase() },
      { name: answer ? 'server' : 'client', value: endpointText(ends.src, ends.sport) },
      { name: answer ? 'client' : 'virtual', value: endpointText(ends.dst, ends.dport) },
    ],
    hit: all.indexOf(conn),
    element(index) {
      const c = all[index]
      return { text: c ? connLine(c, moment.clock, true).replace(/ +/g, ' ') : '' }
    },
  }
}

const HEAD = ['RemoteAddress:Port', 'Fwd', 'Wt', 'Act', 'In'] as const

/** The real servers of a virtual one, with their load and what is said of the choice. */
function serversLook(v: Virtual, moment: Moment, netns: string, chosen: Dest | undefined, said: Told): Look {
  const all = serversInOrder(v)
  const width = Math.max(HEAD[0].length, ...all.map((d) => serverText(d).length + 3))
  const columns = (cells: readonly (string | number)[]): string =>
    [`${cells[0]}`.padEnd(width), `${cells[1]}`.padEnd(6), `${cells[2]}`.padEnd(3), `${cells[3]}`.padEnd(3), `${cells[4]}`].join(' ')
  const hit = chosen === undefined ? -1 : all.findIndex((d) => destKey(d) === destKey(chosen))
  return {
    kind: 'servers',
    title: nameText(v.name, true).replace(/ +/, ' '),
    type: serviceText(v, true).slice(nameText(v.name, true).length + 1),
    total: all.length,
    head: columns(HEAD),
    ...(hit < 0 ? {} : { hit }),
    before: said.before,
    after: said.after,
    element(index) {
      const d = all[index]
      if (!d) return { text: '' }
      const load = loadOf(moment, netns, keyOf(v.name), d)
      const words = serverRow(d, load, true).trim().split(/ +/)
      const why = said.other(d)
      return {
        text: columns([`-> ${words[1] ?? ''}`, words[2] ?? '', d.weight, load.active, load.inactive]),
        ...(why ? { said: why } : {}),
        ...because(d),
      }
    },
  }
}

interface Told {
  readonly before: readonly Said[]
  readonly after: readonly Said[]
  readonly other: (d: Dest) => Said | undefined
}

/** What IPVS went by, and what becomes of the packet. Where asking again does not come to the same server, nothing is said. */
function told(scene: Scene, at: Hooked, nat: Nat, virtuals: Virtuals, v: Virtual, skb: Skb, ends: Ends): Told & { readonly chosen?: Dest } {
  const how = nat.ipvs?.how
  const after: Said[] = [{ code: 'changed', side: 'dst', from: nat.from, to: nat.to }]
  const hook = nat.at.hook
  const stolen = at.journey.events.some((e) => e.kind === 'hook-end' && e.verdict === 'stolen' && e.seq > nat.seq && e.at.hook === hook)
  if (stolen && (hook === 'input' || hook === 'output')) after.push({ code: 'stolen', hook })
  const before = ipvsBefore(scene, at.netns, virtuals, nat.seq, skb)
  const again = ipvsBefore(scene, at.netns, virtuals, nat.seq, skb)
  const found = connFor({ moment: again, luck: scene.luck }, at.netns, virtuals, skb, ends)
  const none = { before: [], after, other: () => undefined }
  if (found.kind !== 'conn' || endpointText(found.conn.daddr, found.conn.dport) !== nat.to) return none
  const chosen = found.dest
  if (!chosen) return none
  const client = { src: ends.src, sport: ends.sport, dst: ends.dst }
  if (how === 'persistent') {
    const stays: Said = { code: 'stays', client: client.src, now: serverText(chosen), seconds: v.persistent ?? 0 }
    return { before: [stays], after, other: () => ({ code: 'other-stays' }), chosen }
  }
  if (how !== 'scheduled') return { ...none, chosen }
  const load = (d: Dest) => loadOf(before, at.netns.name, keyOf(v.name), d)
  const choice: Choice = { v, client, state: stateOf(before, at.netns.name), load, chosen }
  const kept: readonly Said[] = v.persistent === undefined ? [] : [{ code: 'kept', client: client.src, seconds: v.persistent }]
  return { before: [...whyChosen(choice), ...kept], after, other: whyNotServers(choice), chosen }
}

/** The looks that a rewrite of IPVS was made by. */
function looksOf(scene: Scene, at: Hooked, nat: Nat, virtuals: Virtuals, skb: Skb, ends: Ends): readonly Look[] {
  const netns = at.netns.name
  const moment = ipvsBefore(scene, at.netns, virtuals, nat.seq, skb)
  const state = stateOf(moment, netns)
  const answer = nat.ipvs?.how === 'answer'
  if (answer || nat.ipvs?.how === 'known') {
    const conn = answer ? answered(state, ends, moment.clock) : asked(state, ends, moment.clock)
    const changed: Said = { code: 'changed', side: nat.manip, from: nat.from, to: nat.to }
    if (!conn) return []
    return [{ ...connectionsLook(moment, netns, ends, conn, answer), before: [{ code: answer ? 'answer' : 'known' }], after: [changed] }]
  }
  const v = virtualFor(virtuals, ends, skb.mark)
  if (!v) return []
  const said = told(scene, at, nat, virtuals, v, skb, ends)
  return [virtualsLook(virtuals, ends, skb.mark, v), serversLook(v, moment, netns, said.chosen, said)]
}

/** Asked, and nothing done: there is no such virtual server, or none of its servers takes connections. */
function inVain(scene: Scene, at: Hooked, seq: number, virtuals: Virtuals, skb: Skb, ends: Ends, dropped: boolean): readonly Look[] {
  const v = virtualFor(virtuals, ends, skb.mark)
  const table = virtualsLook(virtuals, ends, skb.mark, v)
  if (!v || !dropped) return v ? [] : [table]
  const moment = ipvsBefore(scene, at.netns, virtuals, seq, skb)
  const other = (d: Dest): Said | undefined => (d.weight === 0 ? { code: 'weight-0' } : undefined)
  return [table, serversLook(v, moment, at.netns.name, undefined, { before: [{ code: 'nobody' }], after: [], other })]
}

/** What IPVS did with a packet at a hook; undefined: it is not there, or was not asked. */
export function ipvsVisit(scene: Scene, at: Hooked): IpvsVisit | undefined {
  const virtuals = at.netns.ipvs
  const events = at.journey.events.slice(at.from, at.to)
  const hook = events[0]?.at.hook
  if (!virtuals || virtuals.size === 0 || hook === undefined || !PRIORITY[hook]) return undefined
  const nat = events.find((e): e is Nat => e.kind === 'nat' && e.by === 'ipvs')
  const end = events.find((e) => e.kind === 'hook-end')
  const dropped = events.some((e) => e.kind === 'drop' && e.reason === 'no-destination')
  const here = nat ?? end
  const skb = here && skbOf(at.journey.events[at.journey.events.indexOf(here) - 1])
  const ends = skb && endsOf(skb.packet)
  if (!here || !skb || !ends) return undefined
  if (!nat && (hook === 'forward' || skb.ipvs === true || (end?.kind === 'hook-end' && end.verdict !== 'accept' && !dropped)))
    return undefined
  const looks = nat ? looksOf(scene, at, nat, virtuals, skb, ends) : inVain(scene, at, here.seq, virtuals, skb, ends, dropped)
  if (looks.length === 0) return undefined
  const columns = looks.map(
    (look, i): ChainColumn => lookColumn(look, here.seq, i, i === 0 ? undefined : { column: i - 1, seq: here.seq, by: 'look' }),
  )
  const [answers, requests] = PRIORITY[hook] ?? ['', '']
  const priority = nat?.ipvs?.how === 'answer' ? answers : requests
  const lookups = nat && nat.ipvs?.how !== 'scheduled' && nat.ipvs?.how !== 'persistent' ? 1 : 2
  const seq = here.seq
  return {
    visit: { kind: 'ipvs', table: 'ip_vs', base: hook, priority, lookups, evaluated: 0, matched: 0, first: seq, last: seq, columns },
    looks,
  }
}
