import { describe, expect, it } from 'vitest'
import { build, type World } from '../../engine/world.ts'
import { probe } from '../../explain.ts'

/** The other controllers, walked: one text in five readings, and the objects of their own. */
const world = (text: string): World => build([{ name: 'lab.yaml', text }], { wants: { everything: false, dns: false }, seed: 1 })

function ingress(className: string, paths: readonly (readonly [string, string, string])[], annotations = '{}'): string {
  const list = paths.map(
    ([path, type, service]) =>
      `          - {path: ${JSON.stringify(path)}, pathType: ${type}, backend: {service: {name: ${service}, port: {number: 80}}}}`,
  )
  return `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i, annotations: ${annotations}}\nspec:\n  ingressClassName: ${className}\n  rules:\n    - host: a.test\n      http:\n        paths:\n${list.join('\n')}\n`
}

/** A Service and its Pod that listens. */
const service = (name: string): string =>
  `---\napiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {selector: {app: ${name}}, ports: [{port: 80}]}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, labels: {app: ${name}}}\nspec: {containers: [{name: c, image: nginx}]}\n`
const LABELS: Readonly<Record<string, string>> = {
  'ingress-nginx': 'app.kubernetes.io/name: ingress-nginx',
  traefik: 'app.kubernetes.io/name: traefik',
  contour: 'app.kubernetes.io/name: contour, app.kubernetes.io/component: envoy',
  'emissary-ingress': 'app.kubernetes.io/name: emissary-ingress',
  istio: 'istio: ingressgateway',
}
const controller = (name: string): string =>
  `---\napiVersion: v1\nkind: Pod\nmetadata: {name: proxy, namespace: edge, labels: {${LABELS[name]}}}\nspec: {containers: [{name: proxy, image: x, ports: [{containerPort: 80}]}]}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: asker}\nspec: {containers: [{name: c, image: nginx}]}\n`

/** Which Service answers each path of one Ingress: five readings of the same text. */
const SAME = [['/foo', 'Prefix', 'web'], ['/foo/deep', 'Exact', 'deep'], ['/x.*', 'ImplementationSpecific', 'free']] as const // biome-ignore format: a table
const PATHS = ['/foo', '/foobar', '/foo/deep', '/foo/deep/', '/xyz', '/x.*']

describe('the same Ingress, walked through each controller', () => {
  it.each([
    ['ingress-nginx', 'nginx', ['web', null, 'deep', 'web', null, null]],
    // the text of the rule counts: PathPrefix(`/foo`) is a letter longer than Path(`/foo/deep`)
    ['traefik', 'traefik', ['web', 'web', 'web', 'web', null, 'free']],
    ['contour', 'contour', ['web', null, 'deep', 'web', 'free', 'free']],
    ['emissary-ingress', 'ambassador', [null, null, null, null, null, null]],
    ['istio', 'istio', ['web', null, 'deep', 'web', 'free', 'free']],
  ] as const)('%s', (name, className, want) => {
    const strict = name === 'ingress-nginx' ? SAME.slice(0, 2) : SAME
    const w = world(`${ingress(className, strict)}${['web', 'deep', 'free'].map(service).join('')}${controller(name)}`)
    const told = PATHS.map((path) => {
      const { outcome } = probe(w, { from: 'default/asker', to: `http://a.test${path}`, connect: 'ingress' }, { seed: 1 })
      expect(outcome.route?.controller).toBe(name)
      if (outcome.status === 404) return null
      expect([outcome.status, outcome.backend]).toEqual([200, `default/${outcome.route?.service}`])
      return outcome.route?.service ?? null
    })
    expect(told).toEqual(want)
  })
})

describe('objects of their own', () => {
  const both = ['web', 'deep'].map(service).join('')
  it.each([
    [
      'traefik',
      'apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: {name: r}\nspec:\n  routes:\n    - {match: "Host(`a.test`) && PathPrefix(`/foo`)", kind: Rule, services: [{name: web, port: 80}]}\n    - {match: "Host(`a.test`) && Path(`/foo/deep`)", kind: Rule, services: [{name: deep, port: 80}]}\n',
      ['web', 'web', 'web', 'web', null, null],
    ],
    [
      'contour',
      'apiVersion: projectcontour.io/v1\nkind: HTTPProxy\nmetadata: {name: r}\nspec:\n  virtualhost: {fqdn: a.test}\n  routes:\n    - {conditions: [{prefix: /foo}], services: [{name: web, port: 80}]}\n    - {conditions: [{prefix: /foo/deep}], services: [{name: deep, port: 80}]}\n',
      ['web', null, 'deep', 'deep', null, null],
    ],
    [
      'emissary-ingress',
      'apiVersion: getambassador.io/v3alpha1\nkind: Mapping\nmetadata: {name: r}\nspec: {hostname: a.test, prefix: /foo, service: web}\n---\napiVersion: getambassador.io/v3alpha1\nkind: Mapping\nmetadata: {name: q}\nspec: {hostname: "*", prefix: /foo/deep, prefix_exact: true, service: "deep.default:80"}\n',
      ['web', 'web', 'deep', 'web', null, null],
    ],
    [
      'istio',
      'apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: r}\nspec:\n  hosts: [a.test]\n  http:\n    - {match: [{uri: {exact: /foo/deep}}], route: [{destination: {host: deep, port: {number: 80}}}]}\n    - {match: [{uri: {prefix: /foo}}], route: [{destination: {host: web, port: {number: 80}}}]}\n',
      ['web', 'web', 'deep', 'web', null, null],
    ],
  ] as const)('%s', (name, text, want) => {
    const w = world(`${text}${both}${controller(name)}`)
    expect(w.problems.filter((p) => p.severity === 'error')).toEqual([])
    const told = PATHS.map(
      (path) => probe(w, { from: 'default/asker', to: `http://a.test${path}`, connect: 'ingress' }, { seed: 1 }).outcome,
    )
    expect(told.map((o) => (o.status === 200 ? o.backend?.replace('default/', '') : null))).toEqual(want)
  })
  it('Emissary replaces the prefix by /, and leaves the endpoint to kube-proxy', () => {
    const w = world(
      `apiVersion: getambassador.io/v3alpha1\nkind: Mapping\nmetadata: {name: r}\nspec: {prefix: /foo/, service: web}\n${both}${controller('emissary-ingress')}`,
    )
    const { outcome, journeys } = probe(w, { from: 'default/asker', to: 'http://a.test/foo/bar?x=1', connect: 'ingress' }, { seed: 1 })
    expect(outcome.route?.path).toBe('/bar?x=1')
    const cluster = w.cluster.services.find((s) => s.meta.name === 'web')?.spec.clusterIPs[0]
    expect(journeys.some((j) => j.connection.dst === cluster)).toBe(true)
  })
})

it('what a controller leaves out is told', () => {
  const codes = (className: string, name: string, annotations: string): readonly string[] =>
    world(`${ingress(className, [['/', 'Prefix', 'web']], annotations)}${service('web')}${controller(name)}`).problems.map((p) => p.code)
  expect(codes('traefik', 'traefik', '{traefik.ingress.kubernetes.io/router.middlewares: a}')).toEqual(['ingress-annotation'])
  expect(codes('contour', 'contour', '{projectcontour.io/response-timeout: 1s}')).toEqual([])
  expect(codes('ambassador', 'emissary-ingress', '{}')).toEqual(['ingress-ignored'])
  expect(codes('nginx', 'ingress-nginx', '{nginx.ingress.kubernetes.io/auth-url: "http://x"}')).toEqual(['ingress-annotation'])
  expect(codes('nginx', 'traefik', '{}')).toEqual(['ingress-no-controller'])
})
