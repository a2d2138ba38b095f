import { inCidr, parseCidr } from '../../net/cidr.ts'
import { type Ip, parseIp } from '../../net/ip.ts'
import type { HttpRequest } from '../../net/message.ts'
import type { RouteTaken } from '../../trace/journey.ts'
import { mix } from '../../trace/luck.ts'
import { headerOf, hostOf, withHeaders } from '../http/headers.ts'
import { ownAnswer } from '../http/proxy.ts'
import type { Decision, Seen } from '../http/router.ts'
import { balance } from './balance.ts'
import { locationText, type NginxConf, type NginxLocation, type NginxServer } from './conf.ts'
import { findServer, type Located, locate } from './locate.ts'
import { pcre } from './pattern.ts'
import { escapeUri, parseUri, type Uri } from './uri.ts'

const CONTROLLER = 'ingress-nginx'

/** $remote_addr: the socket's peer, or with use-forwarded-headers the first address of X-Forwarded-For. */
function clientOf(conf: NginxConf, seen: Seen): Ip {
  const told = conf.trusts ? parseIp((headerOf(seen.request.headers, 'x-forwarded-for') ?? '').split(',')[0]?.trim() ?? '') : undefined
  return told ?? seen.client.address
}

/** Allow and deny lines in their order; the first that fits decides, none lets pass (ngx_http_access_module). */
function refused({ access }: NginxLocation, client: Ip): boolean {
  const hit = access.find(({ net }) => {
    if (net === 'all') return true
    const range = parseCidr(net)
    return range ? inCidr(client, range) : parseIp(net) === client
  })
  return hit?.verb === 'deny'
}

/** After `rewrite … break`: the new target, or where the client is sent. */
function rewritten(location: NginxLocation, uri: Uri, target: string): { readonly target: string; readonly away?: true } {
  const { rewrite } = location
  if (!rewrite) return { target }
  const m = pcre(rewrite.from, true)?.exec(uri.path)
  if (!m) return { target }
  const fill = (text: string): string => text.replace(/\$(?:(\d)|\{(\d)\})/g, (_, a?: string, b?: string) => m[Number(a ?? b)] ?? '')
  const [, path = '', , args] = /^([^?]*)(\?(.*))?$/s.exec(rewrite.to) ?? []
  const rest = uri.query.slice(1)
  // A ? at the end of the replacement drops the client's own arguments.
  const own = args === undefined ? rest : [fill(args), args === '' ? '' : rest].filter((p) => p !== '').join('&')
  const query = own === '' ? '' : `?${own}`
  const made = fill(path)
  if (/^https?:\/\/|^\$scheme/.test(rewrite.to)) return { target: `${made}${query}`, away: true }
  return { target: `${uri.quoted ? escapeUri(made) : made}${query}` }
}

/** The headers that nginx.tmpl sets on the way to the backend. */
function passedOn(conf: NginxConf, seen: Seen, location: NginxLocation, client: Ip, path: string): HttpRequest {
  const { request } = seen
  const got = headerOf(request.headers, 'x-forwarded-for') ?? ''
  const host = headerOf(request.headers, 'host') ?? ''
  const forwarded = conf.appends && got !== '' ? `${got}, ${seen.client.address}` : client
  const id = mix(0, `${seen.client.address} ${seen.client.port} ${request.path}`).toString(16).padStart(14, '0')
  return {
    ...request,
    path,
    headers: withHeaders(request.headers, [
      ['Host', location.host ?? host],
      ['X-Request-ID', headerOf(request.headers, 'x-request-id') ?? `${id}${id}`.padEnd(32, '0').slice(0, 32)],
      ['X-Real-IP', client],
      ['X-Forwarded-For', forwarded],
      ['X-Forwarded-Host', host],
      ['X-Forwarded-Port', seen.scheme === 'https' ? '443' : '80'],
      ['X-Forwarded-Proto', seen.scheme],
      ['X-Forwarded-Scheme', seen.scheme],
      ['X-Scheme', seen.scheme],
      ['X-Original-Forwarded-For', got],
      ['X-Forwarded-Prefix', location.forwardedPrefix ?? headerOf(request.headers, 'x-forwarded-prefix') ?? ''],
      ['Proxy', ''],
    ]),
  }
}

/** What nginx does with a request, in the order of its phases: server, location, rewrite, access, content. */
export function decide(conf: NginxConf, seen: Seen): Decision {
  const { request } = seen
  const host = hostOf(request.headers)
  const route: RouteTaken = {
    controller: CONTROLLER,
    server: null,
    location: null,
    ingress: null,
    service: null,
    port: null,
    path: null,
    redirect: null,
    canary: false,
  }
  const answer = (status: number, why: string, taken: RouteTaken, because?: number): Decision => ({
    do: 'answer',
    response: ownAnswer(status, taken.redirect === null ? [] : [['Location', taken.redirect]]),
    route: taken,
    why,
    ...(because === undefined ? {} : { because }),
  })
  const away = (status: number, to: string, why: string, from: RouteTaken, because?: number): Decision =>
    answer(status, `${why}: ${status} ${to}`, { ...from, redirect: to }, because)

  const uri = parseUri(request.path)
  const server = findServer(conf.servers, host)
  if (!uri || !server) return answer(400, 'bad request target', route)
  const scheme = seen.scheme
  const written = headerOf(request.headers, 'host') ?? ''
  if (server.sendsTo)
    return away(server.sendsTo.code, `${scheme}://${server.sendsTo.host}${request.path}`, 'from-to-www-redirect', {
      ...route,
      server: server.hostname,
    })
  if (server.appRoot !== undefined && uri.path === '/') return away(302, `${scheme}://${written}${server.appRoot}`, 'app-root', route)
  const found = locate(server.locations, uri.path)
  if (found.at === 'slash')
    return away(301, `${scheme}://${host}${escapeUri(found.location.path)}${uri.query}`, 'the location ends with a slash', route)
  if (found.at === 'none') return answer(404, 'no location', { ...route, server: server.hostname })
  return inLocation(
    conf,
    seen,
    server,
    found,
    uri,
    { ...route, server: server.hostname, location: locationText(found.location) },
    { answer, away },
  )
}

interface Answers {
  readonly answer: (status: number, why: string, taken: RouteTaken, because?: number) => Decision
  readonly away: (status: number, to: string, why: string, from: RouteTaken, because?: number) => Decision
}

function inLocation(
  conf: NginxConf,
  seen: Seen,
  server: NginxServer,
  found: Extract<Located, { at: 'location' }>,
  uri: Uri,
  route: RouteTaken,
  { answer, away }: Answers,
): Decision {
  const { location } = found
  const { because } = location
  const here = { ...route, ingress: location.ingress === '' ? null : location.ingress }
  if (location.denied !== undefined) return answer(503, `location denied: ${location.denied}`, here, because)
  if (location.returns) return away(location.returns.code, location.returns.to, 'return', here, because)
  const to = rewritten(location, uri, seen.request.path)
  if (to.away) return away(302, to.target, 'rewrite', here, because)
  const { https } = location
  const acme = uri.path.startsWith('/.well-known/acme-challenge')
  if (https && seen.scheme === 'http' && !acme && (https.force || (server.certificate !== undefined && server.hostname !== '_'))) {
    const path = !https.keepSlash && seen.request.path.endsWith('/') ? seen.request.path.slice(0, -1) : seen.request.path
    return away(
      https.code,
      `https://${hostOf(seen.request.headers)}${path}`,
      https.force ? 'force-ssl-redirect' : 'ssl-redirect',
      here,
      because,
    )
  }
  const client = clientOf(conf, seen)
  if (refused(location, client)) return answer(403, `access denied to ${client}`, here, because)
  if (location.unmodelled !== undefined) return { do: 'unmodelled', what: location.unmodelled }
  const upstream = location.upstream === undefined ? undefined : conf.upstreams[location.upstream]
  if (!upstream) return answer(404, 'default backend', { ...here, ingress: null }, because)
  return balance(conf, seen, upstream, here, passedOn(conf, seen, location, client, to.target), because)
}
