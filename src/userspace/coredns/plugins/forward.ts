import { type Ip, isLoopback, parseIp } from '../../../net/ip.ts'
import { mix } from '../../../trace/luck.ts'
import { emptyFound } from '../../dns/message.ts'
import { absolute, inZone, lower } from '../../dns/name.ts'
import { parseResolvConf } from '../../resolver/resolvconf.ts'
import { answer, type ChainRun, type Plugin, type Query, type Result, type SetUp } from '../chain.ts'
import type { Directive } from '../corefile.ts'

interface To {
  readonly server: Ip
  readonly port: number
}
type Place = To | { readonly file: string }
type Policy = 'random' | 'sequential'

/** Reading from an upstream gives up after 2 s, the whole after 5 s: a third try is begun at 4 s (plugin/forward/forward.go). */
const MOST_TRIES = 3
/** Properties that change no answer in a lab. */
const QUIET: ReadonlySet<string> = new Set(['max_concurrent', 'expire', 'max_fails', 'health_check', 'prefer_udp', 'next'])

/** `10.0.0.1`, `10.0.0.1:54`, `[fd00::1]:54`, `dns://…`, or a file in the form of resolv.conf. */
function placeOf(text: string): Place | { readonly unmodelled: string } {
  const bare = text.replace(/^dns:\/\//, '')
  if (bare.includes('://')) return { unmodelled: `forward to ${text}` }
  if (bare.startsWith('/')) return { file: bare }
  const whole = parseIp(bare)
  if (whole !== undefined) return { server: whole, port: 53 }
  const m = /^\[?([^\]]*?)\]?:(\d{1,5})$/.exec(bare)
  const server = parseIp(m?.[1] ?? '')
  return server === undefined ? { unmodelled: `forward to ${text}` } : { server, port: Number(m?.[2]) }
}

function upstreams(places: readonly Place[], run: ChainRun): readonly To[] {
  return places.flatMap((p) => ('file' in p ? parseResolvConf(run.resolvConf).nameservers.map((server) => ({ server, port: 53 })) : [p]))
}

/** Tries one upstream after the other, from one that luck picks on. */
function serve(query: Query, run: ChainRun, places: readonly Place[], policy: Policy): Result {
  const list = upstreams(places, run)
  const self = list.find((to) => to.port === 53 && (isLoopback(to.server) || run.localIPs.includes(to.server)))
  if (self) return { kind: 'unmodelled', what: `CoreDNS forwards to itself (${self.server}): the loop plugin would have ended it` }
  const first = policy === 'random' ? mix(run.seed, `forward ${query.id} ${query.name} ${query.type}`) % Math.max(1, list.length) : 0
  for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
    const to = list[(first + attempt) % list.length]
    if (to === undefined) break
    const upstream = { ...to, name: query.name, type: query.type, attempt }
    const heard = run.heard(upstream)
    if (heard === undefined) return { kind: 'ask', upstream }
    if (typeof heard === 'object') {
      const { rcode, aa, ra, answers, authority, additional } = heard
      return answer({ rcode, aa, ra, answers, authority, additional })
    }
    if (heard === 'error' && attempt + 1 >= list.length) break
  }
  return answer(emptyFound('SERVFAIL'))
}

function setup(d: Directive): SetUp {
  const [from = '', ...to] = d.args
  if (from === '' || to.length === 0)
    return { error: `plugin/forward: Wrong argument count or unexpected line ending after '${from || 'forward'}'` }
  const places: Place[] = []
  for (const text of to) {
    const place = placeOf(text)
    if ('unmodelled' in place) return place
    places.push(place)
  }
  let policy: Policy = 'random'
  let except: readonly string[] = []
  for (const [property = '', ...args] of d.block) {
    if (property === 'except') except = [...except, ...args.map((z) => absolute(lower(z)))]
    else if (property === 'policy') {
      const word = args[0] ?? ''
      if (word === 'round_robin') return { unmodelled: 'forward policy round_robin' }
      if (word !== 'random' && word !== 'sequential') return { error: `plugin/forward: unknown policy '${word}'` }
      policy = word
    } else if (property === 'force_tcp' || property.startsWith('tls') || property === 'failover')
      return { unmodelled: `forward ${property}` }
    else if (!QUIET.has(property)) return { error: `plugin/forward: unknown property '${property}'` }
  }
  const zone = absolute(lower(from))
  return {
    handler: (query, next, run) => {
      if (!inZone(query.name, zone) || (query.name !== '.' && except.some((z) => inZone(query.name, z)))) return next(query)
      return serve(query, run, places, policy)
    },
  }
}

/** `forward`: hands the question to an upstream resolver; the answer comes back as it is. */
export const forward: Plugin = { name: 'forward', setup }
