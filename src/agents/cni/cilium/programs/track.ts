import type { FlowMap, Frame } from '../../../../kernel/bpf/ast.ts'
import { l4Of } from '../../../../net/packet.ts'
import { CT_ANY, CT_TCP, type Flow } from '../maps.ts'
import { type Ends, endsText, turned } from './ctx.ts'

/** Which way a flow was seen to begin: out of an endpoint, into one, or towards a Service. */
export type Way = 'OUT' | 'IN' | 'SVC'

const mapFor = (e: Ends): FlowMap<Flow> => (e.proto === 'tcp' ? CT_TCP : CT_ANY)
const keyFor = (way: Way, e: Ends): string => `${way} ${endsText(e)}`

export type Tracked = { readonly state: 'new' } | { readonly state: 'established' | 'reply'; readonly flow: Flow }

/** ct_lookup4: an answer to a flow that began the other way, a flow that is known, or a new one. */
export function tracked(frame: Frame, way: 'OUT' | 'IN', e: Ends): Tracked {
  const answer = frame.find(mapFor(e), keyFor(way === 'OUT' ? 'IN' : 'OUT', turned(e)))
  if (answer !== undefined) return { state: 'reply', flow: answer }
  const flow = frame.find(mapFor(e), keyFor(way, e))
  return flow === undefined ? { state: 'new' } : { state: 'established', flow }
}

export const flowAt = (frame: Frame, way: Way, e: Ends): Flow | undefined => frame.find(mapFor(e), keyFor(way, e))
export const track = (frame: Frame, way: Way, e: Ends, flow: Flow): void => frame.put(mapFor(e), keyFor(way, e), flow)

/** An ICMP error about another packet: it belongs to that one's flow. */
export const isError = (frame: Frame): boolean => {
  const l4 = l4Of(frame.skb().packet)
  return l4?.kind === 'icmp' && l4.about !== undefined
}
