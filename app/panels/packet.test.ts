import { expect, test } from 'vitest'
import type { Ip, Mac } from '../../src/net/ip.ts'
import type { Header, Packet } from '../../src/net/packet.ts'
import { endsOf, layersOf } from './packet.ts'

const eth: Header = { kind: 'eth', src: '02:00:00:00:00:01' as Mac, dst: '02:00:00:00:00:02' as Mac }
const ip = (dst: string): Header => ({ kind: 'ip', family: 4, src: '10.244.1.2' as Ip, dst: dst as Ip, ttl: 64, proto: 'tcp' })
const tcp = (dport: number): Header => ({ kind: 'tcp', sport: 40000, dport, flags: ['S'], seq: 0, ack: 0 })
const packet = (...headers: readonly Header[]): Packet => ({ headers, size: 0 })
const states = (before: Packet, after: Packet): readonly string[] => layersOf(before, after).map((l) => `${l.title} ${l.state}`)

test('DNAT changes one field of two layers', () => {
  const layers = layersOf(packet(ip('10.96.0.5'), tcp(80)), packet(ip('10.244.2.7'), tcp(8080)))
  expect(layers.map((l) => l.state)).toEqual(['changed', 'changed'])
  expect(layers.flatMap((l) => l.fields.filter((f) => f.before !== f.after))).toEqual([
    { name: 'dst', before: '10.96.0.5', after: '10.244.2.7' },
    { name: 'dport', before: '80', after: '8080' },
  ])
})

const udp: Header = { kind: 'udp', sport: 1, dport: 8472 }
const inner = [eth, ip('10.244.2.7'), tcp(80)] as const
const outer = [eth, ip('192.168.10.12'), udp, { kind: 'vxlan', vni: 1 }] as const
test.each([
  ['encapsulation adds in front', inner, [...outer, ...inner], ['added', 'added', 'added', 'added', 'same', 'same', 'same']],
  ['decapsulation removes in front', [...outer, ...inner], inner, ['removed', 'removed', 'removed', 'removed', 'same', 'same', 'same']],
  ['a device writes the link header', inner.slice(1), inner, ['added', 'same', 'same']],
] as const)('%s', (_name, before, after, want) => {
  expect(states(packet(...before), packet(...after)).map((s) => s.split(' ')[1])).toEqual(want)
})

test('the ends are those of the inner packet', () => {
  expect(endsOf(packet(...outer, ...inner))).toEqual({ src: '10.244.1.2:40000', dst: '10.244.2.7:80' })
})
