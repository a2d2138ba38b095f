import { expect, test } from 'vitest'
import { cutPacket, joinPieces } from './fragment.ts'
import { ip } from './ip.ts'
import { ipLength, ipOf, l4Of, type Packet } from './packet.ts'

const packet = (family: 4 | 6, size: number): Packet => ({
  headers: [
    {
      kind: 'ip',
      family,
      src: ip(family === 4 ? '10.0.0.1' : 'fd00::1'),
      dst: ip(family === 4 ? '10.0.0.2' : 'fd00::2'),
      ttl: 64,
      proto: 'udp',
    },
    { kind: 'udp', sport: 1, dport: 2 },
  ],
  size,
  message: { kind: 'data', text: 'x' },
})
const shape = (p: Packet): unknown => [ipLength(p), ipOf(p)?.frag?.offset, ipOf(p)?.frag?.more, l4Of(p)?.kind]

test('1460 bytes of UDP over a device of 1450: the pieces that Linux 6.18 was seen to send', () => {
  expect(cutPacket(packet(4, 1460), 1450).map(shape)).toEqual([
    [1444, 0, true, 'udp'],
    [64, 1424, false, undefined],
  ])
})

test('an IPv6 piece has a fragment header of 8 bytes more', () => {
  expect(cutPacket(packet(6, 2000), 1500).map(shape)).toEqual([
    [1496, 0, true, 'udp'],
    [608, 1448, false, undefined],
  ])
})

test('pieces in any order make the packet again, and nothing else does', () => {
  for (const family of [4, 6] as const) {
    for (const mtu of [68 + 40, 576, 1280, 1500]) {
      for (const size of [0, 1, 700, 1472, 4000]) {
        const whole = packet(family, size)
        if (ipLength(whole) <= mtu) continue
        const pieces = cutPacket(whole, mtu)
        expect(pieces.every((p) => ipLength(p) <= mtu)).toBe(true)
        expect(joinPieces([...pieces].reverse())).toEqual(whole)
        expect(joinPieces(pieces.slice(1))).toBeUndefined()
        expect(joinPieces(pieces.slice(0, -1))).toBeUndefined()
        expect(joinPieces(pieces.flatMap((p) => cutPacket(p, 96)))).toEqual(whole)
      }
    }
  }
})
