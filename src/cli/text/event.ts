import { endpointText } from '../../net/message.ts'
import { printPacket } from '../../net/print.ts'
import type { CtView, RuleVerdict, TraceEvent, Tuple } from '../../trace/event.ts'

/** One line of a walk: where, in which part, what happened. In the tools' own words, so there is nothing to translate. */
export interface Line {
  readonly netns: string
  /** The hook or device. */
  readonly place: string
  readonly what: string
  readonly detail: string
}

const ends = (t: Tuple): string =>
  t.proto === 'icmp' || t.proto === 'icmp6' || t.proto === 'ipip'
    ? `${t.proto} ${t.src} > ${t.dst}`
    : `${t.proto} ${endpointText(t.src, t.sport)} > ${endpointText(t.dst, t.dport)}`

/** The original direction, and the reply's as the kernel expects it. */
const entryText = (entry: CtView | undefined): string =>
  entry === undefined
    ? ''
    : ` ${entry.tcp === undefined ? '' : `${entry.tcp} `}${ends(entry.orig)}, reply ${ends(entry.reply)}${entry.status.length > 0 ? ` [${entry.status.join(' ')}]` : ''}`

function verdictText(verdict: RuleVerdict): string {
  switch (verdict.kind) {
    case 'jump':
    case 'goto':
      return `${verdict.kind} ${verdict.chain}`
    case 'reject':
      return `reject with ${verdict.with}`
    case 'accept':
    case 'drop':
    case 'return':
    case 'continue':
      return verdict.kind
  }
}

const over = (n: number): string => (n === 0 ? '' : ` (${n} passed over)`)

/** A step as one line; undefined for a step that says nothing a reader would miss. */
export function lineOf(event: TraceEvent): Line | undefined {
  const detail = detailOf(event)
  if (detail === undefined) return undefined
  return { netns: event.at.netns, place: event.at.hook ?? event.at.device ?? '', what: event.kind, detail }
}

function packetOf(event: TraceEvent): string {
  return event.after.kind === 'skb' ? printPacket(event.after.skb.packet) : ''
}

/** `by ipvs rr`, `by rule`; an undoing is conntrack's, IPVS' or a program's own. */
function natBy(event: Extract<TraceEvent, { kind: 'nat' }>): string {
  if (event.by === 'ipvs')
    return event.undo ? 'undone by IPVS' : `by IPVS, ${event.ipvs?.how === 'scheduled' ? event.ipvs.scheduler : event.ipvs?.how}`
  if (event.by === 'bpf') return event.undo ? 'undone by eBPF' : 'by eBPF'
  return event.undo ? 'undone by conntrack' : `by ${event.by}`
}

function detailOf(event: TraceEvent): string | undefined {
  switch (event.kind) {
    case 'hook':
      return packetOf(event)
    case 'hook-end':
      return event.verdict === 'accept' ? undefined : event.verdict
    case 'rule':
      return `${event.rule.table} ${event.text.startsWith('-A ') ? event.text.slice(3) : `${event.rule.chain} ${event.text}`}${over(event.passedOver)}: ${verdictText(event.verdict)}`
    case 'chain-end':
      if (event.policy === undefined)
        return event.passedOver === 0 ? undefined : `${event.table} ${event.chain}: end${over(event.passedOver)}`
      return `${event.table} ${event.chain}: policy ${event.policy.toUpperCase()}${over(event.passedOver)}`
    case 'conntrack':
      return `${event.what}${entryText(event.entry)}`
    case 'nat':
      return `${event.manip === 'src' ? 'source' : 'destination'} ${event.from} → ${event.to} (${natBy(event)})`
    case 'route':
      return event.route === undefined
        ? `${event.dst}: ${event.failed ?? 'unreachable'}`
        : `${event.dst}: ${event.route.text} (table ${event.route.table})`
    case 'neighbour':
      return `${event.address} dev ${event.dev}${event.mac === undefined ? '' : ` lladdr ${event.mac}`} (${event.found})`
    case 'bridge':
      return `${event.hook} ${event.iif ?? ''} → ${event.oif ?? ''}`.trimEnd()
    case 'fdb':
      if (event.flow !== undefined) return `flow ${event.flow}`
      return event.port === undefined
        ? `${event.mac} on ${event.bridge}: flooded to ${event.flooded.join(', ')}`
        : `${event.mac} on ${event.bridge}: port ${event.port}`
    case 'device':
      return `${event.dir} ${event.device}${event.ll === undefined ? '' : ` ${event.ll.src} > ${event.ll.dst}`}`
    case 'cross':
      return `${event.from.netns} ${event.from.device} → ${event.to.netns} ${event.to.device} (${event.wire})`
    case 'encap':
      return `${event.tunnel} ${event.device}: to ${event.remote}, ${event.lookup}`
    case 'decap':
      return `${event.tunnel} ${event.device}: ${packetOf(event)}`
    case 'ttl':
      return `ttl ${event.left}`
    case 'fragment':
      return `cut into ${event.pieces} pieces for mtu ${event.mtu}`
    case 'reassemble':
      return `${event.pieces} pieces put together`
    case 'icmp-error':
      return `${event.name} (${event.type}/${event.code})${event.limited ? ': held back, rate limit' : ''}`
    case 'socket':
      return socketText(event)
    case 'process':
      return `${event.process}: ${event.what}`
    case 'dns':
      return `${event.server}: ${event.message.kind === 'dns' ? dnsText(event.message) : ''} (${event.plugins.join(', ')})`
    case 'bpf':
      return `${event.attach} ${event.program}`
    case 'bpf-map':
      return `${event.map} ${event.op === 'update' ? 'set ' : ''}${event.key} → ${event.value ?? 'not found'}`
    case 'bpf-end':
      return `${event.program}: ${event.errno ?? event.verdict}${event.address === undefined ? '' : `, ${event.address.from} → ${event.address.to}`}`
    case 'drop':
      return event.tooBig ? `${event.reason}: ${event.tooBig.size} bytes, ${event.tooBig.device} takes ${event.tooBig.mtu}` : event.reason
  }
}

function socketText(event: Extract<TraceEvent, { kind: 'socket' }>): string {
  const errno = event.errno === undefined ? '' : ` ${event.errno}`
  if (event.after.kind !== 'socket') return `${event.what}${errno} ${packetOf(event)}`.trimEnd()
  const { local, peer, owner, state } = event.after.socket
  return `${event.what}${errno} ${local}${peer === undefined ? '' : ` from ${peer}`} ${state} (${owner})`
}

function dnsText(message: {
  readonly response: boolean
  readonly name: string
  readonly type: string
  readonly rcode: string
  readonly answers: readonly { readonly rdata: string }[]
}): string {
  const question = `${message.type} ${message.name}`
  return message.response ? `${question} ${message.rcode} ${message.answers.map((a) => a.rdata).join(' ')}`.trimEnd() : `${question}?`
}
