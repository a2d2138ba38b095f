import { familyOf, type Ip, isLoopback, parseIp } from '../../net/ip.ts'
import { lower } from '../dns/name.ts'

/** Addresses that /etc/hosts gives a name, in the file's order. A final dot on either side does not count. */
export function hostsLookup(text: string, name: string): readonly Ip[] {
  const bare = (n: string): string => lower(n.endsWith('.') ? n.slice(0, -1) : n)
  const found: Ip[] = []
  for (const line of text.split('\n')) {
    const [address = '', ...names] = line
      .replace(/#.*/, '')
      .trim()
      .split(/[ \t]+/)
    const parsed = parseIp(address)
    if (parsed !== undefined && names.some((n) => bare(n) === bare(name)) && !found.includes(parsed)) found.push(parsed)
  }
  return found
}

/** What a machine without an /etc/hosts of its own is taken to know. */
export const plainHosts = '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n'

/**
 * The order in which getaddrinfo hands addresses out, as far as it matters here (RFC 6724, glibc sysdeps/posix/getaddrinfo.c):
 * a family in which the machine has no address of its own comes last; with both, IPv6 comes first. Otherwise as answered.
 */
export function sortAddresses(addresses: readonly Ip[], own: readonly (4 | 6)[]): readonly Ip[] {
  const usable = (a: Ip): boolean => own.includes(familyOf(a)) || (isLoopback(a) && familyOf(a) === 4)
  const rank = (a: Ip): number => (usable(a) ? 0 : 2) + (familyOf(a) === 6 ? 0 : 1)
  return addresses
    .map((a, i) => ({ a, i }))
    .sort((x, y) => rank(x.a) - rank(y.a) || x.i - y.i)
    .map(({ a }) => a)
}
