import { BUILTIN } from '../kernel/iptables/ruleset-table.ts'
import type { FdbEntry, Neighbour } from '../kernel/machine.ts'
import type { NftCommand } from '../kernel/nft/ast.ts'
import { parseNft } from '../kernel/nft/parse.ts'
import type { Problem } from '../trace/problem.ts'
import { cluesOf } from './clues.ts'
import { conntrackOf, type DumpedConntrack } from './conntrack.ts'
import type { Dump, DumpSays, Lined, Piece } from './dump.ts'
import { type DumpKind, kindOf } from './kind.ts'
import { type DumpLine, linesOf } from './lines.ts'
import { LinkReader } from './links.ts'
import { ListingReader } from './listing.ts'
import { checkPieces, Pieces } from './pieces.ts'
import { type KeptParts, type Progress, Reading } from './reading.ts'
import { RouteReader, routeOfOldTable } from './routes.ts'
import { SavedReader, type SavedTable } from './saved.ts'
import { fdbOf, neighbourOf, neighbourOfArp, sysctlOf } from './small.ts'

/** A slice of work between two reports, in lines: about 20 ms. */
const SLICE = 2_000
/** nft text is taken apart all at once, so it may not be longer than this, in characters. */
const MOST_NFT = 8_000_000

/** One text on its way to a dump. */
class DumpReader {
  readonly reading: Reading
  private readonly saved: SavedReader
  private readonly listing: ListingReader
  private readonly links: LinkReader
  private readonly routes: RouteReader
  private readonly pieces: Pieces
  private readonly neigh: Lined<Neighbour>[] = []
  private readonly fdb: Lined<FdbEntry>[] = []
  private readonly conntrack: DumpedConntrack[] = []
  private readonly sysctls: Lined<{ readonly name: string; readonly value: number }>[] = []
  private readonly lines = new Map<DumpKind, number>()
  private current: DumpKind | undefined
  /** Inside `table … {`: every line is nft's until the braces close. */
  private depth = 0
  private ofIptables = false
  /** The last line of nft that is not empty. */
  private last: DumpLine | undefined
  private prose: { first: DumpLine; n: number } | undefined

  constructor(text: string, file: string, says: DumpSays) {
    this.reading = new Reading(text, file)
    this.saved = new SavedReader(this.reading, says)
    this.listing = new ListingReader(this.reading, says)
    this.links = new LinkReader(this.reading)
    this.routes = new RouteReader(this.reading)
    this.pieces = new Pieces(text)
  }

  line(line: DumpLine): void {
    const text = this.reading.lineText(line)
    if (this.depth > 0) return this.nft(line, text)
    const kind = kindOf(text, this.current)
    if (kind === 'nothing') {
      if (/managed by iptables-nft/.test(text)) this.ofIptables = true
      return
    }
    if (kind === 'command') {
      this.current = undefined
      this.pieces.end()
      this.saved.command(text)
      this.listing.command(text)
      this.routes.command(text)
      return
    }
    if (kind === 'prose') {
      this.prose ??= { first: line, n: 0 }
      this.prose.n++
      if (this.current === 'iptables-save') this.saved.prose(line, text)
      return
    }
    if (kind !== this.current) this.pieces.end()
    this.current = kind
    this.lines.set(kind, (this.lines.get(kind) ?? 0) + 1)
    this.take(kind, line, text)
  }

  private take(kind: DumpKind, line: DumpLine, text: string): void {
    const put = <T>(list: Lined<T>[], is: T | undefined): void => {
      if (is !== undefined) list.push({ is, line: line.number })
    }
    switch (kind) {
      case 'iptables-save':
        return this.saved.line(line)
      case 'iptables -L':
        return this.listing.line(line)
      case 'nft':
        return this.nft(line, text)
      case 'ip link':
      case 'bridge link':
        return this.links.line(line, kind)
      case 'ip route':
        return this.routes.line(line)
      case 'route -n': {
        const route = routeOfOldTable(text)
        if (route !== undefined) this.routes.routes.push({ route, line: line.number })
        return
      }
      case 'ip neigh':
        return put(this.neigh, neighbourOf(text))
      case 'arp -n':
        return put(this.neigh, neighbourOfArp(text))
      case 'bridge fdb':
        return put(this.fdb, fdbOf(text))
      case 'sysctl':
        return put(this.sysctls, sysctlOf(text))
      case 'conntrack -L': {
        const entry = conntrackOf(text, line.number)
        if (entry !== undefined) this.conntrack.push(entry)
        else this.reading.tell('hint', 'dump-word', { tool: 'conntrack -L', word: text.split(/\s+/)[0] ?? '' }, line)
        return
      }
      case 'ipset save':
      case 'ipset list':
      case 'ipvsadm -Ln':
      case 'ipvsadm -Sn':
      case 'ip rule':
        return this.pieces.line(kind, line)
    }
  }

  private nft(line: DumpLine, text: string): void {
    if (text !== '') this.last = line
    if (this.depth === 0) {
      this.pieces.end()
      if (this.ofIptables) this.reading.tell('warning', 'dump-nft-of-iptables', { table: text.replace(/ \{$/, '') }, line)
    }
    this.lines.set('nft', (this.lines.get('nft') ?? 0) + (this.depth > 0 ? 1 : 0))
    this.current = 'nft'
    if (!this.ofIptables) this.pieces.line('nft', line)
    // braces in quotes and comments do not count
    for (const c of text.replace(/"[^"]*"?/g, '').replace(/#.*$/, '')) this.depth += c === '{' ? 1 : c === '}' ? -1 : 0
    if (this.depth > 0) return
    this.depth = 0
    this.ofIptables = false
    this.current = undefined
    this.pieces.end()
  }

  /** The nft tables of the text, or what nft refuses in them. */
  private nftOf():
    | { readonly commands: readonly NftCommand[]; readonly problems: readonly Problem[]; readonly pieces: readonly Piece[] }
    | undefined {
    const pieces = this.pieces.all.nft
    if (pieces === undefined) return undefined
    const size = pieces.reduce((n, piece) => n + piece.text.length, 0)
    if (size > MOST_NFT) {
      const mb = (n: number): number => Math.ceil(n / 100_000) / 10
      this.reading.tell('error', 'dump-too-large', { size: mb(size), limit: mb(MOST_NFT) })
      return undefined
    }
    const problems: Problem[] = []
    const commands = pieces.flatMap((piece) => {
      const read = parseNft(piece.text, this.reading.file)
      for (const p of read.problems)
        problems.push(
          p.where === undefined
            ? p
            : {
                ...p,
                where: {
                  ...p.where,
                  line: p.where.line + piece.line - 1,
                  offset: Math.min(p.where.offset + piece.from, this.reading.text.length),
                  end: Math.min(p.where.end + piece.from, this.reading.text.length),
                },
              },
        )
      return read.commands
    })
    return { commands, problems, pieces }
  }

  /** Chains that rules lead to and that no part of the text has. */
  private missing(tables: readonly SavedTable[]): void {
    const told = new Set<string>()
    for (const { family, table, targets } of tables) {
      const same = tables.filter((t) => t.family === family && t.table === table)
      for (const [chain, line] of targets) {
        if (told.has(`${family} ${table} ${chain}`) || BUILTIN[table].includes(chain) || same.some((t) => t.chains.has(chain))) continue
        told.add(`${family} ${table} ${chain}`)
        this.reading.tell('warning', 'dump-no-chain', { chain, table }, line)
      }
    }
  }

  end(): Dump {
    const { reading } = this
    // a listing that is cut still says what stands before the cut
    if (this.depth > 0 && this.last !== undefined) reading.tell('warning', 'dump-cut', { line: this.last.number }, this.last)
    this.pieces.end('\n}'.repeat(this.depth))
    this.saved.end()
    this.listing.end()
    const nft = this.nftOf()
    const tables = [...this.saved.tables, ...this.listing.tables]
    this.missing(tables)
    const kept = keptIn([this.saved.kept, this.listing.kept], nft?.commands ?? [])
    for (const { words, n, line } of kept.slice(0, MOST_KEPT)) reading.tell('hint', 'dump-kept', { text: words, n }, line)
    if (kept.length > MOST_KEPT) reading.tell('hint', 'dump-kept-more', { n: kept.length - MOST_KEPT })
    const { nft: _nft, ...pieces } = this.pieces.all
    if (this.prose !== undefined && this.lines.size > 0)
      reading.tell('hint', 'dump-prose', { n: this.prose.n, text: reading.lineText(this.prose.first).slice(0, 80) }, this.prose.first)
    const others = checkPieces(reading, pieces, this.saved.sets)
    if (this.lines.size === 0) reading.tell('error', 'dump-nothing', { file: reading.file })
    const dump: Omit<Dump, 'clues'> = {
      text: reading.text,
      file: reading.file,
      tables,
      ...(nft === undefined ? {} : { nft }),
      ...(this.links.links.size === 0
        ? {}
        : { links: { links: [...this.links.links.values()], addresses: this.links.addresses, whole: this.links.whole } }),
      ...(this.routes.routes.length === 0 ? {} : { routes: { list: this.routes.routes, piece: this.routes.piece } }),
      ...(this.neigh.length === 0 ? {} : { neigh: this.neigh }),
      ...(this.fdb.length === 0 ? {} : { fdb: this.fdb }),
      ...(this.conntrack.length === 0 ? {} : { conntrack: this.conntrack }),
      ...(this.sysctls.length === 0 ? {} : { sysctls: this.sysctls }),
      pieces,
      servers: others.servers,
      kept: kept.map(({ words, n }) => ({ words, n })),
      lines: [...this.lines].map(([kind, n]) => ({ kind, n })),
      problems: [...reading.problems, ...(nft?.problems ?? []), ...others.problems],
    }
    return { ...dump, clues: cluesOf(dump) }
  }
}

/** So many parts are named; the rest are counted. */
const MOST_KEPT = 10

/** What is not modelled, most frequent first. That a listing hides its interfaces is said elsewhere. */
function keptIn(
  maps: readonly KeptParts[],
  commands: readonly NftCommand[],
): readonly { readonly words: string; readonly n: number; readonly line?: DumpLine }[] {
  const all = new Map<string, { n: number; line?: DumpLine }>()
  const add = (words: string, n: number, line?: DumpLine): void => {
    const old = all.get(words)
    if (old === undefined) all.set(words, { n, ...(line === undefined ? {} : { line }) })
    else old.n += n
  }
  for (const map of maps) for (const [words, { n, line }] of map) if (!words.startsWith('-m interface-not-shown')) add(words, n, line)
  for (const command of commands) {
    if (command.do !== 'rule') continue
    for (const s of command.rule.statements) if (s.kind === 'unknown') add(s.words, 1)
  }
  return [...all].map(([words, one]) => ({ words, ...one })).sort((a, b) => b.n - a.n)
}

/** Reads a text in slices; each gives back how far it has come, so that a page can show it and a worker can be stopped. */
export function* readingDump(text: string, file: string, says: DumpSays = {}): Generator<Progress, Dump, void> {
  const reader = new DumpReader(text, file, says)
  let n = 0
  for (const line of linesOf(text)) {
    reader.line(line)
    if (++n % SLICE === 0) yield { done: line.to, total: text.length }
  }
  return reader.end()
}

/** Reads a text at once. Never throws for what stands in it. */
export function readDump(text: string, file: string, says: DumpSays = {}): Dump {
  const reading = readingDump(text, file, says)
  let next = reading.next()
  while (!next.done) next = reading.next()
  return next.value
}
