import { addressOf, cidr, inCidr, lengthOf, networkOf, overlaps, sizeOf } from '../net/cidr.ts'
import { bitsOf, type Cidr, familyOf, fromBigInt, toBigInt } from '../net/ip.ts'

/** kube-controller-manager's --node-cidr-mask-size-ipv4 and -ipv6. */
const MASK = { 4: 24, 6: 64 } as const

export const nodeMask = (subnet: Cidr): number => MASK[familyOf(subnet)]

/** The next free piece of a Pod subnet, from the front (pkg/controller/nodeipam/ipam/cidrset). Undefined when all are taken, or the subnet is too small. */
export function nextPodCidr(subnet: Cidr, taken: readonly Cidr[]): Cidr | undefined {
  const family = familyOf(subnet)
  const length = MASK[family]
  if (lengthOf(subnet) > length) return undefined
  const step = 1n << BigInt(bitsOf(family) - length)
  const first = toBigInt(networkOf(subnet))
  const inside = taken.filter((one) => familyOf(one) === family && overlaps(one, subnet))
  const whole = new Set(inside.filter((one) => lengthOf(one) === length).map((one) => networkOf(one)))
  const odd = inside.filter((one) => lengthOf(one) !== length)
  for (let at = first; at < first + sizeOf(subnet); at += step) {
    const start = fromBigInt(at, family)
    const net = cidr(`${start}/${length}`)
    if (!whole.has(start) && !odd.some((one) => overlaps(one, net) || inCidr(addressOf(one), net))) return net
  }
  return undefined
}
