import fc from 'fast-check'
import { twoNodeObjects } from '../two-nodes.ts'

/** Clusters with policies, drawn at random: what a NetworkPolicy can say, in all its corners. */

export const NAMESPACES = ['x', 'y', 'z'] as const
type Namespace = (typeof NAMESPACES)[number]

export interface DrawnPod {
  readonly namespace: Namespace
  readonly labels: Readonly<Record<string, string>>
  readonly node: 1 | 2
  readonly hostNetwork: boolean
  /** Which of its two TCP ports is called http; 0: neither. */
  readonly http: 80 | 8080 | 0
}

export interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>
  readonly matchExpressions?: readonly {
    readonly key: string
    readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'
    readonly values?: readonly string[]
  }[]
}
export interface Peer {
  readonly podSelector?: Selector
  readonly namespaceSelector?: Selector
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] }
}
export interface Port {
  readonly protocol?: 'TCP' | 'UDP' | 'SCTP'
  readonly port?: number | string
  readonly endPort?: number
}
export interface DrawnPolicy {
  readonly namespace: Namespace
  readonly spec: {
    readonly podSelector: Selector
    readonly policyTypes?: readonly ('Ingress' | 'Egress')[]
    readonly ingress?: readonly { readonly from?: readonly Peer[]; readonly ports?: readonly Port[] }[]
    readonly egress?: readonly { readonly to?: readonly Peer[]; readonly ports?: readonly Port[] }[]
  }
}

export interface Drawn {
  /** Labels of the namespaces, beside the one with its name. */
  readonly teams: readonly Readonly<Record<string, string>>[]
  readonly pods: readonly DrawnPod[]
  readonly policies: readonly DrawnPolicy[]
}

const maybe = <T>(what: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(what, { nil: undefined })
/** Without the keys that are undefined: a field left out is not a field with nothing in it. */
type Lean<T> = { readonly [k in keyof T]?: Exclude<T[k], undefined> }
const lean = <T extends object>(one: T): Lean<T> => Object.fromEntries(Object.entries(one).filter(([, v]) => v !== undefined)) as Lean<T>

/** Selectors over two keys of two values each. */
const selectorOf = (a: string, b: string, values: readonly string[]): fc.Arbitrary<Selector> => {
  const key = fc.constantFrom(a, b)
  const value = fc.constantFrom(...values)
  const equal = fc.tuple(key, value).map(([k, v]) => ({ [k]: v }))
  const expression = fc.oneof(
    fc.record({
      key,
      operator: fc.constantFrom('In' as const, 'NotIn' as const),
      values: fc.uniqueArray(value, { minLength: 1, maxLength: 2 }),
    }),
    fc.record({ key, operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const) }),
  )
  return fc.oneof(
    fc.constant({}),
    equal.map((matchLabels) => ({ matchLabels })),
    expression.map((one) => ({ matchExpressions: [one] })),
    fc.tuple(equal, expression).map(([matchLabels, one]) => ({ matchLabels, matchExpressions: [one] })),
    fc.tuple(expression, expression).map((matchExpressions) => ({ matchExpressions })),
  )
}
const podSelector = selectorOf('app', 'tier', ['web', 'api'])
const namespaceSelector = fc.oneof(
  selectorOf('team', 'env', ['red', 'blue']),
  fc.constantFrom(...NAMESPACES).map((name) => ({ matchLabels: { 'kubernetes.io/metadata.name': name } })),
)
const ipBlock = fc.constantFrom(
  { cidr: '0.0.0.0/0' },
  { cidr: '0.0.0.0/0', except: ['10.244.1.0/24'] },
  { cidr: '10.244.0.0/16' },
  { cidr: '10.244.1.0/24', except: ['10.244.1.10/32', '10.244.1.12/31'] },
  { cidr: '10.244.2.11/32' },
  { cidr: '192.168.10.0/24' },
  { cidr: '192.168.10.0/24', except: ['192.168.10.11/32'] },
  // outside, inside each other: the longest of all that any policy names is what an address goes by in Cilium
  { cidr: '198.51.100.0/24' },
  { cidr: '198.51.100.0/24', except: ['198.51.100.0/28'] },
  { cidr: '198.51.100.7/32' },
  { cidr: '198.51.0.0/16', except: ['198.51.100.64/26', '198.51.100.7/32'] },
  { cidr: '0.0.0.0/0', except: ['198.51.100.0/24', '192.168.0.0/16'] },
  { cidr: '128.0.0.0/1' },
)
const peer: fc.Arbitrary<Peer> = fc.oneof(
  podSelector.map((one) => ({ podSelector: one })),
  namespaceSelector.map((one) => ({ namespaceSelector: one })),
  fc.record({ podSelector, namespaceSelector }),
  ipBlock.map((one) => ({ ipBlock: one })),
)
const port: fc.Arbitrary<Port> = fc.constantFrom<Port>(
  ...[{ port: 80 }, { port: 8080 }, { port: 'http' }, { port: 'nowhere' }, { port: 79, endPort: 81 }, { port: 80, endPort: 9000 }],
  ...[
    { protocol: 'TCP' as const },
    { protocol: 'UDP' as const },
    { protocol: 'UDP' as const, port: 53 },
    { protocol: 'UDP' as const, port: 'dns' },
  ],
  ...[
    { protocol: 'SCTP' as const, port: 9999 },
    { protocol: 'SCTP' as const, port: 1, endPort: 65535 },
    { protocol: 'UDP' as const, port: 'http' },
  ],
)
const peers = maybe(fc.array(peer, { maxLength: 3 }))
const ports = maybe(fc.array(port, { maxLength: 2 }))
const ingress = fc.array(fc.record({ from: peers, ports }).map(lean), { maxLength: 2 })
const egress = fc.array(fc.record({ to: peers, ports }).map(lean), { maxLength: 2 })
export const policy: fc.Arbitrary<DrawnPolicy> = fc.record({
  namespace: fc.constantFrom(...NAMESPACES),
  spec: fc
    .record({
      podSelector,
      policyTypes: maybe(fc.constantFrom<readonly ('Ingress' | 'Egress')[]>(['Ingress'], ['Egress'], ['Ingress', 'Egress'])),
      ingress: maybe(ingress),
      egress: maybe(egress),
    })
    .map(({ podSelector: one, ...more }) => ({ podSelector: one, ...lean(more) })),
})
const label = fc.constantFrom('web', 'api', undefined)
const pod: fc.Arbitrary<DrawnPod> = fc.record({
  namespace: fc.constantFrom(...NAMESPACES),
  labels: fc.record({ app: label, tier: label }).map((one) => lean(one) as Readonly<Record<string, string>>),
  node: fc.constantFrom(1 as const, 2 as const),
  hostNetwork: fc.constant(false),
  http: fc.constantFrom(80 as const, 8080 as const, 0 as const),
})

const team = fc.constantFrom('red', 'blue', undefined)
/** The last Pod may be on its node's own network. */
export const drawn: fc.Arbitrary<Drawn> = fc.record({
  teams: fc.array(
    fc.record({ team, env: team }).map((one) => lean(one) as Readonly<Record<string, string>>),
    { minLength: 3, maxLength: 3 },
  ),
  pods: fc
    .tuple(fc.array(pod, { minLength: 4, maxLength: 5 }), pod, fc.boolean())
    .map(([some, last, hostNetwork]) => [...some, { ...last, hostNetwork }]),
  policies: fc.array(policy, { minLength: 1, maxLength: 4 }),
})

export const podName = ({ namespace }: DrawnPod, i: number): string => `${namespace}/p${i}`
export const podAddress = ({ node, hostNetwork }: DrawnPod, i: number): string =>
  hostNetwork ? `192.168.10.1${node}` : `10.244.${node}.${10 + i}`

/** Machines outside, each with a server at 80/TCP. */
export const OUTSIDE = ['198.51.100.7', '198.51.100.77', '203.0.113.10'] as const

/** What every Pod listens on, and what its Service hands on: 80/TCP to the port called http, 53/UDP to the one called dns. */
export const LISTENS = [
  { number: 80, proto: 'tcp' },
  { number: 8080, proto: 'tcp' },
  { number: 53, proto: 'udp' },
  { number: 9999, proto: 'sctp' },
] as const

/** The files of such a cluster. */
export function textOf({ teams, pods, policies }: Drawn): string {
  const objects: readonly unknown[] = [
    ...twoNodeObjects,
    {
      apiVersion: 'packetwalk.dev/v1alpha1',
      kind: 'Lab',
      metadata: { name: 'lab' },
      spec: { v: 1, hosts: OUTSIDE.map((address, i) => ({ name: `outside-${i}`, addresses: [address], listen: ['80'] })) },
    },
    ...NAMESPACES.map((name, i) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: teams[i] } })),
    ...pods.flatMap((one, i) => {
      const { namespace, labels, node, hostNetwork, http } = one
      const named = (number: number, name: string, protocol: string) => ({
        containerPort: number,
        protocol,
        ...(name === '' ? {} : { name }),
      })
      return [
        {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: `p${i}`, namespace, labels: { ...labels, pod: `p${i}` } },
          spec: {
            nodeName: `n${node}`,
            ...(hostNetwork ? { hostNetwork } : {}),
            containers: [
              {
                name: 'c',
                image: 'x',
                ports: [
                  ...[80, 8080].map((n) => named(n, http === n ? 'http' : '', 'TCP')),
                  named(53, 'dns', 'UDP'),
                  named(9999, 'sctp', 'SCTP'),
                ],
              },
            ],
          },
          status: { podIP: podAddress(one, i) },
        },
        {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: `s${i}`, namespace },
          spec: {
            clusterIP: `10.96.0.${10 + i}`,
            selector: { pod: `p${i}` },
            ports: [
              { name: 'a', port: 80, targetPort: 'http' },
              { name: 'b', port: 53, protocol: 'UDP', targetPort: 'dns' },
            ],
          },
        },
      ]
    }),
    ...policies.map(({ namespace, spec }, i) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: `policy-${i}`, namespace },
      spec,
    })),
  ]
  return objects.map((one) => JSON.stringify(one)).join('\n---\n')
}
