import { addressOf, lengthOf } from '../net/cidr.ts'
import { bitsOf, familyOf, type Ip } from '../net/ip.ts'
import type { Route } from './machine.ts'

/** The routes of one table and family: those to one address by that address, the others as they came in. */
interface Sorted {
  readonly hosts: Map<Ip, Route[]>
  readonly wide: Route[]
}

const known = new WeakMap<readonly Route[], Map<string, Sorted>>()

/** Sorted once a list of routes: kube-ipvs0 has ten thousand addresses, each with a route of its own. */
function sorted(routes: readonly Route[]): Map<string, Sorted> {
  const old = known.get(routes)
  if (old !== undefined) return old
  const made = new Map<string, Sorted>()
  for (const route of routes) {
    const key = `${route.table} ${familyOf(route.dst)}`
    const of = made.get(key) ?? { hosts: new Map<Ip, Route[]>(), wide: [] }
    made.set(key, of)
    if (lengthOf(route.dst) !== bitsOf(familyOf(route.dst))) {
      of.wide.push(route)
      continue
    }
    const address = addressOf(route.dst)
    const list = of.hosts.get(address)
    if (list === undefined) of.hosts.set(address, [route])
    else list.push(route)
  }
  known.set(routes, made)
  return made
}

const NONE: readonly Route[] = []

/** The routes of a table that could lead to an address: those to it alone, then the wider ones, each in the order of making. */
export function routesTowards(routes: readonly Route[], table: string, dst: Ip): readonly Route[] {
  const of = sorted(routes).get(`${table} ${familyOf(dst)}`)
  if (of === undefined) return NONE
  const own = of.hosts.get(dst)
  return own === undefined ? of.wide : [...own, ...of.wide]
}
