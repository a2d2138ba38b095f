import { covers } from '../../net/hostname.ts'
import type { HttpResponse } from '../../net/message.ts'
import type { RouteTaken } from '../../trace/journey.ts'
import { fraction } from '../../trace/luck.ts'
import { hostOf } from '../http/headers.ts'
import { ownAnswer } from '../http/proxy.ts'
import type { Decision, RouteRow, Router, RouteTable, Seen } from '../http/router.ts'
import type { Backend, Filter, Listener } from './config.ts'
import { answerHeaders, locationOf, rewritten } from './filters.ts'
import { listenerFor, matchText, misses, type Row, rowsOf } from './match.ts'

const NOBODY: RouteTaken = {
  controller: 'gateway',
  server: null,
  location: null,
  ingress: null,
  service: null,
  port: null,
  path: null,
  redirect: null,
  canary: false,
}

const backendText = ({ rule }: Row): string =>
  [
    ...rule.filters.flatMap(({ type }) => (type === 'RequestRedirect' ? [type] : [])),
    ...rule.backends.map((b) => `${b.service}:${b.port}`),
  ].join(', ')

/** The host that a request is for, and the listener that takes it. */
function takenBy(listeners: readonly Listener[], seen: Seen): { readonly host: string; readonly listener: Listener | undefined } {
  const host = hostOf(seen.request.headers)
  return { host, listener: listenerFor(listeners, seen.local.port, host) }
}

/** The data plane of one Gateway: its listeners, and the routes that attach to them, by the precedence of the API. */
export function gatewayRouter(name: string, listeners: readonly Listener[]): Router {
  const answer = (status: number, why: string, route: RouteTaken = NOBODY, headers: HttpResponse['headers'] = []): Decision => ({
    do: 'answer',
    response: ownAnswer(status, headers),
    route,
    why,
  })

  function toBackend(seen: Seen, row: Row, backend: Backend | undefined, taken: RouteTaken): Decision {
    const route = { ...taken, service: backend?.service ?? null, port: backend?.port ?? null }
    if (backend?.targets === undefined) return answer(500, 'the backend reference leads nowhere: 500', route)
    if (backend.targets.length === 0) return answer(503, `${backend.service} has no ready endpoint: 503`, route)
    const filters: readonly Filter[] = [...row.rule.filters, ...backend.filters]
    const request = rewritten(seen.request, filters, row.match)
    const add = answerHeaders(filters)
    return {
      do: 'forward',
      targets: backend.targets,
      request,
      route: { ...route, path: request.path },
      why: `${row.route.object} ${matchText(row.match)} -> ${backend.service}:${backend.port}`,
      ...(row.rule.because === undefined ? {} : { because: row.rule.because }),
      ...(add.length > 0 ? { add: backend.targets.map(() => add) } : {}),
    }
  }

  /** Weights are exact: an entry of weight 0 gets nothing, a broken one its share of 500s. */
  function toRule(seen: Seen, row: Row, listener: Listener): Decision {
    const route: RouteTaken = {
      ...NOBODY,
      server: row.hostname || listener.name,
      location: matchText(row.match),
      ingress: row.route.object,
    }
    const unknown = [...row.rule.filters, ...row.rule.backends.flatMap((b) => b.filters)].find((f) => f.type === 'unmodelled')
    if (unknown?.type === 'unmodelled') return { do: 'unmodelled', what: `the filter ${unknown.name} of an HTTPRoute` }
    const redirect = row.rule.filters.find((f) => f.type === 'RequestRedirect')
    if (redirect?.type === 'RequestRedirect') {
      const to = locationOf(redirect, seen, row.match)
      return answer(redirect.statusCode, `${row.route.object} sends to ${to}`, { ...route, redirect: to }, [['Location', to]])
    }
    const open = row.rule.backends.filter(({ weight }) => weight > 0)
    const sum = open.reduce((all, { weight }) => all + weight, 0)
    if (open.length <= 1) return toBackend(seen, row, open[0], route)
    return {
      do: 'choose',
      chance: {
        key: `backend of ${row.route.object} for ${seen.client.address}:${seen.client.port}`,
        of: open.map((backend) => ({
          weight: fraction(backend.weight, sum),
          label: `${backend.service}:${backend.port}`,
          leads: toBackend(seen, row, backend, route),
        })),
      },
    }
  }

  return {
    controller: 'gateway',
    tlsPorts: [...new Set(listeners.filter(({ tls }) => tls).map(({ port }) => port))],
    certificate(sni) {
      const all = listeners.filter(({ tls }) => tls)
      const listener = all.find((one) => listenerFor(all, one.port, sni ?? '') === one)
      const shown = listener?.certificates ?? []
      return shown.find(({ names }) => names.some((pattern) => covers(pattern, sni ?? ''))) ?? shown[0]
    },
    decide(seen) {
      const { host, listener } = takenBy(listeners, seen)
      if (!listener) return answer(404, `no listener of ${name} for ${host}: 404`)
      for (const row of rowsOf(listener)) {
        if (!covers(row.hostname, host)) continue
        const missed = misses(row.match, seen.request)
        if (missed === 'regex') return { do: 'unmodelled', what: 'a RegularExpression match of an HTTPRoute' }
        if (missed === undefined) return toRule(seen, row, listener)
      }
      return answer(404, `no rule of listener ${listener.name} fits: 404`)
    },
    table(seen): RouteTable {
      const { host, listener } = takenBy(listeners, seen)
      const rows = (listener ? rowsOf(listener) : []).map((row) => ({
        row,
        missed: covers(row.hostname, host) ? misses(row.match, seen.request) : ('other-host' as const),
      }))
      const won = rows.findIndex(({ missed }) => missed === undefined || missed === 'regex')
      return {
        controller: 'gateway',
        rows: rows.map(({ row, missed }, i): RouteRow => {
          const fate = missed === 'regex' ? 'left-out' : (missed ?? (i === won ? 'won' : 'later'))
          return {
            text: matchText(row.match),
            server: row.hostname === '' ? '*' : row.hostname,
            object: row.route.object,
            backend: backendText(row),
            fate,
            ...(row.rule.because === undefined ? {} : { because: row.rule.because }),
          }
        }),
      }
    },
  }
}
