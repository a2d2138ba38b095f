import {
  bridgeDecide,
  bridgeForward,
  bridgeForwarded,
  bridgeInput,
  bridgeOutput,
  bridgeReceive,
  bridgeRouted,
  bridgeTransmit,
} from './bridge.ts'
import { deliver } from './deliver.ts'
import { stepHook } from './hooks.ts'
import { forwarded, ipReceive, routeInput, toNeighbour } from './ip.ts'
import { receive, transmit } from './link.ts'
import { outputDone } from './output.ts'
import type { Place, Run } from './run.ts'

/** One step of the kernel: a place in, the places that come after it out, the next one first. */
export function step(run: Run, place: Place): readonly Place[] {
  switch (place.at) {
    case 'hook':
      return stepHook(run, place)
    case 'receive':
      return receive(run, place)
    case 'transmit':
      return transmit(run, place)
    case 'ip-receive':
      return ipReceive(run, place)
    case 'route-input':
      return routeInput(run, place)
    case 'forwarded':
      return forwarded(run, place)
    case 'deliver':
      return deliver(run, place)
    case 'output-done':
      return outputDone(run, place)
    case 'neighbour':
      return toNeighbour(run, place)
    case 'bridge-receive':
      return bridgeReceive(run, place)
    case 'bridge-routed':
      return bridgeRouted(run, place)
    case 'bridge-decide':
      return bridgeDecide(run, place)
    case 'bridge-forward':
      return bridgeForward(run, place)
    case 'bridge-forwarded':
      return bridgeForwarded(run, place)
    case 'bridge-transmit':
      return bridgeTransmit(run, place)
    case 'bridge-input':
      return bridgeInput(run, place)
    case 'bridge-output':
      return bridgeOutput(run, place)
    case 'tell': {
      for (const event of place.events) run.emit(place.journey, event)
      run.end(place.journey, place.ending)
      return []
    }
  }
}
