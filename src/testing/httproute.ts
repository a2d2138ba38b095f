import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { newDesk } from '../cli/desk.ts'
import { answer } from '../cli/main.ts'
import { build, probe } from '../explain.ts'

/** captured/ingress/22-httproute.yaml: which rule of which HTTPRoute takes a request. */
interface ShortMatch {
  readonly path: object
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly queryParams?: Readonly<Record<string, string>>
}
interface ShortRoute {
  readonly name: string
  readonly namespace: string
  readonly hostnames: readonly string[]
  readonly created: number
  readonly rules: readonly { readonly backend: string; readonly matches: readonly ShortMatch[] }[]
}
interface ShortRequest {
  readonly host: string
  readonly path: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly expect: string | null
}
interface Case {
  readonly name: string
  readonly routes: readonly ShortRoute[]
  readonly requests: readonly ShortRequest[]
}
const recorded = readFileSync(join(import.meta.dirname, 'captured/ingress/22-httproute.yaml'), 'utf8')
const { cases } = parse(recorded) as { readonly cases: readonly Case[] }

const pairs = (map: Readonly<Record<string, string>> = {}): object[] => Object.entries(map).map(([name, value]) => ({ name, value }))
const API = 'gateway.networking.k8s.io/v1'

/** The short forms as the objects that they stand for, and a Pod behind each backend. */
function labOf({ routes }: Case): string {
  const backends = [...new Set(routes.flatMap(({ rules }) => rules.map(({ backend }) => backend)))]
  const documents: object[] = [
    { apiVersion: API, kind: 'GatewayClass', metadata: { name: 'c' }, spec: { controllerName: 'example.com/c' } },
    {
      apiVersion: API,
      kind: 'Gateway',
      metadata: { name: 'g' },
      spec: { gatewayClassName: 'c', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
    },
    ...routes.map(({ name, namespace, hostnames, created, rules }) => ({
      apiVersion: API,
      kind: 'HTTPRoute',
      metadata: { name, namespace, creationTimestamp: `2026-01-01T00:00:0${created}Z` },
      spec: {
        parentRefs: [{ name: 'g' }],
        hostnames,
        rules: rules.map(({ backend, matches }) => ({
          backendRefs: [{ name: backend, port: 80 }],
          matches: matches.map(({ path, method, headers, queryParams }) => ({
            path,
            ...(method === undefined ? {} : { method }),
            headers: pairs(headers),
            queryParams: pairs(queryParams),
          })),
        })),
      },
    })),
    ...backends.flatMap((app) => [
      { apiVersion: 'v1', kind: 'Service', metadata: { name: app }, spec: { selector: { app }, ports: [{ port: 80, targetPort: 8080 }] } },
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: app, labels: { app } },
        spec: { nodeName: 'node-1', containers: [{ name: 'c', image: 'x', ports: [{ containerPort: 8080 }] }] },
      },
    ]),
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'client' }, spec: { nodeName: 'node-2', containers: [{ name: 'c', image: 'x' }] } },
  ]
  return documents.map((one) => stringify(one)).join('---\n')
}

const folder = mkdtempSync(join(tmpdir(), 'packetwalk-httproute-'))

/** Every request walked, and through the command line: `all` of them, or the first of each case. */
export function askRoutes(all: boolean): void {
  describe.each(cases)('$name', (one) => {
    const text = labOf(one)
    const file = join(folder, `${one.name}.yaml`)
    writeFileSync(file, text)
    const world = build([{ name: file, text }], { wants: { everything: false, dns: false } })
    const front = world.cluster.services.find(({ meta }) => meta.name === 'g-c')?.spec.clusterIPs[0] ?? ''

    test.each(one.requests)('$method $host$path: $expect', ({ host, path, method, headers, expect: backend }) => {
      expect(world.problems.filter(({ severity }) => severity === 'error')).toEqual([])
      const want = backend === null ? { kind: 'http-error', status: 404 } : { kind: 'ok', status: 200, backend: `default/${backend}` }
      const to = `http://${host}${path}`
      const more = { connect: front, ...(method === undefined ? {} : { method }), headers: Object.entries(headers ?? {}) }
      expect(probe(world, { from: 'default/client', to, ...more }, { seed: 1 }).outcome).toMatchObject(want)
      if (!all && path !== one.requests[0]?.path) return
      const given = Object.entries(headers ?? {}).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
      const asked = [
        'probe',
        file,
        '--from',
        'default/client',
        '--to',
        to,
        '--connect',
        front,
        ...(method === undefined ? [] : ['--method', method]),
        ...given,
        '--json',
      ]
      expect(JSON.parse(answer(asked, newDesk()).stdout).outcome).toMatchObject(want)
    })
  })

  test('all of them', () => {
    expect([cases.length, cases.flatMap(({ requests }) => requests).length]).toEqual([6, 17])
  })
}
