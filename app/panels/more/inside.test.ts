import { expect, test } from 'vitest'
import type { Layer } from '../packet.ts'
import { insideOf } from './inside.ts'

const layers = (...titles: readonly string[]): readonly Layer[] =>
  titles.map((title) => ({
    ...{ title, bytes: 0, state: 'same', quoted: [] },
    fields: title === 'VXLAN' ? [{ name: 'vni', before: undefined, after: '4096' }] : [],
  }))

test('what a tunnel carries begins after the VXLAN header, or at the second IP header', () => {
  expect(insideOf(layers('Ethernet', 'IPv4', 'UDP', 'VXLAN', 'Ethernet', 'IPv4', 'TCP'))).toEqual({ tunnel: 'VXLAN 4096', from: 4 })
  expect(insideOf(layers('IPv4', 'IPv4', 'TCP'))).toEqual({ tunnel: 'IPIP', from: 1 })
  expect(insideOf(layers('Ethernet', 'IPv6', 'TCP'))).toBeUndefined()
})
