import { lengthOf, networkOf, parseCidr } from '../../net/cidr.ts'
import { bitsOf, type Cidr, familyOf, fromBigInt, toBigInt } from '../../net/ip.ts'
import { absolute, lower, sendable } from '../dns/name.ts'
import { reverseLabels } from '../dns/reverse.ts'
import type { Token } from './lexer.ts'
import { plainErr } from './refused.ts'

/** One zone that a block serves, and where. */
export interface Key {
  /** Lower case, absolute. */
  readonly zone: string
  readonly port: number
  readonly transport: string
}

/** Ports where an address names none (coredns plugin/pkg/transport). */
const PORTS: Readonly<Record<string, number>> = { dns: 53, tls: 853, quic: 853, grpc: 443, https: 443, https3: 443 }

/** Zones of a net: one at an octet border (IPv6: nibble), else those that make it up (coredns plugin/pkg/cidr). */
function reverseZones(net: Cidr): readonly string[] {
  const family = familyOf(net)
  const digit = family === 4 ? 8 : 4
  const labels = Math.ceil(lengthOf(net) / digit)
  const step = 1n << BigInt(bitsOf(family) - labels * digit)
  const first = toBigInt(networkOf(net))
  const count = 2 ** (labels * digit - lengthOf(net))
  const top = family === 4 ? 'in-addr.arpa.' : 'ip6.arpa.'
  return Array.from({ length: count }, (_, i) => {
    const all = reverseLabels(fromBigInt(first + step * BigInt(i), family))
    return [...all.slice(all.length - labels), top].join('.')
  })
}

/** Zones that a name in a Corefile means: itself in lower case, or those of a net (plugin/normalize.go). */
export function zonesOf(text: string): readonly string[] {
  const net = parseCidr(text)
  return net === undefined ? [absolute(lower(text === '' ? '.' : text))] : reverseZones(net)
}

/** `[scheme://]zone[:port]` of a server block. Throws Refused. */
export function keysOf(token: Token): readonly Key[] {
  const [, scheme = 'dns', rest = ''] = /^(?:([a-z0-9]+):\/\/)?(.*)$/s.exec(token.text) ?? []
  const usual = PORTS[scheme]
  if (usual === undefined) throw plainErr(`unknown transport '${scheme}'`, token)
  const ported = /^(.*):(\d+)$/.exec(rest)
  const number = ported ? Number(ported[2]) : usual
  if (number < 1 || number > 65535) throw plainErr(`invalid port: ${ported?.[2] ?? ''}`, token)
  const zones = zonesOf(ported?.[1] ?? rest)
  const wrong = zones.find((zone) => zone !== '.' && !sendable(zone))
  if (wrong !== undefined) throw plainErr(`Zone is not a valid domain name: ${wrong}`, token)
  return zones.map((zone) => ({ zone, port: number, transport: scheme }))
}
