import { describe, expect, it } from 'vitest'
import { ip } from '../../net/ip.ts'
import type { HttpRequest } from '../../net/message.ts'
import type { RouteTaken } from '../../trace/journey.ts'
import { fraction } from '../../trace/luck.ts'
import type { Act, Happening, Process } from '../process.ts'
import { cookieOf, hostOf, withHeaders } from './headers.ts'
import { ownAnswer, reverseProxy } from './proxy.ts'
import type { Decision, Router } from './router.ts'

const route: RouteTaken = {
  controller: 'toy', server: 'a', location: '/', ingress: 'x/y', service: 's', port: '80', path: '/', redirect: null, canary: false,
} // biome-ignore format: a row
const toy = (decide: Router['decide']): Router => ({
  controller: 'toy',
  tlsPorts: [443],
  certificate: (sni) => ({ from: 'toy', names: [sni ?? ''] }),
  decide,
  table: () => ({ controller: 'toy', rows: [] }),
})
const client = { address: ip('10.244.1.5'), port: 40000 }
const at = (port: number) => ({ address: ip('10.244.2.9'), port })
const request: HttpRequest = { kind: 'http-request', method: 'GET', path: '/', headers: [['Host', 'a']] }
const asks = (port = 80): Happening => ({ kind: 'data', conn: 'c1', peer: client, local: at(port), message: request })

/** Tells a process one thing after the other; a choice falls on the last branch. */
function run(process: Process<never>, told: readonly Happening[]): readonly Act[] {
  const all: Act[] = []
  let state: unknown = process.start
  const queue = [...told]
  for (let h = queue.shift(); h; h = queue.shift()) {
    const step = process.on(state as never, h)
    state = step.state
    for (const act of step.acts) {
      all.push(act)
      if (act.act === 'choose') queue.unshift({ kind: 'chosen', conn: act.conn, taken: act.choice.weights.length - 1 })
    }
  }
  return all
}
const proxied = (decide: Router['decide'], told: readonly Happening[]): readonly Act[] =>
  run(reverseProxy('ns/proxy/toy', toy(decide)) as Process as Process<never>, told)
const targets = [ip('10.244.1.7'), ip('10.244.1.8')].map((address) => ({ address, port: 8080 }))
const forward: Decision = { do: 'forward', targets, request: { ...request, path: '/x' }, route, why: 'toy' }

describe('a reverse proxy', () => {
  it('connects to a target of its choice, sends what the router made of the request, and copies the answer back', () => {
    const acts = proxied(
      () => forward,
      [
        asks(),
        { kind: 'connected', conn: 'c1 upstream 0' },
        { kind: 'data', conn: 'c1 upstream 0', peer: targets[1] as never, local: client, message: ownAnswer(200, [], 'hi') },
      ],
    )
    expect(acts.map((a) => a.act)).toEqual(['note', 'choose', 'note', 'connect', 'send', 'close', 'send'])
    expect(acts[3]).toMatchObject({ conn: 'c1 upstream 0', to: { address: '10.244.1.8', port: 8080 } })
    expect(acts[4]).toMatchObject({ message: { path: '/x' } })
    expect(acts[6]).toMatchObject({ conn: 'c1', message: { status: 200, body: 'hi' } })
  })
  it('goes on with the next target when one refuses, and answers 502 when none is left', () => {
    const fails = (n: number): Happening => ({ kind: 'failed', conn: `c1 upstream ${n}`, errno: 'ECONNREFUSED' })
    const acts = proxied(() => forward, [asks(), fails(0), fails(1)])
    expect(acts.flatMap((a) => (a.act === 'connect' ? a.to.address : []))).toEqual(['10.244.1.8', '10.244.1.7'])
    expect(acts.at(-1)).toMatchObject({ conn: 'c1', message: { status: 502 } })
  })
  it('answers 504 when a target does not answer its SYN', () => {
    const acts = proxied(
      () => ({ ...forward, targets: targets.slice(0, 1) }),
      [asks(), { kind: 'failed', conn: 'c1 upstream 0', errno: 'ETIMEDOUT' }],
    )
    expect(acts.at(-1)).toMatchObject({ message: { status: 504 } })
  })
  it('lets luck decide between ways with their own weights', () => {
    const here: Decision = { do: 'answer', response: ownAnswer(404), route, why: 'nothing' }
    const of = [
      { weight: fraction(4, 5), label: 'main', leads: forward },
      { weight: fraction(1, 5), label: 'canary', leads: here },
    ]
    const acts = proxied(() => ({ do: 'choose', chance: { key: 'canary', of } }), [asks()])
    expect(acts[0]).toMatchObject({ act: 'choose', choice: { key: 'ns/proxy/toy canary', labels: ['main', 'canary'] } })
    expect(acts.at(-1)).toMatchObject({ message: { status: 404 } })
  })
  it('speaks TLS on its ports alone, and shows the certificate of the name', () => {
    const hello = (port: number): Happening => ({
      kind: 'data',
      conn: 'c1',
      peer: client,
      local: at(port),
      message: { kind: 'tls', sni: 'a.b' },
    })
    expect(proxied(() => forward, [hello(443)]).at(-1)).toMatchObject({ message: { certificate: { from: 'toy', names: ['a.b'] } } })
    expect(proxied(() => forward, [hello(80)]).at(-1)).toMatchObject({ act: 'close', reset: true })
    expect(proxied(() => forward, [asks(443)]).at(-1)).toMatchObject({ message: { status: 400 } })
    expect(proxied((seen) => ({ do: 'unmodelled', what: `${seen.scheme} ${seen.sni}` }), [hello(443), asks(443)]).at(-1)).toMatchObject({
      what: 'https a.b',
    })
  })
})

it('headers', () => {
  expect(
    withHeaders(
      [
        ['Host', 'a'],
        ['X-A', '1'],
        ['x-a', '2'],
      ],
      [
        ['X-a', '3'],
        ['Via', 'p'],
        ['host', ''],
      ],
    ),
  ).toEqual([
    ['X-a', '3'],
    ['Via', 'p'],
  ])
  expect(cookieOf([['Cookie', 'a=1; canary=always; b=']], 'canary')).toBe('always')
  expect(cookieOf([['Cookie', 'xcanary=always']], 'canary')).toBeUndefined()
  expect(hostOf([['host', 'WWW.Example.com.:8443']])).toBe('www.example.com')
})
