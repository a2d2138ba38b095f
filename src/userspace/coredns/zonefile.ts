import { parseIp } from '../../net/ip.ts'
import type { DnsRecord, DnsType } from '../../net/message.ts'
import { lower } from '../dns/name.ts'

const TYPES: readonly string[] = ['A', 'AAAA', 'CNAME', 'SRV', 'PTR', 'SOA', 'NS', 'TXT', 'MX'] satisfies readonly DnsType[]
/** Which words of a record's data are names. */
const NAMES_AT: Readonly<Record<string, readonly number[]>> = { CNAME: [0], PTR: [0], NS: [0], SOA: [0, 1], MX: [1], SRV: [3] }
const WORDS: Readonly<Record<string, number>> = { A: 1, AAAA: 1, CNAME: 1, PTR: 1, NS: 1, SOA: 7, MX: 2, SRV: 4 }
const UNIT: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }
const USUAL_TTL = 3600

/** A zone file, or what miekg/dns would not take of it. Lines count from 1. */
export type ZoneFile =
  | { readonly records: readonly DnsRecord[] }
  | { readonly error: string; readonly line: number }
  | { readonly unmodelled: string }

interface Entry {
  readonly line: number
  /** Begins with a blank: the owner is that of the entry before. */
  readonly same: boolean
  readonly words: readonly string[]
}

/** Entries: a line each, with parentheses over several; `;` comments, "…" as one word that keeps its quotes. */
function entriesOf(text: string): readonly Entry[] {
  const out: { line: number; same: boolean; words: string[] }[] = []
  let depth = 0
  for (const [i, line] of text.replace(/\r/g, '').split('\n').entries()) {
    const words = line.match(/"(?:[^"\\]|\\.)*"?|[()]|;.*|[^\s()";]+/g)?.filter((w) => !w.startsWith(';')) ?? []
    if (words.length === 0) continue
    if (depth === 0) out.push({ line: i + 1, same: /^\s/.test(line), words: [] })
    for (const word of words) {
      if (word === '(') depth++
      else if (word === ')') depth = Math.max(0, depth - 1)
      else out[out.length - 1]?.words.push(word)
    }
  }
  return out.filter((e) => e.words.length > 0)
}

function ttlOf(word: string | undefined): number | undefined {
  if (word === undefined || !/^(\d+[smhdw]?)+$/i.test(word)) return undefined
  return [...word.matchAll(/(\d+)([smhdw]?)/gi)].reduce((sum, [, n, unit]) => sum + Number(n) * (UNIT[lower(unit ?? '')] ?? 1), 0)
}

function dataOf(type: string, words: readonly string[], full: (name: string) => string): string | undefined {
  const count = WORDS[type]
  if (words.length === 0 || (count !== undefined && words.length !== count)) return undefined
  if (type === 'A' || type === 'AAAA') {
    const address = parseIp(words[0] ?? '')
    return address !== undefined && address.includes(':') === (type === 'AAAA') ? address : undefined
  }
  if (type === 'TXT') return words.map((w) => (w.startsWith('"') ? w : `"${w}"`)).join(' ')
  const times = (word: string, i: number): string => (type === 'SOA' && i > 2 ? `${ttlOf(word) ?? word}` : word)
  return words.map((word, i) => (NAMES_AT[type]?.includes(i) ? full(word) : times(word, i))).join(' ')
}

/** Reads a zone file (RFC 1035, 5.1) below `origin`, which is absolute. Names come out in lower case. */
export function parseZone(text: string, origin: string): ZoneFile {
  let base = origin
  let usual: number | undefined
  let owner = origin
  const full = (name: string): string => lower(name === '@' ? base : name.endsWith('.') ? name : `${name}.${base === '.' ? '' : base}`)
  const records: DnsRecord[] = []
  for (const { line, same, words } of entriesOf(text)) {
    const rest = [...words]
    const head = rest[0] ?? ''
    if (head === '$ORIGIN') base = full(rest[1] ?? '@')
    else if (head === '$TTL') usual = ttlOf(rest[1])
    else if (head.startsWith('$')) return { unmodelled: `${head} in a zone file` }
    else {
      if (!same) owner = full(rest.shift() ?? '@')
      let ttl: number | undefined
      for (let i = 0; i < 2; i++) {
        if (rest[0] === 'IN') rest.shift()
        else if (ttlOf(rest[0]) !== undefined) ttl = ttlOf(rest.shift())
      }
      const type = rest.shift() ?? ''
      if (!TYPES.includes(type)) {
        return /^[A-Z0-9]+$/.test(type) ? { unmodelled: `${type} records in a zone file` } : { error: `dns: not a TTL: "${type}"`, line }
      }
      const rdata = dataOf(type, rest, full)
      if (rdata === undefined) return { error: `dns: bad ${type}`, line }
      if (type === 'SOA') usual ??= ttl ?? Number(rdata.split(' ')[6])
      records.push({ name: owner, ttl: ttl ?? usual ?? USUAL_TTL, type: type as DnsType, rdata })
    }
  }
  return { records }
}
