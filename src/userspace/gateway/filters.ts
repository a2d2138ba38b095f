import type { HttpRequest, HttpResponse } from '../../net/message.ts'
import { headerOf, hostOf, splitTarget, withHeaders } from '../http/headers.ts'
import type { Seen } from '../http/router.ts'
import type { Filter, HeaderChange, Match, PathChange } from './config.ts'

type Headers = HttpRequest['headers']

/** RequestHeaderModifier: set overwrites, add appends to a value that is there, remove takes away. */
export function changed(headers: Headers, { set, add, remove }: HeaderChange): Headers {
  const appended = add.map(([name, value]): Headers[number] => {
    const old = headerOf(withHeaders(headers, set), name)
    return [name, old === undefined ? value : `${old},${value}`]
  })
  return withHeaders(
    withHeaders(withHeaders(headers, set), appended),
    remove.map((name): Headers[number] => [name, '']),
  )
}

/** The path after a change; ReplacePrefixMatch puts its value in the place of what the match covered. The query stays. */
function changedPath(target: string, change: PathChange | undefined, match: Match): string {
  if (change === undefined) return target
  const { path, query } = splitTarget(target)
  if (change.type === 'ReplaceFullPath') return `${change.value === '' ? '/' : change.value}${query}`
  const prefix = match.path.value.replace(/\/$/, '')
  const rest = path.slice(prefix.length).replace(/^\//, '')
  const front = change.value.replace(/\/$/, '')
  const joined = rest === '' ? (path.endsWith('/') && path !== prefix ? `${front}/` : front) : `${front}/${rest}`
  return `${joined === '' ? '/' : joined}${query}`
}

function once(request: HttpRequest, filter: Filter, match: Match): HttpRequest {
  switch (filter.type) {
    case 'RequestHeaderModifier':
      return { ...request, headers: changed(request.headers, filter.headers) }
    case 'URLRewrite': {
      const headers = filter.hostname === undefined ? request.headers : withHeaders(request.headers, [['Host', filter.hostname]])
      return { ...request, path: changedPath(request.path, filter.path, match), headers }
    }
    case 'ResponseHeaderModifier':
    case 'RequestRedirect':
    case 'unmodelled':
      return request
  }
}

/** The request as the backend gets it. */
export function rewritten(request: HttpRequest, filters: readonly Filter[], match: Match): HttpRequest {
  let now = request
  for (const filter of filters) now = once(now, filter, match)
  return now
}

/** Headers that the filters change in the answer. */
export const answerHeaders = (filters: readonly Filter[]): HttpResponse['headers'] =>
  filters.flatMap((filter) =>
    filter.type === 'ResponseHeaderModifier'
      ? [...filter.headers.set, ...filter.headers.add, ...filter.headers.remove.map((name) => [name, ''] as const)]
      : [],
  )

const USUAL: Readonly<Record<string, number>> = { http: 80, https: 443 }

/** Location of a RequestRedirect: a scheme without a port has its usual one; the usual port is left out (HTTPRequestRedirectFilter.port). */
export function locationOf(filter: Extract<Filter, { type: 'RequestRedirect' }>, seen: Seen, match: Match): string {
  const scheme = filter.scheme ?? seen.scheme
  const port = filter.port ?? (filter.scheme === undefined ? seen.local.port : (USUAL[scheme] ?? seen.local.port))
  const host = filter.hostname ?? hostOf(seen.request.headers)
  return `${scheme}://${host}${port === USUAL[scheme] ? '' : `:${port}`}${changedPath(seen.request.path, filter.path, match)}`
}
