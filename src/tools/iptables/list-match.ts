import type { Match, Not, PortRange } from '../../kernel/iptables/ast.ts'
import { icmpName } from '../../kernel/iptables/parse-icmp.ts'
import { portName } from '../../kernel/iptables/parse-services.ts'
import { ipvsOptions, physdevOptions, rpfilterOptions } from '../../kernel/iptables/print-rule.ts'
import { flagText, hex, portText, probabilityText, stateText, TCP_FLAGS } from '../../kernel/iptables/print-words.ts'

const bang = (part: Not): string => (part.not ? '! ' : '')
const name = (range: PortRange, numeric: boolean): string => (numeric || range.from !== range.to ? portText(range) : portName(range.from))

function port(word: string, range: (PortRange & Not) | undefined, numeric: boolean): string {
  if (range === undefined) return ''
  return ` ${word}${range.from === range.to ? '' : 's'}:${range.not ? '!' : ''}${name(range, numeric)}`
}

type L4 = Extract<Match, { readonly flags?: unknown }>

/** 0x02 is SYN: bits from FIN up. */
const bits = (flags: readonly string[]): string =>
  `0x${TCP_FLAGS.reduce((n, f, i) => n | (flags.includes(f) ? 1 << i : 0), 0)
    .toString(16)
    .toUpperCase()
    .padStart(2, '0')}`

function tcpFlags(flags: L4['flags'], numeric: boolean): string {
  if (flags === undefined) return ''
  const show = numeric ? bits : flagText
  return ` flags:${flags.not ? '!' : ''}${show(flags.mask)}/${show(flags.set)}`
}

function icmp(m: Extract<Match, { kind: 'icmp' }>, numeric: boolean): string {
  const head = m.v6 ? 'ipv6-icmp' : 'icmp'
  const known = numeric ? undefined : m.type === 'any' ? 'any' : icmpName(m.type, m.code, m.v6 === true)
  if (known !== undefined) return `${head} ${m.not ? '!' : ''}${known}`
  return `${head}${m.not ? ' !' : ''}type ${m.type === 'any' ? 255 : m.type}${m.code === undefined ? '' : ` code ${m.code}`}`
}

const OPS = { set: 'SET', rcheck: 'CHECK', update: 'UPDATE', remove: 'REMOVE' } as const

/** A match as `iptables -L` 1.8.9 prints it; without -n ports and types have names. */
export function listMatch(m: Match, numeric: boolean): string {
  switch (m.kind) {
    case 'comment':
      return `/* ${m.text} */`
    case 'tcp':
    case 'udp':
    case 'sctp':
      return `${m.kind}${port('spt', m.sport, numeric)}${port('dpt', m.dport, numeric)}${tcpFlags(m.flags, numeric)}`
    case 'conntrack':
      return `${bang(m)}${m.module ?? 'ctstate'} ${stateText(m.states)}`
    case 'mark':
      return `mark match ${bang(m)}${hex(m.value)}${m.mask >>> 0 === 0xffffffff ? '' : `/${hex(m.mask)}`}`
    case 'connmark':
      return `connmark match ${m.not ? '!' : ''} ${hex(m.value)}${m.mask >>> 0 === 0xffffffff ? '' : `/${hex(m.mask)}`}`
    case 'addrtype': {
      const src = m.src === undefined ? '' : ` src-type ${m.notSrc ? '!' : ''}${m.src}`
      const dst = m.dst === undefined ? '' : ` dst-type ${m.notDst ? '!' : ''}${m.dst}`
      return `ADDRTYPE match${src}${dst}${m.limitIn ? ' limit-in' : ''}${m.limitOut ? ' limit-out' : ''}`
    }
    case 'statistic':
      return `statistic mode random ${bang(m)}probability ${probabilityText(m.probability)}`
    case 'nth':
      return `statistic mode nth ${bang(m)}every ${m.every}${m.packet === 0 ? '' : ` packet ${m.packet}`}`
    case 'rpfilter':
      return ['rpfilter', ...rpfilterOptions(m)].join(' ')
    case 'multiport':
      return `multiport ${m.which} ${m.not ? ' !' : ''}${m.ports.map((p) => name(p, numeric)).join(',')}`
    case 'recent': {
      const seconds = m.seconds === undefined ? '' : ` seconds: ${m.seconds}`
      const hits = m.hitcount === undefined ? '' : ` hit_count: ${m.hitcount}`
      const side = m.side === 'rsource' ? 'source' : 'dest'
      return `${bang(m)}recent: ${OPS[m.op]}${seconds}${m.reap ? ' reap' : ''}${hits} name: ${m.name} side: ${side} mask: ${m.mask}`
    }
    case 'physdev':
      return `PHYSDEV match ${physdevOptions(m).join(' ')}`
    case 'set':
      return `${bang(m)}match-set ${m.name} ${m.dirs.join(',')}`
    case 'ipvs':
      return ipvsOptions(m, '').join(' ')
    case 'icmp':
      return icmp(m, numeric)
    case 'unknown':
      return m.words
  }
}
