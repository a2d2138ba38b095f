/** What of a packet a rule can look at, in nft's own words, with the type of its values. `run` reads each of them (see.ts). */
export const FIELDS = {
  'ip saddr': 'ipv4_addr',
  'ip daddr': 'ipv4_addr',
  'ip protocol': 'inet_proto',
  'ip ttl': 'integer',
  'ip length': 'integer',
  'ip6 saddr': 'ipv6_addr',
  'ip6 daddr': 'ipv6_addr',
  'ip6 nexthdr': 'inet_proto',
  'ip6 hoplimit': 'integer',
  'tcp sport': 'inet_service',
  'tcp dport': 'inet_service',
  'udp sport': 'inet_service',
  'udp dport': 'inet_service',
  'sctp sport': 'inet_service',
  'sctp dport': 'inet_service',
  'th sport': 'inet_service',
  'th dport': 'inet_service',
  'icmp type': 'icmp_type',
  'icmp code': 'integer',
  'icmpv6 type': 'icmpv6_type',
  'icmpv6 code': 'integer',
  'meta mark': 'mark',
  'meta l4proto': 'inet_proto',
  'meta nfproto': 'nf_proto',
  'meta protocol': 'ether_type',
  'meta length': 'integer',
  iif: 'iface_index',
  iifname: 'ifname',
  oif: 'iface_index',
  oifname: 'ifname',
  'ct state': 'ct_state',
  'ct status': 'ct_status',
  'ct mark': 'mark',
  'ct direction': 'ct_dir',
  'fib saddr type': 'fib_addrtype',
  'fib daddr type': 'fib_addrtype',
} as const satisfies Readonly<Record<string, string>>

export type Field = keyof typeof FIELDS

export const isField = (text: string): text is Field => Object.hasOwn(FIELDS, text)
export const typeOfField = (field: Field): string => FIELDS[field]

/** Other spellings that nft reads. */
const SHORT: Readonly<Record<string, Field>> = {
  mark: 'meta mark',
  l4proto: 'meta l4proto',
  nfproto: 'meta nfproto',
  'meta iif': 'iif',
  'meta iifname': 'iifname',
  'meta oif': 'oif',
  'meta oifname': 'oifname',
}

/** The field that begins with these words, and how many of them it took. */
export function fieldAt(words: readonly string[]): { readonly field: Field; readonly took: number } | undefined {
  for (let took = Math.min(3, words.length); took > 0; took--) {
    const text = words.slice(0, took).join(' ')
    if (isField(text)) return { field: text, took }
    const short = Object.hasOwn(SHORT, text) ? SHORT[text] : undefined
    if (short !== undefined) return { field: short, took }
  }
  return undefined
}
