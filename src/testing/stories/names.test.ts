import { describe, expect, it } from 'vitest'
import { newDesk } from '../../cli/desk.ts'
import { answer } from '../../cli/main.ts'
import { build, probe } from '../../explain.ts'
import { client, coreDns, pod, service, together, twoNodes } from './lab.ts'

/** What happens before the first packet to a Service: a name becomes an address, and every query is a packet that walks. */
interface Query {
  readonly name: string
  readonly type: string
  readonly rcode: string | null
  readonly error?: string
  readonly proto?: string
  readonly tc?: boolean
  readonly answers: readonly string[]
  readonly via: readonly string[]
}
interface Printed {
  readonly resolvConf: string
  readonly queries: readonly Query[]
  readonly result: readonly string[]
  readonly error?: string
}

const dns = (lab: string, name: string, type: readonly string[] = [], from = 'default/client'): Printed => {
  const desk = newDesk(() => new TextEncoder().encode(lab))
  return JSON.parse(answer(['dns', '-', '--from', from, name, ...type, '--json'], desk).stdout) as Printed
}
const names = ({ queries }: Printed): readonly string[] => [...new Set(queries.map((q) => q.name))]
const object = (o: object): string => `${JSON.stringify(o)}\n`
const webs = together(
  pod({ name: 'web', node: 'node-2', ip: '10.244.2.2', port: 8080 }),
  service({ name: 'web', ip: '10.96.10.10', app: 'web' }),
)
const world = object({
  apiVersion: 'packetwalk.dev/v1alpha1',
  kind: 'Lab',
  metadata: { name: 'world' },
  spec: {
    hosts: [
      {
        name: 'resolver',
        addresses: ['192.168.10.53'],
        listen: ['53/UDP', '53/TCP'],
        dns: [{ name: 'www.example.org', value: '203.0.113.80' }],
      },
    ],
  },
})
const corefile = (text: string): string =>
  object({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'coredns', namespace: 'kube-system' }, data: { Corefile: text } })
const tuned = client.replace('spec:\n', 'spec:\n  dnsConfig: {options: [{name: ndots, value: "1"}]}\n')
const lab = together(twoNodes, client, coreDns, webs, world)
const ndots1 = together(twoNodes, tuned, coreDns, webs, world)

describe('names with ndots 5, as the kubelet writes it, and with ndots 1', () => {
  const list = (name: string): readonly string[] =>
    ['default.svc.cluster.local.', 'svc.cluster.local.', 'cluster.local.'].map((d) => `${name}.${d}`)
  it.each<[string, string, string, readonly string[], readonly string[]]>([
    ['short', lab, 'web', list('web').slice(0, 1), ['10.96.10.10']],
    ['dotted', lab, 'web.default', list('web.default').slice(0, 2), ['10.96.10.10']],
    ['external', lab, 'www.example.org', [...list('www.example.org'), 'www.example.org.'], ['203.0.113.80']],
    ['absolute', lab, 'www.example.org.', ['www.example.org.'], ['203.0.113.80']],
    ['short, ndots 1', ndots1, 'web', list('web').slice(0, 1), ['10.96.10.10']],
    ['dotted, ndots 1', ndots1, 'web.default', ['web.default.', ...list('web.default').slice(0, 2)], ['10.96.10.10']],
    ['external, ndots 1', ndots1, 'www.example.org', ['www.example.org.'], ['203.0.113.80']],
    ['absolute, ndots 1', ndots1, 'www.example.org.', ['www.example.org.'], ['203.0.113.80']],
  ])('%s', (_, text, name, asked, result) => {
    const printed = dns(text, name)
    expect([names(printed), printed.result]).toEqual([asked, result])
    // Both families of each name, and nothing else.
    expect(printed.queries.map((q) => q.type)).toEqual(asked.flatMap(() => ['A', 'AAAA']))
  })
  it('musl does not go back to the search list for a dotted name, and asks nobody for an alias of /etc/hosts', () => {
    const alpine = tuned.replace('example.com/client', 'curlimages/curl:8.9-alpine')
    const printed = dns(together(twoNodes, alpine, coreDns, webs, world), 'web.default')
    expect([names(printed), printed.error]).toEqual([['web.default.'], 'EAI_NONAME'])
    const aliased = client.replace('spec:\n', 'spec:\n  hostAliases: [{ip: 10.9.9.9, hostnames: [old, old.example]}]\n')
    expect(dns(together(twoNodes, aliased, coreDns), 'old.example')).toMatchObject({ queries: [], result: ['10.9.9.9'] })
  })
})

describe('what a name stands for', () => {
  const alias = object({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'out' },
    spec: { type: 'ExternalName', externalName: 'www.example.org' },
  })
  it('ExternalName: the alias and what CoreDNS found behind it, in one answer', () => {
    const printed = dns(together(lab, alias), 'out')
    expect(printed.queries[0]?.answers).toEqual([
      'out.default.svc.cluster.local. 30 IN CNAME www.example.org.',
      'www.example.org. 30 IN A 203.0.113.80',
    ])
    expect(printed.result).toEqual(['203.0.113.80'])
  })
  const set = together(
    object({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'db' },
      spec: { clusterIP: 'None', selector: { app: 'db' }, ports: [{ name: 'pg', port: 5432 }] },
    }),
    object({
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'db' },
      spec: {
        serviceName: 'db',
        replicas: 3,
        selector: { matchLabels: { app: 'db' } },
        template: {
          metadata: { labels: { app: 'db' } },
          spec: { containers: [{ name: 'c', image: 'postgres', ports: [{ containerPort: 5432 }] }] },
        },
      },
    }),
  )
  it('headless StatefulSet: every Pod under the Service, one Pod under its own name, the port as SRV', () => {
    const text = together(lab, set)
    const all = dns(text, 'db')
    expect(all.result).toHaveLength(3)
    const [one = ''] = dns(text, 'db-1.db').result
    expect(all.result).toContain(one)
    const srv = dns(text, '_pg._tcp.db.default.svc.cluster.local.', ['SRV'])
    expect([...srv.result].sort()).toEqual([0, 1, 2].map((i) => `0 33 5432 db-${i}.db.default.svc.cluster.local.`))
  })
  it('an answer over 512 bytes is cut, and asked for again over TCP', () => {
    const many = set.replace('"replicas":3', '"replicas":60')
    const printed = dns(together(lab, many), 'db')
    const round = ['A udp tc', 'AAAA udp', 'A tcp', 'AAAA tcp']
    // And all of it three times: 60 addresses fit the buffer of 4096 bytes only.
    expect(printed.queries.map((q) => `${q.type} ${q.proto ?? 'udp'}${q.tc ? ' tc' : ''}`)).toEqual([...round, ...round, ...round])
    expect(printed.result).toHaveLength(60)
    expect(printed.queries[0]?.answers.length).toBeLessThan(60)
  })
  it('a name of the world is asked of a machine outside, by a packet that is a child of the question', () => {
    const { probed } = ask(lab, 'http://www.example.org./')
    const up = probed.journeys.find((j) => j.title.includes('192.168.10.53') && j.parent?.as === 'onward')
    expect(up).toMatchObject({ phase: 'dns', ending: { kind: 'delivered' } })
  })
})

const ask = (text: string, to: string, proxy?: string) => {
  const made = build([{ name: 'a.yaml', text }], { wants: { everything: false, dns: true }, ...(proxy === undefined ? {} : { proxy }) })
  return { world: made, probed: probe(made, { from: 'default/client', to }, { seed: 1 }) }
}
const codes = (text: string): readonly string[] => ask(text, 'http://web/').world.problems.map((p) => p.code)

describe('when nobody answers', () => {
  const none = coreDns.replace(/^.*?---\n/s, '')
  const scaled = together(
    twoNodes,
    client,
    webs,
    none,
    object({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'coredns', namespace: 'kube-system' },
      spec: {
        replicas: 0,
        selector: { matchLabels: { 'k8s-app': 'kube-dns' } },
        template: { metadata: { labels: { 'k8s-app': 'kube-dns' } }, spec: { containers: [{ name: 'coredns', image: 'coredns' }] } },
      },
    }),
  )
  it.each(['iptables', 'nftables', 'ipvs'])('CoreDNS scaled to 0, %s: refused at once, and no name but the first is asked for', (proxy) => {
    const { outcome } = ask(scaled, 'http://web/', proxy).probed
    expect([outcome.kind, outcome.errno]).toEqual(['dns-error', 'EAI_AGAIN'])
    if (proxy === 'ipvs') return
    const printed = dns(scaled, 'web')
    expect([names(printed), printed.error, new Set(printed.queries.map((q) => q.error))]).toEqual([
      ['web.default.svc.cluster.local.'],
      'EAI_AGAIN',
      new Set(['ECONNREFUSED']),
    ])
  })
  it('CoreDNS that is not ready is as good as none', () => {
    const lazy = object({
      apiVersion: 'packetwalk.dev/v1alpha1',
      kind: 'Lab',
      metadata: { name: 'l' },
      spec: { pods: [{ name: 'kube-system/coredns', ready: false }] },
    })
    expect(dns(together(lab, lazy), 'web').queries[0]?.error).toBe('ECONNREFUSED')
  })
  it('a Corefile with a slip: told with its line, and nobody listens', () => {
    const text = together(lab, corefile('.:53 {\n    errors\n    kubernets cluster.local\n}\n'))
    expect(codes(text)).toContain('coredns-fails')
    expect(dns(text, 'web')).toMatchObject({ error: 'EAI_AGAIN' })
    expect(dns(text, 'web').queries[0]?.error).toBe('ECONNREFUSED')
  })
  it('a Corefile that never listens on 53: the Pod is ready, and its kernel refuses', () => {
    const text = together(lab, corefile('.:1053 {\n    kubernetes cluster.local\n}\n'))
    const { probed } = ask(text, 'http://web/')
    expect(probed.outcome.errno).toBe('EAI_AGAIN')
    expect(probed.journeys.some((j) => j.phase === 'dns' && j.ending.kind === 'answered-by-kernel')).toBe(true)
  })
  it('a node whose resolv.conf names 127.0.0.53: CoreDNS sees its own probe come back, and exits', () => {
    const stub = object({
      apiVersion: 'packetwalk.dev/v1alpha1',
      kind: 'Lab',
      metadata: { name: 'stub' },
      spec: { nodes: [{ name: 'node-2', resolvConf: 'nameserver 127.0.0.53\nsearch corp.example\n' }] },
    })
    const found = ask(together(twoNodes, client, coreDns, webs, stub), 'http://web/')
    const problem = found.world.problems.find((p) => p.code === 'coredns-fails')
    expect(problem?.params['text']).toContain('plugin/loop: Loop (127.0.0.53 -> :53) detected for zone "."')
    expect(found.probed.outcome.errno).toBe('EAI_AGAIN')
  })
})

describe('CoreDNS behind its Service', () => {
  it.each(['iptables', 'nftables', 'ipvs', 'userspace'])(
    '%s: on another node, the answer comes from the address that was asked',
    (proxy) => {
      const { probed } = ask(lab, 'http://web/', proxy)
      expect(probed.outcome).toMatchObject({ kind: 'ok', backend: 'default/web' })
      const asked = probed.journeys.filter((j) => j.phase === 'dns' && j.parent === undefined)
      const heard = probed.journeys.flatMap((j) => j.events).filter((e) => e.kind === 'dns' && e.server.startsWith('kube-system/coredns'))
      expect([asked.length, heard.length]).toEqual([2, 2])
    },
  )
  it('search domains of the node come last; dnsPolicy Default has nothing of the cluster', () => {
    const node = object({
      apiVersion: 'packetwalk.dev/v1alpha1',
      kind: 'Lab',
      metadata: { name: 'n' },
      spec: { nodes: [{ name: 'node-1', resolvConf: 'nameserver 192.168.10.53\nsearch corp.example\n' }] },
    })
    expect(dns(together(lab, node), 'web').resolvConf).toContain(
      'search default.svc.cluster.local svc.cluster.local cluster.local corp.example\n',
    )
    const plain = client.replace('spec:\n', 'spec:\n  dnsPolicy: Default\n')
    const printed = dns(together(twoNodes, plain, coreDns, webs, world, node), 'web')
    expect([printed.resolvConf, names(printed), printed.error]).toEqual([
      'search corp.example\nnameserver 192.168.10.53\n',
      ['web.corp.example.', 'web.'],
      'EAI_NONAME',
    ])
  })
})
