import type { Answer } from '../../src/answer.ts'
import type { Journey } from '../../src/trace/journey.ts'

/** One connection of a walk through a proxy, and what its two ends believe of each other. Addresses with ports. */
export interface Connection {
  /** From 1. */
  readonly number: number
  readonly client: { readonly who: string; readonly local: string; readonly peer: string }
  /** Absent: its SYN reached nobody. */
  readonly server?: { readonly who: string; readonly local: string; readonly peer: string }
  /** The client that the request's X-Forwarded-For names. */
  readonly forwarded?: string
}

interface Joined {
  /** By journey; 0 for name look-ups. */
  readonly numbers: readonly number[]
  readonly list: readonly Connection[]
}

const known = new WeakMap<Answer, Joined | undefined>()

/** The connections of a walk that a proxy joins; undefined where there is only one. */
export function connectionsOf(answer: Answer): Joined | undefined {
  if (!known.has(answer)) known.set(answer, joined(answer.walk?.journeys ?? []))
  return known.get(answer)
}

function joined(journeys: readonly Journey[]): Joined | undefined {
  // What a proxy opens goes on from a request; an ICMP error or a copy opens nothing.
  if (!journeys.some((j) => j.parent?.as === 'onward' && j.phase === 'connect')) return undefined
  const numbers: number[] = []
  const firsts: Journey[] = []
  for (const j of journeys) {
    const parent = j.parent === undefined ? 0 : (numbers[j.parent.journey] ?? 0)
    const begins = j.phase !== 'dns' && (parent === 0 || j.parent?.as === 'onward')
    if (begins) firsts.push(j)
    numbers.push(j.phase === 'dns' ? 0 : begins ? firsts.length : parent)
  }
  const list = firsts.map((first, i) =>
    connectionOf(
      first,
      journeys.filter((_, at) => numbers[at] === i + 1),
      i + 1,
    ),
  )
  return { numbers, list }
}

const end = (address: string, port: number): string => (address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`)

function connectionOf(first: Journey, all: readonly Journey[], number: number): Connection {
  const { src, sport, dst, dport } = first.connection
  const socket = first.events
    .map((e) => (e.kind === 'socket' && e.what === 'receive' ? e.after : undefined))
    .find((a) => a?.kind === 'socket')
  const carried = all.flatMap((j) => j.events.flatMap((e) => (e.after.kind === 'skb' ? (e.after.skb.packet.message ?? []) : [])))
  const request = carried.find((m) => m.kind === 'http-request')
  const forwarded = request?.kind === 'http-request' ? request.headers.find(([n]) => n.toLowerCase() === 'x-forwarded-for')?.[1] : undefined
  return {
    number,
    client: { who: first.events[0]?.at.netns ?? '', local: end(src, sport), peer: end(dst, dport) },
    ...(socket?.kind === 'socket'
      ? { server: { who: socket.socket.owner, local: socket.socket.local, peer: socket.socket.peer ?? '' } }
      : {}),
    ...(forwarded === undefined ? {} : { forwarded }),
  }
}
