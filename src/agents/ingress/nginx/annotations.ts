import { parseCidr } from '../../../net/cidr.ts'
import { parseIp } from '../../../net/ip.ts'

const PREFIX = 'nginx.ingress.kubernetes.io/'

/** One Ingress' annotations, read as the controller's parsers read them (internal/ingress/annotations). */
export interface Annotations {
  text(name: string): string
  /** Anything but strconv.ParseBool's words is a mistake, and then the default counts. */
  bool(name: string, otherwise?: boolean): boolean
  int(name: string, otherwise: number): number
  has(name: string): boolean
  /** Nets of a source-range annotation; undefined: one of them is none, and the location is denied. */
  ranges(...names: readonly string[]): readonly string[] | undefined
  /** Names in use, without the prefix. */
  readonly names: readonly string[]
}

const TRUE = ['1', 't', 'T', 'true', 'TRUE', 'True']
const FALSE = ['0', 'f', 'F', 'false', 'FALSE', 'False']

export function annotationsOf(all: Readonly<Record<string, string>>): Annotations {
  const text = (name: string): string => (all[`${PREFIX}${name}`] ?? '').trim()
  return {
    text,
    bool: (name, otherwise = false) => (TRUE.includes(text(name)) ? true : FALSE.includes(text(name)) ? false : otherwise),
    int: (name, otherwise) => (/^-?\d+$/.test(text(name)) ? Number(text(name)) : otherwise),
    has: (name) => Object.hasOwn(all, `${PREFIX}${name}`),
    ranges(...names) {
      const given = names.map(text).find((t) => t !== '') ?? ''
      const nets = given.split(',').flatMap((n) => (n.trim() === '' ? [] : [n.trim()]))
      return nets.every((n) => parseCidr(n) !== undefined || parseIp(n) !== undefined) ? nets : undefined
    },
    names: Object.keys(all).flatMap((key) => (key.startsWith(PREFIX) ? [key.slice(PREFIX.length)] : [])),
  }
}

/** What the model acts on. */
const MODELLED: ReadonlySet<string> = new Set([
  'canary', 'canary-weight', 'canary-weight-total', 'canary-by-header', 'canary-by-header-value', 'canary-by-header-pattern', 'canary-by-cookie',
  'ssl-redirect', 'force-ssl-redirect', 'preserve-trailing-slash', 'app-root', 'server-alias', 'rewrite-target', 'use-regex',
  'whitelist-source-range', 'allowlist-source-range', 'denylist-source-range', 'backend-protocol', 'affinity', 'affinity-mode',
  'affinity-canary-behavior', 'session-cookie-name', 'session-cookie-path', 'upstream-hash-by', 'load-balance', 'default-backend',
  'service-upstream', 'permanent-redirect', 'permanent-redirect-code', 'temporal-redirect', 'temporal-redirect-code',
  'from-to-www-redirect', 'upstream-vhost', 'x-forwarded-prefix',
]) // biome-ignore format: a table

/** They change bodies, times, sizes or logs, and never who answers. */
const QUIET =
  /^(proxy-(body-size|buffer|connect-timeout|read-timeout|send-timeout|http-version|request-buffering|max-temp)|client-body-|enable-access-log|enable-rewrite-log|session-cookie-|connection-proxy-header|enable-cors|cors-|http2-|enable-opentelemetry|opentelemetry-|ssl-ciphers|ssl-prefer-|proxy-cookie-|proxy-ssl-protocols|mirror-)/

/** Annotations that could change who answers and that the model does not act on. */
export const unmodelledOf = (a: Annotations): readonly string[] => a.names.filter((n) => !MODELLED.has(n) && !QUIET.test(n))
