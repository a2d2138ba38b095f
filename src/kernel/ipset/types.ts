import type { Dim } from './ast.ts'

export interface SetType {
  readonly dims: readonly Dim[]
  readonly method: 'hash' | 'bitmap' | 'list'
  /** As Linux 6.x and ipset 7.17 agree on; of the last four from the kernel's source, the others were printed by the tool or stand beside them. */
  readonly revision: number
  /** Bytes of one IPv4 and one IPv6 element in the kernel's table. */
  readonly bytes: readonly [v4: number, v6: number]
}

const hash = (dims: readonly Dim[], revision: number, v4: number, v6: number): SetType => ({
  dims,
  method: 'hash',
  revision,
  bytes: [v4, v6],
})

/** The types of sets by name, with what the kernel looks at for each of their elements. */
export const TYPES: Readonly<Record<string, SetType>> = {
  'hash:ip': hash(['ip'], 5, 4, 16),
  'hash:net': hash(['net'], 7, 8, 20),
  'hash:ip,port': hash(['ip', 'port'], 6, 8, 20),
  'hash:ip,port,ip': hash(['ip', 'port', 'ip'], 6, 12, 36),
  'hash:ip,port,net': hash(['ip', 'port', 'net'], 8, 12, 36),
  'hash:net,port': hash(['net', 'port'], 8, 8, 20),
  'hash:net,net': hash(['net', 'net'], 4, 16, 40),
  'hash:net,port,net': hash(['net', 'port', 'net'], 3, 16, 40),
  'hash:net,iface': hash(['net', 'iface'], 8, 24, 40),
  'hash:ip,mark': hash(['ip', 'mark'], 3, 8, 20),
  'hash:mac': hash(['mac'], 1, 8, 8),
  'hash:ip,mac': hash(['ip', 'mac'], 1, 12, 24),
  'bitmap:ip': { dims: ['ip'], method: 'bitmap', revision: 3, bytes: [0, 0] },
  'bitmap:ip,mac': { dims: ['ip', 'mac'], method: 'bitmap', revision: 3, bytes: [0, 0] },
  'bitmap:port': { dims: ['port'], method: 'bitmap', revision: 3, bytes: [0, 0] },
  'list:set': { dims: ['set'], method: 'list', revision: 3, bytes: [0, 0] },
}

/** undefined: no such type. */
export const typeNamed = (name: string): SetType | undefined => (Object.hasOwn(TYPES, name) ? TYPES[name] : undefined)
