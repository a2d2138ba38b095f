import { expect, test } from 'vitest'
import type { Cidr, Ip } from '../../net/ip.ts'
import type { TraceEvent } from '../../trace/event.ts'
import { hashLuck } from '../../trace/luck.ts'
import { applyOps, newNetns } from '../apply.ts'
import { madeUpMac } from '../mac.ts'
import type { Netns } from '../machine.ts'
import { Moment } from '../moment.ts'
import type { AgentMap, Bpf, FlowMap, SockProgram, TcProgram } from './ast.ts'
import { atSocket } from './sock.ts'
import { atDevice } from './tc.ts'

const VIP = '10.96.0.1' as Ip
const REAL = '10.0.0.9' as Ip
const services: AgentMap<string> = {
  name: 'services',
  get: (key) => (key === `${VIP}:80` ? { key, value: REAL } : undefined),
  show: (value) => value,
  list: () => [{ key: `${VIP}:80`, value: REAL }],
}
const seen: FlowMap<number> = { name: 'seen', show: String }

const translate: SockProgram = {
  name: 'translate',
  hook: 'connect',
  family: 4,
  run(call) {
    if (call.proto === 'sctp') return { do: 'refuse', errno: 'EPERM' }
    const real = call.look(services, `${call.peer.address}:${call.peer.port}`)
    call.put(seen, call.cookie, (call.find(seen, call.cookie) ?? 0) + 1)
    return real === undefined ? { do: 'allow' } : { do: 'allow', to: { address: real as Ip, port: 8080 } }
  },
}
const withBpf = (bpf: Partial<Bpf>): Netns =>
  applyOps(newNetns('n', 'node'), [
    {
      do: 'link',
      link: { dev: 'a', kind: 'veth', mac: madeUpMac('n', 'a'), addrs: ['10.0.0.1/24' as Cidr], mtu: 1500, up: true, peer: ['p', 'b'] },
    },
    { do: 'bpf', bpf: { machine: 'n', sock: [], tc: [], maps: [], ...bpf } },
  ])

function call(proto: 'tcp' | 'sctp', address: Ip, moment = new Moment()) {
  const events: TraceEvent[] = []
  const answer = atSocket(
    { netns: withBpf({ sock: [translate] }), moment, luck: hashLuck(1), emit: (body) => events.push(body as TraceEvent) },
    { hook: 'connect', proto, peer: { address, port: 80 }, cookie: '7', after: { kind: 'object', ref: 'x' } },
  )
  return { answer, events }
}

test('a program at connect() puts another address in the place of the named one, and each question of a map is told', () => {
  const moment = new Moment()
  const { answer, events } = call('tcp', VIP, moment)
  expect(answer).toEqual({ to: { address: REAL, port: 8080 } })
  expect(events.map((e) => (e.kind === 'bpf-map' ? `${e.map} ${e.op} ${e.key} ${e.value ?? '-'}` : e.kind))).toEqual([
    'bpf',
    `services lookup ${VIP}:80 ${REAL}`,
    'seen lookup 7 -',
    'seen update 7 1',
    'bpf-end',
  ])
  // what programs write lives in the moment, and a fork of it is a world of its own
  const fork = moment.fork()
  call('tcp', VIP, fork)
  expect([moment.bpf.get('n seen')?.get('7'), fork.bpf.get('n seen')?.get('7')]).toEqual([1, 2])
})

test('an address that the map does not have stays; a refused call has its error', () => {
  expect(call('tcp', REAL).answer).toEqual({ to: { address: REAL, port: 80 } })
  expect(call('sctp', VIP).answer).toEqual({ errno: 'EPERM' })
})

test('a program at a device rewrites, redirects, drops, or ends the walk with what is not modelled', () => {
  const packet = {
    headers: [
      { kind: 'ip', family: 4, src: '10.0.0.2' as Ip, dst: VIP, ttl: 2, proto: 'udp' },
      { kind: 'udp', sport: 1, dport: 80 },
    ],
    size: 0,
  } as const
  const at = (run: TcProgram['run']) => {
    const told: string[] = []
    const netns = withBpf({ tc: [{ name: 'prog', dev: 'a', side: 'ingress', run }] })
    const fake = {
      netns: () => netns,
      moment: new Moment(),
      luck: hashLuck(1),
      emit: (_j: number, e: { kind: string }) => told.push(e.kind),
      end: (_j: number, e: { kind: string }) => told.push(e.kind),
    }
    const done = atDevice(fake as never, { journey: 0, netns: 'n', skb: { packet, mark: 0 }, at: 'receive', dev: 'a' }, 'a', 'ingress')
    return { done, told }
  }
  const sent = at((f) => {
    f.rewrite('dst', { address: REAL, port: 8080 }, false)
    return f.lowerTtl() && !f.lowerTtl() ? { do: 'redirect', dev: 'a' } : { do: 'ok' }
  })
  expect(sent.told).toEqual(['bpf', 'nat', 'ttl', 'bpf-end'])
  const [place] = 'instead' in sent.done ? sent.done.instead : []
  expect(place).toMatchObject({ at: 'transmit', dev: 'a' })
  expect(place?.skb.packet.headers).toMatchObject([{ dst: REAL, ttl: 1 }, { dport: 8080 }])
  expect(at(() => ({ do: 'drop', why: 'no' })).told).toEqual(['bpf', 'bpf-end', 'drop', 'dropped'])
  expect(at(() => ({ do: 'unmodelled', what: 'x' })).told).toEqual(['bpf', 'bpf-end', 'unmodelled'])
  const peer = at(() => ({ do: 'redirect-peer', dev: 'a' }))
  expect('instead' in peer.done && peer.done.instead).toMatchObject([{ at: 'receive', netns: 'p', dev: 'b' }])
})
