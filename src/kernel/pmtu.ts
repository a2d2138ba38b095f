import type { Ip } from '../net/ip.ts'
import { familyOf } from '../net/ip.ts'
import type { Netns, Route } from './machine.ts'
import type { Moment } from './moment.ts'
import { linkOf } from './route.ts'

/** ip_rt_mtu_expires: what was learnt of a path is forgotten after ten minutes (ns). */
const FORGOTTEN_AFTER = 600_000_000_000
/** A path is never taken to be narrower: net.ipv4.route.min_pmtu, and IPv6's own least MTU. */
const LEAST = { 4: 552, 6: 1280 } as const

/** An ICMP error told this netns how much the way to an address takes (ip_rt_update_pmtu, rt6_do_update_pmtu). */
export function learnPmtu(moment: Moment, netns: string, dst: Ip, mtu: number): void {
  const least = LEAST[familyOf(dst)]
  moment.pmtu.set(`${netns} ${dst}`, { mtu: Math.max(mtu, least), until: moment.clock + FORGOTTEN_AFTER })
}

/** The most bytes of one IP packet that may leave for an address: of the device, the route, and what was learnt of the way. */
export function mtuTo(moment: Moment, netns: Netns, route: Route, dst: Ip): number {
  const own = route.type === 'local' ? 65536 : (route.mtu ?? linkOf(netns, route.dev ?? '')?.mtu ?? 1500)
  const learnt = moment.pmtu.size === 0 ? undefined : moment.pmtu.get(`${netns.name} ${dst}`)
  return learnt !== undefined && learnt.until > moment.clock ? Math.min(own, learnt.mtu) : own
}
