/**
 * Layer 4 protocols as iptables reads and prints them (/etc/protocols of Debian 12). A rule keeps the word of
 * net/packet.ts's Protocol where that has one, so that a runner compares it with the header.
 */
interface Named {
  readonly number: number
  /** What iptables-save prints. */
  readonly save: string
  /** net/packet.ts's word, when it is another. */
  readonly ours?: string
  /** Other names on input. */
  readonly also?: readonly string[]
}

const PROTOCOLS: readonly Named[] = [
  { number: 1, save: 'icmp' },
  { number: 2, save: 'igmp' },
  { number: 4, save: 'ipencap', ours: 'ipip', also: ['ipip'] },
  { number: 6, save: 'tcp' },
  { number: 17, save: 'udp' },
  { number: 33, save: 'dccp' },
  { number: 41, save: 'ipv6' },
  { number: 47, save: 'gre' },
  { number: 50, save: 'esp' },
  { number: 51, save: 'ah' },
  { number: 58, save: 'ipv6-icmp', ours: 'icmp6', also: ['icmpv6', 'icmp6'] },
  { number: 89, save: 'ospf', also: ['ospfigp'] },
  { number: 103, save: 'pim' },
  { number: 112, save: 'vrrp' },
  { number: 115, save: 'l2tp' },
  { number: 132, save: 'sctp' },
  { number: 136, save: 'udplite' },
]

const find = (proto: string): Named | undefined =>
  PROTOCOLS.find((p) => p.save === proto || p.ours === proto || p.also?.includes(proto) || String(p.number) === proto)

/** What somebody wrote after `-p` as the rule keeps it; undefined when it is no protocol, `all` for any. */
export function protoWord(written: string): string | undefined {
  const text = written.toLowerCase()
  if (text === 'all' || text === 'ip' || text === '0') return 'all'
  const known = find(text)
  if (known !== undefined) return known.ours ?? known.save
  return /^[1-9]\d{0,2}$/.test(text) && Number(text) < 256 ? text : undefined
}

/** As `iptables-save` prints the protocol of a rule. */
export const protoSaved = (proto: string): string => find(proto)?.save ?? proto

/** As `iptables -L -n` of 1.8.9 prints it. */
export const protoNumber = (proto: string): string => (proto === 'all' ? '0' : String(find(proto)?.number ?? proto))
