import type { PortRange } from '../../../kernel/iptables/ast.ts'
import type { PolicyPort } from '../../../manifest/kinds/policyTypes.ts'
import type { PortProtocol } from '../../../manifest/kinds.ts'

/** Ports of one protocol: what a rule of Calico has. No protocol: any traffic, whatever it is. Empty lists: all ports of it. */
export interface Ports {
  readonly protocol?: PortProtocol
  readonly ranges: readonly PortRange[]
  readonly names: readonly string[]
}

/** Neighbours become one range where several are given (conversion.go SimplifyPorts). */
function joined(ranges: readonly PortRange[]): readonly PortRange[] {
  if (ranges.length < 2) return ranges
  const out: PortRange[] = []
  for (const next of [...ranges].sort((a, b) => a.from - b.from)) {
    const last = out[out.length - 1]
    if (last !== undefined && next.from <= last.to + 1) out[out.length - 1] = { from: last.from, to: Math.max(last.to, next.to) }
    else out.push(next)
  }
  return out
}

/** The ports of a Kubernetes rule by protocol; an entry without a port means all ports of its protocol, whatever stands beside it. */
export function portsOf(given: readonly PolicyPort[]): readonly Ports[] {
  if (given.length === 0) return [{ ranges: [], names: [] }]
  const protocols = [...new Set(given.map((p) => p.protocol))].sort()
  return protocols.map((protocol): Ports => {
    const own = given.filter((p) => p.protocol === protocol)
    if (own.some((p) => p.port === undefined)) return { protocol, ranges: [], names: [] }
    const ranges = own.flatMap(({ port, endPort }) => (typeof port === 'number' ? { from: port, to: endPort ?? port } : []))
    return { protocol, ranges: joined(ranges), names: own.flatMap(({ port }) => (typeof port === 'string' ? port : [])) }
  })
}

/** multiport has 15 places, of which a range takes two (policy.go SplitPortList). */
const PLACES = 15

export function split(ranges: readonly PortRange[]): readonly (readonly PortRange[])[] {
  const out: PortRange[][] = []
  let left = 0
  for (const range of ranges) {
    const needs = range.from === range.to ? 1 : 2
    if (left < needs) {
      out.push([])
      left = PLACES
    }
    out[out.length - 1]?.push(range)
    left -= needs
  }
  return out
}
