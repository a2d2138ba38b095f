import type { SetCommand } from '../kernel/ipset/ast.ts'
import { parseIpset } from '../kernel/ipset/parse.ts'
import type { IpvsCommand } from '../kernel/ipvs/ast.ts'
import { parseIpvs } from '../kernel/ipvs/parse.ts'
import type { Problem } from '../trace/problem.ts'
import type { Dump, Piece } from './dump.ts'
import type { LineCause } from './tables.ts'

/** A line as its tool's `save` form writes it, and the line of the dump that it comes from. */
interface Row {
  readonly text: string
  readonly line: number
}

const rowsOf = (piece: Piece): readonly Row[] =>
  piece.text.split(/\r\n|\r|\n/).map((text, i) => ({ text: text.trim(), line: piece.line + i }))

/** Without a list of protocols, ipset and ipvsadm print numbers. */
const PROTOCOLS: Readonly<Record<string, string>> = { '1': 'icmp', '6': 'tcp', '17': 'udp', '58': 'icmpv6', '132': 'sctp' }
const named = (member: string): string => member.replace(/,(\d+):(?=[\d/])/g, (all, n: string) => `,${PROTOCOLS[n] ?? n}:` || all)

/** `ipset list` as the lines that `ipset save` has. */
function savedSets(piece: Piece): readonly Row[] {
  const out: Row[] = []
  let [name, type] = ['', '']
  let members = false
  for (const { text, line } of rowsOf(piece)) {
    const [, key, value = ''] = /^(Name|Type|Revision|Header|Size in memory|References|Number of entries|Members): ?(.*)$/.exec(text) ?? []
    if (key === 'Name') [name, members] = [value, false]
    else if (key === 'Type') type = value
    else if (key === 'Header') out.push({ text: `create ${name} ${type} ${value}`, line })
    else if (key === 'Members') members = true
    else if (key === undefined && members && text !== '' && !text.startsWith('```')) out.push({ text: `add ${name} ${named(text)}`, line })
  }
  return out
}

const PROTO: Readonly<Record<string, string>> = { TCP: '-t', UDP: '-u', SCTP: '--sctp-service' }
const FORWARD: Readonly<Record<string, string>> = { Masq: '-m', Route: '-g', Tunnel: '-i', Local: '-m' }

/** `ipvsadm -Ln` as the lines that `ipvsadm -Sn` has. Its --stats and --rate hide scheduler and weights: such rows say nothing. */
function savedServers(piece: Piece): readonly Row[] {
  const out: Row[] = []
  let service = ''
  let columns = true
  for (const { text, line } of rowsOf(piece)) {
    if (text.startsWith('Prot LocalAddress:Port')) columns = /Scheduler/.test(text)
    if (!columns) continue
    const words = text.split(/\s+/)
    const [head = '', name = '', scheduler = '', ...flags] = words
    if (head === 'FWM' || PROTO[head] !== undefined) {
      service = head === 'FWM' ? `-f ${name}` : `${PROTO[head]} ${name}`
      const bits = /\(([^)]+)\)/.exec(text)?.[1]
      const persistent = /\bpersistent (\d+)/.exec(text)?.[1]
      const mask = /\bmask (\S+)/.exec(text)?.[1]
      const more = [
        ...(bits === undefined ? [] : [`-b ${bits}`]),
        ...(persistent === undefined ? [] : [`-p ${persistent}`]),
        ...(mask === undefined ? [] : [`-M ${mask}`]),
        ...(flags.includes('ops') ? ['-o'] : []),
      ]
      out.push({ text: ['-A', service, '-s', scheduler, ...more].join(' '), line })
    } else if (head === '->' && FORWARD[scheduler] !== undefined && service !== '')
      out.push({ text: `-a ${service} -r ${name} ${FORWARD[scheduler]} -w ${flags[0] ?? '1'}`, line })
  }
  return out
}

/** Two outputs of the same tables in one paste: what is there already is not made again. */
function once(rows: readonly Row[]): readonly Row[] {
  const seen = new Set<string>()
  return rows.filter(({ text }) => {
    const key = text.replace(/^(-A \S+ \S+) .*/, '$1').replace(/^(create \S+) .*/, '$1')
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

/** Rows as one text, and the line of the dump behind an offset or a line of it. */
function joined(rows: readonly Row[]): {
  readonly text: string
  readonly lineAt: (offset: number) => number
  readonly moved: (problems: readonly Problem[]) => readonly Problem[]
} {
  const starts: number[] = []
  let at = 0
  for (const { text } of rows) {
    starts.push(at)
    at += text.length + 1
  }
  const lineAt = (offset: number): number => {
    let [low, high] = [0, rows.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] as number) <= offset) low = middle
      else high = middle - 1
    }
    return rows[low]?.line ?? 1
  }
  return {
    text: rows.map((r) => r.text).join('\n'),
    lineAt,
    moved: (problems) =>
      problems.map((p) =>
        p.where === undefined ? p : { ...p, where: { ...p.where, line: rows[p.where.line - 1]?.line ?? p.where.line, offset: 0, end: 0 } },
      ),
  }
}

export interface Kept<T> {
  readonly commands: readonly T[]
  readonly problems: readonly Problem[]
}

/** The sets of a dump; undefined: it has no output of ipset. */
export function setsOf(dump: Pick<Dump, 'pieces' | 'file'>, because?: LineCause): Kept<SetCommand> | undefined {
  const { 'ipset save': saved = [], 'ipset list': listed = [] } = dump.pieces
  if (saved.length + listed.length === 0) return undefined
  const rows = once([...saved.flatMap(rowsOf), ...listed.flatMap(savedSets)].filter((r) => r.text !== ''))
  const { text, lineAt, moved } = joined(rows)
  const read = parseIpset(text, dump.file, new Map(), because && ((offset) => because(lineAt(offset))))
  return { commands: read.commands, problems: moved(read.problems) }
}

/** The virtual servers of a dump; undefined: it has no output of ipvsadm. */
export function serversOf(dump: Pick<Dump, 'pieces' | 'file'>, because?: LineCause): Kept<IpvsCommand> | undefined {
  const { 'ipvsadm -Sn': saved = [], 'ipvsadm -Ln': listed = [] } = dump.pieces
  if (saved.length + listed.length === 0) return undefined
  const rows = once([...saved.flatMap(rowsOf), ...listed.flatMap(savedServers)].filter((r) => r.text !== ''))
  const { text, lineAt, moved } = joined(rows)
  const read = parseIpvs(text, dump.file, new Map(), because && ((offset) => because(lineAt(offset))))
  return { commands: read.commands, problems: moved(read.problems) }
}
