import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { nginxConf } from '../../agents/ingress/nginx/build.ts'
import { build } from '../../engine/world.ts'
import { ip } from '../../net/ip.ts'
import type { HttpRequest } from '../../net/message.ts'
import { mix } from '../../trace/luck.ts'
import { locationText, type NginxConf } from '../../userspace/nginx/conf.ts'
import { decide } from '../../userspace/nginx/run.ts'
import { nginxVersion, startNginx, type Told } from './real.ts'

/**
 * The nginx.conf that our ingress-nginx writes, read by a real nginx: for every recorded request and for 2,000 made-up ones it takes the same location, sends
 * the same target to the same upstream, redirects to the same place or refuses. What the controller leaves to Lua is taken out of both.
 */
const version = nginxVersion()
if (version === undefined)
  console.warn('\n*** no nginx on this machine: its locations are not compared with a real one (apt-get install nginx) ***\n')

const confOf = (text: string): NginxConf => {
  const world = build([{ name: 'lab.yaml', text }], { wants: { everything: false, dns: false }, seed: 1 })
  const conf = nginxConf(world.cluster)
  const servers = conf.servers.map((s) => ({ ...s, locations: s.locations.map(({ https: _lua, ...l }) => l) }))
  return {
    ...conf,
    servers,
    upstreams: Object.fromEntries(Object.entries(conf.upstreams).map(([k, u]) => [k, { ...u, alternatives: [] }])),
  }
}

/** Our answer in the words of the real one. */
function ours(conf: NginxConf, request: HttpRequest, client: string): Told {
  const peer = { address: ip(client), port: 40000 }
  const d = decide(conf, { request, scheme: 'http', client: peer, local: { address: ip('127.0.0.1'), port: 80 } })
  if (d.do !== 'answer' && d.do !== 'forward') throw new Error(JSON.stringify(d))
  const all = conf.servers.flatMap((s) => s.locations.map((l) => `${s.hostname} ${locationText(l)}`))
  const at = all.indexOf(`${d.route.server} ${d.route.location}`)
  const location = at < 0 ? {} : { location: at }
  if (d.do === 'forward') return { status: 200, ...location, upstream: d.why.replace(/^.* -> /, ''), target: d.request.path }
  const empty = /^upstream (\S+) has no endpoints$/.exec(d.why)?.[1]
  const { status } = d.response
  if (empty !== undefined) return { status: 200, ...location, upstream: empty }
  if (d.why === 'default backend') return { status: 200, ...location, upstream: 'upstream-default-backend' }
  return { status, ...location, ...(d.route.redirect === null ? {} : { redirect: d.route.redirect }) }
}

/** The real answer, without what ours does not tell: the target of a default backend, the location of a redirect before any was chosen. */
const trimmed = ({ target, location, ...rest }: Told, mine: Told): Told => ({
  ...rest,
  ...(mine.target === undefined || target === undefined ? {} : { target }),
  ...(location === undefined || (mine.location === undefined && told3xx(mine)) ? {} : { location }),
})
const told3xx = ({ status }: Told): boolean => status === 301 || status === 302

const ORDER = ['host', 'path', 'status', 'location', 'redirect', 'upstream', 'target']

async function compare(text: string, requests: readonly { readonly request: HttpRequest; readonly client: string }[]): Promise<number> {
  const conf = confOf(text)
  const real = await startNginx(conf)
  try {
    for (const { request, client } of requests) {
      const mine = ours(conf, request, client)
      const told = (t: Told): string => JSON.stringify({ host: request.headers[0]?.[1], path: request.path, ...t }, ORDER)
      const [we, it] = [told(mine), told(trimmed(await real.ask(request, client), mine))]
      if (we !== it) throw new Error(`we say ${we}, nginx ${it}`)
    }
  } finally {
    real.stop()
  }
  return requests.length
}

interface Vector {
  readonly id: string
  readonly kind: string
  readonly manifests: string
  readonly requests: readonly { readonly request: { readonly host: string; readonly path: string; readonly clientIP?: string } }[]
}
const FOLDER = 'src/testing/captured/ingress'
const vectors = readdirSync(FOLDER)
  .filter((f) => f.endsWith('.yaml'))
  .map((f) => parse(readFileSync(`${FOLDER}/${f}`, 'utf8')) as Vector)
  .filter((v) => v.kind === 'ingress-route')

const get = (host: string, path: string): HttpRequest => ({ kind: 'http-request', method: 'GET', path, headers: [['Host', host]] })

/** Labs and requests out of small heaps, so that paths meet often. */
function madeUp(
  seed: number,
  count: number,
): { readonly text: string; readonly requests: readonly { readonly request: HttpRequest; readonly client: string }[] } {
  const pick = <T>(from: readonly T[], key: string): T => from[mix(seed, key) % from.length] as T
  const hosts = ['a.test', 'b.test', '*.test', '']
  const paths = ['/', '/foo', '/foo/', '/foo/bar', '/Foo', '/foo-bar', '/a.b', '/foo/bar/baz', '/x']
  const patterns = ['/foo(/|$)(.*)', '/f.o', '/v(\\d+)/(.*)', '/[a-z]+/bar', '/foo/bar', '/(foo|x)/(\\w*)']
  const notes: readonly (readonly [string, readonly string[]])[] = [
    ['rewrite-target', ['/', '/$2', '/new/$1', '/foo', '/z?k=$1']],
    ['app-root', ['/foo', '/app']],
    ['whitelist-source-range', ['10.0.0.0/8', '192.0.2.7']],
    ['denylist-source-range', ['10.1.0.0/16']],
    ['permanent-redirect', ['https://other.test/there']],
    ['server-alias', ['c.test', 'a.test,d.test']],
  ]
  const ingresses = Array.from({ length: 4 }, (_, n) => {
    const regex = pick([true, false, false], `regex ${n}`)
    const annotations: string[] = regex ? ['nginx.ingress.kubernetes.io/use-regex: "true"'] : []
    const note = pick([...notes, undefined, undefined, undefined], `note ${n}`)
    if (note && (note[0] !== 'rewrite-target' || regex))
      annotations.push(`nginx.ingress.kubernetes.io/${note[0]}: ${JSON.stringify(pick(note[1], `value ${n}`))}`)
    const rules = Array.from({ length: 3 }, (__, m) => {
      const host = pick(hosts, `host ${n} ${m}`)
      const path = regex ? pick([...patterns, ...paths], `path ${n} ${m}`) : pick(paths, `path ${n} ${m}`)
      const type = regex ? 'ImplementationSpecific' : pick(['Prefix', 'Exact', 'ImplementationSpecific'], `type ${n} ${m}`)
      const backend = `{service: {name: s${mix(seed, `svc ${n} ${m}`) % 5}, port: {number: 80}}}`
      return `  - ${host === '' ? '' : `host: ${JSON.stringify(host)}\n    `}http: {paths: [{path: ${JSON.stringify(path)}, pathType: ${type}, backend: ${backend}}]}`
    })
    return `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i${n}, annotations: {${annotations.join(', ')}}}\nspec:\n  ingressClassName: nginx\n  rules:\n${rules.join('\n')}\n`
  })
  const services = Array.from({ length: 5 }, (_, n) => [
    `apiVersion: v1\nkind: Service\nmetadata: {name: s${n}}\nspec: {ports: [{port: 80}]}\n`,
    `apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: s${n}-1, labels: {kubernetes.io/service-name: s${n}}}\naddressType: IPv4\nports: [{port: 80}]\nendpoints: [{addresses: ["10.244.1.${n + 10}"]}]\n`,
  ]).flat()
  const parts = [
    'foo',
    'Foo',
    'bar',
    'FOO',
    'baz',
    'x',
    'v12',
    'items',
    'a.b',
    'axb',
    '',
    '.',
    '..',
    'foo%2Fbar',
    '%66oo',
    'foo-bar',
    'a%20b',
    'q%3Fr',
    'h%C3%A9',
  ]
  const requests = Array.from({ length: count }, (_, n) => {
    const depth = mix(seed, `depth ${n}`) % 4
    const path = `/${Array.from({ length: depth }, (__, m) => pick(parts, `part ${n} ${m}`)).join('/')}${pick(['', '', '/'], `end ${n}`)}`
    const query = pick(['', '', '?a=1', '?', '?a=1&b=%20'], `query ${n}`)
    const host = pick(['a.test', 'b.test', 'c.test', 'd.test', 'www.test', 'x.y.test', 'A.TEST', 'a.test:8080', 'other'], `host ${n}`)
    return { request: get(host, `${path}${query}`), client: pick(['10.9.9.9', '10.1.2.3', '192.0.2.7', '8.8.8.8'], `client ${n}`) }
  })
  return { text: [...ingresses, ...services].join('---\n'), requests }
}

describe.skipIf(version === undefined)(`a real nginx (${version ?? 'none'})`, () => {
  test.each(vectors.map((v) => [v.id, v] as const))('%s', async (_, { manifests, requests }) => {
    const asked = requests.map(({ request: r }) => ({ request: get(r.host, r.path), client: r.clientIP ?? '10.244.9.9' }))
    expect(await compare(manifests, asked)).toBe(requests.length)
  })
  test('2,000 made-up requests to 40 made-up labs', async () => {
    let count = 0
    for (let seed = 1; seed <= 40; seed++) {
      const { text, requests } = madeUp(seed, 50)
      count += await compare(text, requests).catch((error: unknown) => {
        throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`)
      })
    }
    expect(count).toBe(2000)
  }, 120_000)
})
