import type { Certificate } from '../../net/message.ts'
import type { CauseId } from '../../trace/cause.ts'
import type { RouteTaken } from '../../trace/journey.ts'
import { headerOf, hostOf, splitTarget, withHeaders } from './headers.ts'
import { ownAnswer } from './proxy.ts'
import type { Decision, RouteRow, Router, RowFate, Seen, Target } from './router.ts'

/**
 * How a path is compared, case and all unless told: the whole text, the beginning of the text, whole elements between slashes, the beginning in any case
 * (`begin`), or a pattern that has to fit the whole path.
 */
export interface PathTest {
  readonly is: 'exact' | 'prefix' | 'elements' | 'begin' | 'regex'
  readonly text: string
}

/** One rule of a proxy that asks its rules in a row. */
export interface ProxyRule {
  /** '' any host, `*.x` one label before x (`labels`: one or more). */
  readonly host: string
  readonly path: PathTest
  readonly headers?: readonly { readonly name: string; readonly value: string }[]
  readonly method?: string
  /** In the proxy's own words. */
  readonly text: string
  readonly object: string
  readonly namespace: string
  readonly service: string
  readonly port: string
  readonly targets: readonly Target[]
  /** What takes the place of the part of the path that `path` names; undefined: the path goes on as it came. */
  readonly rewrite?: string
  readonly redirect?: { readonly code: number }
  readonly unmodelled?: string
  readonly because?: CauseId
}

/** All rules of a controller, the first that fits first. */
export interface RuleBook {
  readonly controller: string
  readonly tlsPorts: readonly number[]
  readonly rules: readonly ProxyRule[]
  /** A host is found first, and only its own rules are asked then (Envoy's virtual hosts). */
  readonly virtualHosts: boolean
  readonly labels?: 'one' | 'more'
  readonly certificates: readonly { readonly host: string; readonly certificate: Certificate }[]
  readonly fallback?: Certificate
}

const cut = (text: string): string => (text.length > 1 && text.endsWith('/') ? text.slice(0, -1) : text)

function pattern(text: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${text})$`)
  } catch {
    return undefined
  }
}

/** Whether a path passes a test. Of a request target only what stands before `?`. */
export function passes({ is, text }: PathTest, path: string): boolean {
  switch (is) {
    case 'exact':
      return path === text
    case 'prefix':
      return path.startsWith(text)
    case 'begin':
      return path.toLowerCase().startsWith(text.toLowerCase())
    case 'elements':
      return text === '/' || path === cut(text) || path.startsWith(`${cut(text)}/`)
    case 'regex':
      return pattern(text)?.test(path) ?? false
  }
}

/** A pattern in the proxy's own language (RE2, PCRE) that JavaScript cannot read, `(?i)/a`: nobody here knows whether it fits. */
const isUnread = ({ is, text }: PathTest): boolean => is === 'regex' && pattern(text) === undefined

function hostFits(rule: string, host: string, labels: RuleBook['labels']): boolean {
  if (rule === '' || rule === '*') return true
  if (!rule.startsWith('*.')) return rule.toLowerCase() === host
  const rest = rule.slice(1).toLowerCase()
  const first = host.slice(0, -rest.length)
  return host.endsWith(rest) && first !== '' && (labels === 'more' || !first.includes('.'))
}

/** The virtual host that Envoy takes: the name itself, the longest wildcard, else `*`. */
function virtualHost(book: RuleBook, host: string): string | undefined {
  const hosts = [...new Set(book.rules.map((r) => r.host))].filter((h) => hostFits(h, host, book.labels))
  return hosts.sort((a, b) => Number(a.startsWith('*.')) - Number(b.startsWith('*.')) || b.length - a.length)[0]
}

function fateOf(book: RuleBook, rule: ProxyRule, seen: Seen, taken: string | undefined): RowFate | 'fits' {
  const host = hostOf(seen.request.headers)
  if (book.virtualHosts ? rule.host !== taken : !hostFits(rule.host, host, book.labels)) return 'other-host'
  if (!isUnread(rule.path) && !passes(rule.path, splitTarget(seen.request.path).path)) return rule.path.is === 'regex' ? 'pattern' : 'path'
  if (rule.method !== undefined && rule.method !== seen.request.method) return 'method'
  if (rule.headers?.some((h) => headerOf(seen.request.headers, h.name) !== h.value)) return 'header'
  return 'fits'
}

function rewritten(rule: ProxyRule, target: string): string {
  if (rule.rewrite === undefined) return target
  const { path, query } = splitTarget(target)
  if (rule.path.is === 'regex' || rule.path.is === 'exact') return `${rule.rewrite}${query}`
  const rest = path.slice(rule.path.text.length)
  return `${`${rule.rewrite}${rest}`.replace(/^\/{2,}/, '/') || '/'}${query}`
}

function decideBy(book: RuleBook, seen: Seen): Decision {
  const { request } = seen
  const host = hostOf(request.headers)
  const taken = book.virtualHosts ? virtualHost(book, host) : undefined
  const rule = book.rules.find((r) => fateOf(book, r, seen, taken) === 'fits')
  const route: RouteTaken = {
    controller: book.controller,
    server: rule ? rule.host || '*' : null,
    location: rule?.text ?? null,
    ingress: rule?.object ?? null,
    service: rule?.service ?? null,
    port: rule?.port ?? null,
    path: null,
    redirect: null,
    canary: false,
  }
  const because = rule?.because === undefined ? {} : { because: rule.because }
  if (!rule) return { do: 'answer', response: ownAnswer(404), route, why: 'no rule fits' }
  if (rule.unmodelled !== undefined) return { do: 'unmodelled', what: rule.unmodelled }
  if (isUnread(rule.path)) return { do: 'unmodelled', what: `the pattern ${rule.path.text}` }
  if (rule.redirect && seen.scheme === 'http') {
    const to = `https://${host}${request.path}`
    return {
      do: 'answer',
      response: ownAnswer(rule.redirect.code, [['Location', to]]),
      route: { ...route, redirect: to },
      why: `redirect to ${to}`,
      ...because,
    }
  }
  if (rule.targets.length === 0)
    return { do: 'answer', response: ownAnswer(503), route, why: `no endpoints of ${rule.namespace}/${rule.service}`, ...because }
  const got = headerOf(request.headers, 'x-forwarded-for')
  const path = rewritten(rule, request.path)
  const headers = withHeaders(request.headers, [
    ['X-Forwarded-For', got === undefined ? seen.client.address : `${got}, ${seen.client.address}`],
    ['X-Forwarded-Proto', seen.scheme],
  ])
  return {
    do: 'forward',
    targets: rule.targets,
    request: { ...request, path, headers },
    route: { ...route, path },
    why: `${rule.text} -> ${rule.namespace}/${rule.service}:${rule.port}`,
    ...because,
  }
}

/** A proxy that asks its rules in a row. */
export const rulesRouter = (book: RuleBook): Router => ({
  controller: book.controller,
  tlsPorts: book.tlsPorts,
  certificate: (sni) =>
    book.certificates.find(({ host }) => hostFits(host, (sni ?? '').toLowerCase(), 'one'))?.certificate ?? book.fallback,
  decide: (seen) => decideBy(book, seen),
  table(seen) {
    const taken = book.virtualHosts ? virtualHost(book, hostOf(seen.request.headers)) : undefined
    const fates = book.rules.map((r) => fateOf(book, r, seen, taken))
    const won = fates.indexOf('fits')
    const rows = book.rules.map((r, i): RouteRow => {
      const fate = fates[i] === 'fits' ? (i === won ? 'won' : 'later') : (fates[i] as RowFate)
      return {
        text: r.text,
        server: book.virtualHosts ? r.host || '*' : '',
        object: r.object,
        backend: `${r.namespace}/${r.service}:${r.port}`,
        fate,
        ...(fate === 'later' ? { by: book.rules[won]?.text ?? '' } : {}),
        ...(r.because === undefined ? {} : { because: r.because }),
      }
    })
    return { controller: book.controller, rows }
  },
})
