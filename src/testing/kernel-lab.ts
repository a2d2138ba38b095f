import { emptyRuleset } from '../kernel/iptables/ruleset.ts'
import { readRestoreText } from '../kernel/iptables/ruleset-read.ts'
import type { Listener, Machines, Netns } from '../kernel/machine.ts'
import { Moment } from '../kernel/moment.ts'
import { type NamespaceJson, readTopology } from '../kernel/topology.ts'
import { tupleOf } from '../kernel/tuple.ts'
import { familyOf, ip } from '../net/ip.ts'
import { endpointText } from '../net/message.ts'
import { type Header, type IpHeader, ipLength, ipOf, type L4Header, type Packet, type TcpFlag } from '../net/packet.ts'
import { printPacket } from '../net/print.ts'
import type { TraceEvent } from '../trace/event.ts'
import type { Ending, Journey } from '../trace/journey.ts'
import { hashLuck, type Luck } from '../trace/luck.ts'
import type { Process } from '../userspace/process.ts'
import { Walk, type Walked } from '../walk.ts'

/** A namespace in the words of the recorded topologies, with its rules (iptables-restore) and sockets (`tcp 80`, `udp 10.0.0.1:53`). */
export interface Little extends Omit<NamespaceJson, 'rules'> {
  /** The words after `ip rule add`. */
  readonly policy?: readonly string[]
  readonly rules?: string
  readonly rules6?: string
  readonly listens?: readonly string[]
}

const PACKET =
  /^(tcp|udp|sctp|icmp6?|ipip) (\S+) > (\S+?)(?: \[([SAFRP]*)\])?(?: (\d+)\/(\d+))?(?: ttl=(\d+))?(?: size=(\d+))?( df)?(?: seq=(\d+))?$/

function end(text: string): { readonly address: ReturnType<typeof ip>; readonly port: number } {
  const v6 = /^\[(.*)\]:(\d+)$/.exec(text)
  const v4 = /^([\d.]+):(\d+)$/.exec(text)
  const [, address = text, port = '0'] = v6 ?? v4 ?? []
  return { address: ip(address), port: Number(port) }
}

/** `tcp 10.0.0.1:40001 > 10.0.0.2:80 [S] ttl=64 size=0 df`, as traces print packets; ICMP: `icmp 10.0.0.1 > 10.0.0.2 8/0` (id 7). */
export function packet(text: string): Packet {
  const m = PACKET.exec(text)
  if (!m) throw new Error(`not a packet: ${text}`)
  const [, proto = 'tcp', from = '', to = '', flags = '', type = '8', code = '0', ttl = '64', size = '0', df, seq = '0'] = m
  const [src, dst] = [end(from), end(to)]
  const ports = { sport: src.port, dport: dst.port }
  const l4: L4Header =
    proto === 'tcp'
      ? { kind: 'tcp', ...ports, flags: [...flags] as TcpFlag[], seq: Number(seq), ack: 0 }
      : proto === 'udp'
        ? { kind: 'udp', ...ports }
        : proto === 'sctp'
          ? { kind: 'sctp', ...ports, chunk: 'INIT' }
          : { kind: 'icmp', type: Number(type), code: Number(code), id: 7, seq: 1 }
  const header: IpHeader = {
    kind: 'ip',
    family: familyOf(src.address),
    src: src.address,
    dst: dst.address,
    ttl: Number(ttl),
    proto: proto as IpHeader['proto'],
    ...(df ? { df: true } : {}),
  }
  return { headers: [header, l4], size: Number(size) }
}

/** An ICMP error of a router about a packet. */
export function icmpAbout(from: string, type: number, code: number, about: Packet): Packet {
  const inner = ipOf(about) as IpHeader
  const headers: readonly Header[] = [
    { kind: 'ip', family: inner.family, src: ip(from), dst: inner.src, ttl: 64, proto: inner.family === 4 ? 'icmp' : 'icmp6' },
    { kind: 'icmp', type, code, about: about.headers },
  ]
  return { headers, size: ipLength(about) }
}

function rulesOf(text: string | undefined, family: 4 | 6): Netns['rules'][4] {
  if (text === undefined) return emptyRuleset()
  const { ruleset, problems } = readRestoreText(emptyRuleset(), text, { flush: true, family })
  if (problems.some((p) => p.severity === 'error')) throw new Error(JSON.stringify(problems))
  return ruleset
}

function listener(text: string): Listener {
  const [proto = 'tcp', where = ''] = text.split(' ')
  const bound = where.includes(':') ? end(where) : undefined
  return {
    proto: proto as Listener['proto'],
    port: bound?.port ?? Number(where),
    process: `server ${text}`,
    ...(bound ? { address: bound.address } : {}),
  }
}

/** Machines out of a hand-made topology. */
export function lab(namespaces: readonly Little[]): Machines {
  const plain = namespaces.map(({ rules: _rules, policy, ...n }): NamespaceJson => ({ ...n, ...(policy ? { rules: policy } : {}) }))
  const { netns, wires } = readTopology({ namespaces: plain })
  const table = new Map(
    netns.map((n, i): [string, Netns] => {
      const { rules, rules6, listens = [] } = namespaces[i] as Little
      return [n.name, { ...n, rules: { 4: rulesOf(rules, 4), 6: rulesOf(rules6, 6) }, listeners: listens.map(listener) }]
    }),
  )
  return { names: [...table.keys()], netns: (name) => table.get(name), wires }
}

export interface Sent extends Walked {
  readonly moment: Moment
}

function finish(walk: Walk, main: string): Walked {
  const running = walk.run(main)
  let next = running.next()
  while (!next.done) next = running.next()
  return next.value
}

/** Lets a namespace send a packet that no socket knows of, and follows all that comes of it. */
export function send(machines: Machines, netns: string, what: string | Packet, moment = new Moment(), luck: Luck = hashLuck(1)): Sent {
  const sent = typeof what === 'string' ? packet(what) : what
  const walk = new Walk({ machines, moment, luck, process: () => undefined })
  const connection = tupleOf(sent) ?? { proto: 'tcp', src: ip('0.0.0.0'), dst: ip('0.0.0.0'), sport: 0, dport: 0 }
  walk.send({ netns, packet: sent, phase: 'request', as: 'next', parent: -1, connection, raw: true })
  return { ...finish(walk, ''), moment }
}

/** What a program in a namespace gets from connect(): `connected`, an errno, `silence` or ETIMEDOUT after `wait` seconds. */
export function connect(
  machines: Machines,
  netns: string,
  proto: 'tcp' | 'udp' | 'sctp',
  to: string,
  {
    moment = new Moment(),
    luck = hashLuck(1),
    wait = 0.8,
  }: { readonly moment?: Moment; readonly luck?: Luck; readonly wait?: number } = {},
): Sent & { readonly result: string } {
  const { address, port } = end(to)
  const over = (result: string): { state: undefined; acts: readonly [{ act: 'exit'; result: string }] } => ({
    state: undefined,
    acts: [{ act: 'exit', result }],
  })
  const client: Process = {
    name: `client ${moment.clock}`,
    start: undefined,
    on: (_state, h) => {
      if (h.kind === 'start')
        return { state: undefined, acts: [{ act: 'connect', conn: 'c', proto, to: { address, port }, timeout: wait * 1e9 }] }
      if (h.kind === 'connected' && proto === 'udp')
        return {
          state: undefined,
          acts: [
            { act: 'send', conn: 'c', size: 1, message: undefined },
            { act: 'timer', name: 't', after: wait * 1e9 },
          ],
        }
      if (h.kind === 'failed') return over(h.errno)
      return over(h.kind === 'timer' ? 'silence' : h.kind)
    },
  }
  const echo: Process = {
    name: 'echo',
    start: undefined,
    on: (_state, h) => ({ state: undefined, acts: h.kind === 'data' ? [{ act: 'send', conn: h.conn, size: 1, message: undefined }] : [] }),
  }
  const walk = new Walk({ machines, moment, luck, process: (_n, name) => (name === client.name ? client : { ...echo, name }) })
  walk.drive(client, netns, { kind: 'start' })
  const walked = finish(walk, client.name)
  return { ...walked, moment, result: `${walk.results.get(client.name) ?? 'nothing'}` }
}

export function endingText(ending: Ending): string {
  switch (ending.kind) {
    case 'delivered':
      return `delivered to ${ending.to}`
    case 'answered-by-kernel':
      return `answered: ${ending.with}`
    case 'dropped':
      return `dropped: ${ending.reason}`
    case 'rejected':
      return `rejected: ${ending.reply}`
    case 'failed-locally':
      return `failed: ${ending.errno}`
    case 'unmodelled':
      return `unmodelled: ${ending.what}`
    case 'unfinished':
      return `unfinished: ${ending.limit}`
  }
}

/** One event in a few words, without what no test looks at; undefined: nothing to say. */
export function eventText(e: TraceEvent): string | undefined {
  const at = e.at.netns
  switch (e.kind) {
    case 'hook':
      return `${at} ${e.at.hook}`
    case 'rule':
      return `${at} ${e.rule.chain}[${e.rule.index}] ${'chain' in e.verdict ? `${e.verdict.kind} ${e.verdict.chain}` : e.verdict.kind}`
    case 'chain-end':
      return `${at} ${e.chain} ${e.policy ? `policy ${e.policy}` : 'ends'}`
    case 'conntrack':
      return `${at} conntrack ${e.what}`
    case 'nat':
      return `${at} ${e.undo ? 'undo ' : ''}${e.manip} ${e.from} -> ${e.to}`
    case 'route':
      return `${at} route ${e.dst} ${e.failed ?? e.route?.text ?? ''}`
    case 'neighbour':
      return `${at} neighbour ${e.address} ${e.found}`
    case 'bridge':
      return `${at} bridge ${e.hook} ${e.iif ?? '-'} ${e.oif ?? '-'}`
    case 'fdb':
      return `${at} fdb ${e.port ?? 'unknown'}`
    case 'device':
      return `${at} ${e.dir} ${e.device}`
    case 'encap':
      return `${at} encap ${e.remote}`
    case 'decap':
      return `${at} decap ${e.device}`
    case 'ttl':
      return `${at} ttl ${e.left}`
    case 'fragment':
      return `${at} cut ${e.pieces} mtu ${e.mtu}`
    case 'reassemble':
      return `${at} whole ${e.pieces}`
    case 'icmp-error':
      return `${at} icmp ${e.type}/${e.code} ${e.name}${e.limited ? ' held back' : ''}`
    case 'socket':
      return `${at} socket ${e.what}${e.errno === undefined ? '' : ` ${e.errno}`}`
    case 'bpf':
      return `${at} bpf ${e.program}`
    case 'bpf-map':
      return `${at} map ${e.map} ${e.key} -> ${e.value ?? 'nothing'}`
    case 'bpf-end':
      return `${at} bpf ${e.program} ${e.verdict}`
    case 'drop':
      return `${at} drop ${e.reason}`
    case 'hook-end':
    case 'cross':
    case 'process':
    case 'dns':
      return undefined
  }
}

/** The events of a journey in words, its ending last. */
export const told = (journey: Journey | undefined): readonly string[] =>
  journey === undefined ? [] : [...journey.events.flatMap((e) => eventText(e) ?? []), endingText(journey.ending)]

/** The packet as it was at the last step that shows one. */
export function lastPacket(journey: Journey | undefined): string {
  const last = [...(journey?.events ?? [])].reverse().find((e) => e.after.kind === 'skb')?.after
  return last?.kind === 'skb' ? printPacket(last.skb.packet) : ''
}

/** `conntrack -L`, as far as tests look: both tuples, state, flags, seconds. */
export function tracked(moment: Moment, netns: string): readonly string[] {
  const entries = [...new Set(moment.conntrack.get(netns)?.values() ?? [])]
  return entries
    .filter((e) => e.expires > moment.clock)
    .map((e) => {
      const side = (t: typeof e.orig): string => `${endpointText(t.src, t.sport)}>${endpointText(t.dst, t.dport)}`
      const flags = [e.status.has('SEEN_REPLY') ? '' : ' UNREPLIED', e.status.has('ASSURED') ? ' ASSURED' : ''].join('')
      return `${e.orig.proto} ${side(e.orig)} ${side(e.reply)}${e.tcp ? ` ${e.tcp}` : ''}${flags} ${Math.ceil((e.expires - moment.clock) / 1e9)}`
    })
}
