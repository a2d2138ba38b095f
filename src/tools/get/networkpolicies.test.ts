import { expect, test } from 'vitest'
import { build } from '../../explain.ts'
import { getTable } from './get.ts'

const policy = (name: string, spec: string) =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: ${name}}\nspec: ${spec}\n`
const text = [
  policy('all', '{podSelector: {}}'),
  policy(
    'web',
    '{podSelector: {matchLabels: {tier: front, app: web}, matchExpressions: [{key: env, operator: NotIn, values: [test, dev]}, {key: b, operator: Exists}]}, egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}, {namespaceSelector: {}}], ports: [{port: 53, protocol: UDP}]}]}',
  ),
  'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {team: web}}\n',
].join('---\n')
const { cluster } = build([{ name: 'a.yaml', text }], { wants: { everything: false, dns: false } })

test('get networkpolicies, as kubectl prints them', () => {
  for (const name of ['networkpolicies', 'networkpolicy', 'netpol'])
    expect(getTable(cluster, name)).toBe(
      [
        'NAME   POD-SELECTOR                                AGE',
        'all    <none>                                      <unknown>',
        'web    app=web,b,env notin (dev,test),tier=front   <unknown>',
        '',
      ].join('\n'),
    )
})

test('with the defaults that the API server fills in', () => {
  expect(getTable(cluster, 'netpol', { output: 'yaml' })).toContain(`  spec:
    egress:
    - ports:
      - port: 53
        protocol: UDP
      to:
      - ipBlock:
          cidr: 10.0.0.0/8
          except:
          - 10.1.0.0/16
      - namespaceSelector: {}
    podSelector:
      matchExpressions:
      - key: env
        operator: NotIn
        values:
        - test
        - dev
      - key: b
        operator: Exists
      matchLabels:
        app: web
        tier: front
    policyTypes:
    - Ingress
    - Egress
`)
})

test('a namespace carries its labels and its name', () => {
  expect(getTable(cluster, 'namespaces', { output: 'yaml' })).toContain(`    labels:
      kubernetes.io/metadata.name: shop
      team: web
`)
})
