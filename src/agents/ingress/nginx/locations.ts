import type { NginxLocation } from '../../../userspace/nginx/conf.ts'
import { endpointsOf, serviceOf } from '../backends.ts'
import { keyOf } from '../controller.ts'
import type { Build, Draft, ServerDraft } from './build.ts'

const needsRewrite = ({ annotations, path }: Draft): boolean => {
  const target = annotations.text('rewrite-target')
  return target !== '' && target !== path
}
const isPattern = (d: Draft): boolean => d.annotations.bool('use-regex') || needsRewrite(d)

/**
 * The locations of a server as they stand in the file: sorted by path text descending and then by length descending, both stable; a Prefix without
 * pattern becomes two (updateServerLocations of location.go). One pattern makes all of the host patterns (enforceRegexModifier).
 */
export function fileLocations(b: Build, server: ServerDraft): readonly NginxLocation[] {
  const byText = [...server.locations].sort((x, y) => (x.path === y.path ? 0 : x.path > y.path ? -1 : 1))
  const byLength = byText.sort((x, y) => y.path.length - x.path.length)
  const exact = new Set(byLength.filter((l) => l.pathType === 'Exact').map((l) => l.path))
  const all = byLength.flatMap((l): readonly (Draft & { readonly shown: string })[] => {
    if (l.path === '/' || l.pathType !== 'Prefix' || isPattern(l)) return [{ ...l, shown: l.path }]
    const slashed = { ...l, shown: l.path.endsWith('/') ? l.path : `${l.path}/` }
    return exact.has(l.path) ? [slashed] : [slashed, { ...l, pathType: 'Exact', shown: l.path, taken: [] }]
  })
  const patterns = all.some(isPattern)
  return all.map((l) => {
    const modifier = patterns ? '~*' : l.pathType === 'Exact' ? '=' : ''
    return { modifier, path: l.shown, ...locationOf(b, l) }
  })
}

function accessOf(b: Build, l: Draft): Pick<NginxLocation, 'access' | 'denied'> {
  const given = (nets: readonly string[] | undefined, usual: string): readonly string[] | undefined =>
    nets && nets.length === 0 ? usual.split(',').flatMap((n) => (n.trim() === '' ? [] : [n.trim()])) : nets
  const deny = given(l.annotations.ranges('denylist-source-range'), b.settings.denied)
  const allow = given(l.annotations.ranges('allowlist-source-range', 'whitelist-source-range'), b.settings.allowed)
  if (!deny || !allow) return { access: [], denied: 'the annotation does not contain a valid IP address or network' }
  return {
    access: [
      ...deny.map((net) => ({ verb: 'deny' as const, net })),
      ...allow.map((net) => ({ verb: 'allow' as const, net })),
      ...(allow.length > 0 ? [{ verb: 'deny' as const, net: 'all' }] : []),
    ],
  }
}

function returnOf({ annotations: a }: Draft): Pick<NginxLocation, 'returns'> {
  const temporal = a.text('temporal-redirect')
  if (temporal !== '') return { returns: { code: a.int('temporal-redirect-code', 302), to: temporal } }
  const permanent = a.text('permanent-redirect')
  return permanent === '' ? {} : { returns: { code: a.int('permanent-redirect-code', 301), to: permanent } }
}

const PROTOCOLS = ['', 'HTTP', 'AUTO_HTTP']

/** The upstream, or that of the default-backend annotation when nobody stands behind it. */
function upstreamOf(b: Build, l: Draft): string | undefined {
  const u = b.upstreams.get(l.upstream ?? '')
  const name = l.annotations.text('default-backend')
  const namespace = l.ingress?.meta.namespace ?? ''
  if (!u || !l.ingress || name === '' || u.servers.length > 0 || u.external) return l.upstream
  const service = serviceOf(b.cluster, namespace, name)
  const port = service?.spec.ports[0]
  const servers = service && port ? endpointsOf(b.cluster, service, port.name) : []
  if (!port || servers.length === 0) return l.upstream
  const made = `custom-default-backend-${namespace}-${name}`
  b.upstreams.set(made, {
    name: made,
    servers,
    alternatives: [],
    ingress: keyOf(l.ingress),
    namespace,
    service: name,
    port: `${port.port}`,
  })
  return made
}

function locationOf(b: Build, l: Draft): Omit<NginxLocation, 'modifier' | 'path'> {
  const { annotations: a, ingress } = l
  const force = a.bool('force-ssl-redirect', b.settings.forceSslRedirect)
  const redirects = force || a.bool('ssl-redirect', b.settings.sslRedirect)
  const upstream = l.isDefault && l.upstream === undefined ? undefined : upstreamOf(b, l)
  const host = a.text('upstream-vhost')
  const prefix = a.text('x-forwarded-prefix')
  const protocol = a.text('backend-protocol').toUpperCase()
  return {
    taken: l.taken,
    ...returnOf(l),
    ...(redirects && ingress ? { https: { force, keepSlash: a.bool('preserve-trailing-slash'), code: b.settings.redirectCode } } : {}),
    ...(needsRewrite(l) ? { rewrite: { from: l.path, to: a.text('rewrite-target') } } : {}),
    ...accessOf(b, l),
    ...(upstream === undefined ? {} : { upstream }),
    ...(host === '' ? {} : { host }),
    ...(prefix === '' ? {} : { forwardedPrefix: prefix }),
    ...(PROTOCOLS.includes(protocol) ? {} : { unmodelled: `backend-protocol ${protocol}` }),
    ingress: ingress && (!l.isDefault || upstream !== undefined) ? keyOf(ingress) : '',
    ...(l.service ? { service: l.service.name, port: `${l.service.port}` } : {}),
    ...(l.cause === undefined ? {} : { because: l.cause }),
  }
}
