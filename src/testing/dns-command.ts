import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { newDesk } from '../cli/desk.ts'
import { answer } from '../cli/main.ts'
import { type RecordedServer, recordedServers } from './dns-recorded.ts'

/**
 * The recorded answers of captured/dns once more, through the command line: CoreDNS is a Pod with the recorded Corefile in its ConfigMap,
 * the upstreams are machines outside, and every query and answer is a packet that walks.
 */
interface Printed {
  readonly queries: readonly {
    readonly rcode: string
    readonly aa: boolean
    readonly answers: readonly string[]
    readonly authority: readonly string[]
    readonly additional: readonly string[]
    readonly via: readonly string[]
  }[]
  readonly unmodelled?: string
}

const folder = mkdtempSync(join(tmpdir(), 'packetwalk-dns-'))
export const documents = recordedServers().filter(([, doc]) => doc.kind === 'dns-answer')

/** `owner ttl IN type rdata` as a record of a Lab's host. */
function record(text: string): object {
  const [name = '', ttl = '', , type = '', ...value] = text.split(' ')
  return { name, type, value: value.join(' '), ttl: Number(ttl) }
}

/** The recording as a lab. Of two endpoints of its kube-dns only the first is a Pod; the other one is made up, and runs CoreDNS all the same. */
function labOf(doc: RecordedServer): string {
  const pod = (name: string, namespace: string, image: string, address: string, labels: object, more: object): object => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels },
    spec: { nodeName: 'node-1', containers: [{ name: 'main', image }], ...more },
    status: { podIP: address, podIPs: [{ ip: address }] },
  })
  const [address = ''] = doc.coredns.localIPs
  const made = [
    { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' }, spec: { podCIDR: '10.244.0.0/16' } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'coredns', namespace: 'kube-system' }, data: { Corefile: doc.corefile } },
    pod('coredns', 'kube-system', 'coredns', address, { 'k8s-app': 'kube-dns' }, { dnsPolicy: 'Default' }),
    pod('client', 'default', 'debian', '10.244.9.9', {}, {}),
    {
      apiVersion: 'packetwalk.dev/v1alpha1',
      kind: 'Lab',
      metadata: { name: 'upstreams' },
      spec: {
        hosts: Object.entries(doc.upstreams).map(([ip, list], i) => ({
          name: `upstream-${i}`,
          addresses: [ip],
          listen: ['53/UDP', '53/TCP'],
          dns: list.map(record),
        })),
      },
    },
  ]
  return `${doc.manifests}\n---\n${made.map((object) => JSON.stringify(object)).join('\n---\n')}\n`
}

const noSerial = (records: readonly string[]): readonly string[] => records.map((r) => r.replace(/(SOA \S+ \S+) \d+/, '$1 SERIAL')).sort()

/** Asks the questions that `chosen` picks (counting from 0 in each file) and compares every section of the answers. */
export function askAll(chosen: (n: number) => boolean): void {
  describe.each(documents)('packetwalk dns: %s', (file, doc) => {
    const path = join(folder, file)
    writeFileSync(path, labOf(doc))
    const desk = newDesk()
    const asked = doc.queries.filter((_, n) => chosen(n)).map((q) => [`${q.query} ${q.type}`, q] as const)
    it.each(asked)('%s', (_, { query, type, expect: wanted }) => {
      const { stdout } = answer(['dns', path, '--from', 'default/client', query, type, '--json'], desk)
      const last = (JSON.parse(stdout) as Printed).queries.at(-1)
      if (!last) throw new Error('nothing was asked')
      expect({
        rcode: last.rcode,
        aa: last.aa,
        answers: noSerial(last.answers),
        authority: noSerial(last.authority),
        additional: [...last.additional].sort(),
        by: wanted.answeredBy === undefined ? undefined : last.via.at(-1),
      }).toEqual({
        rcode: wanted.rcode,
        aa: wanted.aa,
        answers: [...wanted.answer].sort(),
        authority: [...(wanted.authority ?? [])].sort(),
        additional: [...(wanted.additional ?? [])].sort(),
        by: wanted.answeredBy,
      })
    })
  })
}
