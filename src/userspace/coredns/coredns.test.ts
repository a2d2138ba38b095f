import { describe, expect, it } from 'vitest'
import { defaultCorefile } from '../../cluster/defaults/corefile.ts'
import { ip } from '../../net/ip.ts'
import type { DnsMessage } from '../../net/message.ts'
import { askServer } from '../../testing/dns-server.ts'
import { recordText, reply } from '../dns/message.ts'
import type { Process } from '../process.ts'
import { coreDns } from './coredns.ts'
import { homeWith } from './home.ts'
import type { DnsEndpoint, DnsService, KubernetesView } from './view.ts'

const http = { name: 'http', protocol: 'tcp', port: 80 } as const
const service = (name: string, more: Partial<DnsService>): DnsService => ({
  namespace: 'shop',
  name,
  clusterIPs: [],
  headless: false,
  ports: [http],
  because: 0,
  ...more,
})
const endpoint = (name: string, address: string, more: Partial<DnsEndpoint> = {}): DnsEndpoint => ({
  namespace: 'shop',
  service: name,
  addresses: [ip(address)],
  ready: true,
  ports: [{ ...http, port: 8080 }],
  because: 0,
  ...more,
})
const view: KubernetesView = {
  namespaces: [],
  namespacesListed: false,
  pods: [],
  services: [
    service('web', { clusterIPs: [ip('10.96.0.20')], because: 7 }),
    service('pg', { headless: true }),
    service('down', { headless: true }),
    service('away', { externalName: 'www.example.org' }),
  ],
  endpoints: [
    endpoint('pg', '10.244.1.1', { hostname: 'pg-0' }),
    endpoint('pg', '10.244.1.2'),
    endpoint('down', '10.244.1.3', { ready: false }),
  ],
}
const make = (corefile: string, resolvConf = 'nameserver 192.0.2.53\n'): Process =>
  coreDns({
    name: 'coredns',
    home: homeWith(corefile, { files: { '/etc/resolv.conf': resolvConf } }),
    view,
    localIPs: [ip('10.244.0.2')],
    seed: 1,
  }) as Process
const kubeadm = make(defaultCorefile('cluster.local'))
const world = (m: DnsMessage): DnsMessage => {
  const answers = m.name === 'www.example.org.' && m.type === 'A' ? [{ name: m.name, ttl: 300, type: m.type, rdata: '192.0.2.80' }] : []
  return reply(m, {
    rcode: m.name === 'www.example.org.' ? 'NOERROR' : 'NXDOMAIN',
    aa: false,
    ra: true,
    answers,
    authority: [],
    additional: [],
  })
}
const answers = (m: DnsMessage | undefined): readonly string[] => (m?.answers ?? []).map(recordText).sort()

describe('with the Corefile of kubeadm', () => {
  it('answers a Service with ttl 30, through the chain in its fixed order', () => {
    const { message, via, because } = askServer(kubeadm, 'web.shop.svc.cluster.local.', 'A')
    expect(answers(message)).toEqual(['web.shop.svc.cluster.local. 30 IN A 10.96.0.20'])
    expect(via).toEqual(['prometheus', 'errors', 'loadbalance', 'cache', 'kubernetes'])
    expect(because).toBe(7)
  })
  it('asks the upstream of its resolv.conf for what is no name of the cluster', () => {
    const asked: string[] = []
    const { message, via } = askServer(kubeadm, 'www.example.org.', 'A', {
      upstream: (m, to) => {
        asked.push(`${to} ${m.name} ${m.type}`)
        return world(m)
      },
    })
    expect(asked).toEqual(['192.0.2.53 www.example.org. A'])
    expect([answers(message), message?.aa, via.at(-1)]).toEqual([['www.example.org. 30 IN A 192.0.2.80'], false, 'forward'])
  })
  it('hands NXDOMAIN of the upstream on', () =>
    expect(askServer(kubeadm, 'nosuch.', 'A', { upstream: world }).message).toMatchObject({ rcode: 'NXDOMAIN', authority: [] }))
  it('gives up a silent upstream after three tries of 2 s', () =>
    expect(askServer(kubeadm, 'nosuch.', 'A')).toMatchObject({ message: { rcode: 'SERVFAIL' }, took: 6 }))
  it('gives up at once when the upstream is refused', () =>
    expect(askServer(kubeadm, 'nosuch.', 'A', { upstream: () => ({ errno: 'ECONNREFUSED' }) })).toMatchObject({
      message: { rcode: 'SERVFAIL' },
      took: 0,
    }))
  it('falls through for unknown reverse names alone', () => {
    expect(askServer(kubeadm, '20.0.96.10.in-addr.arpa.', 'PTR').via.at(-1)).toBe('kubernetes')
    expect(askServer(kubeadm, '9.9.9.9.in-addr.arpa.', 'PTR', { upstream: world }).via.at(-1)).toBe('forward')
    expect(askServer(kubeadm, 'nosuch.shop.svc.cluster.local.', 'A').via.at(-1)).toBe('kubernetes')
  })
  it('repeats from its cache while the answer lives, with the TTL that is left', () => {
    const S = 1_000_000_000
    const first = askServer(kubeadm, 'web.shop.svc.cluster.local.', 'A', { now: S })
    const later = askServer(kubeadm, 'WEB.shop.svc.cluster.local.', 'A', { now: 11 * S, state: first.state })
    expect([later.via.at(-1), answers(later.message)]).toEqual(['cache', ['web.shop.svc.cluster.local. 20 IN A 10.96.0.20']])
    expect(askServer(kubeadm, 'web.shop.svc.cluster.local.', 'A', { now: 32 * S, state: first.state }).via.at(-1)).toBe('kubernetes')
  })
  it('every namespace exists when none is listed', () =>
    expect(askServer(kubeadm, 'any.svc.cluster.local.', 'A').message).toMatchObject({ rcode: 'NOERROR', answers: [] }))
})

describe('records', () => {
  it.each([
    [
      'pg.shop.svc.cluster.local.',
      'A',
      'NOERROR',
      ['pg.shop.svc.cluster.local. 30 IN A 10.244.1.1', 'pg.shop.svc.cluster.local. 30 IN A 10.244.1.2'],
    ],
    ['pg-0.pg.shop.svc.cluster.local.', 'A', 'NOERROR', ['pg-0.pg.shop.svc.cluster.local. 30 IN A 10.244.1.1']],
    ['down.shop.svc.cluster.local.', 'A', 'NXDOMAIN', []],
    ['10-1-2-3.shop.pod.cluster.local.', 'A', 'NOERROR', ['10-1-2-3.shop.pod.cluster.local. 30 IN A 10.1.2.3']],
    [
      '_http._tcp.web.shop.svc.cluster.local.',
      'SRV',
      'NOERROR',
      ['_http._tcp.web.shop.svc.cluster.local. 30 IN SRV 0 100 80 web.shop.svc.cluster.local.'],
    ],
    [
      'away.shop.svc.cluster.local.',
      'A',
      'NOERROR',
      ['away.shop.svc.cluster.local. 30 IN CNAME www.example.org.', 'www.example.org. 30 IN A 192.0.2.80'],
    ],
  ] as const)('%s %s', (name, type, rcode, expected) => {
    const { message } = askServer(kubeadm, name, type, { upstream: world })
    expect([message?.rcode, answers(message)]).toEqual([rcode, expected])
  })
})

describe('other Corefiles', () => {
  it.each([
    ['.:53 {\n kubernets x\n}\n', "Unknown directive 'kubernets'"],
    ['.:53 {\n errors\n}\n.:53 {\n log\n}\n', 'cannot serve dns://.:53 - it is already defined'],
    ['. {\n kubernetes in-addr.arpa\n}', 'non-reverse zone name must be used'],
    ['c {\n kubernetes {\n upstream\n }\n}', "unknown property 'upstream'"],
    ['c {\n kubernetes {\n ttl 5000\n }\n}', 'ttl must be in range [0, 3600]: 5000'],
  ])('%j stops it', (corefile, words) => {
    expect(askServer(make(corefile), 'x.', 'A').unmodelled).toContain(words)
  })
  it('names a plugin that is not modelled, instead of passing it over', () => {
    expect(askServer(make('. {\n dns64\n errors\n}'), 'x.', 'A').unmodelled).toBe('CoreDNS plugin dns64')
  })
  it.each([
    ['. {\n}', 'REFUSED'],
    ['example.org {\n errors\n}', 'REFUSED'],
    ['. {\n errors\n}', 'SERVFAIL'],
  ])('%j answers %s', (corefile, rcode) => {
    expect(askServer(make(corefile), 'x.', 'A').message?.rcode).toBe(rcode)
  })
  it('the longest zone gets the question, whatever the order in the file', () => {
    const split = make('. {\n forward . 192.0.2.1\n}\ncluster.local {\n kubernetes\n}')
    expect(askServer(split, 'web.shop.svc.cluster.local.', 'A').message).toMatchObject({ rcode: 'NOERROR', answers: [{ ttl: 5 }] })
  })
  it('does not forward to itself in silence', () => {
    expect(askServer(make('. {\n forward . /etc/resolv.conf\n}', 'nameserver 127.0.0.53\n'), 'x.', 'A').unmodelled).toContain('loop')
  })
})
