import { describe, expect, test } from 'vitest'
import { build, probe } from '../../explain.ts'
import { behind } from '../../trace/cause.ts'
import { gapsOf } from './joined.ts'
import { client, coreDns, host, pod, service, together, twoNodes } from './lab.ts'

const namespace = (name: string, labels: string) => `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}, labels: {${labels}}}\n`
const inside = (ns: string, text: string): string => text.replace(/(\n {2}name: \S+\n)/, `$1  namespace: ${ns}\n`)
const policy = (name: string, spec: string, ns = 'default') =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: ${name}, namespace: ${ns}}\nspec:\n${spec.replace(/^/gm, '  ')}\n`
const settings = 'apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\nnetworking: {podSubnet: 10.244.0.0/16}\n'
const web = pod({ name: 'web', node: 'node-2', ip: '10.244.2.5', port: 8080 })

/** How it ends for the caller, and the chain that decided. Each packet is joined, and the same question has the same answer. */
function asked(lab: string, from: string, to: string, cni = 'calico', seed = 1) {
  const world = build([{ name: 'lab.yaml', text: lab }], { cni, wants: { everything: false, dns: false } })
  expect(world.problems.filter((p) => p.severity === 'error')).toEqual([])
  const first = probe(world, { from, to }, { seed })
  expect(first.journeys.flatMap((j) => gapsOf(j))).toEqual([])
  expect(probe(world, { from, to }, { seed })).toEqual(first)
  const dropped = first.journeys.map((j) => j.ending).find((e) => e.kind === 'dropped')
  return { ...first, kind: first.outcome.kind, chain: dropped?.kind === 'dropped' ? dropped.rule?.chain : undefined, world }
}

describe('AND or OR: two selectors in one item of `from`, and in two', () => {
  const lab = (from: string) =>
    together(
      settings,
      twoNodes,
      namespace('default', ''),
      namespace('team-a', 'team: a'),
      inside('team-a', pod({ name: 'friend', app: 'client', node: 'node-1', ip: '10.244.1.11' })),
      inside('team-a', pod({ name: 'other', app: 'other', node: 'node-1', ip: '10.244.1.12' })),
      client,
      web,
      policy('allow', `podSelector: {matchLabels: {app: web}}\ningress:\n- from:\n${from}`),
    )
  const BOTH = '  - namespaceSelector: {matchLabels: {team: a}}\n    podSelector: {matchLabels: {app: client}}'
  const EITHER = '  - namespaceSelector: {matchLabels: {team: a}}\n  - podSelector: {matchLabels: {app: client}}'
  const kinds = (text: string) =>
    ['team-a/friend', 'team-a/other', 'default/client'].map((from) => asked(text, from, 'tcp://10.244.2.5:8080').kind)

  test('one item: such Pods of such namespaces', () => {
    expect(kinds(lab(BOTH))).toEqual(['ok', 'timeout', 'timeout'])
  })
  test('two items: everybody there, and such Pods here; the editor says so', () => {
    expect(kinds(lab(EITHER))).toEqual(['ok', 'ok', 'ok'])
    const told = (text: string) => asked(text, 'default/client', 'tcp://10.244.2.5:8080').world.problems.map((p) => p.code)
    expect([told(lab(BOTH)).includes('policy-or'), told(lab(EITHER)).includes('policy-or')]).toEqual([false, true])
  })
  test('the rule that dropped leads back to the policy', () => {
    const { outcome, chain, journeys, causes } = asked(lab(BOTH), 'default/client', 'tcp://10.244.2.5:8080')
    expect(chain).toMatch(/^cali-tw-cali/)
    expect(outcome.where?.rule).toContain('End of tier default. Drop if no policies passed packet')
    const last = journeys[0]?.events.filter((e) => e.kind === 'rule').at(-1)
    const named = behind(causes, last?.because ?? 0).flatMap((id) => {
      const what = causes[id]?.what
      return what?.kind === 'manifest' ? [what.object] : []
    })
    expect(named).toContain('NetworkPolicy default/allow')
  })
})

describe('an egress policy that forgets DNS', () => {
  const lab = (more: string) =>
    together(
      settings,
      twoNodes,
      client,
      web,
      coreDns,
      service({ name: 'web', ip: '10.96.10.10', app: 'web' }),
      policy(
        'only-web',
        `podSelector: {matchLabels: {app: client}}\npolicyTypes: [Egress]\negress:\n- to: [{podSelector: {matchLabels: {app: web}}}]\n  ports: [{port: 8080}]\n${more}`,
      ),
    )
  const DNS =
    '- to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}, podSelector: {matchLabels: {k8s-app: kube-dns}}}]\n  ports: [{port: 53, protocol: UDP}, {port: 53}]\n'

  test('the name is never found, though the address can be reached', () => {
    const byName = asked(lab(''), 'default/client', 'http://web/')
    expect([byName.kind, byName.chain]).toEqual(['dns-error', expect.stringMatching(/^cali-fw-cali/)])
    expect(asked(lab(''), 'default/client', 'http://10.96.10.10/').kind).toBe('ok')
  })
  test('port 53 of the DNS Pods mends it: the rule sees their addresses, never that of the Service', () => {
    expect(asked(lab(DNS), 'default/client', 'http://web/').kind).toBe('ok')
    expect(asked(lab(DNS.replace(/- to: .*\n/, '- to: [{ipBlock: {cidr: 10.96.0.0/12}}]\n')), 'default/client', 'http://web/').kind).toBe(
      'dns-error',
    )
  })
  test('under Flannel nobody asks the policy', () => {
    expect(asked(lab(''), 'default/client', 'http://web/', 'flannel').kind).toBe('ok')
  })
})

describe('what a policy sees of NAT', () => {
  const lab = (traffic: string) =>
    together(
      settings,
      twoNodes,
      web,
      host('laptop', '198.51.100.7'),
      service({ name: 'web', ip: '10.96.10.10', app: 'web', nodePort: 30080 }).replace(
        'type: NodePort',
        `type: NodePort\n  externalTrafficPolicy: ${traffic}`,
      ),
      policy(
        'from-laptop',
        'podSelector: {matchLabels: {app: web}}\ningress:\n- from: [{ipBlock: {cidr: 198.51.100.0/24}}]\n  ports: [{port: 8080}]',
      ),
    )
  test('traffic policy Local keeps the caller; Cluster hides it behind the node that it enters', () => {
    expect(asked(lab('Local'), 'host/laptop', 'http://192.168.10.12:30080/').kind).toBe('ok')
    expect(asked(lab('Cluster'), 'host/laptop', 'http://192.168.10.11:30080/')).toMatchObject({
      kind: 'timeout',
      chain: expect.stringMatching(/^cali-tw-/),
    })
  })
  test('at the Pod’s own node Calico judges before the source is hidden', () => {
    expect(asked(lab('Cluster'), 'host/laptop', 'http://192.168.10.12:30080/').kind).toBe('ok')
  })
  test('the Pod’s own node is never asked, another is', () => {
    expect([
      asked(lab('Local'), 'node/node-2', 'tcp://10.244.2.5:8080').kind,
      asked(lab('Local'), 'node/node-1', 'tcp://10.244.2.5:8080').kind,
    ]).toEqual(['ok', 'timeout'])
  })
})
