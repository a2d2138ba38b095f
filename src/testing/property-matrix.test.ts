import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cellProbe, wholeMatrix } from '../engine/matrix.ts'
import { build, probe, type World } from '../explain.ts'
import type { Moment } from '../kernel/moment.ts'
import type { OutcomeKind } from '../trace/journey.ts'
import { rounds } from './rounds.ts'
import { twoNodeObjects } from './two-nodes.ts'

/** A table of silent walks beside the same probes with all their steps: every CNI and mode of kube-proxy, drawn policies, flows of the past, luck. */

const CNIS = [
  ...['flannel', 'flannel-host-gw', 'flannel-ipip', 'bridge', 'canal', 'cilium', 'cilium-native'],
  ...['calico', 'calico-ipip', 'calico-ipip-crosssubnet', 'calico-vxlan'],
]
const MODES = ['iptables', 'ipvs', 'nftables', 'userspace']
/** Of each Service's two Pods one listens elsewhere: what a cell says depends on the die that it throws. */
const PODS = [
  ['x', 'a', 'web', 'n1', 80],
  ['x', 'b', 'web', 'n2', 81],
  ['y', 'c', 'api', 'n2', 80],
  ['y', 'd', 'api', 'n1', 81],
] as const

const app = fc.constantFrom('web', 'api')
const peer = fc.oneof(
  app.map((name) => ({ podSelector: { matchLabels: { app: name } } })),
  fc.constantFrom('x', 'y').map((name) => ({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } })),
  fc.constantFrom('10.244.1.0/24', '10.244.2.10/32').map((cidr) => ({ ipBlock: { cidr } })),
)
const rules = (side: 'from' | 'to') =>
  fc.array(
    fc.array(peer, { minLength: 1, maxLength: 2 }).map((peers) => ({ [side]: peers })),
    { maxLength: 1 },
  )
const policy = fc.record({
  namespace: fc.constantFrom('x', 'y'),
  spec: fc.oneof(
    fc.record({ podSelector: fc.constant({}), ingress: rules('from') }),
    fc.record({
      podSelector: app.map((name) => ({ matchLabels: { app: name } })),
      policyTypes: fc.constant(['Egress']),
      egress: rules('to'),
    }),
  ),
})
/** Probes of an earlier time, whose entries in conntrack, lists and schedulers are still there. */
const past = fc.array(fc.tuple(fc.nat(3), fc.nat(8), fc.constantFrom('tcp', 'udp')), { maxLength: 4 })
const drawn = fc.record({
  cni: fc.constantFrom(...CNIS),
  proxy: fc.constantFrom(...MODES),
  policies: fc.array(policy, { maxLength: 2 }),
  past,
  seed: fc.nat(1000),
  affinity: fc.boolean(),
  local: fc.boolean(),
  /** undefined: each at its own first port. */
  proto: fc.constantFrom('tcp', 'udp', undefined),
})
type Drawn = typeof drawn extends fc.Arbitrary<infer D> ? D : never

function worldOf({ cni, proxy, policies, affinity, local }: Drawn): World {
  const service = (namespace: string, name: string, selector: string, last: number, more: object) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: {
      ...{ clusterIP: `10.96.0.${last}`, selector: { app: selector }, ...more },
      ports: [
        { name: 'tcp', port: 80, protocol: 'TCP' },
        { name: 'udp', port: 80, protocol: 'UDP' },
      ],
    },
  })
  const objects: readonly unknown[] = [
    ...twoNodeObjects,
    ...PODS.map(([namespace, name, label, nodeName, port], i) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace, labels: { app: label } },
      spec: {
        nodeName,
        containers: [{ name: 'c', image: 'x', ports: ['TCP', 'UDP'].map((protocol) => ({ containerPort: port, protocol })) }],
      },
      status: { podIP: `10.244.${nodeName.slice(1)}.${10 + i}` },
    })),
    service('x', 'web', 'web', 10, affinity ? { sessionAffinity: 'ClientIP' } : {}),
    service('y', 'api', 'api', 11, local ? { internalTrafficPolicy: 'Local' } : {}),
    service('y', 'none', 'nobody', 12, {}),
    ...policies.map(({ namespace, spec }, i) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: `p${i}`, namespace },
      spec,
    })),
  ]
  const text = objects.map((o) => JSON.stringify(o)).join('\n---\n')
  return build([{ name: 'lab.yaml', text }], { cni, proxy, wants: { everything: false, dns: false } })
}

/** All of a moment, as text. */
const textOf = (moment: Moment): string =>
  JSON.stringify(moment, (_, v: unknown) => (v instanceof Map || v instanceof Set ? [...v] : typeof v === 'bigint' ? `${v}` : v))

test('a table says what each probe alone says, and leaves nothing behind', { timeout: 120_000 }, () => {
  const seen = new Map<OutcomeKind, number>()
  fc.assert(
    fc.property(drawn, (lab) => {
      const world = worldOf(lab)
      const asked = { to: 'all', ...(lab.proto === undefined ? {} : { port: { number: 80, proto: lab.proto } }) } as const
      for (const [i, j, proto] of lab.past) {
        const to = [10, 11, 12].map((last) => `10.96.0.${last}`)[j] ?? world.cluster.pods[j % 4]?.podIPs[0] ?? ''
        const [namespace, name] = PODS[i] ?? ['x', 'a']
        probe(world, { from: `${namespace}/${name}`, to: `${proto}://${to}:80` }, { seed: lab.seed, commit: true })
      }
      const before = textOf(world.moment)
      const { sources, targets, cells } = wholeMatrix(world, asked, lab.seed)
      expect([sources.length, targets.length]).toEqual([4, 7])
      expect(textOf(world.moment)).toBe(before)
      const alone = sources.map((from) => targets.map((target) => probe(world, cellProbe(from, target), { seed: lab.seed }).outcome.kind))
      expect(cells).toEqual(alone)
      // a server that answers whatever it hears is heard where its connection opened
      if (lab.proxy !== 'userspace')
        expect(cells).toEqual(sources.map((from) => targets.map(({ to }) => probe(world, { from, to }, { seed: lab.seed }).outcome.kind)))
      for (const kind of cells.flat()) seen.set(kind, (seen.get(kind) ?? 0) + 1)
    }),
    { numRuns: rounds(40) },
  )
  // the draws are of all sorts
  for (const kind of ['ok', 'refused', 'timeout'] as const) expect([kind, (seen.get(kind) ?? 0) > 9]).toEqual([kind, true])
})
