import type { Counts, Journey } from '../trace/journey.ts'
import { isStation } from '../trace/station.ts'

/** What a probe cost, over all its packets. */
export function countsOf(journeys: readonly Journey[]): Counts {
  const counts = { steps: 0, rulesEvaluated: 0, rulesMatched: 0, natRewrites: 0, lookups: 0 }
  for (const { events } of journeys) {
    for (const event of events) {
      if (isStation(event.kind)) counts.steps++
      switch (event.kind) {
        case 'rule':
          counts.rulesEvaluated += event.passedOver + 1
          counts.rulesMatched++
          break
        case 'chain-end':
          counts.rulesEvaluated += event.passedOver
          break
        case 'nat':
          counts.natRewrites++
          break
        case 'route':
        case 'neighbour':
        case 'fdb':
        case 'encap':
        case 'bpf-map':
          counts.lookups++
          break
        case 'conntrack':
          if (event.what === 'found' || event.what === 'new' || event.what === 'invalid') counts.lookups++
          break
        case 'hook':
        case 'hook-end':
        case 'bridge':
        case 'device':
        case 'cross':
        case 'decap':
        case 'ttl':
        case 'fragment':
        case 'reassemble':
        case 'icmp-error':
        case 'socket':
        case 'process':
        case 'dns':
        case 'bpf':
        case 'bpf-end':
        case 'drop':
          break
      }
    }
  }
  return counts
}
