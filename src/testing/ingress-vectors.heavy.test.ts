import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { parse } from 'yaml'
import { newDesk } from '../cli/desk.ts'
import { answer } from '../cli/main.ts'
import type { Outcome } from '../trace/journey.ts'
import { fraction, fractionText, plus } from '../trace/luck.ts'

/** Every recorded request of captured/ingress/01 to 13 through the command line: a client, a controller on a node's own address, and back. */
const FOLDER = 'src/testing/captured/ingress'

/** On the node's network, so that the controller sees the client itself. */
const CONTROLLER = `---
apiVersion: v1
kind: Pod
metadata:
  name: controller
  namespace: ingress-nginx
  labels: {app.kubernetes.io/name: ingress-nginx, app.kubernetes.io/component: controller}
spec:
  nodeName: node-1
  hostNetwork: true
  containers:
    - {name: controller, image: "registry.k8s.io/ingress-nginx/controller:v1.15.1", ports: [{containerPort: 80}, {containerPort: 443}]}
`
interface Expected {
  readonly status: 'proxied' | number
  readonly server?: string
  readonly location?: string
  readonly ingress?: string
  readonly service?: string
  readonly port?: string | number
  readonly path?: string
  readonly redirect?: string
  readonly endpoints?: readonly string[]
  readonly canary?: { readonly service: string; readonly probability: number }
}
interface Vector {
  readonly id: string
  readonly kind: string
  readonly manifests: string
  readonly requests: readonly {
    readonly request: {
      readonly scheme?: string
      readonly host: string
      readonly path: string
      readonly headers?: Readonly<Record<string, string>>
      readonly cookies?: Readonly<Record<string, string>>
      readonly clientIP?: string
    }
    readonly expect: Expected
  }[]
}
const vectors = readdirSync(FOLDER)
  .filter((f) => f.endsWith('.yaml'))
  .map((f) => parse(readFileSync(`${FOLDER}/${f}`, 'utf8')) as Vector)
  .filter((v) => v.kind === 'ingress-route')

/** A name that the controller itself looks up. */
const EXTERNAL = /^[a-z]/

describe.each(vectors.map((v) => [v.id, v] as const))('%s', (_, { manifests, requests }) => {
  const desk = newDesk(() => new TextEncoder().encode(`${manifests}\n${CONTROLLER}`))
  const run = <T>(...more: readonly string[]): T => {
    const { code, stdout, stderr } = answer(['probe', '-', '--json', ...more], desk)
    expect([code, stderr.split('\n').filter((l) => l.includes('error'))]).toEqual([0, []])
    return JSON.parse(stdout) as T
  }
  it.each(requests.map((r) => [JSON.stringify(r.request), r] as const))('%s', (__, { request: r, expect: want }) => {
    const from = r.clientIP === undefined ? 'host/client' : `ip/${r.clientIP}@node/node-1`
    const cookies = Object.entries(r.cookies ?? {}).map(([k, v]) => `${k}=${v}`)
    const headers = [
      ...Object.entries(r.headers ?? {}).map(([k, v]) => `${k}: ${v}`),
      ...(cookies.length > 0 ? [`Cookie: ${cookies.join('; ')}`] : []),
    ]
    const url = `${r.scheme ?? 'http'}://${r.host}${r.path}`
    const asked = ['--from', from, '--to', url, '--connect', 'ingress', ...headers.flatMap((h) => ['-H', h])]
    if (want.canary) {
      const { outcomes } = run<{ readonly outcomes: readonly { readonly probability: string; readonly outcome: Outcome }[] }>(
        '--odds',
        ...asked,
      )
      const takes = outcomes.filter(({ outcome }) => outcome.route?.canary === true)
      expect(new Set(takes.map(({ outcome }) => outcome.route?.service))).toEqual(new Set([want.canary.service]))
      const sum = takes.reduce(
        (n, { probability }) => {
          const [num = '0', den = '1'] = probability.split('/')
          return plus(n, fraction(BigInt(num), BigInt(den)))
        },
        fraction(0, 1),
      )
      expect(fractionText(sum)).toBe(fractionText(fraction(Math.round(want.canary.probability * 1000), 1000)))
      return
    }
    const { outcome } = run<{ readonly outcome: Outcome }>(...asked)
    const { route } = outcome
    const { status, endpoints = [], port, ...rest } = want
    const told = { ...route, port: route?.port ?? undefined }
    for (const [key, value] of Object.entries({ ...rest, ...(port === undefined ? {} : { port: `${port}` }) }))
      if (key !== 'backend') expect([key, told[key as keyof typeof told]]).toEqual([key, value])
    // nobody in the recorded lab knows that name: the controller has no server then
    if (endpoints.some((e) => EXTERNAL.test(e))) expect(outcome.status).toBe(503)
    else expect(outcome.status).toBe(status === 'proxied' ? 200 : status)
    if (status !== 'proxied' || endpoints.some((e) => EXTERNAL.test(e) || e.startsWith('10.96.'))) return
    expect(endpoints).toContain(outcome.backendAddress)
  })
})

test('every vector is here', () => expect(vectors.reduce((n, v) => n + v.requests.length, 0)).toBe(114))
