import { describe, expect, it } from 'vitest'
import { ip } from '../net/ip.ts'
import type { DnsMessage, Message } from '../net/message.ts'
import { type ClientResult, client, covers, dnsClient } from './client.ts'
import { reply } from './dns/message.ts'
import { server } from './http/server.ts'
import { responseText } from './http/text.ts'
import type { Act, Happening, Process } from './process.ts'

const machine = { resolvConf: 'nameserver 10.96.0.10\n', hosts: '' }
const pod = { address: ip('10.244.1.5'), port: 40000 }

/** Accepts connections and says nothing. */
const silentServer = (process: string): Process => ({ name: process, start: undefined, on: (state) => ({ state, acts: [] }) })

function run(process: Process, tell: (act: Act) => Happening | undefined): { readonly acts: readonly Act[]; readonly result: unknown } {
  const all: Act[] = []
  const queue: Happening[] = [{ kind: 'start' }]
  let state = process.start
  for (let h = queue.shift(); h; h = queue.shift()) {
    const step = process.on(state, h)
    state = step.state
    for (const act of step.acts) {
      all.push(act)
      if (act.act === 'exit') return { acts: all, result: act.result }
      const next = tell(act)
      if (next) queue.push(next)
    }
  }
  return { acts: all, result: undefined }
}

/** The kernel and the other side, in one function: what each act leads to. */
const world =
  (servers: Readonly<Record<string, Process | string>>) =>
  (act: Act): Happening | undefined => {
    if (act.act === 'connect') {
      const at = servers[act.to.address]
      if (act.proto === 'udp' && act.to.port === 53) return { kind: 'connected', conn: act.conn }
      return at === undefined || typeof at === 'string'
        ? { kind: 'failed', conn: act.conn, errno: at ?? 'ETIMEDOUT' }
        : { kind: 'connected', conn: act.conn }
    }
    if (act.act !== 'send' || !act.message) return undefined
    if (act.message.kind === 'dns') return { kind: 'data', conn: act.conn, peer: pod, local: pod, message: dns(act.message) }
    const peer = { address: ip(act.conn.replace(/^to-(.*):\d+$/, '$1')), port: Number(act.conn.split(':').pop()) }
    const at = servers[peer.address]
    const told =
      typeof at === 'object'
        ? at.on(at.start, { kind: 'data', conn: 'c', peer: pod, local: peer, message: act.message }).acts.find((a) => a.act === 'send')
        : undefined
    return told
      ? { kind: 'data', conn: act.conn, peer, local: pod, message: told.message as Message }
      : { kind: 'timer', name: `answer ${act.conn}` }
  }
const dns = (q: DnsMessage): DnsMessage => {
  const answers =
    q.name === 'web.' && q.type === 'A' ? ['10.96.0.1', '10.96.0.2'].map((rdata) => ({ name: q.name, ttl: 5, type: q.type, rdata })) : []
  return reply(q, { rcode: q.name === 'web.' ? 'NOERROR' : 'NXDOMAIN', aa: true, answers, authority: [], additional: [] })
}
const ask = (
  to: string,
  servers: Readonly<Record<string, Process | string>>,
): { readonly acts: readonly Act[]; readonly result: ClientResult } => {
  const made = client({ to }, machine, 'default/client probe')
  if ('problem' in made) throw new Error(made.problem.code)
  const end = run(made.process, world(servers))
  return { acts: end.acts, result: end.result as ClientResult }
}
const web = server({ process: 'default/web-1/nginx', who: 'default/web-1' })

describe('client', () => {
  it('resolves, connects, asks and tells who answered and whom the server saw', () => {
    const { result, acts } = ask('http://web/x', { '10.96.0.1': web })
    expect(result).toMatchObject({
      kind: 'ok',
      status: 200,
      resolved: ['10.96.0.1', '10.96.0.2'],
      backend: 'default/web-1',
      backendAddress: '10.96.0.1:80',
      sourceSeen: '10.244.1.5:40000',
    })
    expect(acts.find((a) => a.act === 'send' && a.message?.kind === 'http-request')).toMatchObject({
      message: { method: 'GET', path: '/x' },
    })
  })
  it('tries the next address when one refuses', () => {
    expect(ask('http://web', { '10.96.0.1': 'ECONNREFUSED', '10.96.0.2': web }).result).toMatchObject({
      kind: 'ok',
      backendAddress: '10.96.0.2:80',
    })
  })
  it.each<[string, Readonly<Record<string, Process | string>>, Partial<ClientResult>]>([
    ['http://10.0.0.1', { '10.0.0.1': 'ECONNREFUSED' }, { kind: 'refused', errno: 'ECONNREFUSED' }],
    ['http://10.0.0.1', {}, { kind: 'timeout', errno: 'ETIMEDOUT' }],
    ['tcp://10.0.0.1:80', { '10.0.0.1': 'EHOSTUNREACH' }, { kind: 'unreachable', errno: 'EHOSTUNREACH' }],
    ['http://10.0.0.1', { '10.0.0.1': silentServer('x') }, { kind: 'timeout' }],
    ['http://nosuch', {}, { kind: 'dns-error', errno: 'EAI_NONAME' }],
    ['tcp://10.0.0.1:80', { '10.0.0.1': web }, { kind: 'ok', backend: 'default/web-1' }],
    ['udp://10.0.0.1:80', { '10.0.0.1': web }, { kind: 'ok', backend: 'default/web-1' }],
  ])('%s', (to, servers, expected) => expect(ask(to, servers).result).toMatchObject(expected))
  it('begins TLS with the name that was asked for; which certificate a plain server has nobody knows', () => {
    const hello = (host: string) => ask(`https://${host}`, { '10.96.0.1': web, '10.0.0.1': web }).acts.filter((a) => a.act === 'send')
    expect(hello('web').at(-1)).toMatchObject({ message: { kind: 'tls', sni: 'web' } })
    expect(hello('10.0.0.1').at(-1)).toEqual({ act: 'send', conn: 'to-10.0.0.1:443', message: { kind: 'tls' }, size: 517 })
    const told = web.on(undefined, { kind: 'data', conn: 'c', peer: pod, local: pod, message: { kind: 'tls' } })
    expect(told.acts).toEqual([{ act: 'unmodelled', what: 'TLS (https://) at default/web-1' }])
  })
  it.each<[string, string, boolean]>([
    ['cafe.example.com', 'CAFE.example.com.', true],
    ['*.example.com', 'cafe.example.com', true],
    ['*.example.com', 'a.cafe.example.com', false],
    ['*.example.com', 'example.com', false],
    ['cafe.example.com', 'tea.example.com', false],
  ])('a certificate for %s covers %s: %s', (name, host, yes) => expect(covers({ from: '', names: [name] }, host)).toBe(yes))
  it('pings without a connection', () => {
    expect(ask('icmp://10.0.0.1', {}).acts).toMatchObject([{ act: 'ping', to: '10.0.0.1' }])
  })
  it('hands problems of the URL out as data', () =>
    expect(client({ to: 'web' }, machine, 'x')).toMatchObject({ problem: { code: 'target-scheme' } }))
})

describe('dns client', () => {
  it('asks one type and exits with the queries', () => {
    const end = run(dnsClient('web.', ['A'], machine, 'x'), world({}))
    expect(end.result).toMatchObject({
      addresses: ['10.96.0.1', '10.96.0.2'],
      queries: [{ name: 'web.', type: 'A', rcode: 'NOERROR', answers: ['web. 5 IN A 10.96.0.1', 'web. 5 IN A 10.96.0.2'] }],
    })
  })
})

it('HTTP on the wire', () => {
  expect(responseText({ kind: 'http-response', status: 200, headers: [['A', 'b']], body: 'x' })).toBe('HTTP/1.1 200 OK\r\nA: b\r\n\r\nx')
})
