import { addressOf, hostCidr, inCidr, lastOf, lengthOf, maskedCidr } from '../net/cidr.ts'
import { type Cidr, familyOf, type Ip } from '../net/ip.ts'
import type { Link, Route } from './machine.ts'

const kernel = { table: 'main', protocol: 'kernel', metric: 0, onlink: false } as const

/** The primary address that an address is secondary to: the first of the same subnet on this device. Itself when it is primary. */
function primaryOf(net: Cidr, all: readonly Cidr[]): Ip {
  // ten thousand addresses of kube-ipvs0 are each a subnet of their own
  if (lengthOf(net) === 32) return addressOf(net)
  const first = all.find((a) => lengthOf(a) === lengthOf(net) && inCidr(addressOf(net), a))
  return addressOf(first ?? net)
}

function routesOfV4(link: Link, net: Cidr): readonly Route[] {
  const dev = link.dev
  const address = addressOf(net)
  const src = primaryOf(net, link.addrs)
  const because = link.because === undefined ? {} : { because: link.because }
  const loopback = link.kind === 'loopback'
  const out: Route[] = [{ ...kernel, type: 'local', dst: hostCidr(address), dev, table: 'local', scope: 'host', src, ...because }]
  if (!link.up || src !== address || lengthOf(net) === 32) return out
  if (loopback) out.push({ ...kernel, type: 'local', dst: maskedCidr(net), dev, table: 'local', scope: 'host', src, ...because })
  else out.push({ ...kernel, type: 'unicast', dst: maskedCidr(net), dev, scope: 'link', src, ...because })
  if (lengthOf(net) < 31)
    out.push({ ...kernel, type: 'broadcast', dst: hostCidr(lastOf(net)), dev, table: 'local', scope: 'link', src, ...because })
  return out
}

/** IPv6 routes have no scope and no src of their own; the subnet-router anycast and multicast entries are left out. */
function routesOfV6(link: Link, net: Cidr): readonly Route[] {
  const dev = link.dev
  const because = link.because === undefined ? {} : { because: link.because }
  const local: Route = { ...kernel, type: 'local', dst: hostCidr(addressOf(net)), dev, table: 'local', scope: 'global', ...because }
  // who asks no neighbours has nothing to wait for: addresses of a dummy count while it is down (addrconf_dad_begin, IFF_NOARP)
  if (!link.up) return link.kind === 'dummy' ? [local] : []
  return [local, { ...kernel, type: 'unicast', dst: maskedCidr(net), dev, scope: 'global', metric: 256, ...because }]
}

/**
 * Routes that the kernel makes by itself for the addresses of one device: connected ones in main, local and broadcast ones in
 * local. A device that is down has its local IPv4 routes only, a dummy those of IPv6 too. Kernel: fib_frontend.c fib_add_ifaddr, addrconf.c.
 * Since Linux 5.14 the lowest address of a subnet is no broadcast any more.
 */
export function addressRoutes(link: Link): readonly Route[] {
  return link.addrs.flatMap((net) => (familyOf(net) === 4 ? routesOfV4(link, net) : routesOfV6(link, net)))
}
