import type { Answer, StageNetns } from '../../../src/answer.ts'
import { hasPair } from '../pods.ts'

/** How near the visitor looks: at one node, at a Pod's namespace, its node's and the veth pair between them. */
export type Near =
  | { readonly level: 'node'; readonly netns: string }
  /** `netns` is the Pod's; `from`: the node that was looked at before. */
  | { readonly level: 'pair'; readonly netns: string; readonly from?: string }
  /** The BGP sessions; `netns`: the one that is looked at, by the names of its two sides, or a speaker; '' for none. */
  | { readonly level: 'bgp'; readonly netns: string }

/** Of which lab that is: another one begins with the whole cluster. */
export type NearIn = Near & { readonly slug: string }

const named = (answer: Answer, name: string): StageNetns | undefined => answer.stage?.netns.find((n) => n.name === name)

/** What the visitor looked at, if this walk still has it: an edit may have taken the Pod away. */
export function nearIn(answer: Answer, slug: string, near: NearIn | undefined): Near | undefined {
  if (near === undefined || near.slug !== slug) return undefined
  if (near.level === 'bgp') return answer.stage?.underlay.bgp && near
  const netns = named(answer, near.netns)
  if (near.level === 'node') return netns?.kind === 'node' ? near : undefined
  return netns !== undefined && netns.kind === 'pod' && hasPair(netns) ? near : undefined
}

/** The node of a place: itself, or the one that a Pod runs on; undefined for hosts and wires. */
export function nodeOf(answer: Answer, place: string): string | undefined {
  const netns = named(answer, place)
  return netns?.kind === 'node' ? netns.name : netns?.node
}

/** One level up from here; undefined is the whole cluster. */
export const above = (near: Near): Near | undefined =>
  near.level === 'pair' && near.from !== undefined ? { level: 'node', netns: near.from } : undefined

/** When the packet goes from the node that stands alone to another, the eye goes along; undefined: it stays. */
export const along = (near: Near | undefined, from: string | undefined, to: string | undefined): Near | undefined =>
  near?.level === 'node' && near.netns === from && to !== undefined && to !== from ? { level: 'node', netns: to } : undefined
