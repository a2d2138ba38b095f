import type { DnsRecord } from '../../../net/message.ts'
import { absolute, inZone, longestZone, sameName } from '../../dns/name.ts'
import { parseResolvConf } from '../../resolver/resolvconf.ts'
import { argErr, type ChainRun, type Next, once, type Query, type Result } from '../chain.ts'
import { pathFrom } from '../home.ts'
import { zonesOf } from '../keys.ts'
import { readOptions } from '../kubernetes/setup.ts'

/** Where a client's search path comes from; undefined: nothing is known of this client. The last element is '.', the name by itself. */
type SearchPath = (query: Query, run: ChainRun) => readonly string[] | undefined

/** Puts the name that was asked in front of an answer that stands under another one. */
function aliased(answers: readonly DnsRecord[], name: string): readonly DnsRecord[] {
  const other = answers.find((r) => !sameName(r.name, name))
  return other ? [{ name, ttl: other.ttl, type: 'CNAME', rdata: other.name }, ...answers] : answers
}

function walk(query: Query, path: readonly string[], next: Next): Result {
  const first = path[0] ?? '.'
  const base = query.name.slice(0, query.name.length - first.length)
  let firstResult: Result | undefined
  for (const domain of path) {
    const result = next({ ...query, name: domain === '.' ? base : `${base}${domain}` })
    if (result.kind !== 'answer') return result
    firstResult ??= result
    const { found } = result
    if (found.rcode === 'SERVFAIL' || found.rcode === 'REFUSED' || found.rcode === 'NXDOMAIN') continue
    return { ...result, found: { ...found, answers: aliased(found.answers, query.name) } }
  }
  return firstResult ?? next(query)
}

/** `autopath [ZONES…] RESOLV-CONF` or `@kubernetes`: goes through the search list of the client itself (plugin/autopath). */
export const autopath = once('autopath', (d, { zones: blockZones, directives, home }) => {
  const source = d.args[d.args.length - 1]
  if (source === undefined) return argErr('autopath', d)
  const named = d.args.slice(0, -1).flatMap(zonesOf)
  const zones = named.length > 0 ? named : blockZones
  let search: SearchPath
  if (source.startsWith('@')) {
    const line = directives.find((one) => one.name === 'kubernetes')
    if (source !== '@kubernetes' || !line) return { unmodelled: `autopath ${source}` }
    const o = readOptions(line, blockZones)
    if (!('zones' in o)) return { handler: (query, next) => next(query) }
    const own = parseResolvConf(home.files['/etc/resolv.conf'] ?? '').search
    search = (query, run) => {
      const zone = longestZone(query.name, o.zones)
      // Only pods verified keeps the Pods by address.
      const pod = zone === undefined || o.pods !== 'verified' ? undefined : run.view.podAt(query.client)
      return pod && [`${pod.namespace}.svc.${zone}`, `svc.${zone}`, zone ?? '.', ...own.map(absolute), '.']
    }
  } else {
    const text = home.files[pathFrom(home.corefile, source)]
    if (text === undefined) return { error: `failed to parse "${source}": open ${source}: no such file or directory` }
    const path = [...parseResolvConf(text).search.map(absolute), '.']
    search = () => path
  }
  return {
    handler: (query, next, run) => {
      if (longestZone(query.name, zones) === undefined || (query.type !== 'A' && query.type !== 'AAAA')) return next(query)
      const path = search(query, run)
      if (!path || path[0] === '.' || !inZone(query.name, path[0] ?? '') || sameName(query.name, path[0] ?? '')) return next(query)
      return walk(query, path, next)
    },
  }
})
