import { parseIp } from '../net/ip.ts'
import type { Tuple } from '../trace/event.ts'

/** An entry of `conntrack -L`. */
export interface DumpedConntrack {
  readonly line: number
  readonly family: 4 | 6
  readonly orig: Tuple
  readonly reply: Tuple
  /** Seconds. */
  readonly timeout: number
  /** TCP: SYN_SENT, ESTABLISHED … */
  readonly tcp?: string
  readonly unreplied: boolean
  readonly assured: boolean
  readonly mark: number
  readonly zone: number
}

const PROTOS: Readonly<Record<string, Tuple['proto']>> = { tcp: 'tcp', udp: 'udp', sctp: 'sctp', icmp: 'icmp', icmpv6: 'icmp6' }

/** One line of `conntrack -L` (1.4.x) or /proc/net/nf_conntrack; undefined: a protocol that no walk knows, or a line that is cut. */
export function conntrackOf(text: string, line: number): DumpedConntrack | undefined {
  const words = text.split(/\s+/)
  const at = /^ipv[46]$/.test(words[0] ?? '') ? 2 : 0
  const proto = PROTOS[words[at] ?? '']
  const timeout = Number(words[at + 2])
  if (proto === undefined || !Number.isFinite(timeout)) return undefined
  const state = words[at + 3] ?? ''
  const pairs = words.flatMap((word): readonly (readonly [string, string])[] => {
    const eq = word.indexOf('=')
    return eq > 0 ? [[word.slice(0, eq), word.slice(eq + 1)]] : []
  })
  const tuple = (n: 0 | 1): Tuple | undefined => {
    const all = (name: string): string | undefined => pairs.filter(([key]) => key === name)[n]?.[1]
    const [src, dst] = [parseIp(all('src') ?? ''), parseIp(all('dst') ?? '')]
    if (src === undefined || dst === undefined) return undefined
    const id = Number(all('id') ?? 0)
    const icmp = proto === 'icmp' || proto === 'icmp6'
    return {
      proto,
      src,
      dst,
      sport: icmp ? id : Number(all('sport') ?? 0),
      dport: icmp ? id : Number(all('dport') ?? 0),
      ...(icmp ? { type: Number(all('type') ?? 0), code: Number(all('code') ?? 0) } : {}),
    }
  }
  const [orig, reply] = [tuple(0), tuple(1)]
  if (orig === undefined || reply === undefined) return undefined
  const one = (name: string): number => Number(pairs.find(([key]) => key === name)?.[1] ?? 0)
  return {
    line,
    family: orig.src.includes(':') ? 6 : 4,
    orig,
    reply,
    timeout,
    ...(/^[A-Z_]+$/.test(state) ? { tcp: state } : {}),
    unreplied: words.includes('[UNREPLIED]'),
    assured: words.includes('[ASSURED]'),
    mark: one('mark'),
    zone: one('zone'),
  }
}
