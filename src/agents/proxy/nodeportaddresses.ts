import { addressOf, inCidr, lengthOf, networkOf, parseCidr } from '../../net/cidr.ts'
import { type Cidr, type Family, familyOf, type Ip, isLoopback } from '../../net/ip.ts'

/** nodePortAddresses as one family reads it (pkg/proxy/util/nodeport_addresses.go). */
export interface NodePortAddresses {
  /** Every local address. */
  readonly all: boolean
  readonly cidrs: readonly Cidr[]
  readonly withLoopback: boolean
}

const ZERO: Readonly<Record<Family, Cidr>> = { 4: '0.0.0.0/0' as Cidr, 6: '::/0' as Cidr }
const holdsLoopback = (net: Cidr): boolean => familyOf(net) === 4 && (isLoopback(networkOf(net)) || inCidr('127.0.0.0' as Ip, net))

/** CIDRs of the other family are passed over; without any of this family every local address is meant. */
export function nodePortAddresses(family: Family, given: readonly string[]): NodePortAddresses {
  const own = given.map(parseCidr).filter((net): net is Cidr => net !== undefined && familyOf(net) === family)
  const cidrs = own.length === 0 ? [ZERO[family]] : own
  if (cidrs.some((net) => lengthOf(net) === 0)) return { all: true, cidrs: [ZERO[family]], withLoopback: family === 4 }
  return { all: false, cidrs, withLoopback: cidrs.some(holdsLoopback) }
}

/** Addresses of the node's interfaces inside the CIDRs, each once, sorted as text. */
export function nodePortIps(of: NodePortAddresses, interfaces: readonly Cidr[], family: Family): readonly Ip[] {
  const ips = interfaces.map(addressOf).filter((a) => familyOf(a) === family && of.cidrs.some((net) => inCidr(a, net)))
  return [...new Set(ips)].sort()
}
