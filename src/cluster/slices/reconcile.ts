/** --max-endpoints-per-slice. */
export const PER_SLICE = 100

/** A slice that stands, of one address family and one set of ports. */
export interface Standing<E> {
  readonly name: string
  readonly endpoints: readonly E[]
}

/** What one sync makes of the slices of one family and set of ports. */
export interface Reconciled<E> {
  /** Those that stay, in their order; `written`: with other endpoints than before, or endpoints that say something else. */
  readonly slices: readonly (Standing<E> & { readonly written: boolean })[]
  readonly created: readonly (readonly E[])[]
  /** Names of those that no endpoint is left of. */
  readonly removed: readonly string[]
}

/** How endpoints are told apart, and whether two of the same key say the same. */
export interface Compare<E> {
  key(e: E): string
  equal(a: E, b: E): boolean
}

/** What is left goes into one slice that was not touched: the one that will be closest to full. */
function roomFor<E>(slices: readonly Standing<E>[], count: number): number {
  let best = -1
  let least = PER_SLICE
  for (const [i, { endpoints }] of slices.entries()) {
    const free = PER_SLICE - endpoints.length - count
    if (free >= 0 && free < least) [best, least] = [i, free]
  }
  return best
}

/**
 * The EndpointSlice controller's way (staging/src/k8s.io/endpointslice/reconciler.go, reconcileByPortMapping): few writes count for more than
 * full slices. What is no longer wanted goes; slices touched by that are filled first, the fullest before the others; the rest goes to one
 * other slice if it fits, else to new ones. Nothing is ever moved. A real controller takes endpoints in any order, this one in the order given.
 */
export function reconcile<E>(standing: readonly Standing<E>[], desired: readonly E[], { key, equal }: Compare<E>): Reconciled<E> {
  const left = new Map(desired.map((e) => [key(e), e]))
  const removed: string[] = []
  const slices: { name: string; endpoints: E[]; written: boolean }[] = []
  for (const { name, endpoints } of standing) {
    let written = false
    const stay: E[] = []
    for (const old of endpoints) {
      const now = left.get(key(old))
      if (now === undefined) {
        written = true
        continue
      }
      left.delete(key(old))
      written ||= !equal(old, now)
      stay.push(now)
    }
    if (endpoints.length > 0 && stay.length === 0) removed.push(name)
    else slices.push({ name, endpoints: stay, written })
  }
  const rest = [...left.values()]
  const touched = slices.filter((one) => one.written).sort((a, b) => b.endpoints.length - a.endpoints.length)
  for (const { endpoints } of touched) endpoints.push(...rest.splice(0, PER_SLICE - endpoints.length))
  const created: E[][] = []
  while (rest.length > 0) {
    const untouched = slices.filter((one) => !one.written)
    const at = rest.length < PER_SLICE ? roomFor(untouched, rest.length) : -1
    const fill = untouched[at]
    if (fill === undefined) created.push(rest.splice(0, PER_SLICE))
    else {
      fill.endpoints.push(...rest.splice(0))
      fill.written = true
    }
  }
  return { slices, created, removed }
}
