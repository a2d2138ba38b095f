import type { CtView, Tuple } from '../../trace/event.ts'

/** Name and number as libnetfilter_conntrack has them; it knows no tunnels. */
const PROTOCOLS: Readonly<Record<Tuple['proto'], readonly [name: string, number: number]>> = {
  tcp: ['tcp', 6],
  udp: ['udp', 17],
  sctp: ['sctp', 132],
  icmp: ['icmp', 1],
  icmp6: ['icmpv6', 58],
  ipip: ['unknown', 4],
}

export const protocolOf = (tuple: Tuple): readonly [name: string, number: number] => PROTOCOLS[tuple.proto]

function side(t: Tuple): string {
  const ends = `src=${t.src} dst=${t.dst}`
  if (t.proto === 'icmp' || t.proto === 'icmp6') return `${ends} type=${t.type ?? 0} code=${t.code ?? 0} id=${t.sport}`
  return t.proto === 'ipip' ? ends : `${ends} sport=${t.sport} dport=${t.dport}`
}

export interface Output {
  readonly extended: boolean
  readonly id: boolean
}

/** One entry as `conntrack -L` 1.4.7 prints it. */
export function ctLine(entry: CtView, output: Output): string {
  const [name, number] = protocolOf(entry.orig)
  const family = entry.family === 4 ? 'ipv4     2 ' : 'ipv6     10 '
  return [
    `${output.extended ? family : ''}${name.padEnd(8)} ${number} ${entry.timeout}`,
    ...(entry.tcp === undefined ? [] : [entry.tcp]),
    side(entry.orig),
    ...(entry.status.includes('SEEN_REPLY') ? [] : ['[UNREPLIED]']),
    side(entry.reply),
    ...(entry.status.includes('ASSURED') ? ['[ASSURED]'] : []),
    `mark=${entry.mark}`,
    ...(entry.zone === 0 ? [] : [`zone=${entry.zone}`]),
    'use=1',
    ...(output.id ? [`id=${entry.id}`] : []),
  ].join(' ')
}
