import type { Found } from '../../dns/message.ts'
import { absolute, inZone, lower } from '../../dns/name.ts'
import { answer, type Plugin, type Query, type SetUp } from '../chain.ts'
import type { Directive } from '../corefile.ts'

const SECOND = 1_000_000_000
/** plugin/cache/cache.go, plugin/pkg/dnsutil/ttl.go; seconds. */
const SUCCESS_CAP = 3600
const DENIAL_CAP = 1800
const FLOOR = 5

interface Caps {
  readonly success: number
  readonly denial: number
  readonly zones: readonly string[]
  readonly notSuccess: readonly string[]
  readonly notDenial: readonly string[]
}

/** One TTL for the whole message: the least of all its records, capped. A server failure lives 5 s. */
function lifeOf(found: Found, caps: Caps): number {
  const denial = found.rcode === 'NXDOMAIN' || (found.rcode === 'NOERROR' && found.answers.length === 0)
  if (found.rcode !== 'NOERROR' && !denial) return FLOOR
  const ttls = [...found.answers, ...found.authority, ...found.additional].map((r) => r.ttl)
  const least = ttls.length === 0 ? FLOOR : ttls.reduce((a, b) => Math.min(a, b))
  return Math.min(Math.max(least, FLOOR), denial ? caps.denial : caps.success)
}

function withTtl(found: Found, ttl: number): Found {
  const set = (records: Found['answers']): Found['answers'] => records.map((r) => ({ ...r, ttl }))
  return { ...found, answers: set(found.answers), authority: set(found.authority), additional: set(found.additional) }
}

function setup(d: Directive, blockZones: readonly string[]): Caps | { readonly error: string } | { readonly unmodelled: string } {
  const number = /^\d+$/.test(d.args[0] ?? '') ? Number(d.args[0]) : undefined
  const named = d.args.slice(number === undefined ? 0 : 1).map((z) => absolute(lower(z)))
  let caps: Caps = {
    success: number ?? SUCCESS_CAP,
    denial: number ?? DENIAL_CAP,
    zones: named.length > 0 ? named : blockZones,
    notSuccess: [],
    notDenial: [],
  }
  for (const [property = '', ...args] of d.block) {
    const ttl = Number(args[1])
    const given = args.length > 1 && Number.isInteger(ttl) ? ttl : undefined
    if (property === 'success') caps = { ...caps, success: given ?? caps.success }
    else if (property === 'denial') caps = { ...caps, denial: given ?? caps.denial }
    else if (property === 'disable') {
      const zones = args.length > 1 ? args.slice(1).map((z) => absolute(lower(z))) : blockZones
      if (args[0] === 'success') caps = { ...caps, notSuccess: zones }
      else if (args[0] === 'denial') caps = { ...caps, notDenial: zones }
      else return { error: `plugin/cache: cache type for disable must be "success" or "denial"` }
    } else if (property === 'keepttl' || property === 'serve_stale' || property === 'servfail') return { unmodelled: `cache ${property}` }
    else if (property !== 'prefetch') return { error: `plugin/cache: Wrong argument count or unexpected line ending after '${property}'` }
  }
  return caps
}

const keyOf = (block: number, q: Query): string => `${block} ${q.type} ${lower(q.name)}`

/** `cache`: repeats answers while they live, and gives every record of an answer the same capped TTL, stored or not. */
export const cache: Plugin = {
  name: 'cache',
  setup(directive, place): SetUp {
    const caps = setup(directive, place.zones)
    if ('error' in caps || 'unmodelled' in caps) return caps
    const covers = (zones: readonly string[], name: string): boolean => zones.some((z) => inZone(name, z))
    return {
      handler: (query, next, run) => {
        if (!covers(caps.zones, query.name)) return next(query)
        const key = keyOf(place.block, query)
        const old = run.cached(key)
        if (old !== undefined && run.now !== undefined && run.now < old.until) {
          const left = Math.floor((old.until - run.now) / SECOND)
          return answer(withTtl(old.found, left), old.because)
        }
        const result = next(query)
        if (result.kind !== 'answer') return result
        const life = lifeOf(result.found, caps)
        const found = withTtl(result.found, life)
        const denial = found.rcode === 'NXDOMAIN' || found.answers.length === 0
        const kept =
          (found.rcode === 'NOERROR' || found.rcode === 'NXDOMAIN') && !covers(denial ? caps.notDenial : caps.notSuccess, query.name)
        const because = result.because === undefined ? {} : { because: result.because }
        if (kept && run.now !== undefined) run.store(key, { found, since: run.now, until: run.now + life * SECOND, ...because })
        return { ...result, found }
      },
    }
  },
}
