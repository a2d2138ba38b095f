import { lastOf, lengthOf, networkOf } from '../../net/cidr.ts'
import { addToIp, type Cidr, compareIp, fromBigInt, type Ip, toBigInt } from '../../net/ip.ts'

/**
 * Peers that start together share the range by halves of halves, each a net of its own (ipam/ring/ring.go, subdivide): three get a half and
 * two quarters. Fewer addresses than peers: some get none.
 */
export function shares(range: Cidr, peers: readonly string[]): ReadonlyMap<string, Cidr> {
  const out = new Map<string, Cidr>()
  const split = (net: Cidr, of: readonly string[]): void => {
    const [first] = of
    if (first === undefined) return
    const length = lengthOf(net)
    if (of.length === 1 || length === 32) {
      out.set(first, net)
      return
    }
    const from = networkOf(net)
    const middle = fromBigInt(toBigInt(from) + (1n << BigInt(31 - length)), 4)
    const half = Math.floor(of.length / 2)
    split(`${from}/${length + 1}` as Cidr, of.slice(0, half))
    split(`${middle}/${length + 1}` as Cidr, of.slice(half))
  }
  split(range, peers)
  return out
}

/** The lowest free address of a share (ipam/space): never the first and last of the whole range. */
export function lowest(range: Cidr, share: Cidr, taken: ReadonlySet<string>): Ip | undefined {
  const [from, to] = [networkOf(range), lastOf(range)]
  for (let at = networkOf(share); compareIp(at, lastOf(share)) <= 0; at = addToIp(at, 1)) {
    if (at !== from && at !== to && !taken.has(at)) return at
  }
  return undefined
}
