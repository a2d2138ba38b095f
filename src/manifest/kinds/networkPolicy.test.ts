import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { readManifests } from '../read.ts'

const read = (text: string) => readManifests([{ name: 'a.yaml', text }])
const policy = (spec: unknown): string =>
  stringify({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'p' }, spec })
const told = (text: string): readonly string[] => read(text).problems.map((p) => `${p.where?.field}: ${p.params['text'] ?? p.code}`)
const only = (spec: unknown) => {
  const { objects, problems } = read(policy(spec))
  expect(problems).toEqual([])
  return objects[0]?.is
}

const vectors = parse(readFileSync(new URL('../../testing/captured/netpol/41-validation.yaml', import.meta.url), 'utf8')) as {
  readonly cases: readonly { readonly name: string; readonly manifest: unknown; readonly expect: { readonly error: string } }[]
}

test.each(vectors.cases.map((c) => [c.name, c] as const))('refused as the API server does: %s', (_, one) => {
  expect(told(stringify(one.manifest))).toContain(one.expect.error)
})

describe('NetworkPolicy', () => {
  test('more that the API server refuses', () => {
    const block = (ipBlock: unknown) => policy({ podSelector: {}, egress: [{ to: [{ ipBlock }] }] })
    expect(told(block({}))).toEqual(['spec.egress[0].to[0].ipBlock.cidr: Required value'])
    expect(told(block({ cidr: '10.0.0.0/33' }))).toEqual([
      'spec.egress[0].to[0].ipBlock.cidr: Invalid value: "10.0.0.0/33": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
    ])
    expect(told(block({ cidr: '10.0.0.0/8', except: ['10.0.0.0/8', 'x', '10.1.0.0/16'] }))).toEqual([
      'spec.egress[0].to[0].ipBlock.except[0]: Invalid value: "10.0.0.0/8": must be a strict subset of `cidr`',
      'spec.egress[0].to[0].ipBlock.except[1]: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
    ])
    const port = (one: unknown) => policy({ podSelector: {}, ingress: [{ ports: [one] }] })
    expect(told(port({ port: 0 }))).toEqual(['spec.ingress[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive'])
    expect(told(port({ endPort: 5 }))).toEqual([
      'spec.ingress[0].ports[0].endPort: Invalid value: 5: may not be specified when `port` is not specified',
    ])
    expect(told(port({ port: 'Http_Port' }))[0]).toContain('must contain only alpha-numeric characters')
    expect(told(port({ protocol: 'ICMP' }))).toEqual([
      'spec.ingress[0].ports[0].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"',
    ])
    expect(told(policy({ podSelector: {}, policyTypes: ['Ingress', 'Egress', 'Ingress'] }))).toEqual([
      'spec.policyTypes: Invalid value: []networking.PolicyType{"Ingress", "Egress", "Ingress"}: may not specify more than two policyTypes',
    ])
    expect(told(policy({ podSelector: {}, policyTypes: ['Both'] }))).toEqual([
      'spec.policyTypes[0]: Unsupported value: "Both": supported values: "Egress", "Ingress"',
    ])
    expect(told(policy({ podSelector: { matchExpressions: [{ key: 'a', operator: 'In' }] } }))[0]).toContain(
      'must be specified when `operator`',
    )
  })

  test('policyTypes that are left out: Ingress always, Egress where there are egress rules', () => {
    expect(only({ podSelector: {} })).toMatchObject({ policyTypes: ['Ingress'], ingress: [], egress: [] })
    expect(only({ podSelector: {}, egress: [{}] })).toMatchObject({
      policyTypes: ['Ingress', 'Egress'],
      egress: [{ peers: [], ports: [] }],
    })
    expect(only({ podSelector: {}, egress: [] })).toMatchObject({ policyTypes: ['Ingress'] })
    expect(only({ policyTypes: ['Egress'], ingress: [{}] })).toMatchObject({ policyTypes: ['Egress'] })
  })

  test('one item with both selectors, two items, an ipBlock; protocol TCP unless told; null is as if absent', () => {
    const web = { matchLabels: { app: 'web' } }
    const selector = { matchLabels: { app: 'web' }, matchExpressions: [] }
    const from = [
      { podSelector: web, namespaceSelector: {} },
      { namespaceSelector: {}, podSelector: null },
      { ipBlock: { cidr: '10.1.2.3/8', except: ['10.9.0.1/16'] } },
    ]
    expect(
      only({ podSelector: {}, ingress: [{ from, ports: [{ port: 'http' }, { protocol: 'SCTP' }, { port: 1, endPort: 9 }] }] }),
    ).toMatchObject({
      ingress: [
        {
          peers: [
            { podSelector: selector, namespaceSelector: { matchLabels: {}, matchExpressions: [] } },
            { namespaceSelector: { matchLabels: {} } },
            { ipBlock: { cidr: '10.0.0.0/8', except: ['10.9.0.0/16'] } },
          ],
          ports: [{ protocol: 'TCP', port: 'http' }, { protocol: 'SCTP' }, { protocol: 'TCP', port: 1, endPort: 9 }],
        },
      ],
    })
  })
})
