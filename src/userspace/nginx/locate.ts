import type { RowFate } from '../http/router.ts'
import { locationText, type NginxLocation, type NginxServer, serverName } from './conf.ts'
import { pcre } from './pattern.ts'

/** The server for a host: exact names, then patterns in their order, else the default one (ngx_http_find_virtual_server). */
export function findServer(servers: readonly NginxServer[], host: string): NginxServer | undefined {
  const names = (s: NginxServer): readonly string[] => [serverName(s.hostname), ...s.aliases]
  const exact = servers.find((s) => names(s).includes(host))
  if (exact) return exact
  const pattern = servers.find((s) => names(s).some((n) => n.startsWith('~') && pcre(n.slice(1), false)?.test(host)))
  return pattern ?? servers.find((s) => s.hostname === '_')
}

/** Where a path leads; `slash`: nginx sends the client to the same path with a slash at its end. */
export type Located =
  | { readonly at: 'location'; readonly location: NginxLocation; readonly matched?: RegExpExecArray }
  | { readonly at: 'slash'; readonly location: NginxLocation }
  | { readonly at: 'none' }

const passes = (l: NginxLocation): boolean => l.returns === undefined && l.denied === undefined

/**
 * ngx_http_core_find_location: `=` first; then a text (after `=` too) that has only a slash more, where requests are passed on; then patterns in the order of the
 * file; else the longest prefix.
 */
export function locate(locations: readonly NginxLocation[], path: string): Located {
  const exact = locations.find((l) => l.modifier === '=' && l.path === path)
  if (exact) return { at: 'location', location: exact }
  const slash = locations.find((l) => l.modifier !== '~*' && l.path === `${path}/` && passes(l))
  if (slash) return { at: 'slash', location: slash }
  for (const location of locations) {
    if (location.modifier !== '~*') continue
    const matched = pcre(`^${location.path}`, true)?.exec(path)
    if (matched) return { at: 'location', location, matched }
  }
  const location = longest(locations, path)
  return location ? { at: 'location', location } : { at: 'none' }
}

function longest(locations: readonly NginxLocation[], path: string): NginxLocation | undefined {
  let best: NginxLocation | undefined
  for (const l of locations)
    if (l.modifier === '' && path.startsWith(l.path) && (best === undefined || l.path.length > best.path.length)) best = l
  return best
}

/** What became of one location when another (or none) won. `after`: it stands behind the winner in the file. */
export function fateOf(
  location: NginxLocation,
  path: string,
  found: Located,
  after: boolean,
): { readonly fate: RowFate; readonly by?: string } {
  const winner = found.at === 'none' ? undefined : found.location
  if (winner === location) return { fate: 'won' }
  const by = winner ? { by: locationText(winner) } : {}
  switch (location.modifier) {
    case '=':
      return { fate: 'path' }
    case '~*':
      if (!pcre(`^${location.path}`, true)?.test(path)) return { fate: 'pattern' }
      return winner?.modifier === '~*' && after ? { fate: 'later', ...by } : { fate: 'exact-first', ...by }
    case '':
      if (!path.startsWith(location.path)) return { fate: 'path' }
      return winner?.modifier === '' ? { fate: 'shorter', ...by } : { fate: 'exact-first', ...by }
  }
}
