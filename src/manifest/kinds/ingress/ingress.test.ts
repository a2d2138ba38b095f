import { readFileSync } from 'node:fs'
import { expect, it, test } from 'vitest'
import { parse } from 'yaml'
import { printProblem } from '../../../words/problems.ts'
import { applyEdits, fixesOf } from '../../fix.ts'
import { readManifests } from '../../read.ts'

interface Case {
  readonly name: string
  readonly manifest: { readonly metadata: { readonly name: string } }
  readonly expect: {
    readonly accepted: boolean
    readonly errors?: readonly string[]
    readonly errorContains?: string
    readonly kubectlMessage?: string
  }
}
const { cases } = parse(readFileSync('src/testing/captured/ingress/20-api-validation.yaml', 'utf8')) as { readonly cases: readonly Case[] }
const read = (text: string) => readManifests([{ name: 'FILE', text }])
const said = (text: string): readonly string[] =>
  read(text).problems.map((p) => printProblem(p, 'en').replace(/^FILE:\d+:\d+: (error|warning|hint): /, ''))

test('every case is here', () => expect(cases).toHaveLength(13))

it.each(cases.map((c) => [c.name, c] as const))('%s', (_, { manifest, expect: want }) => {
  const text = JSON.stringify(manifest)
  const { objects, problems } = read(text)
  expect(objects.length === 1).toBe(want.accepted)
  if (want.errors) expect(said(text)).toEqual(want.errors)
  if (want.errorContains !== undefined) expect(said(text).join()).toContain(want.errorContains)
  if (want.kubectlMessage !== undefined)
    expect(`error: ${said(text)[0]?.replace(/^apiVersion: /, '')}`).toContain(want.kubectlMessage.replace(/\s+/g, ' '))
  if (want.accepted) expect(problems).toEqual([])
})

const OLD = `apiVersion: extensions/v1beta1
kind: Ingress
metadata:
  name: cafe
spec:
  backend:   # everything else
    serviceName: fallback
    servicePort: http
  rules:
    - host: cafe.example.com
      http:
        paths:
          - path: /tea
            backend:
              serviceName: tea-svc
              servicePort: 80
          - backend: {serviceName: coffee-svc, servicePort: 80}
            path: /coffee
            pathType: Prefix
`

test('the old form is converted by one fix, and comments stay', () => {
  const { problems } = read(OLD)
  expect(problems.map((p) => p.code)).toEqual(['api-removed'])
  const [fix] = fixesOf(OLD, problems[0] as never)
  expect(fix).toMatchObject({ code: 'fix-convert', params: { want: 'networking.k8s.io/v1' } })
  const now = applyEdits(OLD, fix?.edits ?? [])
  expect(now).toContain('defaultBackend:   # everything else')
  const { objects, problems: left } = read(now)
  expect(left).toEqual([])
  expect(objects[0]?.is).toEqual({
    defaultBackend: { service: { name: 'fallback', port: 'http' } },
    rules: [
      {
        host: 'cafe.example.com',
        paths: [
          { path: '/tea', pathType: 'ImplementationSpecific', backend: { service: { name: 'tea-svc', port: 80 } } },
          { path: '/coffee', pathType: 'Prefix', backend: { service: { name: 'coffee-svc', port: 80 } } },
        ],
      },
    ],
    tls: [],
  })
})

test('a path without pathType gets one', () => {
  const text = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: a}
spec:
  rules:
    - http:
        paths:
          - path: /tea
            backend: {service: {name: tea, port: {number: 80}}}
`
  const { problems } = read(text)
  expect(problems.map((p) => p.where?.field)).toEqual(['spec.rules[0].http.paths[0].pathType'])
  const [fix] = fixesOf(text, problems[0] as never)
  expect(fix).toMatchObject({ code: 'fix-add', params: { text: 'pathType: Prefix' } })
  expect(read(applyEdits(text, fix?.edits ?? [])).problems).toEqual([])
})

it.each<[string, readonly string[]]>([
  [
    '{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: a}, spec: {controller: nginx}}',
    ['spec.controller: Invalid value: "nginx": must be a domain-prefixed path (such as "acme.io/foo")'],
  ],
  ['{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: a}, spec: {}}', ['spec.controller: Required value']],
  ['{apiVersion: v1, kind: Secret, metadata: {name: a}, type: kubernetes.io/tls, data: {tls.crt: ""}}', ['data[tls.key]: Required value']],
  [
    '{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: a, annotations: {kubernetes.io/ingress.class: x}}, spec: {ingressClassName: other, defaultBackend: {service: {name: a, port: {number: 80}}}}}',
    ['annotations.kubernetes.io/ingress.class: Invalid value: "x": must match `ingressClassName` when both are specified'],
  ],
])('%s', (text, want) => expect(said(text)).toEqual(want))

test('stringData becomes data', () => {
  const [secret] = read('{apiVersion: v1, kind: Secret, metadata: {name: a}, stringData: {a: "häß", b: x, c: xy}}').objects
  expect(secret?.is).toEqual({ type: 'Opaque', data: { a: btoa('h\u00c3\u00a4\u00c3\u009f'), b: btoa('x'), c: btoa('xy') } })
})
