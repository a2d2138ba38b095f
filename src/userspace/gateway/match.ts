import { covers } from '../../net/hostname.ts'
import type { HttpRequest } from '../../net/message.ts'
import { headerOf, splitTarget } from '../http/headers.ts'
import type { RowFate } from '../http/router.ts'
import type { Listener, Match, Route, Rule } from './config.ts'

/** A name counts more than any wildcard; then the longer of two. */
const hostRank = (pattern: string): readonly [exact: number, length: number] => [
  pattern.startsWith('*') || pattern === '' ? 0 : pattern.length,
  pattern.length,
]

/** The listener that takes a host on a port: the most specific one (listener isolation, apis/v1/gateway_types.go). */
export function listenerFor(listeners: readonly Listener[], port: number, host: string): Listener | undefined {
  const fit = listeners.filter((one) => one.port === port && covers(one.hostname, host))
  return [...fit].sort((a, b) => compare(hostRank(b.hostname), hostRank(a.hostname)))[0]
}

const compare = (a: readonly number[], b: readonly number[]): number => a.map((x, i) => x - (b[i] ?? 0)).find((d) => d !== 0) ?? 0

/** PathPrefix goes by elements, and a slash at its end is of no account: `/foo` and `/foo/` cover `/foo` and `/foo/x`, not `/foobar`. */
export function prefixed(path: string, prefix: string): boolean {
  const bare = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix
  return path === bare || path.startsWith(`${bare}/`)
}

/** Values of the query by name; of one that stands twice the first counts. */
function queryOf(query: string): ReadonlyMap<string, string> {
  const out = new Map<string, string>()
  const plain = (text: string): string => {
    try {
      return decodeURIComponent(text.replaceAll('+', ' '))
    } catch {
      return text
    }
  }
  for (const pair of query.replace(/^\?/, '').split('&')) {
    if (pair === '') continue
    const [name = '', ...value] = pair.split('=')
    if (!out.has(plain(name))) out.set(plain(name), plain(value.join('=')))
  }
  return out
}

/** What keeps a match from fitting; `regex`: it would need a pattern, which every implementation reads in its own way. */
export function misses(match: Match, request: HttpRequest): RowFate | 'regex' | undefined {
  const { path, query } = splitTarget(request.path)
  const params = match.query.length > 0 ? queryOf(query) : undefined
  if (match.path.type === 'Exact' && path !== match.path.value) return 'path'
  if (match.path.type === 'PathPrefix' && !prefixed(path, match.path.value)) return 'path'
  if (match.method !== undefined && match.method !== request.method) return 'method'
  for (const { type, name, value } of match.headers) {
    const found = headerOf(request.headers, name)
    if (found === undefined || (type === 'Exact' && found !== value)) return 'header'
  }
  for (const { type, name, value } of match.query) {
    const found = params?.get(name)
    if (found === undefined || (type === 'Exact' && found !== value)) return 'query'
  }
  const pattern = [match.path, ...match.headers, ...match.query].some(({ type }) => type === 'RegularExpression')
  return pattern ? 'regex' : undefined
}

/** One match of one rule under one host name: a row of the proxy's table. */
export interface Row {
  readonly route: Route
  readonly rule: Rule
  readonly match: Match
  readonly hostname: string
  /** Place of rule and match in the route. */
  readonly place: number
}

export function rowsOf(listener: Listener): readonly Row[] {
  const rows = listener.routes.flatMap((route) =>
    route.hostnames.flatMap((hostname) =>
      route.rules.flatMap((rule, i) => rule.matches.map((match, j): Row => ({ route, rule, match, hostname, place: i * 1000 + j }))),
    ),
  )
  return [...rows].sort(before)
}

const rankOf = ({ hostname, match }: Row): readonly number[] => [
  ...hostRank(hostname),
  match.path.type === 'Exact' ? 1 : 0,
  match.path.value.length,
  match.method === undefined ? 0 : 1,
  match.headers.length,
  match.query.length,
]

/**
 * The order of precedence (HTTPRouteSpec.hostnames, HTTPRouteRule.matches): host name, exact path, longer prefix, method, headers, query; then
 * the older route (timestamps count seconds: what was applied at once is of one age), the lesser NS/NAME, the earlier rule.
 */
function before(a: Row, b: Row): number {
  const rank = compare(rankOf(b), rankOf(a))
  if (rank !== 0) return rank
  const [x, y] = [a.route, b.route]
  if (x.created !== y.created && x.created !== '' && y.created !== '') return x.created < y.created ? -1 : 1
  if (x !== y) return x.object < y.object ? -1 : 1
  return a.place - b.place
}

/** As a reader would say the match: `PathPrefix /x GET a=1 ?v=2`. */
export const matchText = ({ path, method, headers, query }: Match): string =>
  [`${path.type} ${path.value}`, method, ...headers.map((h) => `${h.name}: ${h.value}`), ...query.map((q) => `?${q.name}=${q.value}`)]
    .filter((word) => word !== undefined)
    .join(' ')
