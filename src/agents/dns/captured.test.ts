import { describe, expect, it } from 'vitest'
import { settle } from '../../cluster/settle.ts'
import { readManifests } from '../../manifest/read.ts'
import { ip } from '../../net/ip.ts'
import type { DnsRecord, DnsType } from '../../net/message.ts'
import { recordedServers } from '../../testing/dns-recorded.ts'
import { askServer } from '../../testing/dns-server.ts'
import { coreDns } from '../../userspace/coredns/coredns.ts'
import { homeWith } from '../../userspace/coredns/home.ts'
import { recordText, reply } from '../../userspace/dns/message.ts'
import { findInTable } from '../../userspace/dns/table.ts'
import type { Process } from '../../userspace/process.ts'
import { dnsView } from './view.ts'

const texts = (records: readonly DnsRecord[]): readonly string[] =>
  records.map((r) => recordText(r).replace(/(SOA \S+ \S+) \d+/, '$1 SERIAL')).sort()

/** `owner ttl IN type rdata` */
const recordOf = (text: string): DnsRecord => {
  const [name = '', ttl = '', , type = '', ...rdata] = text.split(' ')
  return { name, ttl: Number(ttl), type: type as DnsType, rdata: rdata.join(' ') }
}

const documents = recordedServers().filter(([, doc]) => doc.kind === 'dns-answer')

it('all files and questions are there', () => {
  expect([documents.length, documents.flatMap(([, d]) => d.queries).length]).toEqual([13, 153])
})

describe.each(documents)('%s', (file, doc) => {
  const { objects } = readManifests([{ name: 'a.yaml', text: doc.manifests }])
  const { cluster } = settle(objects, { wants: { everything: false, dns: false } })
  const server = coreDns({
    name: 'coredns',
    home: homeWith(doc.corefile),
    view: dnsView(cluster),
    localIPs: doc.coredns.localIPs.map(ip),
    seed: 1,
  }) as Process

  it.each(doc.queries.map((q) => [`${q.query} ${q.type}`, q] as const))('%s', (_, q) => {
    const { message, via } = askServer(server, q.query, q.type, {
      ...(q.client === undefined ? {} : { client: q.client }),
      upstream: (m, to) => (doc.upstreams[to] ? reply(m, findInTable(m, doc.upstreams[to].map(recordOf))) : undefined),
    })
    expect(message).toBeDefined()
    if (!message) return
    const { rcode, aa, answer, authority = [], additional = [] } = q.expect
    expect({
      rcode: message.rcode,
      aa: message.aa,
      answer: texts(message.answers),
      authority: texts(message.authority),
      additional: texts(message.additional),
    }).toEqual({ rcode, aa, answer: [...answer].sort(), authority: [...authority].sort(), additional: [...additional].sort() })
    if (q.expect.answeredBy !== undefined) expect(via.at(-1)).toBe(q.expect.answeredBy)
  })

  if (!file.startsWith('01')) return
  it('each record leads back to its Service', () => {
    const { because } = askServer(server, 'web.shop.svc.cluster.local.', 'A')
    expect(cluster.causes.list[because ?? 0]?.what).toMatchObject({ kind: 'manifest', object: 'Service shop/web', path: 'spec.clusterIP' })
  })
})
