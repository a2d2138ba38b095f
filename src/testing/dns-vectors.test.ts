import { describe, expect, it } from 'vitest'
import { newDesk } from '../cli/desk.ts'
import { answer } from '../cli/main.ts'
import { type RecordedSearch, readRecorded } from './dns-recorded.ts'

/** Recordings 20 to 23 of captured/dns through the command line; 01 to 11 are in dns-command.ts. */
const doc = (...objects: readonly object[]): string => objects.map((o) => JSON.stringify(o)).join('\n---\n')
const run = (lab: string, ...argv: readonly string[]): { readonly code: number; readonly stdout: string } => {
  const [command = '', ...rest] = argv
  return answer(
    [command, '-', ...rest],
    newDesk(() => new TextEncoder().encode(lab)),
  )
}
const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' }, spec: { podCIDR: '10.244.1.0/24' } }
const lab = (spec: object): object => ({ apiVersion: 'packetwalk.dev/v1alpha1', kind: 'Lab', metadata: { name: 'lab' }, spec })
const pod = (namespace: string, spec: object, image = 'debian', status: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace },
  spec: { nodeName: 'node-1', containers: [{ name: 'c', image }], ...spec },
  status,
})

describe.each(readRecorded<{ readonly scenarios: readonly RecordedSearch[] }>('20-resolver-search.yaml').scenarios)(
  '$id',
  ({ resolvConf, zone, lookups }) => {
    const dns = Object.entries(zone).flatMap(([name, rows]) =>
      // A name that is there and has no address has something else.
      rows.length === 0
        ? [{ name, type: 'TXT', value: '"here"' }]
        : rows.map((row) => ({ name, type: row.split(' ')[0], value: row.split(' ')[1] })),
    )
    const world = [
      // The recorded name server has an address that would be a Service's.
      { apiVersion: 'kubeadm.k8s.io/v1beta3', kind: 'ClusterConfiguration', networking: { serviceSubnet: '10.112.0.0/16' } },
      node,
      lab({ nodes: [{ name: 'node-1', resolvConf }], hosts: [{ name: 'ns', addresses: ['10.96.0.10'], listen: ['53/UDP'], dns }] }),
    ]
    const rows = lookups.flatMap((one) =>
      (['glibc', 'musl'] as const).flatMap((library) => {
        const expected = one.both ?? one[library]
        return expected ? [{ library, name: one.name, expected }] : []
      }),
    )
    it.each(rows)('$library: $name', ({ library, name, expected }) => {
      const text = doc(...world, pod('shop', { dnsPolicy: 'Default' }, library === 'musl' ? 'alpine' : 'debian'))
      const printed = JSON.parse(run(text, 'dns', '--from', 'shop/p', name, '--json').stdout)
      expect(printed.resolvConf).toBe(resolvConf)
      expect(printed.queries.map((q: { name: string; type: string }) => `${q.name} ${q.type}`)).toEqual(
        expected.asks.flatMap((a) => [`${a} A`, `${a} AAAA`]),
      )
      expect(typeof expected.result === 'string' ? printed.error : [...printed.result].sort()).toEqual(
        typeof expected.result === 'string' ? expected.result : [...expected.result].sort(),
      )
    })
  },
)

interface Conf {
  readonly nameservers: readonly string[]
  readonly searches: readonly string[]
  readonly options: readonly string[]
}
const conf = readRecorded<{
  readonly kubelet: { readonly nodeResolvConf: Conf }
  readonly cases: readonly { readonly name: string; readonly pod: { readonly namespace: string }; readonly expect: Conf }[]
}>('21-resolv-conf.yaml')

describe('show --pod … cat /etc/resolv.conf', () => {
  const lines = (c: Conf): string =>
    [`search ${c.searches.join(' ')}`, ...c.nameservers.map((n) => `nameserver ${n}`), `options ${[...c.options].sort().join(' ')}`].join(
      '\n',
    )
  it.each(conf.cases)('$name', ({ pod: { namespace, ...spec }, expect: wanted }) => {
    const text = doc(
      node,
      lab({ nodes: [{ name: 'node-1', resolvConf: `${lines(conf.kubelet.nodeResolvConf)}\n` }] }),
      pod(namespace, spec),
    )
    const shown = run(text, 'show', '--pod', `${namespace}/p`, 'cat', '/etc/resolv.conf').stdout
    const sorted = shown.replace(/options (.*)/, (_, all: string) => `options ${all.split(' ').sort().join(' ')}`)
    expect(sorted).toBe(`${lines(wanted)}\n`)
  })
})

interface EnvCase {
  readonly name: string
  readonly podNamespace: string
  readonly enableServiceLinks: boolean
  readonly servicesExistingAtContainerStart: readonly string[]
  readonly expectEnv: Readonly<Record<string, string>>
}
const env = readRecorded<{
  readonly services: readonly {
    readonly namespace: string
    readonly name: string
    readonly clusterIP: string
    readonly ports: readonly object[]
  }[]
  readonly cases: readonly EnvCase[]
}>('22-service-env.yaml')

describe('show --pod … env', () => {
  it.each(env.cases)('$name', ({ podNamespace, enableServiceLinks, servicesExistingAtContainerStart: early, expectEnv }) => {
    const services = env.services.map(({ namespace, name, clusterIP, ports }) => {
      const hour = namespace === 'default' || early.includes(name) ? 10 : 12
      const metadata = { name, namespace, creationTimestamp: `2026-01-01T${hour}:00:00Z` }
      return { apiVersion: 'v1', kind: 'Service', metadata, spec: { clusterIP, ports } }
    })
    const cluster = { apiVersion: 'kubeadm.k8s.io/v1beta3', kind: 'ClusterConfiguration', networking: { serviceSubnet: '10.0.0.0/9' } }
    const text = doc(cluster, node, ...services, pod(podNamespace, { enableServiceLinks }, 'debian', { startTime: '2026-01-01T11:00:00Z' }))
    const shown = run(text, 'show', '--pod', `${podNamespace}/p`, 'env')
      .stdout.split('\n')
      .filter((l) => l !== '' && !l.startsWith('HOSTNAME='))
    expect([...shown].sort()).toEqual(
      Object.entries(expectEnv)
        .map(([name, value]) => `${name}=${value}`)
        .sort(),
    )
  })
})

const corefiles = readRecorded<{
  readonly cases: readonly {
    readonly name: string
    readonly corefile: string
    readonly env?: Readonly<Record<string, string>>
    readonly expect: { readonly error?: string }
  }[]
}>('23-corefile-parse.yaml')

describe('check of a Corefile', () => {
  it.each(corefiles.cases)('$name', ({ corefile, env: variables = {}, expect: wanted }) => {
    const map = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'coredns', namespace: 'kube-system' },
      data: { Corefile: corefile },
    }
    const coreDns = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'coredns', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
      spec: {
        dnsPolicy: 'Default',
        containers: [{ name: 'coredns', image: 'coredns', env: Object.entries(variables).map(([name, value]) => ({ name, value })) }],
      },
    }
    const { problems } = JSON.parse(run(doc(node, map, coreDns), 'check', '--json').stdout) as {
      readonly problems: readonly { readonly code: string; readonly message: string }[]
    }
    const told = problems.filter((p) => p.code === 'coredns-fails').map((p) => p.message)
    // The recording leaves the words for a missing brace open.
    const words = wanted.error?.startsWith('syntax:') ? "Syntax error: Unexpected token 'errors', expecting '}'" : wanted.error
    expect(told).toEqual(words === undefined ? [] : [expect.stringContaining(words)])
  })
  it('tells the line of the block in which it stands, whatever the file is', () => {
    const text =
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: coredns, namespace: kube-system}\ndata:\n  Corefile: |\n    . {\n      errors\n\n      cache 0\n    }\n'
    const found = JSON.parse(run(text, 'check', '--json').stdout).problems[0]
    expect([found.where.line, found.where.column, text.slice(found.where.offset, found.where.end)]).toEqual([9, 7, 'cache 0'])
  })
  it('without a ConfigMap CoreDNS has the Corefile of kubeadm, and listens', () => {
    const ports = [{ port: 53, protocol: 'UDP' }]
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'kube-dns', namespace: 'kube-system' },
      spec: { selector: { 'k8s-app': 'kube-dns' }, ports },
    }
    const coreDns = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'coredns', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
      spec: { containers: [{ name: 'coredns', image: 'coredns' }], dnsPolicy: 'Default' },
    }
    expect(run(doc(node, service, coreDns), 'check').stdout).toBe('ok: 3 objects\n')
  })
  it('a broken file that is imported from coredns-custom', () => {
    const map = (name: string, data: object): object => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: 'kube-system' },
      data,
    })
    const text = doc(
      map('coredns', { Corefile: '. {\n errors\n}\nimport custom/*.server\n' }),
      map('coredns-custom', { 'a.server': 'a.example {\n forwrd . 1.1.1.1\n}\n' }),
    )
    const [found] = JSON.parse(run(text, 'check', '--json').stdout).problems
    expect(found.message).toContain("/etc/coredns/custom/a.server:2 - Error during parsing: Unknown directive 'forwrd'")
    expect(found.where.field).toBe('data["a.server"]')
  })
})
