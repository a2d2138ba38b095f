import { type Drill, FAR, drillPolicy as policy, settings, two } from './drills.ts'
import { coreDns, pod, service, together } from './lab.ts'

const ns = (name: string, labels: string): string => `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}, labels: {${labels}}}\n`
const inside = (where: string, text: string): string => text.replace(/(\n {2}name: \S+\n)/, `$1  namespace: ${where}\n`)
const crowd = together(
  settings,
  two,
  ns('team-a', 'team: a'),
  inside('team-a', pod({ name: 'friend', app: 'client', node: 'node-1', ip: '10.244.1.11' })),
  inside('team-a', pod({ name: 'other', app: 'other', node: 'node-1', ip: '10.244.1.12' })),
)
const andOr = (dash: '' | '- '): string =>
  together(
    crowd,
    policy(
      'allow',
      `podSelector: {matchLabels: {app: web}}\ningress:\n- from:\n  - namespaceSelector: {matchLabels: {team: a}}\n  ${dash === '' ? '  ' : dash}podSelector: {matchLabels: {app: client}}`,
    ),
  )
const egress = (more: string): string =>
  together(
    crowd,
    coreDns,
    service({ name: 'web', ip: '10.96.10.10', app: 'web' }).replace('8080', '80'),
    policy(
      'only-web',
      `podSelector: {matchLabels: {app: client}}\npolicyTypes: [Egress]\negress:\n- to: [{podSelector: {matchLabels: {app: web}}}]\n${more}`,
    ),
  )
const DNS =
  '- to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}, podSelector: {matchLabels: {k8s-app: kube-dns}}}]\n  ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]'
const deny = policy('default-deny', 'podSelector: {}\npolicyTypes: [Ingress]')

/** The drills of NetworkPolicy: a mistake in the text, and a policy that nobody enforces. */
export const policyDrills: readonly Drill[] = ['calico', 'canal', 'cilium'].flatMap((cni): readonly Drill[] => [
  {
    name: 'AND was meant, OR is written: everybody of the namespace gets in',
    cni,
    broken: andOr('- '),
    mended: andOr(''),
    from: 'team-a/other',
    to: FAR,
    expect: { kind: 'ok', reason: null, seen: '10.244.1.12', says: ['default/web', 'default/web'], told: ['policy-or'] },
    spared: [['team-a/friend', FAR]],
  },
  {
    name: 'OR was meant, AND is written: the Pod of the own namespace is left out',
    cni,
    broken: andOr(''),
    mended: andOr('- '),
    from: 'default/client',
    to: FAR,
    expect: { kind: 'timeout', reason: cni === 'cilium' ? 'bpf' : 'rule', says: ['default/allow', 'default/allow'] },
    spared: [['team-a/friend', FAR]],
  },
  {
    name: 'an egress policy forgets DNS: the name is never found, the address answers',
    cni,
    broken: egress(''),
    mended: egress(DNS),
    from: 'default/client',
    to: 'http://web/',
    expect: { kind: 'dns-error', reason: cni === 'cilium' ? 'bpf' : 'rule', says: ['default/only-web', 'default/only-web'] },
    spared: [
      ['default/client', 'http://10.96.10.10/'],
      ['team-a/other', 'http://web.default/'],
    ],
  },
])

/** Under a CNI without a policy engine the policy is stored and nothing else; the mended lab has another CNI. */
export const unenforcedDrills: readonly Omit<Drill, 'mended'>[] = ['flannel', 'flannel-host-gw', 'bridge'].map((cni) => ({
  name: 'a default deny that the API accepts and nobody enforces',
  cni,
  broken: together(crowd, deny),
  from: 'default/client',
  to: FAR,
  expect: {
    kind: 'ok',
    reason: null,
    seen: '10.244.1.2',
    says: ['enforced by nobody', '没有谁执行'],
    told: ['policy-not-enforced'],
  },
  spared: [],
}))
