import type { Op } from '../kernel/op.ts'
import { cidr, hostCidr, parseCidr } from '../net/cidr.ts'
import { type Cidr, type Family, familyOf, type Ip, parseIp } from '../net/ip.ts'
import type { DumpLine } from './lines.ts'
import type { Reading } from './reading.ts'

type RouteOp = Extract<Op, { do: 'route' }>['route']

export interface DumpedRoute {
  readonly route: RouteOp
  readonly line: number
}

const TYPES: ReadonlySet<string> = new Set(['unicast', 'local', 'broadcast', 'blackhole', 'unreachable', 'prohibit', 'throw'])
/** Words with a value that no packet notices. */
const PASSED: ReadonlySet<string> = new Set([
  'pref',
  'error',
  'expires',
  'hoplimit',
  'advmss',
  'initcwnd',
  'initrwnd',
  'features',
  'realm',
  'realms',
  'nhid',
  'window',
  'rtt',
  'rttvar',
  'ssthresh',
  'cwnd',
  'reordering',
  'rto_min',
  'users',
  'age',
  'quickack',
  'congctl',
  'fastopen_no_cookie',
  'weight',
])
/** Words that stand alone and that no packet notices. */
const ALONE: ReadonlySet<string> = new Set(['linkdown', 'pervasive', 'offload', 'trap', 'notify', 'rt_offload', 'rt_trap', 'cache'])

/** Reads `ip route`, `ip -6 route` and `ip route show table all`. */
export class RouteReader {
  readonly routes: DumpedRoute[] = []
  private readonly reading: Reading
  /** Somebody filtered the output: what is not there may be there. */
  piece = false
  /** `ip route show table 100` prints no table. */
  private table: string | undefined
  private last: { dst: Cidr; line: DumpLine; hops: number; base: Partial<RouteOp> } | undefined

  constructor(reading: Reading) {
    this.reading = reading
  }

  command(text: string): void {
    if (/\bip (?:-\S+ )*(?:r|ro|route)\b.*\|/.test(text)) this.piece = true
    this.table = /\btable (\w+)/.exec(text)?.[1]
    if (this.table === 'all') this.table = undefined
  }

  line(line: DumpLine): void {
    const words = this.reading.lineText(line).split(/\s+/)
    if (words[0] === 'nexthop') return this.hop(line, words.slice(1))
    const type = TYPES.has(words[0] ?? '') ? words[0] : undefined
    const at = type === undefined ? 0 : 1
    const given = words[at] ?? ''
    if (['throw', 'multicast', 'anycast'].includes(words[0] ?? '')) {
      // anycast and multicast entries decide nothing that we model; a throw goes on with the next rule
      if (words[0] === 'throw') this.reading.tell('warning', 'dump-word', { tool: 'ip route', word: 'throw' }, line, { at: 0, length: 5 })
      return
    }
    const made: { -readonly [K in keyof RouteOp]?: RouteOp[K] } = {}
    const unknown = this.options(words.slice(at + 1), made)
    const family: Family = /:/.test(
      words
        .slice(at)
        .join(' ')
        .replace(/lladdr \S+/, ''),
    )
      ? 6
      : 4
    const dst = given === 'default' ? cidr(family === 6 ? '::/0' : '0.0.0.0/0') : whole(given)
    if (dst === undefined) {
      this.reading.tell('error', 'dump-refused', { tool: 'ip route', text: 'Error: any valid prefix is expected', token: given }, line, {
        at: this.reading.lineText(line).indexOf(given),
        length: given.length,
      })
      return
    }
    if (type !== undefined) made.type = type as Exclude<RouteOp['type'], undefined>
    made.table ??= this.table ?? (type === 'local' || type === 'broadcast' ? 'local' : 'main')
    if (unknown !== undefined) return this.refuse(line, unknown)
    if (made.via === undefined && made.dev === undefined && (type === undefined || type === 'unicast')) {
      // a route of several hops: they stand on the next lines
      this.last = { dst, line, hops: 0, base: made }
      return
    }
    this.last = undefined
    this.routes.push({ route: { ...made, dst }, line: line.number })
  }

  private refuse(line: DumpLine, word: string): void {
    const at = this.reading.lineText(line).split(/\s+/).indexOf(word)
    const from = this.reading.lineText(line).indexOf(word)
    this.reading.tell('warning', 'dump-word', { tool: 'ip route', word }, line, { at: Math.max(0, at < 0 ? 0 : from), length: word.length })
  }

  /** The first hop of several is taken, and it is said that there are more. */
  private hop(line: DumpLine, words: readonly string[]): void {
    const { last } = this
    if (last === undefined) return
    last.hops++
    if (last.hops > 1) {
      if (last.hops === 2) this.refuse(line, 'nexthop')
      return
    }
    const made: { -readonly [K in keyof RouteOp]?: RouteOp[K] } = { ...last.base }
    this.options(words, made)
    this.routes.push({ route: { ...made, dst: last.dst }, line: last.line.number })
  }

  /** Fills in the words behind the destination; gives back one that is not known. */
  private options(words: readonly string[], made: { -readonly [K in keyof RouteOp]?: RouteOp[K] }): string | undefined {
    for (let i = 0; i < words.length; i++) {
      const word = words[i] as string
      if (word === '' || ALONE.has(word) || word.startsWith('<')) continue
      if (word === 'onlink') made.onlink = true
      else {
        let value = words[++i] ?? ''
        if (word === 'via' && (value === 'inet6' || value === 'inet')) value = words[++i] ?? ''
        if (word === 'mtu' && value === 'lock') value = words[++i] ?? ''
        if (PASSED.has(word)) continue
        if (!put(made, word, value)) return word
      }
    }
    return undefined
  }
}

function put(made: { -readonly [K in keyof RouteOp]?: RouteOp[K] }, word: string, value: string): boolean {
  const address = parseIp(value)
  if (word === 'via' && address !== undefined) made.via = address
  else if (word === 'dev') made.dev = value
  else if (word === 'src' && address !== undefined) made.src = address
  else if (word === 'proto') made.protocol = value
  else if (word === 'table') made.table = value
  else if (word === 'scope') made.scope = value === 'link' || value === 'host' ? value : 'global'
  else if (word === 'metric' && /^\d+$/.test(value)) made.metric = Number(value)
  else if (word === 'mtu' && /^\d+$/.test(value)) made.mtu = Number(value)
  else return false
  return true
}

function whole(text: string): Cidr | undefined {
  const address = parseIp(text)
  if (address !== undefined) return hostCidr(address)
  // iproute2 leaves out zero bytes at the end of some nets: 10/8
  const short = /^(\d+(?:\.\d+){0,2})\/(\d+)$/.exec(text)
  if (short !== null) return parseCidr(`${[...(short[1] as string).split('.'), '0', '0', '0'].slice(0, 4).join('.')}/${short[2]}`)
  return parseCidr(text)
}

/** `route -n`: a table of its own, of IPv4. */
export function routeOfOldTable(text: string): RouteOp | undefined {
  const [dst = '', via = '', mask = '', flags = '', metric = '', , , dev = ''] = text.split(/\s+/)
  const net = parseIp(dst === 'default' ? '0.0.0.0' : dst)
  const bits = parseIp(mask)
  if (net === undefined || bits === undefined || !/^[A-Z!]+$/.test(flags) || familyOf(net) === 6) return undefined
  const length = bits.split('.').reduce((n, byte) => n + Number(byte).toString(2).replaceAll('0', '').length, 0)
  const gateway = parseIp(via)
  return {
    dst: `${net}/${length}` as Cidr,
    table: 'main',
    ...(flags.includes('!') ? { type: 'unreachable' as const } : { dev }),
    ...(gateway !== undefined && gateway !== ('0.0.0.0' as Ip) ? { via: gateway } : { scope: 'link' as const }),
    metric: Number(metric) || 0,
  }
}
