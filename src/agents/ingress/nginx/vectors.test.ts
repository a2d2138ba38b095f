import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { parse } from 'yaml'
import { build } from '../../../engine/world.ts'
import { ip } from '../../../net/ip.ts'
import { endpointText, type HttpRequest } from '../../../net/message.ts'
import type { RouteTaken } from '../../../trace/journey.ts'
import type { Fraction } from '../../../trace/luck.ts'
import { fraction, fractionText, times } from '../../../trace/luck.ts'
import type { Decision } from '../../../userspace/http/router.ts'
import { locationText } from '../../../userspace/nginx/conf.ts'
import { nginxRouter } from '../../../userspace/nginx/router.ts'
import { nginxConf } from './build.ts'

const FOLDER = 'src/testing/captured/ingress'

interface Vector {
  readonly id: string
  readonly kind: string
  readonly manifests: string
  readonly nginxLocations: Readonly<Record<string, readonly string[]>>
  readonly requests: readonly {
    readonly request: {
      readonly scheme?: 'http' | 'https'
      readonly host: string
      readonly path: string
      readonly headers?: Readonly<Record<string, string>>
      readonly cookies?: Readonly<Record<string, string>>
      readonly clientIP?: string
    }
    readonly expect: Readonly<Record<string, unknown>> & { readonly canary?: { readonly probability: number; readonly service: string } }
    readonly why: string
  }[]
}
const vectors = readdirSync(FOLDER)
  .filter((f) => f.endsWith('.yaml'))
  .map((f) => parse(readFileSync(`${FOLDER}/${f}`, 'utf8')) as Vector)
  .filter((v) => v.kind === 'ingress-route')

type Leaf = Exclude<Decision, { do: 'choose' }>
const leavesOf = (
  d: Decision,
  probability: Fraction = fraction(1, 1),
): readonly { readonly probability: Fraction; readonly leaf: Leaf }[] =>
  d.do === 'choose' ? d.chance.of.flatMap((b) => leavesOf(b.leads, times(probability, b.weight))) : [{ probability, leaf: d }]

/** An answer in the words of the vectors. */
function told(leaf: Leaf): Readonly<Record<string, unknown>> {
  if (leaf.do === 'unmodelled') return { unmodelled: leaf.what }
  const route: RouteTaken = leaf.route
  const port = /^\d+$/.test(route.port ?? '') ? Number(route.port) : route.port
  const place = { server: route.server, location: route.location }
  if (leaf.do === 'forward') {
    const endpoints = leaf.external
      ? [`${leaf.external.host}:${leaf.external.port}`]
      : leaf.targets.map((t) => endpointText(t.address, t.port))
    return { ...place, status: 'proxied', ingress: route.ingress, service: route.service, port, path: leaf.request.path, endpoints }
  }
  const { status } = leaf.response
  if (route.redirect !== null) return { ...place, status, redirect: route.redirect }
  if (status === 404) return { ...place, status, backend: 'default (404)' }
  return status === 503 ? { ...place, status, ingress: route.ingress, service: route.service, port } : { ...place, status }
}

describe.each(vectors.map((v) => [v.id, v] as const))('%s', (_, vector) => {
  const world = build([{ name: 'lab.yaml', text: vector.manifests }], { wants: { everything: false, dns: false }, seed: 1 })
  const conf = nginxConf(world.cluster)
  const router = nginxRouter(conf)
  test('locations', () => {
    expect(world.problems.filter((p) => p.severity === 'error')).toEqual([])
    const locations = Object.fromEntries(conf.servers.map((s) => [s.hostname, s.locations.map(locationText)]))
    expect(locations).toEqual(vector.nginxLocations)
  })
  it.each(vector.requests.map((r) => [JSON.stringify(r.request), r] as const))('%s', (__, { request: r, expect: want }) => {
    const cookies = Object.entries(r.cookies ?? {}).map(([k, v]) => `${k}=${v}`)
    const request: HttpRequest = {
      kind: 'http-request',
      method: 'GET',
      path: r.path,
      headers: [
        ['Host', r.host],
        ...Object.entries(r.headers ?? {}),
        ...(cookies.length > 0 ? [['Cookie', cookies.join('; ')] as const] : []),
      ],
    }
    const client = { address: ip(r.clientIP ?? '10.244.9.9'), port: 40000 }
    const leaves = leavesOf(router.decide({ request, scheme: r.scheme ?? 'http', client, local: { address: ip('10.244.3.3'), port: 80 } }))
    const { canary, ...rest } = want
    // what the vector leaves out (the server of a redirect) is not compared
    const of = (leaf: Leaf): unknown => Object.fromEntries(Object.entries(told(leaf)).filter(([k]) => k in rest))
    expect(of(leaves[0]?.leaf as Leaf)).toEqual(rest)
    expect(leaves).toHaveLength(canary === undefined ? 1 : 2)
    if (canary === undefined) return
    const other = leaves[1]
    expect(other && [told(other.leaf)['service'], fractionText(other.probability)]).toEqual([
      canary.service,
      fractionText(fraction(Math.round(canary.probability * 1000), 1000)),
    ])
  })
})

test('every vector is here', () => {
  expect(vectors).toHaveLength(13)
  expect(vectors.reduce((n, v) => n + v.requests.length, 0)).toBe(114)
})
