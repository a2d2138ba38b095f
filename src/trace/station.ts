import type { EventKind } from './event.ts'

/** A station is a step of the middle level; the others are details of the station before them. */
export function isStation(kind: EventKind): boolean {
  switch (kind) {
    case 'hook':
    case 'route':
    case 'bridge':
    case 'device':
    case 'cross':
    case 'encap':
    case 'decap':
    case 'socket':
    case 'process':
    case 'dns':
    case 'icmp-error':
    case 'bpf':
    case 'drop':
      return true
    case 'hook-end':
    case 'rule':
    case 'chain-end':
    case 'conntrack':
    case 'nat':
    case 'neighbour':
    case 'fdb':
    case 'ttl':
    case 'fragment':
    case 'reassemble':
    case 'bpf-map':
    case 'bpf-end':
      return false
  }
}
