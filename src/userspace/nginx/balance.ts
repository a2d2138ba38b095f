import { endpointText, type HttpRequest } from '../../net/message.ts'
import type { CauseId } from '../../trace/cause.ts'
import type { RouteTaken } from '../../trace/journey.ts'
import { fraction, mix, rest } from '../../trace/luck.ts'
import { cookieOf, headerOf } from '../http/headers.ts'
import { ownAnswer } from '../http/proxy.ts'
import type { Decision, Seen, Target } from '../http/router.ts'
import type { NginxConf, NginxUpstream, Shaping } from './conf.ts'
import { pcre } from './pattern.ts'

const isEmpty = (u: NginxUpstream): boolean => u.servers.length === 0 && u.external === undefined

/** What the cookie of affinity says for one server: lua/balancer/sticky.lua hashes time, process and luck; ours names the server. */
const stickyValue = (u: NginxUpstream, t: Target): string =>
  `${mix(1, endpointText(t.address, t.port)).toString(16)}|${mix(2, u.name).toString(16)}`

const stuckTo = (u: NginxUpstream, request: HttpRequest): Target | undefined => {
  const value = u.affinity && cookieOf(request.headers, u.affinity.cookie)
  return value === undefined ? undefined : u.servers.find((t) => stickyValue(u, t) === value)
}

/** true, false, or the weight that luck decides by (route_to_alternative_balancer of lua/balancer.lua). */
function canaryTakes(s: Shaping, request: HttpRequest): boolean | { readonly weight: number; readonly of: number } {
  const header = s.header === '' ? undefined : headerOf(request.headers, s.header)
  if (header !== undefined) {
    if (s.headerValue !== '') {
      if (s.headerValue === header) return true
    } else if (s.headerPattern !== '') {
      const pattern = pcre(s.headerPattern, false)
      if (!pattern) return false
      if (pattern.test(header)) return true
    } else if (header === 'always' || header === 'never') return header === 'always'
  }
  const cookie = s.cookie === '' ? undefined : cookieOf(request.headers, s.cookie)
  if (cookie === 'always' || cookie === 'never') return cookie === 'always'
  return { weight: s.weight, of: Math.max(s.total, 100) }
}

/** The balancer's part: affinity, canary, then one of the servers. */
export function balance(
  conf: NginxConf,
  seen: Seen,
  main: NginxUpstream,
  route: RouteTaken,
  request: HttpRequest,
  because: CauseId | undefined,
): Decision {
  const to = (u: NginxUpstream, canary: boolean): Decision =>
    pass(seen, u, { ...route, canary, ingress: canary ? u.ingress : route.ingress }, request, because)
  // an upstream without servers has no balancer, and then nobody asks about canaries
  if (isEmpty(main) || stuckTo(main, seen.request)) return to(main, false)
  const other = conf.upstreams[main.alternatives[0] ?? '']
  if (!other || isEmpty(other) || !other.shaping) return to(main, false)
  if (stuckTo(other, seen.request)) return to(other, true)
  const takes = canaryTakes(other.shaping, seen.request)
  if (typeof takes === 'boolean') return to(takes ? other : main, takes)
  const weight = fraction(Math.max(0, Math.min(takes.weight, takes.of)), takes.of)
  if (weight.num === 0n) return to(main, false)
  if (weight.num === weight.den) return to(other, true)
  const of = [
    { weight: rest(weight), label: main.name, leads: to(main, false) },
    { weight, label: `canary ${other.name}`, leads: to(other, true) },
  ]
  return { do: 'choose', chance: { key: `canary ${seen.client.address} ${seen.client.port} ${main.name}`, of } }
}

function pass(seen: Seen, u: NginxUpstream, route: RouteTaken, request: HttpRequest, because: CauseId | undefined): Decision {
  const taken = { ...route, service: u.service, port: u.port }
  const caused = because === undefined ? {} : { because }
  if (isEmpty(u)) return { do: 'answer', response: ownAnswer(503), route: taken, why: `upstream ${u.name} has no endpoints`, ...caused }
  const stuck = stuckTo(u, seen.request)
  if (u.hashBy !== undefined && !stuck) return { do: 'unmodelled', what: `upstream-hash-by: ${u.hashBy}` }
  const { affinity } = u
  if (affinity && !stuck && cookieOf(seen.request.headers, affinity.cookie) !== undefined)
    return { do: 'unmodelled', what: `the server that a cookie ${affinity.cookie} of another controller means` }
  const targets = stuck ? [stuck] : u.servers
  const add =
    affinity && !stuck
      ? { add: targets.map((t) => [['Set-Cookie', `${affinity.cookie}=${stickyValue(u, t)}; Path=${affinity.path}; HttpOnly`] as const]) }
      : {}
  return {
    do: 'forward',
    targets,
    ...(u.external ? { external: u.external } : {}),
    request,
    route: { ...taken, path: request.path },
    why: `${route.location} of ${route.server} -> ${u.name}`,
    ...caused,
    ...add,
  }
}
