import { destKey, keyOf, type Virtual } from '../../kernel/ipvs/ast.ts'
import { serverLine, serviceLine } from '../../kernel/ipvs/print.ts'
import { failed, notModelled, printed, type Tool, type ToolContext, type ToolResult } from '../tool.ts'
import { connLine, endText, loadIn, nameText, persistentRow, serverRow, serviceText, sorted, statsRow } from './print.ts'

/** What ip_vs says of itself: its version, and places for connections (ip_vs_conn_tab_bits 12). */
const VERSION = 'IP Virtual Server version 1.2.1 (size=4096)'
const HEADS = {
  plain: ['Prot LocalAddress:Port Scheduler Flags', '  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn'],
  stats: ['Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes', '  -> RemoteAddress:Port'],
  persistent: ['Prot LocalAddress:Port            Weight    PersistConn ActiveConn InActConn ', '  -> RemoteAddress:Port'],
} as const

interface Asked {
  readonly what: 'list' | 'save' | 'connections' | 'timeout'
  readonly how: 'plain' | 'stats' | 'persistent'
  readonly numeric: boolean
  readonly exact: boolean
  readonly sort: boolean
  /** One virtual server, as it is named on the command line. */
  readonly one?: { readonly option: string; readonly text: string }
}

const CHANGES = /^(-[AEDCRadeZ]|--(add|edit|delete|clear|restore|zero|set|start|stop).*)$/
type Sets = (a: Asked) => Partial<Asked>
const list: Sets = (a) => ({ what: a.what === 'connections' ? a.what : 'list' })
const LETTERS: Readonly<Record<string, Sets>> = {
  L: list,
  l: list,
  S: () => ({ what: 'save' }),
  n: () => ({ numeric: true }),
  c: () => ({ what: 'connections' }),
}
const LONG: Readonly<Record<string, Sets>> = {
  '--list': list,
  '--save': () => ({ what: 'save' }),
  '--numeric': () => ({ numeric: true }),
  '--connection': () => ({ what: 'connections' }),
  '--stats': () => ({ how: 'stats' }),
  '--persistent-conn': () => ({ how: 'persistent' }),
  '--timeout': () => ({ what: 'timeout' }),
  '--exact': () => ({ exact: true }),
  '--sort': () => ({ sort: true }),
  '--nosort': () => ({ sort: false }),
}
const NAMING = /^(-[tuf]|--(tcp|udp|sctp|fwmark)-service)$/

function asked(argv: readonly string[]): Asked | ToolResult {
  let a: Asked = { what: 'list', how: 'plain', numeric: false, exact: false, sort: true }
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] as string
    if (CHANGES.test(word)) return notModelled('ipvsadm', word)
    if (NAMING.test(word)) {
      const text = argv[++i]
      if (text === undefined) return failed(2, `ipvsadm: option requires an argument -- '${word.replace(/^-+/, '')}'`)
      a = { ...a, one: { option: word, text } }
      continue
    }
    const known = LONG[word]
    if (known) {
      a = { ...a, ...known(a) }
      continue
    }
    const letters = /^-([A-Za-z]+)$/.exec(word)?.[1] ?? ''
    if (letters === '' || ![...letters].every((l) => LETTERS[l])) return notModelled('ipvsadm', word)
    for (const l of letters) a = { ...a, ...LETTERS[l]?.(a) }
  }
  return a
}

const SHORT: Readonly<Record<string, string>> = {
  '-t': 'tcp',
  '--tcp-service': 'tcp',
  '-u': 'udp',
  '--udp-service': 'udp',
  '--sctp-service': 'sctp',
}

function isNamed(v: Virtual, one: NonNullable<Asked['one']>): boolean {
  if ('mark' in v.name) return SHORT[one.option] === undefined && `${v.name.mark}` === one.text
  return (
    v.name.proto === SHORT[one.option] &&
    [true, false].some((n) => 'proto' in v.name && endText(v.name.address, v.name.port, n) === one.text)
  )
}

function* listing(ctx: ToolContext, a: Asked, list: readonly Virtual[]): Generator<string, void, void> {
  const { conns = [], stats } = ctx.ipvs ?? {}
  if (a.one === undefined) yield VERSION
  yield* HEADS[a.how]
  for (const v of list) {
    const service = keyOf(v.name)
    yield a.how === 'stats' ? statsRow(nameText(v.name, a.numeric), stats?.get(service), a.exact) : serviceText(v, a.numeric)
    for (const d of v.dests) {
      if (a.how === 'stats')
        yield statsRow(`  -> ${endText(d.address, d.port, a.numeric)}`, stats?.get(`${service} ${destKey(d)}`), a.exact)
      else yield (a.how === 'plain' ? serverRow : persistentRow)(d, loadIn(conns, v, d), a.numeric)
    }
  }
}

/** ipvsadm 1.31 as far as it lists: -L (with --stats, --persistent-conn, -c, --timeout), -S. Names of hosts are never looked up. */
export const ipvsadm: Tool = {
  name: 'ipvsadm',
  run(ctx, argv) {
    const a = asked(argv)
    if ('code' in a) return a
    const virtuals = ctx.netns.ipvs ?? new Map()
    const all: readonly Virtual[] = a.sort ? sorted(virtuals) : [...virtuals.values()]
    const { one } = a
    const chosen = one === undefined ? all : all.filter((v) => isNamed(v, one))
    if (one !== undefined && chosen.length === 0) return failed(255, 'No such service')
    if (a.what === 'timeout') return printed(['Timeout (tcp tcpfin udp): 900 120 300'])
    if (a.what === 'save') return printed(chosen.flatMap((v) => [serviceLine(v), ...v.dests.map((d) => serverLine(v, d))]))
    if (a.what === 'list') return printed(listing(ctx, a, chosen))
    return printed([
      'IPVS connection entries',
      'pro expire state       source             virtual            destination',
      ...(ctx.ipvs?.conns ?? []).map((c) => connLine(c, ctx.now, a.numeric)),
    ])
  },
}
