import type { EndpointAddress, NodeObject } from '../../manifest/kinds.ts'
import { mapIn, mapsIn, textIn, type View } from '../../manifest/schema/view.ts'

/** Share of the cluster's CPU by zone; the shares add up to 1. */
export type Shares = ReadonlyMap<string, number>

const ZONE = 'topology.kubernetes.io/zone'
const CONTROL_PLANE = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master']

/** A zone may be short of a fifth of what it should have. */
const OVERLOAD = 0.2

/** CPU in thousandths; a Node that does not say counts as one CPU, as its Ready condition counts as True: a lab seldom writes either. */
function milliCpu(node: View): number {
  const value = mapIn(mapIn(node, 'status'), 'allocatable')['cpu']
  if (value === undefined || value === null) return 1000
  const m = /^(\d+(?:\.\d+)?)(m?)$/.exec(String(value))
  return m ? Number(m[1]) * (m[2] === 'm' ? 1 : 1000) : 0
}

const isReady = (node: View): boolean =>
  mapsIn(mapIn(node, 'status'), 'conditions')
    .filter((one) => textIn(one, 'type') === 'Ready')
    .every((one) => textIn(one, 'status') === 'True')

/** CPU by zone of the nodes that are ready and no control plane; undefined: a node has no zone or CPU, or all are in one zone (SetNodes). */
export function zoneShares(nodes: readonly NodeObject[]): Shares | undefined {
  const byZone = new Map<string, number>()
  for (const { metadata, raw } of nodes) {
    if (CONTROL_PLANE.some((label) => label in metadata.labels) || !isReady(raw)) continue
    const zone = metadata.labels[ZONE] ?? ''
    const cpu = milliCpu(raw)
    if (zone === '' || cpu === 0) return undefined
    byZone.set(zone, (byZone.get(zone) ?? 0) + cpu)
  }
  const total = [...byZone.values()].reduce((a, b) => a + b, 0)
  if (byZone.size < 2) return undefined
  return new Map([...byZone].sort(([a], [b]) => (a < b ? -1 : 1)).map(([zone, cpu]) => [zone, cpu / total]))
}

/** The zone that is furthest from its share, and by how much. */
function most(zones: ReadonlyMap<string, number>): readonly [zone: string, count: number] {
  let found: readonly [string, number] = ['', 0]
  for (const [zone, n] of zones) if (n > found[1]) found = [zone, n]
  return found
}

/** How many endpoints each zone gives to others, and how many each takes (getGivingAndReceivingZones). */
function exchange(
  desired: ReadonlyMap<string, number>,
  own: ReadonlyMap<string, number>,
): readonly [Map<string, number>, Map<string, number>] {
  const difference = (sign: 1 | -1): Map<string, number> =>
    new Map([...desired].map(([zone, n]) => [zone, sign * ((own.get(zone) ?? 0) - n)]))
  const [tooMany, tooFew] = [difference(1), difference(-1)]
  const [giving, taking] = [new Map<string, number>(), new Map<string, number>()]
  const move = (from: Map<string, number>, to: Map<string, number>, zone: string): void => {
    from.set(zone, (from.get(zone) ?? 0) - 1)
    to.set(zone, (to.get(zone) ?? 0) + 1)
  }
  for (;;) {
    const [give, surplus] = most(tooMany)
    const [take, lack] = most(tooFew)
    if (give === '' || take === '' || (surplus < 1 && lack < 1) || surplus < 0.5 || lack < 0.5) return [giving, taking]
    move(tooMany, giving, give)
    move(tooFew, taking, take)
  }
}

/**
 * Zone hints of one Service's endpoints of one family, by index, in the order of its slices (topologycache.go AddHints, all slices written
 * anew): each ready endpoint is for its own zone, then zones with more than their share of CPU give some away. `why`: hints are given up, in
 * the words of the controller's event. Where zones are equal a real controller takes any; this one goes by name.
 */
export function zoneHints(
  endpoints: readonly EndpointAddress[],
  shares: Shares | undefined,
): { readonly hints: readonly (string | undefined)[] } | { readonly why: string } {
  const ready = endpoints.filter((e) => e.ready === true)
  if (shares === undefined) return { why: 'Insufficient Node information: allocatable CPU or zone not specified on one or more nodes' }
  const numbers = `(${ready.length} endpoints, ${shares.size} zones)`
  if (shares.size > ready.length) return { why: `Insufficient number of endpoints ${numbers}` }
  const desired = new Map<string, number>()
  let least = 0
  for (const [zone, share] of shares) {
    const minimum = Math.ceil(share * ready.length * (1 / (1 + OVERLOAD)))
    desired.set(zone, Math.max(share * ready.length, minimum))
    least += minimum
  }
  if (least > ready.length)
    return { why: `Unable to allocate minimum required endpoints to each zone without exceeding overload threshold ${numbers}` }
  if (ready.some((e) => (e.zone ?? '') === '')) return { why: 'One or more endpoints do not have a zone specified' }
  const own = new Map<string, number>()
  for (const { zone = '' } of ready) own.set(zone, (own.get(zone) ?? 0) + 1)
  const [giving, taking] = exchange(desired, own)
  const hints = endpoints.map((e): string | undefined => {
    if (e.ready !== true) return undefined
    const zone = e.zone as string
    const taker = (giving.get(zone) ?? 0) > 0 ? [...taking].find(([, n]) => n > 0)?.[0] : undefined
    if (taker === undefined) return zone
    giving.set(zone, (giving.get(zone) ?? 0) - 1)
    taking.set(taker, (taking.get(taker) ?? 0) - 1)
    return taker
  })
  return { hints }
}
