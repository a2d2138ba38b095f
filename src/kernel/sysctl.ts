import type { Family } from '../net/ip.ts'
import type { Netns } from './machine.ts'

/**
 * What a fresh network namespace has (Linux 6.x, br_netfilter loaded), as far as a packet can tell.
 * Names are paths under /proc/sys. Kernel: devinet.c ipv4_devconf, addrconf.c ipv6_devconf, br_netfilter_hooks.c,
 * nf_conntrack_proto_tcp.c, icmp.c. Everything that is not here is 0.
 */
export const FRESH: Readonly<Record<string, number>> = {
  'net/ipv4/ip_forward': 0,
  'net/ipv4/ip_default_ttl': 64,
  'net/ipv4/conf/all/forwarding': 0,
  'net/ipv4/conf/all/rp_filter': 0,
  'net/ipv4/conf/default/rp_filter': 0,
  'net/ipv4/conf/all/route_localnet': 0,
  'net/ipv4/conf/all/accept_local': 0,
  'net/ipv4/conf/all/proxy_arp': 0,
  'net/ipv4/conf/all/send_redirects': 1,
  'net/ipv4/conf/default/send_redirects': 1,
  'net/ipv4/icmp_ratelimit': 1000,
  'net/ipv4/icmp_ratemask': 6168,
  'net/ipv6/icmp/ratelimit': 1000,
  'net/ipv6/conf/all/forwarding': 0,
  'net/ipv6/conf/all/disable_ipv6': 0,
  'net/ipv6/conf/all/hop_limit': 64,
  'net/bridge/bridge-nf-call-iptables': 1,
  'net/bridge/bridge-nf-call-ip6tables': 1,
  'net/bridge/bridge-nf-call-arptables': 1,
  'net/netfilter/nf_conntrack_tcp_be_liberal': 0,
  'net/netfilter/nf_conntrack_tcp_loose': 1,
  'net/netfilter/nf_conntrack_max': 262144,
}

/** Files that show one and the same value. */
export const SAME: Readonly<Record<string, string>> = {
  'net/ipv4/ip_forward': 'net/ipv4/conf/all/forwarding',
  'net/ipv4/conf/all/forwarding': 'net/ipv4/ip_forward',
}

/** Settings of new devices that differ from those of a fresh namespace: a device copies conf/default when it is made. */
export function copiedFromDefault(sysctls: Readonly<Record<string, number>>, dev: string): Record<string, number> {
  const out: Record<string, number> = {}
  for (const [name, value] of Object.entries(sysctls)) {
    const m = /^net\/(ipv[46])\/conf\/default\/(.+)$/.exec(name)
    if (m && value !== (FRESH[name] ?? 0)) out[`net/${m[1]}/conf/${dev}/${m[2]}`] = value
  }
  return out
}

/** One setting; 0 when nobody wrote it and the table above does not know it. */
export const sysctl = (netns: Netns, name: string): number => netns.sysctls[name] ?? FRESH[name] ?? 0

/** `net/ipvN/conf/DEV/NAME`, without regard to conf/all: how the two combine differs from setting to setting. */
export function deviceSysctl(netns: Netns, family: Family, dev: string, name: string): number {
  const at = `net/ipv${family}/conf/`
  return netns.sysctls[`${at}${dev}/${name}`] ?? FRESH[`${at}default/${name}`] ?? 0
}
