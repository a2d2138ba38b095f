import { inCidr, lengthOf } from '../../net/cidr.ts'
import { familyOf, type Ip, isMulticast } from '../../net/ip.ts'
import type { Netns, Route } from '../machine.ts'
import { linkOf, lookup } from '../route.ts'
import { routesTowards } from '../route-index.ts'
import type { AddrType } from './ast.ts'

function localRoute(netns: Netns, address: Ip): Route | undefined {
  const found = routesTowards(netns.routes, 'local', address).filter((r) => inCidr(address, r.dst))
  return found.reduce<Route | undefined>((won, r) => (won === undefined || lengthOf(r.dst) > lengthOf(won.dst) ? r : won), undefined)
}

/** inet_dev_addr_type asks the table `local` alone: what is not in there is UNICAST, whether a route leads to it or not. */
function typeOfV4(netns: Netns, address: Ip, dev: string | undefined): AddrType {
  if (address === '255.255.255.255' || address.startsWith('0.')) return 'BROADCAST'
  if (isMulticast(address)) return 'MULTICAST'
  const route = localRoute(netns, address)
  if (route === undefined || (dev !== undefined && route.dev !== dev)) return 'UNICAST'
  return route.type === 'broadcast' ? 'BROADCAST' : 'LOCAL'
}

/** match_type6: one address can be of several types; an own address is UNICAST as well. */
function isOfTypeV6(netns: Netns, address: Ip, type: AddrType, dev: string | undefined): boolean {
  switch (type) {
    case 'MULTICAST':
      return isMulticast(address)
    case 'UNICAST':
      return !isMulticast(address) && address !== '::'
    case 'UNSPEC':
      return address === '::'
    case 'LOCAL':
      return dev === undefined
        ? lookup(netns, address)?.type === 'local'
        : (linkOf(netns, dev)?.addrs.some((a) => a.startsWith(`${address}/`)) ?? false)
    case 'UNREACHABLE': {
      const route = lookup(netns, address)
      return route === undefined || route.type === 'unreachable' || route.type === 'prohibit' || route.type === 'blackhole'
    }
    case 'BROADCAST':
    case 'BLACKHOLE':
    case 'PROHIBIT':
    case 'ANYCAST':
      return false
  }
}

/** `-m addrtype`: whether an address is of a type to this namespace; `dev`: as --limit-iface-in and -out narrow it. */
export const isOfType = (netns: Netns, address: Ip, type: AddrType, dev?: string): boolean =>
  familyOf(address) === 4 ? typeOfV4(netns, address, dev) === type : isOfTypeV6(netns, address, type, dev)
