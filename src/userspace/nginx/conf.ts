import type { Certificate } from '../../net/message.ts'
import type { CauseId } from '../../trace/cause.ts'
import type { Target } from '../http/router.ts'

/** `= "/tea"`, `"/tea/"` or `~* "^/tea"`; `path` without the quotes and, for patterns, without the `^`. */
export interface NginxLocation {
  readonly modifier: '=' | '' | '~*'
  readonly path: string
  /** Paths of rules that came to nothing because this location was there first. */
  readonly taken: readonly { readonly object: string; readonly backend: string }[]
  /** `return CODE TO;` */
  readonly returns?: { readonly code: number; readonly to: string }
  /** Lua in the rewrite phase: off to https. */
  readonly https?: { readonly force: boolean; readonly keepSlash: boolean; readonly code: number }
  /** `rewrite "(?i)FROM" TO break;` */
  readonly rewrite?: { readonly from: string; readonly to: string }
  /** Access lines in their order; `all` is everybody. */
  readonly access: readonly { readonly verb: 'allow' | 'deny'; readonly net: string }[]
  /** Answered with 503 whoever asks: an annotation that cannot be right. */
  readonly denied?: string
  /** Name of the upstream; undefined: the controller's own default backend, which answers 404. */
  readonly upstream?: string
  /** `proxy_set_header Host` when it is not the client's. */
  readonly host?: string
  readonly forwardedPrefix?: string
  /** What Lua would have to know and we do not. */
  readonly unmodelled?: string
  /** NS/NAME of the Ingress; '' for the location that every server has. */
  readonly ingress: string
  readonly service?: string
  readonly port?: string
  readonly because?: CauseId
}

export interface NginxServer {
  /** As the controller calls it: a host, `*.example.com`, or `_`. */
  readonly hostname: string
  readonly aliases: readonly string[]
  readonly locations: readonly NginxLocation[]
  /** `if ($uri = /) { return 302 … }`, for the whole server. */
  readonly appRoot?: string
  /** Set when some Ingress of the host has a tls section: then http is sent to https. */
  readonly certificate?: Certificate
  /** A server that only sends elsewhere (from-to-www-redirect). */
  readonly sendsTo?: { readonly host: string; readonly code: number }
}

/** When the canary of an upstream takes a request (lua/balancer.lua, route_to_alternative_balancer). */
export interface Shaping {
  readonly weight: number
  readonly total: number
  readonly header: string
  readonly headerValue: string
  readonly headerPattern: string
  readonly cookie: string
}

export interface NginxUpstream {
  /** `shop-web-80` */
  readonly name: string
  readonly servers: readonly Target[]
  /** A name that nginx looks up itself (ExternalName). */
  readonly external?: { readonly host: string; readonly port: number }
  /** Upstreams that may take its requests; Lua looks at the first alone. */
  readonly alternatives: readonly string[]
  readonly shaping?: Shaping
  readonly affinity?: { readonly cookie: string; readonly path: string }
  readonly hashBy?: string
  readonly ingress: string
  /** Of the Service: namespace and name apart, the port as the Ingress writes it. */
  readonly namespace: string
  readonly service: string
  readonly port: string
  readonly because?: CauseId
}

/** The part of nginx.conf that decides who gets a request, with what Lua keeps beside it. */
export interface NginxConf {
  readonly servers: readonly NginxServer[]
  readonly upstreams: Readonly<Record<string, NginxUpstream>>
  readonly defaultCertificate: Certificate
  /** The client's address is taken from X-Forwarded-For (use-forwarded-headers). */
  readonly trusts: boolean
  readonly appends: boolean
}

/** sanitizeQuotedRegex of the controller: what stands in double quotes in nginx.conf. */
const quoted = (text: string): string => `"${text.replace(/["\\]/g, (c) => `\\${c}`)}"`

/** How the location stands in the file, behind `location`. */
export function locationText({ modifier, path }: Pick<NginxLocation, 'modifier' | 'path'>): string {
  if (modifier === '~*') return `~* ${quoted(`^${path}`)}`
  return modifier === '=' ? `= ${quoted(path)}` : quoted(path)
}

export const patternText = (path: string): string => quoted(`(?i)${path}`)

/** buildServerName: a wildcard is one label, which nginx can only say as a pattern. */
export const serverName = (hostname: string): string =>
  hostname.startsWith('*.') ? `~^(?<subdomain>[\\w-]+)\\.${hostname.slice(2).replaceAll('.', '\\.')}$` : hostname
