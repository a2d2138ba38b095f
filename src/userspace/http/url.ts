import { parseIp } from '../../net/ip.ts'
import type { Problem } from '../../trace/problem.ts'

export type Scheme = 'http' | 'https' | 'tcp' | 'udp' | 'sctp' | 'icmp'

/** What a probe's `to` names. */
export interface Target {
  readonly scheme: Scheme
  /** A name as it was written, or an address in canonical text without brackets. */
  readonly host: string
  /** 0 for icmp. */
  readonly port: number
  /** `/` and what follows, with the query; '' for anything but http and https. */
  readonly path: string
}

/** Codes of problems with a target; words/ has a sentence for each. */
export type TargetCode =
  | 'target-scheme'
  | 'target-userinfo'
  | 'target-host'
  | 'target-port'
  | 'target-port-missing'
  | 'target-path'
  | 'target-connect'

const DEFAULT_PORT: Readonly<Record<Scheme, number | undefined>> = {
  http: 80,
  https: 443,
  tcp: undefined,
  udp: undefined,
  sctp: undefined,
  icmp: 0,
}
const isScheme = (word: string): word is Scheme => Object.hasOwn(DEFAULT_PORT, word)

type Read<T> = { readonly ok: T } | { readonly problem: Problem }
const wrong = (code: TargetCode, params: Problem['params']): { readonly problem: Problem } => ({
  problem: { code, params, severity: 'error' },
})

const NAME = /^(?=.{1,254}$)[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})(\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,62}))*\.?$/

function readHost(text: string): string | undefined {
  if (text.startsWith('[')) {
    const inner = text.endsWith(']') ? parseIp(text.slice(1, -1)) : undefined
    return inner?.includes(':') ? inner : undefined
  }
  // Digits and dots alone are meant as an address: 10.0.0 or 10.0.0.256 is none.
  if (/^[\d.]+$/.test(text)) return parseIp(text)
  return NAME.test(text) && text.split('.').every((label) => label.length <= 63) ? text : undefined
}

function readPort(text: string | undefined, scheme: Scheme, to: string): Read<number> {
  if (scheme === 'icmp') return text === undefined ? { ok: 0 } : wrong('target-port', { to, port: text })
  if (text === undefined) {
    const usual = DEFAULT_PORT[scheme]
    return usual === undefined ? wrong('target-port-missing', { to, scheme }) : { ok: usual }
  }
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  return port >= 1 && port <= 65535 ? { ok: port } : wrong('target-port', { to, port: text })
}

function readPath(text: string, scheme: Scheme, to: string): Read<string> {
  if (scheme !== 'http' && scheme !== 'https') return text === '' || text === '/' ? { ok: '' } : wrong('target-path', { to, path: text })
  const path = text.replace(/#.*$/s, '')
  if (!/^[\x21-\x7e]*$/.test(path)) return wrong('target-path', { to, path })
  return { ok: path.startsWith('/') ? path : `/${path}` }
}

/** Reads `http://HOST[:PORT]/PATH`, `https://…`, `tcp://HOST:PORT`, `udp://…`, `sctp://…`, `icmp://HOST`. */
export function parseTarget(to: string): Read<Target> {
  const m = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)(.*)$/s.exec(to)
  const scheme = m?.[1]?.toLowerCase() ?? ''
  if (!m || !isScheme(scheme)) return wrong('target-scheme', { to })
  const authority = m[2] ?? ''
  if (authority.includes('@')) return wrong('target-userinfo', { to })
  const parts = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/s.exec(authority)
  const host = parts?.[1] === undefined ? undefined : readHost(parts[1])
  if (host === undefined) return wrong('target-host', { to, host: parts?.[1] ?? authority })
  const port = readPort(parts?.[2], scheme, to)
  if ('problem' in port) return port
  const path = readPath(m[3] ?? '', scheme, to)
  return 'problem' in path ? path : { ok: { scheme, host, port: port.ok, path: path.ok } }
}

/** The target with another place to go to: `ADDRESS[:PORT]`, IPv6 in brackets when a port follows. The port stays unless given. */
export function connectTo(connect: string, target: Target): Read<Target> {
  const bare = parseIp(connect)
  if (bare !== undefined) return { ok: { ...target, host: bare } }
  const parts = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/s.exec(connect)
  const host = parts?.[1] === undefined ? undefined : readHost(parts[1])
  const port = readPort(parts?.[2] ?? `${target.port}`, target.scheme, connect)
  if (host === undefined || parseIp(host) === undefined || 'problem' in port) return wrong('target-connect', { connect })
  return { ok: { ...target, host, port: port.ok } }
}

/** host[:port] as the Host header has it: without the scheme's own port. */
export function hostHeader(t: Target): string {
  const host = t.host.includes(':') ? `[${t.host}]` : t.host
  return t.port === DEFAULT_PORT[t.scheme] ? host : `${host}:${t.port}`
}
