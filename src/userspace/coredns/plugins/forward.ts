import { type Ip, isLoopback, parseIp } from '../../../net/ip.ts'
import { mix } from '../../../trace/luck.ts'
import { emptyFound } from '../../dns/message.ts'
import { inZone } from '../../dns/name.ts'
import { parseResolvConf } from '../../resolver/resolvconf.ts'
import { answer, argErr, type ChainRun, type Plugin, type Query, type Result, type SetUp, type SetUpError } from '../chain.ts'
import type { Directive } from '../corefile.ts'
import { zonesOf } from '../keys.ts'

interface To {
  readonly server: Ip
  readonly port: number
}
type Place = To | { readonly file: string }
type Policy = 'random' | 'sequential'

/** Reading from an upstream gives up after 2 s, the whole after 5 s: a third try is begun at 4 s (plugin/forward/forward.go). */
const MOST_TRIES = 3
/** Properties that change no answer in a lab. */
const QUIET: ReadonlySet<string> = new Set([
  'max_concurrent',
  'expire',
  'max_fails',
  'health_check',
  'tls',
  'tls_servername',
  'max_age',
  'max_idle_conns',
])
const MOST_UPSTREAMS = 15

/** `10.0.0.1`, `10.0.0.1:54`, `[fd00::1]:54`, `dns://…`, or a file in the form of resolv.conf. */
function placeOf(text: string): Place | { readonly unmodelled: string } | SetUpError {
  const bare = text.replace(/^dns:\/\//, '')
  const scheme = /^([a-z0-9]+):\/\//.exec(bare)?.[1]
  if (scheme === 'tls') return { unmodelled: `forward to ${text}` }
  if (scheme !== undefined) return { error: `'${scheme}' is not supported as a destination protocol in forward: ${text}` }
  if (bare.startsWith('/')) return { file: bare }
  const whole = parseIp(bare)
  if (whole !== undefined) return { server: whole, port: 53 }
  const m = /^\[?([^\]]*?)\]?:(\d{1,5})$/.exec(bare)
  const server = parseIp(m?.[1] ?? '')
  return server === undefined ? { error: `not an IP address or file: "${text}"` } : { server, port: Number(m?.[2]) }
}

function upstreams(places: readonly Place[], run: ChainRun): readonly To[] {
  return places.flatMap((p) =>
    'file' in p ? parseResolvConf(run.home.files[p.file] ?? '').nameservers.map((server) => ({ server, port: 53 })) : [p],
  )
}

/** Tries one upstream after the other, from one that luck picks on. */
function serve(query: Query, run: ChainRun, { places, policy, proto = query.proto }: Stanza): Result {
  const list = upstreams(places, run)
  const self = list.find((to) => to.port === 53 && (isLoopback(to.server) || run.localIPs.includes(to.server)))
  if (self) return { kind: 'unmodelled', what: `CoreDNS that forwards to itself (${self.server}) without the plugin loop` }
  const first = policy === 'random' ? mix(run.seed, `forward ${query.id} ${query.name} ${query.type}`) % Math.max(1, list.length) : 0
  for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
    const to = list[(first + attempt) % list.length]
    if (to === undefined) break
    const upstream = { ...to, proto, name: query.name, type: query.type, attempt }
    const heard = run.heard(upstream)
    if (heard === undefined) return { kind: 'ask', upstream }
    if (typeof heard === 'object') {
      const { rcode, aa, ra, tc, answers, authority, additional } = heard
      return answer({ rcode, aa, ra, ...(tc ? { tc } : {}), answers, authority, additional })
    }
    if (heard === 'error' && attempt + 1 >= list.length) break
  }
  return answer(emptyFound('SERVFAIL'))
}

interface Stanza {
  readonly zone: string
  readonly except: readonly string[]
  readonly places: readonly Place[]
  readonly policy: Policy
  readonly proto?: 'udp' | 'tcp'
}

function stanzaOf(d: Directive): Stanza | SetUpError | { readonly unmodelled: string } {
  const [from = '', ...to] = d.args
  if (from === '' || to.length === 0) return argErr(from || 'forward', d)
  const places: Place[] = []
  for (const text of to) {
    const place = placeOf(text)
    if ('unmodelled' in place || 'error' in place) return place
    places.push(place)
  }
  if (places.length > MOST_UPSTREAMS) return { error: `more than ${MOST_UPSTREAMS} TOs configured: ${places.length}` }
  let stanza: Stanza = { zone: zonesOf(from)[0] ?? '.', except: [], places, policy: 'random' }
  for (const line of d.block) {
    const [property = '', ...args] = line.words
    if (property === 'except') {
      if (args.length === 0) return argErr(property, line)
      stanza = { ...stanza, except: [...stanza.except, ...args.flatMap(zonesOf)] }
    } else if (property === 'policy') {
      const word = args[0]
      if (word === undefined) return argErr(property, line)
      if (word === 'round_robin') return { unmodelled: 'forward policy round_robin' }
      if (word !== 'random' && word !== 'sequential') return { error: `unknown policy '${word}'`, at: line }
      stanza = { ...stanza, policy: word }
    } else if (property === 'force_tcp') stanza = { ...stanza, proto: 'tcp' }
    else if (property === 'prefer_udp') stanza = { ...stanza, proto: stanza.proto ?? 'udp' }
    else if (property === 'next' || property === 'failover' || property === 'failfast_all_unhealthy_upstreams')
      return { unmodelled: `forward ${property}` }
    else if (!QUIET.has(property)) return { error: `unknown property '${property}'`, at: line }
  }
  return stanza
}

/** `forward FROM TO…`: hands the question to an upstream resolver; the answer comes back as it is. Several lines are tried in file order. */
export const forward: Plugin = {
  name: 'forward',
  setup(lines): SetUp {
    const stanzas: Stanza[] = []
    for (const d of lines) {
      const stanza = stanzaOf(d)
      if (!('places' in stanza)) return stanza
      stanzas.push(stanza)
    }
    const takes = (s: Stanza, name: string): boolean =>
      inZone(name, s.zone) && (name === '.' || !s.except.some((zone) => inZone(name, zone)))
    return {
      handler: (query, next, run) => {
        const stanza = stanzas.find((s) => takes(s, query.name))
        return stanza ? serve(query, run, stanza) : next(query)
      },
    }
  },
}
