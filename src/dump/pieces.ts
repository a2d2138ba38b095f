import type { Problem } from '../trace/problem.ts'
import type { Dump, Piece, Target } from './dump.ts'
import type { DumpKind } from './kind.ts'
import type { DumpLine } from './lines.ts'
import { ruleOfLine } from './merge-sets.ts'
import type { Reading } from './reading.ts'
import { serversOf, setsOf } from './sets.ts'

/** Lines that belong together and are read by another room: nft, ipset, ipvsadm, ip rule. */
export class Pieces {
  readonly all: Partial<Record<DumpKind, Piece[]>> = {}
  private now: { kind: DumpKind; from: number; to: number; line: number } | undefined
  private readonly text: string
  constructor(text: string) {
    this.text = text
  }

  line(kind: DumpKind, line: DumpLine): void {
    if (this.now?.kind === kind) this.now.to = line.to
    else {
      this.end()
      this.now = { kind, from: line.from - line.indent, to: line.to, line: line.number }
    }
  }

  /** @param closing what the text lacks at its end: the braces of a listing that is cut */
  end(closing = ''): void {
    const { now } = this
    this.now = undefined
    if (now === undefined) return
    const list = this.all[now.kind] ?? []
    list.push({ text: `${this.text.slice(now.from, now.to)}${closing}`, from: now.from, line: now.line })
    this.all[now.kind] = list
  }
}

/** More names than this in a list, and nobody reads on. */
const MOST_NAMED = 10

/**
 * What is wrong with sets, virtual servers and policy rules, and where IPVS sends packets.
 * @param asked sets that rules ask for, and the line of the first
 */
export function checkPieces(
  reading: Reading,
  pieces: Dump['pieces'],
  asked: ReadonlyMap<string, DumpLine>,
): { readonly problems: readonly Problem[]; readonly servers: readonly Target[] } {
  const part = { pieces, file: reading.file }
  for (const piece of pieces['ip rule'] ?? [])
    for (const text of piece.text.split(/\r\n|\r|\n/)) {
      const read = ruleOfLine(text.trim())
      if ('unknown' in read && text.trim() !== '') reading.tell('warning', 'dump-word', { tool: 'ip rule', word: read.unknown })
    }
  const sets = setsOf(part)
  const made = new Set(sets?.commands.flatMap((c) => (c.do === 'create' ? [c.head.name] : [])))
  const missing = [...asked].filter(([name]) => !made.has(name))
  for (const [name, line] of missing.slice(0, MOST_NAMED))
    reading.tell(sets === undefined ? 'hint' : 'warning', 'dump-no-set', { set: name }, line)
  // a cause of its own would name a line; here the line itself is wanted
  const servers = serversOf(part, (line) => line)
  const targets = (servers?.commands ?? []).flatMap((c): readonly Target[] => {
    if (c.do !== 'add-server' || 'mark' in c.name) return []
    const proto = c.name.proto.toUpperCase() as Target['proto']
    return [{ address: c.dest.address, port: c.dest.port, proto, line: c.dest.because ?? 1 }]
  })
  return { problems: [...(sets?.problems ?? []), ...(servers?.problems ?? [])], servers: targets }
}
