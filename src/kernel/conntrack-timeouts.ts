import type { Netns } from './machine.ts'
import type { CtEntry } from './moment.ts'

/** Seconds, as a fresh network namespace has them (net.netfilter.nf_conntrack_…; read on 6.18). */
const TCP: Readonly<Record<string, readonly [sysctl: string, seconds: number]>> = {
  SYN_SENT: ['tcp_timeout_syn_sent', 120],
  SYN_RECV: ['tcp_timeout_syn_recv', 60],
  ESTABLISHED: ['tcp_timeout_established', 432000],
  FIN_WAIT: ['tcp_timeout_fin_wait', 120],
  CLOSE_WAIT: ['tcp_timeout_close_wait', 60],
  LAST_ACK: ['tcp_timeout_last_ack', 30],
  TIME_WAIT: ['tcp_timeout_time_wait', 120],
  CLOSE: ['tcp_timeout_close', 10],
}

const SCTP: Readonly<Record<string, readonly [sysctl: string, seconds: number]>> = {
  CLOSED: ['sctp_timeout_closed', 10],
  COOKIE_WAIT: ['sctp_timeout_cookie_wait', 3],
  COOKIE_ECHOED: ['sctp_timeout_cookie_echoed', 3],
  ESTABLISHED: ['sctp_timeout_established', 210],
  SHUTDOWN_SENT: ['sctp_timeout_shutdown_sent', 3],
  SHUTDOWN_RECD: ['sctp_timeout_shutdown_recd', 3],
}

function nameAndDefault(entry: CtEntry): readonly [string, number] {
  switch (entry.orig.proto) {
    case 'tcp':
      // picked up in the middle and not answered yet
      if (entry.tcp === 'ESTABLISHED' && !entry.status.has('SEEN_REPLY')) return ['tcp_timeout_unacknowledged', 300]
      return TCP[entry.tcp ?? 'SYN_SENT'] ?? ['tcp_timeout_close', 10]
    case 'udp':
      return entry.status.has('ASSURED') ? ['udp_timeout_stream', 120] : ['udp_timeout', 30]
    case 'sctp':
      return SCTP[entry.tcp ?? 'CLOSED'] ?? ['sctp_timeout_closed', 10]
    case 'icmp':
      return ['icmp_timeout', 30]
    case 'icmp6':
      return ['icmpv6_timeout', 30]
    case 'ipip':
      return ['generic_timeout', 600]
  }
}

const paths = new Map<string, string>()

/** One text for each name: to look up a text that was just made takes longer. */
function pathOf(name: string): string {
  const old = paths.get(name)
  if (old !== undefined) return old
  const made = `net/netfilter/nf_conntrack_${name}`
  paths.set(name, made)
  return made
}

/** Seconds until the entry goes when nothing more is heard. */
export function timeoutOf(netns: Netns, entry: CtEntry): number {
  const [name, seconds] = nameAndDefault(entry)
  return netns.sysctls[pathOf(name)] ?? seconds
}
