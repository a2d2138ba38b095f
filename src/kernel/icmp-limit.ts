import type { Family, Ip } from '../net/ip.ts'
import type { Netns } from './machine.ts'
import type { Moment, Peer } from './moment.ts'
import { lookup } from './route.ts'
import { sysctl } from './sysctl.ts'

const MS = 1_000_000
/** XRLIM_BURST_FACTOR: so many errors may go at once when nothing was said for long. */
const BURST = 6
/** A peer of which nothing is remembered counts as last heard of a minute ago (inet_getpeer). */
const LONG_AGO = 60_000 * MS
/** ip_rt_redirect_load, ip_rt_redirect_number and ip_rt_redirect_silence of net/ipv4/route.c. */
const REDIRECT_LOAD = 20 * MS
const REDIRECTS = 9
const REDIRECT_SILENCE = REDIRECT_LOAD * 1024

/** What the kernel of a netns remembers of an address that it sends ICMP errors to (struct inet_peer). */
export function peerOf(moment: Moment, netns: string, address: Ip): Peer {
  const key = `${netns} ${address}`
  const known = moment.peers.get(key)
  if (known) return known
  const made: Peer = { tokens: 0, last: moment.clock - LONG_AGO, redirects: 0 }
  moment.peers.set(key, made)
  return made
}

/** inet_peer_xrlim_allow: a token comes every `wait` ns, six are kept at most, an error takes one. */
function allows(peer: Peer, now: number, wait: number): boolean {
  peer.tokens = Math.min(peer.tokens + now - peer.last, BURST * wait)
  peer.last = now
  if (peer.tokens < wait) return false
  peer.tokens -= wait
  return true
}

/** Types that are not limited: net.ipv6.icmp.ratemask leaves out "packet too big"; of IPv4 the mask names those that are. */
function limited(netns: Netns, family: Family, type: number): boolean {
  if (family === 6) return type !== 2
  return ((sysctl(netns, 'net/ipv4/icmp_ratemask') >>> type) & 1) === 1
}

/** icmpv4_xrlim_allow and icmpv6_xrlim_allow: whether an error of this type may go to this address now. Uses up what it allows. */
export function mayTell(moment: Moment, netns: Netns, family: Family, to: Ip, type: number, code: number): boolean {
  if (!limited(netns, family, type) || (family === 4 && type === 3 && code === 4)) return true
  const route = lookup(netns, to)
  if (route === undefined || route.type === 'local' || route.dev === 'lo') return true
  const wait = sysctl(netns, family === 4 ? 'net/ipv4/icmp_ratelimit' : 'net/ipv6/icmp/ratelimit') * MS
  return wait === 0 || allows(peerOf(moment, netns.name, to), moment.clock, wait)
}

/**
 * ip_rt_send_redirect: whether this sender is told of a better way now. Says so less and less often, and stops after nine;
 * each time it empties what the sender has left of its limit for other errors.
 */
export function mayRedirect(moment: Moment, netns: Netns, to: Ip): boolean {
  const peer = peerOf(moment, netns.name, to)
  const now = moment.clock
  if (now > peer.last + REDIRECT_SILENCE) {
    peer.tokens = 0
    peer.redirects = 0
  }
  if (peer.redirects >= REDIRECTS) {
    peer.last = now
    return false
  }
  if (peer.redirects > 0 && now <= peer.last + REDIRECT_LOAD * 2 ** peer.redirects) return false
  peer.last = now
  peer.redirects++
  return true
}
