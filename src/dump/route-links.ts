import { lengthOf } from '../net/cidr.ts'
import type { Cidr } from '../net/ip.ts'
import type { Dump } from './dump.ts'
import type { DumpedLink } from './links.ts'

/** Interfaces that only routes tell of: `10.0.2.0/24 dev enp0s3 proto kernel scope link src 10.0.2.15`. */
export function linksOfRoutes(dump: Pick<Dump, 'routes'>): readonly DumpedLink[] {
  const found = new Map<string, DumpedLink>()
  for (const { route, line } of dump.routes?.list ?? []) {
    const { dev, src, protocol, via } = route
    if (dev === undefined || protocol !== 'kernel' || src === undefined || via !== undefined || route.table === 'local') continue
    const link = found.get(dev) ?? { dev, ifindex: 0, line, up: true, addrs: [] }
    link.addrs = [...(link.addrs ?? []), `${src}/${lengthOf(route.dst)}` as Cidr]
    found.set(dev, link)
  }
  return [...found.values()]
}
