import { describe, expect, test } from 'vitest'
import { build, odds, probe } from '../../explain.ts'
import { getTable } from '../../tools/get/get.ts'
import { fractionText } from '../../trace/luck.ts'
import { gapsOf } from './joined.ts'
import { client, host, pod, service, together, twoNodes } from './lab.ts'

const API = 'apiVersion: gateway.networking.k8s.io/v1'
const CLASS = `\n${API}\nkind: GatewayClass\nmetadata: {name: edge}\nspec: {controllerName: example.com/edge}\n`
const gateway = (listeners: string): string => `
${API}
kind: Gateway
metadata: {name: front}
spec: {gatewayClassName: edge, listeners: [${listeners}]}
`
const route = (rules: string, more = '', meta = 'name: cafe'): string => `
${API}
kind: HTTPRoute
metadata: {${meta}}
spec:
  parentRefs: [{name: front${meta.includes('namespace') ? ', namespace: default' : ''}}]
  ${more}
  rules: ${rules}
`
const HTTP = '{name: http, port: 80, protocol: HTTP}'
const backends = [
  pod({ name: 'tea', node: 'node-1', ip: '10.244.1.5', port: 8080 }),
  pod({ name: 'coffee', node: 'node-2', ip: '10.244.2.5', port: 8080 }),
  service({ name: 'tea', ip: '10.96.1.1', app: 'tea' }),
  service({ name: 'coffee', ip: '10.96.1.2', app: 'coffee' }),
  service({ name: 'nobody', ip: '10.96.1.3', app: 'nobody' }),
]
const CLOUD = `
apiVersion: packetwalk.dev/v1alpha1
kind: Lab
metadata: {name: providers}
spec: {loadBalancers: [{name: cloud}]}
`
const lab = (...documents: readonly string[]): string =>
  together(twoNodes, client, host('laptop', '198.51.100.7'), CLOUD, ...backends, CLASS, ...documents)
const VIP = '203.0.113.10'
const worldOf = (text: string) => {
  const world = build([{ name: 'lab.yaml', text }], { wants: { everything: false, dns: false } })
  expect(world.problems.filter((p) => p.severity === 'error')).toEqual([])
  return world
}
const ask = (text: string, to: string, more: object = {}) => {
  const probed = probe(worldOf(text), { from: 'host/laptop', to, connect: VIP, ...more }, { seed: 1 })
  expect(probed.journeys.flatMap((j) => gapsOf(j))).toEqual([])
  return probed
}
const told = (text: string, to: string, more: object = {}): string => {
  const { kind, status, backend, unmodelled } = ask(text, to, more).outcome
  return kind === 'ok' ? `${status} ${backend?.replace('default/', '')}` : `${kind} ${status ?? unmodelled ?? ''}`.trim()
}
const TEA = '[{backendRefs: [{name: tea, port: 80}]}]'
const conditions = (text: string): readonly string[] =>
  worldOf(text)
    .problems.filter((p) => p.code === 'gateway-condition')
    .map((p) => `${p.params['object']} ${p.params['condition']} ${p.params['reason']} ${p.where?.field}`)

test('two connections: the backend sees the proxy, the way in leads over the balancer and a node', () => {
  const { outcome, journeys } = ask(lab(gateway(HTTP), route(TEA)), 'http://cafe.test/')
  expect(outcome).toMatchObject({ kind: 'ok', status: 200, backend: 'default/tea' })
  expect(outcome.route).toMatchObject({ controller: 'gateway', ingress: 'default/cafe', service: 'default/tea', port: '80', path: '/' })
  const onward = journeys.find((j) => j.parent?.as === 'onward')
  expect(onward?.connection.dst).toBe('10.244.1.5')
  expect(outcome.sourceSeen?.startsWith(`${onward?.connection.src}:`)).toBe(true)
  expect(new Set(journeys[0]?.events.map((e) => e.at.netns))).toContain('host/cloud')
})

describe('which listener takes a route', () => {
  test.each([
    ['no such Gateway', gateway(HTTP).replace('name: front', 'name: back'), route(TEA), 'Accepted NoMatchingParent spec.parentRefs[0]'],
    [
      'no such section',
      gateway(HTTP),
      route(TEA).replace('name: front', 'name: front, sectionName: tls'),
      'Accepted NoMatchingParent spec.parentRefs[0]',
    ],
    [
      'host names that do not meet',
      gateway('{name: http, port: 80, protocol: HTTP, hostname: "*.shop.test"}'),
      route(TEA, 'hostnames: [cafe.test]'),
      'Accepted NoMatchingListenerHostname spec.parentRefs[0]',
    ],
    [
      'another kind only',
      gateway('{name: http, port: 80, protocol: HTTP, allowedRoutes: {kinds: [{kind: GRPCRoute}]}}'),
      route(TEA),
      'Accepted NotAllowedByListeners spec.parentRefs[0]',
    ],
    [
      'a backend that is not there',
      gateway(HTTP),
      route('[{backendRefs: [{name: milk, port: 80}]}]'),
      'ResolvedRefs BackendNotFound spec.rules[0].backendRefs[0]',
    ],
    [
      'a port that it lacks',
      gateway(HTTP),
      route('[{backendRefs: [{name: tea, port: 81}]}]'),
      'ResolvedRefs BackendNotFound spec.rules[0].backendRefs[0]',
    ],
  ])('%s', (_, one, two, want) => {
    expect(conditions(lab(one, two))).toEqual([`HTTPRoute default/cafe ${want}`])
    expect(told(lab(one, two), 'http://cafe.test/')).toMatch(/^http-error (404|500)$|^timeout|^refused/)
  })
  test('a class that nobody serves: no proxy is made', () => {
    const text = lab(gateway(HTTP).replace('gatewayClassName: edge', 'gatewayClassName: other'), route(TEA))
    expect(conditions(text)).toEqual(['Gateway default/front Accepted Pending spec.gatewayClassName'])
    expect(worldOf(text).cluster.services.some((s) => s.meta.name.startsWith('front'))).toBe(false)
  })
  test('names meet: the narrower of both counts, and a star stands for one label or more', () => {
    const text = lab(gateway('{name: http, port: 80, protocol: HTTP, hostname: "*.test"}'), route(TEA))
    expect(told(text, 'http://a.b.test/')).toBe('200 tea')
    expect(told(text, 'http://test/')).toBe('http-error 404')
  })
  test('the most specific listener of a port has the request to itself', () => {
    const two = `${HTTP}, {name: cafe, port: 80, protocol: HTTP, hostname: cafe.test}`
    const all = route(TEA).replace('name: front', 'name: front, sectionName: http')
    expect(told(lab(gateway(two), all), 'http://other.test/')).toBe('200 tea')
    expect(told(lab(gateway(two), all), 'http://cafe.test/')).toBe('http-error 404')
  })
  test('a route of another namespace: by allowedRoutes, and its backends by ReferenceGrant', () => {
    const shop = route('[{backendRefs: [{name: tea, namespace: default, port: 80}]}]', '', 'name: cafe, namespace: shop')
    expect(conditions(lab(gateway(HTTP), shop))[0]).toMatch(/RefNotPermitted/)
    expect(conditions(lab(gateway(HTTP), shop))[1]).toMatch(/NotAllowedByListeners/)
    const open = gateway('{name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}')
    expect(told(lab(open, shop), 'http://cafe.test/')).toBe('http-error 500')
    const grant = `
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: shop}
spec:
  from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop}]
  to: [{group: "", kind: Service}]
`
    expect(conditions(lab(open, shop, grant))).toEqual([])
    expect(told(lab(open, shop, grant), 'http://cafe.test/')).toBe('200 tea')
  })
})

describe('where a request goes', () => {
  test('weights are exact; 0 gets nothing, a broken reference its share of 500', () => {
    const chances = (refs: string): readonly string[] =>
      odds(
        worldOf(lab(gateway(HTTP), route(`[{backendRefs: [${refs}]}]`))),
        { from: 'host/laptop', to: 'http://cafe.test/', connect: VIP },
        { seed: 1 },
      )
        .outcomes.map(
          ({ probability, outcome }) => `${fractionText(probability)} ${outcome.status === 200 ? outcome.backend : outcome.status}`,
        )
        .sort()
    expect(chances('{name: tea, port: 80, weight: 9}, {name: coffee, port: 80}, {name: nobody, port: 80, weight: 0}')).toEqual([
      '1/10 default/coffee',
      '9/10 default/tea',
    ])
    expect(chances('{name: tea, port: 80}, {name: milk, port: 80}')).toEqual(['1/2 500', '1/2 default/tea'])
  })
  test('no endpoint: 503; no rule: 404; no backend: 500', () => {
    expect(told(lab(gateway(HTTP), route('[{backendRefs: [{name: nobody, port: 80}]}]')), 'http://cafe.test/')).toBe('http-error 503')
    expect(
      told(lab(gateway(HTTP), route('[{matches: [{path: {value: /tea}}], backendRefs: [{name: tea, port: 80}]}]')), 'http://cafe.test/'),
    ).toBe('http-error 404')
    expect(told(lab(gateway(HTTP), route('[{matches: [{path: {value: /}}]}]')), 'http://cafe.test/')).toBe('http-error 500')
  })
  test.each([
    ['{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /v2}}}', '/tea/x?y=1', '/v2/x?y=1'],
    ['{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}}', '/tea/x', '/x'],
    ['{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /v2}}}', '/tea', '/v2'],
    ['{type: URLRewrite, urlRewrite: {path: {type: ReplaceFullPath, replaceFullPath: /all}}}', '/tea/x?y=1', '/all?y=1'],
  ])('%s: %s is %s to the backend', (filter, path, want) => {
    const rules = `[{matches: [{path: {value: /tea}}], filters: [${filter}], backendRefs: [{name: tea, port: 80}]}]`
    expect(ask(lab(gateway(HTTP), route(rules)), `http://cafe.test${path}`).outcome.route?.path).toBe(want)
  })
  test.each([
    ['{scheme: https}', '302 https://cafe.test/tea/x'],
    ['{scheme: https, statusCode: 301, hostname: www.test, port: 8443}', '301 https://www.test:8443/tea/x'],
    ['{path: {type: ReplaceFullPath, replaceFullPath: /new}}', '302 http://cafe.test/new'],
  ])('RequestRedirect %s', (redirect, want) => {
    const rules = `[{matches: [{path: {value: /tea}}], filters: [{type: RequestRedirect, requestRedirect: ${redirect}}]}]`
    const { outcome } = ask(lab(gateway(HTTP), route(rules)), 'http://cafe.test/tea/x')
    expect(`${outcome.status} ${outcome.route?.redirect}`).toBe(want)
  })
  test('headers are set, appended and taken away', () => {
    const change = '{set: [{name: x-a, value: "1"}], add: [{name: x-b, value: "2"}], remove: [x-c]}'
    const rules = `[{filters: [{type: RequestHeaderModifier, requestHeaderModifier: ${change}}], backendRefs: [{name: tea, port: 80}]}]`
    const headers = [['X-A', 'old'], ['X-B', 'old'], ['X-C', 'old']] // biome-ignore format: a table
    const { journeys } = ask(lab(gateway(HTTP), route(rules)), 'http://cafe.test/', { headers })
    const got = journeys
      .flatMap((j) => j.events)
      .filter((e) => e.after.kind === 'skb' && e.after.skb.packet.message?.kind === 'http-request')
      .at(-1)
    const message = got?.after.kind === 'skb' ? got.after.skb.packet.message : undefined
    const names = message?.kind === 'http-request' ? message.headers.filter(([n]) => /^x-[abc]$/i.test(n)) : []
    expect(names.map(([n, v]) => `${n.toLowerCase()}=${v}`)).toEqual(['x-a=1', 'x-b=old,2'])
  })
  test('what is not modelled ends the walk, and is said before', () => {
    const mirror =
      '[{filters: [{type: RequestMirror, requestMirror: {backendRef: {name: coffee, port: 80}}}], backendRefs: [{name: tea, port: 80}]}]'
    expect(told(lab(gateway(HTTP), route(mirror)), 'http://cafe.test/')).toBe('unmodelled the filter RequestMirror of an HTTPRoute')
    const pattern = '[{matches: [{path: {type: RegularExpression, value: "/t.*"}}], backendRefs: [{name: tea, port: 80}]}]'
    expect(told(lab(gateway(HTTP), route(pattern)), 'http://cafe.test/tea')).toBe('unmodelled a RegularExpression match of an HTTPRoute')
    expect(worldOf(lab(gateway(HTTP), route(pattern))).problems.map((p) => p.code)).toContain('gateway-unmodelled')
  })
})

test('kubectl get: addresses, status and host names', () => {
  const { cluster } = worldOf(lab(gateway(HTTP), route(TEA, 'hostnames: [cafe.test]')))
  expect(getTable(cluster, 'gatewayclasses')).toMatch(/^edge +example\.com\/edge +True +<unknown>$/m)
  expect(getTable(cluster, 'gateways')).toMatch(/^front +edge +203\.0\.113\.10 +True +<unknown>$/m)
  expect(getTable(cluster, 'httproutes')).toMatch(/^cafe +\["cafe\.test"\] +<unknown>$/m)
  expect(getTable(cluster, 'gateways', { output: 'yaml' })).toContain('attachedRoutes: 1')
})

describe('TLS', () => {
  /** Made by openssl 3 for the name cafe.test; its key is thrown away. */
  const CERTIFICATE =
    'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJrekNDQVRtZ0F3SUJBZ0lVY3E4ZitCaWtGL0UwZkt2YzMxVjhWS1VXVTNVd0NnWUlLb1pJemowRUF3SXcKRkRFU01CQUdBMVVFQXd3SlkyRm1aUzUwWlhOME1CNFhEVEkyTVRFeU1URXhNekF4TlZvWERUTTJNVEV4T0RFeApNekF4TlZvd0ZERVNNQkFHQTFVRUF3d0pZMkZtWlM1MFpYTjBNRmt3RXdZSEtvWkl6ajBDQVFZSUtvWkl6ajBECkFRY0RRZ0FFMWQ5UnJZZEd5YVhZa2pzanZDTXV3OExWTHJxeTlTQ1lGc0dEc0tiZEEzbzlaU2c2WnV4a2laZ0MKd1BiWDdaaVJVbGlnODdKNXBuOGo5MmwzRytSN2w2TnBNR2N3SFFZRFZSME9CQllFRk0vSXBJYld6Nk9jZVY3MQp1VVV3emdtc3dGR3ZNQjhHQTFVZEl3UVlNQmFBRk0vSXBJYld6Nk9jZVY3MXVVVXd6Z21zd0ZHdk1BOEdBMVVkCkV3RUIvd1FGTUFNQkFmOHdGQVlEVlIwUkJBMHdDNElKWTJGbVpTNTBaWE4wTUFvR0NDcUdTTTQ5QkFNQ0EwZ0EKTUVVQ0lENTRwc2VsQXhRV0UrMTNoeHd0NkZ6WXdtdXJHR25HY0VHMTFBaUUrM2I0QWlFQXhiSEVUWE9vSTRoaAo3SFJsN04zVG9ENE5YY1E2MW11bk9DdUNSNzlpOU5rPQotLS0tLUVORCBDRVJUSUZJQ0FURS0tLS0tCg=='
  const secret = (name: string): string => `
apiVersion: v1
kind: Secret
metadata: {name: ${name}}
type: kubernetes.io/tls
data: {tls.crt: ${CERTIFICATE}, tls.key: a2V5}
`
  const HTTPS = '{name: https, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: cafe}]}}'
  test('the listener ends TLS with the certificate of its Secret', () => {
    const { outcome } = ask(lab(gateway(HTTPS), route(TEA), secret('cafe')), 'https://cafe.test/')
    expect(outcome).toMatchObject({
      kind: 'ok',
      status: 200,
      backend: 'default/tea',
      certificate: { from: 'Secret default/cafe', covers: true },
    })
  })
  test('no such Secret: the status says so, and nobody speaks TLS there', () => {
    const text = lab(gateway(HTTPS), route(TEA), secret('other'))
    expect(conditions(text)).toEqual(['Gateway default/front ResolvedRefs InvalidCertificateRef spec.listeners[0]'])
    expect(told(text, 'https://cafe.test/')).toMatch(/^(refused|timeout)/)
  })
})
