import { describe, expect, test } from 'vitest'
import { ip } from '../../net/ip.ts'
import type { Message } from '../../net/message.ts'
import type { Act, Happening, Process } from '../process.ts'
import { type Portal, roundRobin } from './roundrobin.ts'

const endpoints = ['10.244.1.2', '10.244.2.2', '10.244.3.2'].map((a) => ({ address: ip(a), port: 8080 }))
const web: Portal = { name: 'default/web', proto: 'tcp', port: 40000, endpoints }
const dns: Portal = { name: 'kube-system/dns', proto: 'udp', port: 40001, endpoints: endpoints.slice(0, 1) }

const client = (n: number) => ({ address: ip(`10.244.9.${n}`), port: 50000 })
const local = (port: number) => ({ address: ip('192.168.10.11'), port })
const hello: Message = { kind: 'data', text: 'hello' }

/** Feeds a proxy and gives what it asked for, news by news. */
function fed(portals: readonly Portal[], ...news: readonly Happening[]): readonly (readonly Act[])[] {
  const process = roundRobin('kube-proxy on n', portals, (m) => (m.kind === 'data' ? m.text.length : 0)) as Process
  let state = process.start
  return news.map((h) => {
    const done = process.on(state, h)
    state = done.state
    return done.acts
  })
}
const accepted = (conn: string, from = 1, now = 0): Happening => ({ kind: 'accepted', conn, peer: client(from), local: local(40000), now })
const dialled = (acts: readonly Act[]): readonly string[] =>
  acts.flatMap((a) => (a.act === 'connect' ? [`${a.to.address} ${(a.timeout ?? 0) / 1e6}`] : []))

describe('the choice', () => {
  test('goes round', () => {
    const all = fed([web], accepted('a'), accepted('b'), accepted('c'), accepted('d'))
    expect(all.flatMap(dialled)).toEqual(['10.244.1.2 250', '10.244.2.2 250', '10.244.3.2 250', '10.244.1.2 250'])
  })

  test('a client keeps its endpoint until its time is over', () => {
    const sticky = { ...web, affinity: 600 }
    const all = fed([sticky], accepted('a', 1), accepted('b', 2), accepted('c', 1, 599e9), accepted('d', 1, 1200e9))
    expect(all.flatMap(dialled).map((d) => d.split(' ')[0])).toEqual(['10.244.1.2', '10.244.2.2', '10.244.1.2', '10.244.3.2'])
  })

  test('a dial that fails goes on with the next one, with more patience, and gives up after four', () => {
    const failed = (n: number): Happening => ({ kind: 'failed', conn: `a to endpoint ${n}`, errno: 'ETIMEDOUT' })
    const all = fed([web], accepted('a'), failed(0), failed(1), failed(2), failed(3))
    expect(all.flatMap(dialled)).toEqual(['10.244.1.2 250', '10.244.2.2 500', '10.244.3.2 1000', '10.244.1.2 2000'])
    expect(all.at(-1)).toContainEqual({ act: 'close', conn: 'a', reset: true })
  })

  test('without endpoints the connection that was taken is closed', () => {
    const [acts] = fed([{ ...web, endpoints: [] }], accepted('a'))
    expect(acts).toContainEqual({ act: 'close', conn: 'a', reset: true })
  })
})

describe('the copy', () => {
  test('what comes before the endpoint is reached waits; both ways after that', () => {
    const data = (conn: string): Happening => ({ kind: 'data', conn, peer: client(1), local: local(40000), message: hello })
    const [, early, ready, later, back] = fed(
      [web],
      accepted('a'),
      data('a'),
      { kind: 'connected', conn: 'a to endpoint 0' },
      data('a'),
      data('a to endpoint 0'),
    )
    const sent = (conn: string): Act => ({ act: 'send', conn, message: hello, size: 5 })
    expect(early).toEqual([])
    expect(ready).toEqual([sent('a to endpoint 0')])
    expect(later).toEqual([sent('a to endpoint 0')])
    expect(back).toEqual([sent('a')])
  })

  test('a datagram opens its own way', () => {
    const first: Happening = { kind: 'data', conn: 'u', peer: client(1), local: local(40001), message: hello }
    const [acts, ready] = fed([dns], first, { kind: 'connected', conn: 'u to endpoint 0' })
    expect(acts).toContainEqual({
      act: 'connect',
      conn: 'u to endpoint 0',
      proto: 'udp',
      to: { address: '10.244.1.2', port: 8080 },
      timeout: 250_000_000,
    })
    expect(ready).toEqual([{ act: 'send', conn: 'u to endpoint 0', message: hello, size: 5 }])
  })

  test('a port that is nobody’s is passed over', () => {
    expect(fed([web], { kind: 'accepted', conn: 'x', peer: client(1), local: local(1) })).toEqual([[]])
  })
})
