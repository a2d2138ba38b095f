import type { Rcode } from '../../../net/message.ts'
import type { Found } from '../../dns/message.ts'
import { inZone, lower } from '../../dns/name.ts'
import { answer, argErr, once, type Query, type SetUpError } from '../chain.ts'
import type { Directive, Property } from '../corefile.ts'
import { zonesOf } from '../keys.ts'

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
  /** No answer lives shorter than that. */
  readonly least: { readonly success: number; readonly denial: number }
  /** keepttl: a cached answer has the TTL that it had when it was stored. */
  readonly keep: boolean
}

/** A server failure is kept too, for 5 s. */
const KEPT: ReadonlySet<Rcode> = new Set<Rcode>(['NOERROR', 'NXDOMAIN', 'SERVFAIL'])

/** One TTL for the whole message: the least of all its records, capped. A server failure lives 5 s. */
function lifeOf(found: Found, caps: Caps): number {
  const denial = found.rcode === 'NXDOMAIN' || (found.rcode === 'NOERROR' && found.answers.length === 0)
  if (found.rcode !== 'NOERROR' && !denial) return FLOOR
  const ttls = [...found.answers, ...found.authority, ...found.additional].map((r) => r.ttl)
  const least = ttls.length === 0 ? FLOOR : ttls.reduce((a, b) => Math.min(a, b))
  const [floor, cap] = denial ? [caps.least.denial, caps.denial] : [caps.least.success, caps.success]
  return Math.min(Math.max(least, floor), cap)
}

function withTtl(found: Found, ttl: number): Found {
  const set = (records: Found['answers']): Found['answers'] => records.map((r) => ({ ...r, ttl }))
  return { ...found, answers: set(found.answers), authority: set(found.authority), additional: set(found.additional) }
}

/** `success CAPACITY [TTL] [MINTTL]`, and the same for denial: undefined where nothing is said. */
function limitsOf({ words }: Property): { readonly cap?: number; readonly floor?: number } | SetUpError {
  const [, ...args] = words
  const bad = args.find((word) => !/^\d+$/.test(word))
  if (bad !== undefined) return { error: `strconv.Atoi: parsing "${bad}": invalid syntax` }
  const [, cap, floor] = args.map(Number)
  if (cap === 0) return { error: 'cache TTL can not be zero or negative: 0' }
  return { ...(cap === undefined ? {} : { cap }), ...(floor === undefined ? {} : { floor }) }
}

function setup(d: Directive, blockZones: readonly string[]): Caps | SetUpError | { readonly unmodelled: string } {
  const number = /^-?\d+$/.test(d.args[0] ?? '') ? Number(d.args[0]) : undefined
  if (number !== undefined && number <= 0) return { error: `cache TTL can not be zero or negative: ${number}` }
  const named = d.args.slice(number === undefined ? 0 : 1).flatMap(zonesOf)
  let caps: Caps = {
    success: number ?? SUCCESS_CAP,
    denial: number ?? DENIAL_CAP,
    least: { success: FLOOR, denial: FLOOR },
    zones: named.length > 0 ? named : blockZones,
    notSuccess: [],
    notDenial: [],
    keep: false,
  }
  for (const line of d.block) {
    const [property = '', ...args] = line.words
    if (property === 'success' || property === 'denial') {
      if (args.length === 0) return argErr(property, line)
      const told = limitsOf(line)
      if ('error' in told) return told
      caps = { ...caps, [property]: told.cap ?? caps[property], least: { ...caps.least, [property]: told.floor ?? FLOOR } }
    } else if (property === 'disable') {
      const zones = args.length > 1 ? args.slice(1).flatMap(zonesOf) : blockZones
      if (args[0] === 'success') caps = { ...caps, notSuccess: zones }
      else if (args[0] === 'denial') caps = { ...caps, notDenial: zones }
      else return { error: `cache type for disable must be "success" or "denial"` }
    } else if (property === 'keepttl') caps = { ...caps, keep: true }
    else if (property === 'serve_stale' || property === 'servfail') return { unmodelled: `cache ${property}` }
    else if (property !== 'prefetch') return argErr(property, line)
  }
  return caps
}

const keyOf = (block: number, q: Query): string => `${block} ${q.type} ${lower(q.name)}`

/** `cache`: repeats answers while they live, and gives every record of an answer the same capped TTL, stored or not. */
export const cache = once('cache', (directive, place) => {
  const caps = setup(directive, place.zones)
  if (!('zones' in caps)) return caps
  const covers = (zones: readonly string[], name: string): boolean => zones.some((z) => inZone(name, z))
  return {
    handler: (query, next, run) => {
      if (!covers(caps.zones, query.name)) return next(query)
      const key = keyOf(place.block, query)
      const old = run.cached(key)
      if (old !== undefined && run.now !== undefined && run.now < old.until) {
        const left = Math.floor((old.until - run.now) / SECOND)
        return answer(caps.keep ? old.found : withTtl(old.found, left), old.because)
      }
      const result = next(query)
      if (result.kind !== 'answer') return result
      const life = lifeOf(result.found, caps)
      const found = withTtl(result.found, life)
      const denial = found.rcode !== 'NOERROR' || found.answers.length === 0
      const kept = KEPT.has(found.rcode) && !covers(denial ? caps.notDenial : caps.notSuccess, query.name)
      const because = result.because === undefined ? {} : { because: result.because }
      if (kept && run.now !== undefined) run.store(key, { found, since: run.now, until: run.now + life * SECOND, ...because })
      return { ...result, found }
    },
  }
})
