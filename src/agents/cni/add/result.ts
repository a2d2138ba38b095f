import type { Conf } from '../../../cluster/netconf/read.ts'
import { addressOf, lengthOf } from '../../../net/cidr.ts'
import { type Cidr, familyOf, type Ip, type Mac } from '../../../net/ip.ts'

/** A plugin's answer, in the words of the CNI specification 1.1. */
export interface CniResult {
  readonly interfaces: readonly { readonly name: string; readonly mac?: Mac; readonly mtu?: number; readonly sandbox?: string }[]
  /** `interface`: place in `interfaces`. */
  readonly ips: readonly { readonly interface?: number; readonly address: Cidr; readonly gateway?: Ip }[]
  readonly routes: readonly { readonly dst: Cidr; readonly gw?: Ip; readonly mtu?: number }[]
}

const numbers = (version: string): readonly number[] => (version === '' ? '0.1.0' : version).split('.').map(Number)

/** Whether `version` is at least `least`; '' counts as 0.1.0 (pkg/version/plugin.go). */
export function atLeast(version: string, least: string): boolean {
  const [a, b] = [numbers(version), numbers(least)]
  const i = [0, 1, 2].find((n) => a[n] !== b[n])
  return i === undefined || (a[i] ?? 0) > (b[i] ?? 0)
}

/** 0.1.0 and 0.2.0 know one address a family and no interfaces. */
function old(version: string, { ips, routes }: CniResult): Conf {
  const family = (which: 4 | 6): Conf => {
    const ip = ips.find((one) => familyOf(one.address) === which)
    if (ip === undefined) return {}
    const own = routes.filter(({ dst }) => familyOf(dst) === which).map(({ dst, gw }) => ({ dst, ...(gw && { gw }) }))
    const config = { ip: ip.address, ...(ip.gateway && { gateway: ip.gateway }), ...(own.length > 0 && { routes: own }) }
    return { [`ip${which}`]: config }
  }
  return { cniVersion: version === '' ? '0.1.0' : version, ...family(4), ...family(6), dns: {} }
}

/** The answer as the version of the list has it: `version` stands beside each address until 0.4.0, MTUs come with 1.1.0. */
export function resultJson(result: CniResult, version: string): Conf {
  if (!atLeast(version, '0.3.0')) return old(version, result)
  const told = !atLeast(version, '1.0.0')
  const mtus = atLeast(version, '1.1.0')
  const { interfaces, ips, routes } = result
  return {
    cniVersion: version,
    ...(interfaces.length > 0 && {
      interfaces: interfaces.map(({ name, mac, mtu, sandbox }) => ({
        name,
        ...(mac && { mac }),
        ...(mtus && mtu !== undefined && { mtu }),
        ...(sandbox && { sandbox }),
      })),
    }),
    ...(ips.length > 0 && {
      ips: ips.map(({ interface: at, address, gateway }) => ({
        ...(told && { version: `${familyOf(address)}` }),
        ...(at !== undefined && { interface: at }),
        address: `${addressOf(address)}/${lengthOf(address)}`,
        ...(gateway && { gateway }),
      })),
    }),
    ...(routes.length > 0 && {
      routes: routes.map(({ dst, gw, mtu }) => ({ dst, ...(gw && { gw }), ...(mtus && mtu !== undefined && { mtu }) })),
    }),
    dns: {},
  }
}

/** Go writes the keys of a map in order, at every depth: so does libcni with what it read from a file. */
export function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sortedKeys((value as Conf)[key])]),
  )
}
