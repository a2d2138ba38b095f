import { readFileSync } from 'node:fs'
import { expect, it, test } from 'vitest'
import { parse } from 'yaml'
import type { ClusterIngress } from '../../cluster/cluster.ts'
import { controllers } from '../../engine/ingress/list.ts'
import { build, type World } from '../../engine/world.ts'
import type { PathType } from '../../manifest/kinds.ts'
import { ip } from '../../net/ip.ts'
import type { Router } from '../../userspace/http/router.ts'
import { passes } from '../../userspace/http/rules.ts'
import { contourPath } from './contour/contour.ts'
import { haproxyIngressPath, haproxytechPath } from './haproxy/haproxy.ts'
import type { ReadPath } from './rules.ts'
import { traefikPath } from './traefik/traefik.ts'

interface Case {
  readonly name: string
  readonly rule: { readonly path: string; readonly pathType: PathType }
  readonly requests: readonly string[]
  readonly matches: Readonly<Record<string, readonly (0 | 1 | 'redirect')[]>>
}
const { cases } = parse(readFileSync('src/testing/captured/ingress/21-other-controllers.yaml', 'utf8')) as {
  readonly cases: readonly Case[]
}

const spec: ReadPath = (path, type) => ({ test: { is: type === 'Exact' ? 'exact' : 'elements', text: path }, text: '' })
const READERS: Readonly<Record<string, ReadPath>> = {
  spec,
  traefik: traefikPath(false),
  'traefik-strictPrefixMatching': traefikPath(true),
  contour: contourPath,
  'haproxy-ingress (jcmoraisjr)': haproxyIngressPath,
  haproxytech: haproxytechPath,
}
const bare = { meta: { annotations: {} } } as ClusterIngress

const world = (text: string): World => build([{ name: 'lab.yaml', text }], { wants: { everything: false, dns: false }, seed: 1 })
const routerOf = (name: string, w: World): Router => {
  const found = controllers.find((c) => c.name === name)
  if (!found) throw new Error(name)
  return found.router(w.cluster, () => undefined)
}
const ask = (router: Router, path: string, host = 'a.test') => {
  const request = { kind: 'http-request', method: 'GET', path, headers: [['Host', host]] } as const
  return router.decide({
    request,
    scheme: 'http',
    client: { address: ip('10.0.0.1'), port: 40000 },
    local: { address: ip('10.0.0.2'), port: 80 },
  })
}

const rows = cases.flatMap((c) => Object.entries(c.matches).map(([who, want]) => [`${c.name} ${who}`, c, who, want] as const))
test('every column is here', () => expect([cases.length, rows.length, rows.flatMap(([, , , want]) => want).length]).toEqual([4, 25, 118]))

it.each(rows)('%s', (_, { rule, requests }, who, want) => {
  const read = READERS[who]
  if (read) {
    const { test: one } = read(rule.path, rule.pathType, '', bare)
    expect(requests.map((r) => Number(passes(one, r)))).toEqual(want)
    return
  }
  const lab = world(ingress('nginx', [[rule.path, rule.pathType, 's']]))
  const router = routerOf('ingress-nginx', lab)
  const told = requests.map((r) => {
    const d = ask(router, r)
    return d.do === 'answer' && d.response.status === 301 ? 'redirect' : Number(d.do === 'answer' && d.response.status === 503)
  })
  expect(told).toEqual(want)
})

function ingress(className: string, paths: readonly (readonly [string, string, string])[], annotations = '{}'): string {
  const list = paths.map(
    ([path, type, service]) =>
      `          - {path: ${JSON.stringify(path)}, pathType: ${type}, backend: {service: {name: ${service}, port: {number: 80}}}}`,
  )
  return `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i, annotations: ${annotations}}\nspec:\n  ingressClassName: ${className}\n  rules:\n    - host: a.test\n      http:\n        paths:\n${list.join('\n')}\n`
}
