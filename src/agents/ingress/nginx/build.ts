import type { Cluster, ClusterIngress } from '../../../cluster/cluster.ts'
import type { IngressBackend, IngressPath, PathType } from '../../../manifest/kinds.ts'
import type { CauseId } from '../../../trace/cause.ts'
import type { NginxConf, NginxLocation, NginxServer, NginxUpstream } from '../../../userspace/nginx/conf.ts'
import { certificateFor, FAKE_CERTIFICATE } from '../certificates.ts'
import { ingressesOf, keyOf } from '../controller.ts'
import { admitted } from './admission.ts'
import { type Annotations, annotationsOf } from './annotations.ts'
import { mergeCanaries } from './canary.ts'
import { fileLocations } from './locations.ts'
import type { Log } from './log.ts'
import { type Settings, settingsOf } from './settings.ts'
import { makeUpstream, type ServiceRef, upstreamName } from './upstreams.ts'

/** A location while the controller is at it: names as in the controller's Location. */
export interface Draft {
  path: string
  pathType: PathType
  upstream: string | undefined
  ingress: ClusterIngress | undefined
  service: ServiceRef | undefined
  isDefault: boolean
  annotations: Annotations
  cause: CauseId | undefined
  taken: { object: string; backend: string }[]
}
export interface ServerDraft {
  readonly hostname: string
  readonly locations: Draft[]
  aliases: readonly string[]
  certificate?: NginxServer['certificate']
}
/** Everything that the passes below share. */
export interface Build {
  readonly cluster: Cluster
  readonly settings: Settings
  readonly log: Log
  readonly servers: Map<string, ServerDraft>
  readonly upstreams: Map<string, NginxUpstream>
}

const NONE = annotationsOf({})
export const refOf = (backend: IngressBackend | undefined): ServiceRef | undefined =>
  backend && 'service' in backend ? { name: backend.service.name, port: backend.service.port } : undefined
const isCanary = (one: ClusterIngress): boolean => annotationsOf(one.meta.annotations).bool('canary')

/** Oldest first; of the same age the later NS/NAME (sortIngressSlice of store.go). Without creationTimestamp an object is as old as any other. */
export function sorted(list: readonly ClusterIngress[]): readonly ClusterIngress[] {
  return [...list].sort((a, b) => (a.created === b.created ? (keyOf(a) > keyOf(b) ? -1 : 1) : a.created < b.created ? -1 : 1))
}

/** ImplementationSpecific is Prefix to this controller, an empty path `/` (SetDefaultNGINXPathType of internal/k8s). */
const pathOf = (p: IngressPath): { readonly path: string; readonly type: PathType } => ({
  path: p.path === '' ? '/' : p.path,
  type: p.pathType === 'ImplementationSpecific' ? 'Prefix' : p.pathType,
})

function rootDraft(upstream: string | undefined, ingress: ClusterIngress | undefined): Draft {
  const annotations = ingress ? annotationsOf(ingress.meta.annotations) : NONE
  const service = refOf(ingress?.spec.defaultBackend)
  return { path: '/', pathType: 'Prefix', upstream, ingress, service, isDefault: true, annotations, cause: ingress?.because, taken: [] }
}

/** createUpstreams: the first Ingress that names a backend makes it. */
function createUpstreams(b: Build, list: readonly ClusterIngress[]): void {
  for (const one of list) {
    const add = (ref: ServiceRef | undefined, path: string, again = false): void => {
      if (!ref) return
      const name = upstreamName(one, ref)
      if (again || !b.upstreams.has(name)) b.upstreams.set(name, makeUpstream(b.cluster, one, ref, path))
    }
    add(refOf(one.spec.defaultBackend), 'spec.defaultBackend', true)
    one.spec.rules.forEach((rule, i) => {
      for (const [j, p] of (rule.paths ?? []).entries()) add(refOf(p.backend), `spec.rules[${i}].http.paths[${j}].backend`)
    })
  }
}

/** createServers: one a host, each with a location / to the default backend; then aliases and certificates. */
function createServers(b: Build, list: readonly ClusterIngress[]): void {
  const root: ServerDraft = { hostname: '_', locations: [rootDraft(undefined, undefined)], aliases: [], certificate: FAKE_CERTIFICATE }
  b.servers.set('_', root)
  for (const one of list) {
    if (isCanary(one)) continue
    const ref = refOf(one.spec.defaultBackend)
    const upstream = ref && upstreamName(one, ref)
    const all = root.locations[0] as Draft
    if (upstream !== undefined && one.spec.rules.length === 0 && all.isDefault)
      root.locations[0] = { ...rootDraft(upstream, one), isDefault: false, cause: one.causeOf('spec.defaultBackend') }
    for (const { host } of one.spec.rules)
      if (!b.servers.has(host || '_')) b.servers.set(host, { hostname: host, locations: [rootDraft(upstream, one)], aliases: [] })
  }
  for (const one of list) if (!isCanary(one)) dress(b, one)
  for (const server of b.servers.values())
    server.aliases = [...new Set(server.aliases)].filter((a) => a !== server.hostname && !b.servers.has(a)).sort()
}

function dress(b: Build, one: ClusterIngress): void {
  const a = annotationsOf(one.meta.annotations)
  const aliases = a.text('server-alias').split(',').map((t) => t.trim()).filter((t) => t !== '') // biome-ignore format: one thing
  for (const { host } of one.spec.rules) {
    const server = b.servers.get(host || '_')
    if (!server) continue
    if (server.aliases.length === 0) server.aliases = aliases
    if (server.certificate || one.spec.tls.length === 0) continue
    server.certificate = certificateFor(b.cluster, one, server.hostname, b.log)
  }
}

/** The rules of one Ingress as locations of their servers; the first for a path and type stays (getBackendServers). */
function addLocations(b: Build, one: ClusterIngress): void {
  const annotations = annotationsOf(one.meta.annotations)
  one.spec.rules.forEach((rule, i) => {
    const server = b.servers.get(rule.host || '_') ?? b.servers.get('_')
    for (const [j, p] of (rule.paths ?? []).entries()) {
      const at = `spec.rules[${i}].http.paths[${j}]`
      const ref = refOf(p.backend)
      if (!ref) {
        b.log('ingress-resource', { ingress: keyOf(one), path: p.path }, 'hint', one.causeOf(`${at}.backend`))
        continue
      }
      const { path, type } = pathOf(p)
      const upstream = upstreamName(one, ref)
      if (b.upstreams.get(upstream)?.shaping) continue
      const draft: Draft = {
        path,
        pathType: type,
        upstream,
        ingress: one,
        service: ref,
        isDefault: false,
        annotations,
        cause: one.causeOf(`${at}.path`),
        taken: [],
      }
      if (server) put(b, server, draft)
      stick(b, upstream, annotations, path)
    }
  })
}

/** affinity: cookie, of the first Ingress of an upstream that asks for it. The cookie is for the location's own path. */
function stick(b: Build, upstream: string, a: Annotations, path: string): void {
  const known = b.upstreams.get(upstream)
  if (!known || known.affinity || a.text('affinity') !== 'cookie') return
  const cookie = a.text('session-cookie-name') || 'INGRESSCOOKIE'
  b.upstreams.set(upstream, { ...known, affinity: { cookie, path: a.text('session-cookie-path') || path } })
}

function put(b: Build, server: ServerDraft, draft: Draft): void {
  // only the first location of that path is compared; one of another type stands beside it
  const same = server.locations.findIndex((l) => l.path === draft.path)
  const there = server.locations[same]
  if (!there || there.pathType !== draft.pathType) {
    const twin = server.locations.find((l) => l.path === draft.path && l.pathType === draft.pathType)
    if (twin) return lose(b, server, twin, draft)
    server.locations.push(draft)
  } else if (there.isDefault) server.locations[same] = draft
  else lose(b, server, there, draft)
}

function lose(b: Build, server: ServerDraft, winner: Draft, loser: Draft): void {
  const object = loser.ingress ? keyOf(loser.ingress) : ''
  const first = winner.ingress ? keyOf(winner.ingress) : ''
  winner.taken.push({ object, backend: `${object.split('/')[0]}/${loser.service?.name}:${loser.service?.port}` })
  if (object !== first || loser.service?.name !== winner.service?.name)
    b.log('ingress-taken', { ingress: object, host: server.hostname, path: loser.path, first }, 'warning', loser.cause ?? 0)
}

/** from-to-www-redirect: a server for the other form of the name, unless somebody has it. */
function redirectServers(b: Build): readonly NginxServer[] {
  return [...b.servers.values()].flatMap((s): readonly NginxServer[] => {
    if (s.hostname === '_' || !s.locations.some((l) => l.annotations.bool('from-to-www-redirect'))) return []
    const other = s.hostname.startsWith('www.') ? s.hostname.slice(4) : `www.${s.hostname}`
    if (b.servers.has(other)) return []
    return [{ hostname: other, aliases: [], locations: [], sendsTo: { host: s.hostname, code: b.settings.redirectCode } }]
  })
}

const nameOf = (l: NginxLocation): string => `${l.modifier === '=' ? '= ' : ''}"${l.path}"`

/** Two locations of one server with the same text, which nginx refuses to load: `/foo` and `/foo/` as Prefix are both `"/foo/"`. */
function doubled(conf: NginxConf): NginxLocation | undefined {
  for (const { locations } of conf.servers) {
    const seen = new Set<string>()
    for (const l of locations) {
      if (l.modifier !== '~*' && seen.has(nameOf(l))) return l
      seen.add(nameOf(l))
    }
  }
  return undefined
}

/** What ingress-nginx makes of the cluster (getBackendServers of internal/ingress/controller/controller.go). `log` hears what it says. */
export function nginxConf(cluster: Cluster, log: Log = () => undefined): NginxConf {
  const settings = settingsOf(cluster)
  const all = sorted(ingressesOf(cluster, 'ingress-nginx')).filter((one) => admitted(settings, one, log))
  return confOf(cluster, settings, all, log)
}

/** Where nginx would not load the file, the webhook's own test refuses the youngest Ingress that brings the trouble. */
function confOf(cluster: Cluster, settings: Settings, list: readonly ClusterIngress[], log: Log): NginxConf {
  const told: Parameters<Log>[] = []
  const conf = assemble({ cluster, settings, log: (...line) => told.push(line), servers: new Map(), upstreams: new Map() }, list)
  const twice = doubled(conf)
  const names = twice && conf.servers.flatMap((s) => s.locations.filter((l) => nameOf(l) === nameOf(twice)).map((l) => l.ingress))
  const last = names && [...list].reverse().find((one) => names.includes(keyOf(one)))
  if (!twice || !last) {
    for (const line of told) log(...line)
    return conf
  }
  log('ingress-denied', { text: `nginx: [emerg] duplicate location ${nameOf(twice)}` }, 'warning', last.because)
  return confOf(
    cluster,
    settings,
    list.filter((one) => one !== last),
    log,
  )
}

function assemble(b: Build, list: readonly ClusterIngress[]): NginxConf {
  createUpstreams(b, list)
  createServers(b, list)
  for (const one of list) addLocations(b, one)
  if (list.some((one) => !isCanary(one))) for (const one of list) if (isCanary(one)) mergeCanaries(b, one)
  const servers = [...b.servers.values()]
    .map((s): NginxServer => {
      const appRoot = s.locations.map((l) => l.annotations.text('app-root')).find((t) => t !== '')
      return {
        hostname: s.hostname,
        aliases: s.aliases,
        locations: fileLocations(b, s),
        ...(appRoot === undefined ? {} : { appRoot }),
        ...(s.certificate ? { certificate: s.certificate } : {}),
      }
    })
    .concat(redirectServers(b))
    .sort((x, y) => (x.hostname < y.hostname ? -1 : 1))
  const { trusts, appends } = b.settings
  return { servers, upstreams: Object.fromEntries(b.upstreams), defaultCertificate: FAKE_CERTIFICATE, trusts, appends }
}
