import { expect, test } from 'vitest'
import { build, odds, probe } from '../../explain.ts'
import { getTable } from '../../tools/get/get.ts'
import { fractionText } from '../../trace/luck.ts'
import { sayOutcome } from '../../words/outcomes.ts'
import { gapsOf } from './joined.ts'
import { host, pod, service, together, twoNodes } from './lab.ts'

const backend = (name: string, port: number | string = 80): string =>
  `backend: {service: {name: ${name}, port: {${typeof port === 'number' ? 'number' : 'name'}: ${port}}}}`
const path = (text: string, to: string, type = 'Prefix'): string => `{path: '${text}', pathType: ${type}, ${to}}`
const ingress = (
  name: string,
  paths: readonly string[],
  more: { readonly notes?: string; readonly spec?: string; readonly meta?: string; readonly host?: string } = {},
): string => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: ${name}, annotations: {${more.notes ?? ''}}${more.meta ?? ''}}
spec:
  ${more.spec ?? 'ingressClassName: nginx'}
  rules: [{host: ${more.host ?? 'cafe.test'}, http: {paths: [${paths.join(', ')}]}}]
`
const note = (name: string, value: string): string => `nginx.ingress.kubernetes.io/${name}: '${value}'`
const backends = [
  pod({ name: 'tea', node: 'node-1', ip: '10.244.1.5', port: 8080 }),
  pod({ name: 'coffee', node: 'node-2', ip: '10.244.2.5', port: 8080 }),
  service({ name: 'tea', ip: '10.96.1.1', app: 'tea' }),
  service({ name: 'coffee', ip: '10.96.1.2', app: 'coffee' }),
]
const lab = (...documents: readonly string[]): string => together(twoNodes, host('laptop', '198.51.100.7'), ...backends, ...documents)
const worldOf = (text: string) => build([{ name: 'lab.yaml', text }], { wants: { everything: false, dns: false, ingress: true } })
const FROM = { from: 'host/laptop', connect: 'ingress' } as const
const ask = (text: string, to: string, more: object = {}) => {
  const world = worldOf(text)
  expect(world.problems.filter((p) => p.severity === 'error')).toEqual([])
  const probed = probe(world, { ...FROM, to, ...more }, { seed: 1 })
  expect(probed.journeys.flatMap((j) => gapsOf(j))).toEqual([])
  return probed
}
/** `200 tea /path`, `404`, `308 https://…`. */
const told = (text: string, to: string, more: object = {}): string => {
  const { status, route } = ask(text, to, more).outcome
  return `${status} ${route?.redirect ?? (status === 200 ? `${route?.service} ${route?.path}` : '')}`.trim()
}
const problems = (text: string): readonly string[] =>
  worldOf(text).problems.map((p) => `${p.code} ${p.where?.line === undefined ? '' : (p.where.field ?? '')}`.trim())

test('two connections: NAT on the way to the controller, none behind it, and the Pod sees the controller', () => {
  const { outcome, journeys } = ask(lab(ingress('cafe', [path('/', backend('coffee'))])), 'http://cafe.test/x')
  const onward = journeys.find((j) => j.parent?.as === 'onward')
  expect(outcome).toMatchObject({ status: 200, backend: 'default/coffee', backendAddress: '10.244.2.5:8080' })
  // endpoints, and no cluster IP
  expect(onward?.connection.dst).toBe('10.244.2.5')
  expect(outcome.sourceSeen?.startsWith(`${onward?.connection.src}:`)).toBe(true)
  expect(outcome.sourceSeen).not.toContain('198.51.100.7')
  const request = journeys
    .flatMap((j) => j.events)
    .reverse()
    .find((e) => e.after.kind === 'skb' && e.after.skb.packet.message?.kind === 'http-request')
  const message = request?.after.kind === 'skb' ? request.after.skb.packet.message : undefined
  const headers = new Map(message?.kind === 'http-request' ? message.headers : [])
  expect(headers.get('Host')).toBe('cafe.test')
  expect(headers.get('X-Forwarded-Proto')).toBe('http')
  expect(headers.get('X-Real-IP')).toBe(headers.get('X-Forwarded-For'))
})

test('service-upstream goes through the cluster IP', () => {
  const text = lab(ingress('cafe', [path('/', backend('coffee'))], { notes: note('service-upstream', 'true') }))
  const { outcome, journeys } = ask(text, 'http://cafe.test/')
  expect(journeys.find((j) => j.parent?.as === 'onward')?.connection.dst).toBe('10.96.1.2')
  expect(outcome.backendAddress).toBe('10.244.2.5:8080')
})

test('ExternalName: the controller looks the name up, and goes out', () => {
  const outside = `
apiVersion: v1
kind: Service
metadata: {name: partner}
spec: {type: ExternalName, externalName: api.partner.example}
`
  const world = `
apiVersion: packetwalk.dev/v1alpha1
kind: Lab
metadata: {name: world}
spec:
  hosts:
    - {name: partner, addresses: [203.0.113.7], listen: ['80']}
    - {name: dns, addresses: [198.51.100.53], listen: [53/UDP], dns: [{name: api.partner.example, type: A, value: 203.0.113.7}]}
`
  const text = lab(ingress('a', [path('/', backend('partner'))]), outside, world)
  const made = build([{ name: 'lab.yaml', text }], { wants: { everything: false, dns: true, ingress: true } })
  const { outcome, journeys } = probe(made, { ...FROM, to: 'http://cafe.test/x' }, { seed: 1 })
  expect(outcome).toMatchObject({ status: 200, backend: 'host/partner', route: { service: 'partner', path: '/x' } })
  expect(journeys.some((j) => j.phase === 'dns' && j.events.some((e) => e.kind === 'dns'))).toBe(true)
})

test('canary: its weight is exact, the header beats it', () => {
  const main = ingress('main', [path('/', backend('tea'))])
  const canary = ingress('canary', [path('/', backend('coffee'))], {
    notes: [note('canary', 'true'), note('canary-weight', '15'), note('canary-by-header', 'X-Canary')].join(', '),
  })
  const world = worldOf(lab(main, canary))
  const chances = (headers: readonly (readonly [string, string])[]) =>
    Object.fromEntries(
      odds(world, { ...FROM, to: 'http://cafe.test/', headers }, { seed: 1 }).outcomes.map((o) => [
        o.outcome.route?.service,
        fractionText(o.probability),
      ]),
    )
  expect(chances([])).toEqual({ tea: '17/20', coffee: '3/20' })
  expect(chances([['X-Canary', 'always']])).toEqual({ coffee: '1' })
  expect(chances([['X-Canary', 'never']])).toEqual({ tea: '1' })
})

test.each<[string, string, string, readonly string[]]>([
  ['default backend', ingress('a', [path('/tea', backend('tea'))], { spec: `ingressClassName: nginx\n  default${backend('coffee').replace('b', 'B')}` }), '/other', ['200 coffee /other']],
  ['nothing fits', ingress('a', [path('/tea', backend('tea'))]), '/teapot', ['404']],
  ['rewrite with a group', ingress('a', [path('/tea(/|$)(.*)', backend('tea'), 'ImplementationSpecific')], { notes: note('rewrite-target', '/$2') }), '/tea/green?x=1', ['200 tea /green?x=1']],
  ['the longest pattern text comes first', ingress('a', [path('/te.*', backend('tea'), 'ImplementationSpecific'), path('/tea/gr[a-z]+', backend('coffee'), 'ImplementationSpecific')], { notes: note('use-regex', 'true') }), '/TEA/green', ['200 coffee /TEA/green']],
  ['two Ingresses, one path: the oldest', together(ingress('young', [path('/', backend('tea'))], { meta: ", creationTimestamp: '2024-02-01T00:00:00Z'" }), ingress('old', [path('/', backend('coffee'))], { meta: ", creationTimestamp: '2024-01-01T00:00:00Z'" })), '/', ['200 coffee /', 'ingress-taken spec.rules[0].http.paths[0].path']],
  ['a Service of another namespace', ingress('a', [path('/', backend('tea'))], { meta: ', namespace: shop' }), '/', ['503', 'ingress-other-namespace spec.rules[0].http.paths[0].backend.service.name']],
  ['wrong port name', ingress('a', [path('/', backend('tea', 'web'))]), '/', ['503', 'ingress-no-port spec.rules[0].http.paths[0].backend.service.port.name']],
  ['missing Service', ingress('a', [path('/', backend('milk'))]), '/', ['503', 'ingress-no-service spec.rules[0].http.paths[0].backend.service.name']],
  ['missing class', ingress('a', [path('/', backend('tea'))], { spec: 'ingressClassName: ngnix' }), '/', ['404', 'ingress-no-class spec.ingressClassName']],
  ['no class', ingress('a', [path('/', backend('tea'))], { spec: '' }), '/', ['404', 'ingress-classless']],
  ['bad pattern', ingress('a', [path('/tea(/', backend('tea'), 'ImplementationSpecific')], { notes: note('use-regex', 'true') }), '/tea', ['404', 'ingress-pattern spec.rules[0].http.paths[0].path']],
  ['a pattern as Prefix', ingress('a', [path('/tea/(.*)', backend('tea'))]), '/tea/1', ['404', 'ingress-denied spec.rules[0].http.paths[0].path']],
  ['twice the same location', ingress('a', [path('/tea', backend('tea')), path('/tea/', backend('coffee'))]), '/tea', ['404', 'ingress-denied']],
  ['TLS: http is sent to https', ingress('a', [path('/', backend('tea'))], { spec: 'ingressClassName: nginx\n  tls: [{hosts: [cafe.test], secretName: none}]' }), '/x/', ['308 https://cafe.test/x', 'ingress-log spec.tls[0].secretName']],
])('%s', (_, text, to, want) => expect([told(lab(text), `http://cafe.test${to}`), ...problems(lab(text))]).toEqual(want)) // biome-ignore format: a table

/** openssl req -x509 -newkey ec -subj /CN=test -addext subjectAltName=DNS:shop.test,DNS:*.cafe.test */
const CERTIFICATE =
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJsakNDQVR5Z0F3SUJBZ0lVV1BMUS84NEREVXd4ejJWTzBZSnlJeHQyRTBvd0NnWUlLb1pJemowRUF3' +
  'SXcKRHpFTk1Bc0dBMVVFQXd3RWRHVnpkREFlRncweU5qRXhNakV4TVRNMU1qZGFGdzB6TmpFeE1UZ3hNVE0xTWpkYQpNQTh4RFRBTEJnTlZCQU1NQkhSbGMz' +
  'UXdXVEFUQmdjcWhrak9QUUlCQmdncWhrak9QUU1CQndOQ0FBUi8vdGpJCjkrbFFRMDlYcnQvd3J5OTFVRDJ6QnJYTGl0dW1tanJyQStDSk5oYkNHdjFVMkRx' +
  'SWZZWC94SFI4YWdzazNkZnYKQ0NWcmgxYngxbUxuVzh2eG8zWXdkREFkQmdOVkhRNEVGZ1FVQ05WU1NZRFd3UFBBcTBYSzE3aCtsekZkZFlrdwpId1lEVlIw' +
  'akJCZ3dGb0FVQ05WU1NZRFd3UFBBcTBYSzE3aCtsekZkZFlrd0R3WURWUjBUQVFIL0JBVXdBd0VCCi96QWhCZ05WSFJFRUdqQVlnZ2x6YUc5d0xuUmxjM1ND' +
  'Q3lvdVkyRm1aUzUwWlhOME1Bb0dDQ3FHU000OUJBTUMKQTBnQU1FVUNJUURRWkJrUEFNN3didEQ5YXo3MUMxVXZXZ1BXZlRYS2VRNWVhaVpzTi9kZkxBSWdT' +
  'OHhOQ0RoeAphZWNVaUZjOVZZdGF6Z09lczF6RXovYTYwajhyS2FPdzdhQT0KLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo='
const secret = `
apiVersion: v1
kind: Secret
metadata: {name: cert}
type: kubernetes.io/tls
data: {tls.crt: ${CERTIFICATE}, tls.key: ''}
`
const tls = (hostName: string): string =>
  ingress('a', [path('/', backend('tea'))], {
    host: hostName,
    spec: `ingressClassName: nginx\n  tls: [{hosts: [${hostName}], secretName: cert}]`,
  })

test.each<[string, string, readonly string[], boolean]>([
  ['shop.test', 'Secret default/cert', ['shop.test', '*.cafe.test'], true],
  ['www.cafe.test', 'Secret default/cert', ['shop.test', '*.cafe.test'], true],
  ['cafe.test', 'Kubernetes Ingress Controller Fake Certificate', ['ingress.local'], false],
])('TLS: who asks for %s is shown %s', (name, from, names, covers) => {
  const text = lab(tls(name), secret)
  const { outcome } = ask(text, `https://${name}/`)
  expect(outcome).toMatchObject({ status: 200, backend: 'default/tea', certificate: { from, names, covers } })
  const log = worldOf(text).problems.find((p) => p.code === 'ingress-log')?.params['text']
  expect(log).toBe(
    covers
      ? undefined
      : 'SSL certificate "default/cert" does not contain a Common Name or Subject Alternative Name for server "cafe.test": x509: certificate is valid for shop.test, *.cafe.test, not cafe.test. Using default certificate',
  )
})

test('the outcome says whose answer it was, and what a browser would do', () => {
  const say = (text: string, to: string): string => Object.values(sayOutcome(ask(text, to).outcome, 'en')).join(': ')
  const both = lab(ingress('a', [path('/', backend('milk'))]), tls('shop.test').replace('name: a,', 'name: b,'))
  expect(say(both, 'http://cafe.test/')).toContain('No backend: HTTP 503: ingress-nginx found the rule, and milk:80 has no endpoint')
  expect(say(both, 'http://other.test/')).toContain('No rule fits')
  expect(say(both, 'http://shop.test/')).toContain('sends the client to https://shop.test')
  expect(say(both, 'https://cafe.test/')).toContain('does not cover the host')
  expect(sayOutcome(ask(both, 'https://cafe.test/').outcome, 'zh-CN').text).toContain('ingress.local')
})

test('affinity: the cookie of the first answer leads back to the same server, and beats the canary', () => {
  const two = pod({ name: 'tea-2', node: 'node-2', ip: '10.244.2.6', app: 'tea', port: 8080 })
  const canary = ingress('b', [path('/', backend('coffee'))], { notes: [note('canary', 'true'), note('canary-weight', '50')].join(', ') })
  const text = lab(two, ingress('a', [path('/', backend('tea'))], { notes: note('affinity', 'cookie') }), canary)
  const world = worldOf(text)
  const first = probe(world, { ...FROM, to: 'http://cafe.test/' }, { seed: 3 })
  const set =
    first.result?.answer?.kind === 'http-response' ? first.result.answer.headers.find(([n]) => n === 'Set-Cookie')?.[1] : undefined
  expect(set).toMatch(/^INGRESSCOOKIE=[0-9a-f]+\|[0-9a-f]+; Path=\/; HttpOnly$/)
  const again = odds(world, { ...FROM, to: 'http://cafe.test/', headers: [['Cookie', set?.split(';')[0] ?? '']] }, { seed: 1 })
  expect(again.outcomes.map((o) => [fractionText(o.probability), o.outcome.backend])).toEqual([['1', first.outcome.backend]])
  const foreign = probe(world, { ...FROM, to: 'http://cafe.test/', headers: [['Cookie', 'INGRESSCOOKIE=abc']] }, { seed: 3 }).outcome
  expect(foreign.unmodelled).toBe('the server that a cookie INGRESSCOOKIE of another controller means')
})

test.each<[string, string, string, string]>([
  ['permanent-redirect', note('permanent-redirect', 'https://new.test/'), 'http://cafe.test/x', '301 https://new.test/'],
  ['temporal-redirect', note('temporal-redirect', 'https://new.test/'), 'http://cafe.test/x', '302 https://new.test/'],
  ['from-to-www-redirect', note('from-to-www-redirect', 'true'), 'http://www.cafe.test/x?y', '308 http://cafe.test/x?y'],
  ['a range that is none', note('whitelist-source-range', '10.0.0.0/40'), 'http://cafe.test/', '503'],
  ['a range without the caller', note('whitelist-source-range', '172.16.0.0/12'), 'http://cafe.test/', '403'],
])('%s', (_, notes, to, want) => expect(told(lab(ingress('a', [path('/', backend('tea'))], { notes })), to)).toBe(want))

test('a server that does not answer is followed by the next; without any it is 502 or 504', () => {
  const deaf = pod({ name: 'tea-2', node: 'node-2', ip: '10.244.2.6', app: 'tea' })
  const ready =
    '\n---\napiVersion: packetwalk.dev/v1alpha1\nkind: Lab\nmetadata: {name: deaf}\nspec: {pods: [{name: default/tea-2, listen: [], ready: true}]}\n'
  const world = worldOf(lab(`${deaf}${ready}`, ingress('a', [path('/', backend('tea'))])))
  const seen = [1, 2, 3, 4, 5, 6].map((seed) => probe(world, { ...FROM, to: 'http://cafe.test/' }, { seed }))
  expect(seen.map((p) => p.outcome.backend)).toEqual(Array(6).fill('default/tea'))
  const tried = (p: (typeof seen)[number]): number =>
    new Set(p.journeys.filter((j) => j.connection.dport === 8080 && j.phase === 'connect').map((j) => j.connection.dst)).size
  expect(new Set(seen.map(tried))).toEqual(new Set([1, 2]))
  const nobody = worldOf(lab(ingress('a', [path('/', backend('tea'))]), ready.replace('tea-2', 'tea').replace('\n---\n', '')))
  expect(probe(nobody, { ...FROM, to: 'http://cafe.test/' }, { seed: 1 }).outcome.status).toBe(502)
})

test('kubectl get ingress', () => {
  const { cluster } = worldOf(lab(ingress('cafe', [path('/', backend('tea'))]), tls('shop.test').replace('name: a,', 'name: shop,')))
  expect(`\n${getTable(cluster, 'ing') as string}`).toBe(`
NAME   CLASS   HOSTS       ADDRESS         PORTS     AGE
cafe   nginx   cafe.test   192.168.10.11   80        <unknown>
shop   nginx   shop.test   192.168.10.11   80, 443   <unknown>
`)
})
