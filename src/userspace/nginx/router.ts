import type { Certificate } from '../../net/message.ts'
import { hostOf } from '../http/headers.ts'
import type { RouteRow, Router, Seen } from '../http/router.ts'
import { locationText, type NginxConf, type NginxLocation, type NginxServer } from './conf.ts'
import { fateOf, findServer, locate } from './locate.ts'
import { decide } from './run.ts'
import { parseUri } from './uri.ts'

/** lua/certificate.lua: the name, then the wildcard one label above it, then the default certificate. */
function certificateFor(conf: NginxConf, sni: string | undefined): Certificate {
  const name = (sni ?? '').toLowerCase().replace(/\.$/, '')
  const of = (host: string): Certificate | undefined =>
    conf.servers.find((s) => s.certificate && (s.hostname === host || s.aliases.includes(host)))?.certificate
  return (name === '' ? undefined : (of(name) ?? of(name.replace(/^[^.]*/, '*')))) ?? conf.defaultCertificate
}

const backendText = (conf: NginxConf, l: NginxLocation): string => {
  if (l.returns) return `${l.returns.code} ${l.returns.to}`
  const u = conf.upstreams[l.upstream ?? '']
  return u ? `${u.namespace}/${u.service}:${u.port}` : '404'
}

function rowsOf(conf: NginxConf, server: NginxServer, path: string | undefined, taker: NginxServer | undefined): readonly RouteRow[] {
  const found = path === undefined ? ({ at: 'none' } as const) : locate(server.locations, path)
  const winner = found.at === 'none' ? -1 : server.locations.indexOf(found.location)
  return server.locations.flatMap((l, i): readonly RouteRow[] => {
    const row = {
      text: `location ${locationText(l)}`,
      server: server.hostname,
      object: l.ingress,
      backend: backendText(conf, l),
      ...(l.because === undefined ? {} : { because: l.because }),
    }
    const fate =
      server !== taker
        ? { fate: 'other-host' as const, ...(taker ? { by: taker.hostname } : {}) }
        : path === undefined
          ? { fate: 'path' as const }
          : fateOf(l, path, found, i > winner)
    const lost = l.taken.map((t): RouteRow => ({ ...row, object: t.object, backend: t.backend, fate: 'taken', by: l.ingress }))
    return [{ ...row, ...fate }, ...lost]
  })
}

/** nginx as ingress-nginx runs it. */
export const nginxRouter = (conf: NginxConf): Router => ({
  controller: 'ingress-nginx',
  tlsPorts: [443, 8443],
  certificate: (sni) => certificateFor(conf, sni),
  decide: (seen) => decide(conf, seen),
  table(seen: Seen) {
    const taker = findServer(conf.servers, hostOf(seen.request.headers))
    const path = parseUri(seen.request.path)?.path
    const first = conf.servers.filter((s) => s === taker)
    const others = conf.servers.filter((s) => s !== taker)
    return { controller: 'ingress-nginx', rows: [...first, ...others].flatMap((s) => rowsOf(conf, s, path, taker)) }
  },
})
