import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { selects } from '../cluster/labels.ts'
import { wholeMatrix } from '../engine/matrix.ts'
import { build, type World } from '../explain.ts'
import { inCidr } from '../net/cidr.ts'
import type { Cidr, Ip } from '../net/ip.ts'
import { rounds } from './rounds.ts'

/** Generated policies over five Pods in two namespaces on two nodes, under Calico; connections are walks. */

const APPS = ['web', 'api'] as const
const PODS = [
  ['x', 'web', 'n1'],
  ['x', 'api', 'n2'],
  ['y', 'web', 'n2'],
  ['y', 'api', 'n1'],
] as const
const selector = fc.oneof(
  fc.constant({}),
  fc.constantFrom(...APPS).map((app) => ({ matchLabels: { app } })),
  fc.constantFrom(...APPS).map((app) => ({ matchExpressions: [{ key: 'app', operator: 'NotIn', values: [app] }] })),
)
const namespaces = fc.oneof(
  fc.constant({}),
  fc.constantFrom('x', 'y').map((name) => ({ matchLabels: { 'kubernetes.io/metadata.name': name } })),
)
const block = fc.constantFrom(
  { cidr: '10.244.0.0/16' },
  { cidr: '10.244.1.0/24' },
  { cidr: '10.244.0.0/16', except: ['10.244.2.0/24'] },
  { cidr: '10.244.0.0/16', except: ['10.244.1.10/32', '10.244.2.11/32'] },
)
const peer = fc.oneof(
  selector.map((podSelector) => ({ podSelector })),
  namespaces.map((namespaceSelector) => ({ namespaceSelector })),
  fc.record({ podSelector: selector, namespaceSelector: namespaces }),
  block.map((ipBlock) => ({ ipBlock })),
)
const port = fc.constantFrom({ port: 80 }, { port: 'http' }, { port: 81 }, { port: 70, endPort: 90 }, { protocol: 'UDP' })
const rule = fc.record({ from: fc.array(peer, { maxLength: 2 }), ports: fc.array(port, { maxLength: 2 }) })
const policy = fc.record({
  namespace: fc.constantFrom('x', 'y'),
  podSelector: selector,
  ingress: fc.array(rule, { maxLength: 2 }),
})
type Policy = (typeof policy extends fc.Arbitrary<infer P> ? P : never) & { readonly egress?: readonly unknown[] }

function worldOf(policies: readonly Policy[]): World {
  const objects: readonly unknown[] = [
    { apiVersion: 'kubeadm.k8s.io/v1beta3', kind: 'ClusterConfiguration', networking: { podSubnet: '10.244.0.0/16' } },
    ...[1, 2].map((n) => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: `n${n}` },
      spec: { podCIDR: `10.244.${n}.0/24` },
      status: { addresses: [{ type: 'InternalIP', address: `192.168.10.1${n}` }] },
    })),
    ...PODS.map(([namespace, app, nodeName], i) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: app, namespace, labels: { app } },
      spec: { nodeName, containers: [{ name: 'c', image: 'x', ports: [{ name: 'http', containerPort: 80 }] }] },
      status: { podIP: `10.244.${nodeName.slice(1)}.${10 + i}` },
    })),
    ...policies.map(({ namespace, ...spec }, i) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: `p${i}`, namespace },
      spec,
    })),
  ]
  const text = objects.map((o) => JSON.stringify(o)).join('\n---\n')
  const world = build([{ name: 'lab.yaml', text }], { cni: 'calico', wants: { everything: false, dns: false } })
  expect(world.problems.filter((p) => p.severity === 'error')).toEqual([])
  return world
}

/** `x/web y/api` for each pair that connects. */
function reached(world: World): ReadonlySet<string> {
  const { sources, targets, cells } = wholeMatrix(world, { to: 'pods', port: { number: 80, proto: 'tcp' } }, 1)
  return new Set(
    sources.flatMap((from, i) => targets.flatMap(({ name }, j) => (name !== from && cells[i]?.[j] === 'ok' ? [`${from} ${name}`] : []))),
  )
}

const chosen = ({ namespace, podSelector }: Policy, [ns, app]: (typeof PODS)[number]): boolean =>
  namespace === ns && selects({ matchLabels: {}, matchExpressions: [], ...podSelector } as never, { app })
const into = (pairs: ReadonlySet<string>, [ns, app]: (typeof PODS)[number]): readonly string[] =>
  [...pairs].filter((pair) => pair.endsWith(` ${ns}/${app}`)).sort()
/** Each run builds clusters and walks every pair of Pods. */
const SLOW = { timeout: 90_000 }
const RUNS = { numRuns: rounds(15) }

type Labels = { readonly matchLabels?: object; readonly matchExpressions?: readonly object[] }
const fits = (selector: Labels, labels: Readonly<Record<string, string>>): boolean =>
  selects({ matchLabels: {}, matchExpressions: [], ...selector } as never, labels)

/** Whether the API's text lets one Pod call the other's TCP port 80, which its container calls http. */
function allowed(policies: readonly Policy[], from: (typeof PODS)[number], to: (typeof PODS)[number]): boolean {
  const address = `10.244.${from[2].slice(1)}.${10 + PODS.indexOf(from)}` as Ip
  const named = (one: Policy['ingress'][number]['from'][number], namespace: string): boolean => {
    if ('ipBlock' in one) {
      const { cidr, except = [] } = one.ipBlock as { readonly cidr: string; readonly except?: readonly string[] }
      return inCidr(address, cidr as Cidr) && !except.some((net) => inCidr(address, net as Cidr))
    }
    const { podSelector, namespaceSelector } = one as { readonly podSelector?: Labels; readonly namespaceSelector?: Labels }
    const there =
      namespaceSelector === undefined ? from[0] === namespace : fits(namespaceSelector, { 'kubernetes.io/metadata.name': from[0] })
    return there && (podSelector === undefined || fits(podSelector, { app: from[1] }))
  }
  const open = (one: object): boolean => {
    const {
      port,
      endPort,
      protocol = 'TCP',
    } = one as { readonly port?: number | string; readonly endPort?: number; readonly protocol?: string }
    return (
      protocol === 'TCP' && (port === undefined || port === 'http' || (typeof port === 'number' && port <= 80 && 80 <= (endPort ?? port)))
    )
  }
  const isolating = policies.filter((one) => chosen(one, to))
  return (
    isolating.length === 0 ||
    isolating.some(({ namespace, ingress }) =>
      ingress.some(
        ({ from: peers, ports }) =>
          (peers.length === 0 || peers.some((one) => named(one, namespace))) && (ports.length === 0 || ports.some(open)),
      ),
    )
  )
}

test('Calico’s chains let through what the API’s text does', SLOW, () => {
  fc.assert(
    fc.property(fc.array(policy, { maxLength: 4 }), (policies) => {
      const found = reached(worldOf(policies))
      for (const from of PODS)
        for (const to of PODS) {
          const pair = `${from[0]}/${from[1]} ${to[0]}/${to[1]}`
          if (from !== to) expect([pair, found.has(pair)]).toEqual([pair, allowed(policies, from, to)])
        }
    }),
    RUNS,
  )
})

describe('one policy more', () => {
  test(
    'what a Pod accepts: less or the same where it was open, more or the same where it was isolated, the same where it is not meant',
    SLOW,
    () => {
      fc.assert(
        fc.property(fc.array(policy, { maxLength: 2 }), policy, (before, more) => {
          const [was, is] = [reached(worldOf(before)), reached(worldOf([...before, more]))]
          for (const pod of PODS) {
            const [old, now] = [into(was, pod), into(is, pod)]
            if (!chosen(more, pod)) expect(now).toEqual(old)
            else if (before.some((one) => chosen(one, pod))) expect(now).toEqual(expect.arrayContaining([...old]))
            else expect(old).toEqual(expect.arrayContaining([...now]))
          }
        }),
        RUNS,
      )
    },
  )

  test('an empty policy of its own isolates a Pod from everybody', () => {
    const deny: Policy = { namespace: 'x', podSelector: {}, ingress: [] }
    expect([...reached(worldOf([deny]))].filter((pair) => / x\//.test(pair))).toEqual([])
  })
})
