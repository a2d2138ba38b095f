import type { Answer } from '../../../src/answer.ts'
import type { Journey } from '../../../src/trace/journey.ts'
import { connectionsOf } from '../../timeline/connections.ts'

/** One connection of a walk through a proxy, and what its two ends believe of each other. Addresses with ports. */
export interface Connection {
  readonly client: { readonly who: string; readonly local: string; readonly peer: string }
  /** Absent: its SYN reached nobody. */
  readonly server?: { readonly who: string; readonly local: string; readonly peer: string }
  /** The client that the request's X-Forwarded-For names. */
  readonly forwarded?: string
}

/** The connection with a number, from 1. */
export function connectionNumbered(answer: Answer, number: number): Connection | undefined {
  const numbers = connectionsOf(answer)
  const all = answer.walk?.journeys.filter((_, i) => numbers?.[i] === number) ?? []
  return all[0] && connectionOf(all[0], all)
}

const end = (address: string, port: number): string => (address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`)

function connectionOf(first: Journey, all: readonly Journey[]): Connection {
  const { src, sport, dst, dport } = first.connection
  const socket = first.events
    .map((e) => (e.kind === 'socket' && e.what === 'receive' ? e.after : undefined))
    .find((a) => a?.kind === 'socket')
  const carried = all.flatMap((j) => j.events.flatMap((e) => (e.after.kind === 'skb' ? (e.after.skb.packet.message ?? []) : [])))
  const request = carried.find((m) => m.kind === 'http-request')
  const forwarded = request?.kind === 'http-request' ? request.headers.find(([n]) => n.toLowerCase() === 'x-forwarded-for')?.[1] : undefined
  return {
    client: { who: first.events[0]?.at.netns ?? '', local: end(src, sport), peer: end(dst, dport) },
    ...(socket?.kind === 'socket'
      ? { server: { who: socket.socket.owner, local: socket.socket.local, peer: socket.socket.peer ?? '' } }
      : {}),
    ...(forwarded === undefined ? {} : { forwarded }),
  }
}
