import type { Answer, Viewed } from '../../answer.ts'
import { parseIp } from '../../net/ip.ts'
import type { Router, Seen } from '../../userspace/http/router.ts'
import type { Peer } from '../../userspace/process.ts'
import { processFor } from '../processes.ts'
import type { World } from '../world.ts'

const MOST_ROWS = 500

function peerOf(text: string): Peer | undefined {
  const at = text.lastIndexOf(':')
  const address = parseIp(text.slice(0, at).replace(/^\[|\]$/g, ''))
  return address === undefined ? undefined : { address, port: Number(text.slice(at + 1)) }
}

/** The rows that the proxy of an event looked at; undefined: no proxy decided there. */
export function routesAt(world: World, answer: Answer, journey: number, seq: number): Extract<Viewed, { kind: 'routes' }> | undefined {
  const event = answer.walk?.journeys[journey]?.events.find((e) => e.seq === seq)
  if (event?.kind !== 'process' || !event.route || event.message?.kind !== 'http-request' || event.after.kind !== 'socket') return undefined
  const process = processFor(world.cluster, event.at.netns, event.process) as { readonly router?: Router } | undefined
  const router = process?.router
  const [client, local] = [peerOf(event.after.socket.peer ?? ''), peerOf(event.after.socket.local)]
  if (!router || !client || !local) return undefined
  const seen: Seen = { request: event.message, scheme: router.tlsPorts.includes(local.port) ? 'https' : 'http', client, local }
  const { controller, rows } = router.table(seen)
  return { kind: 'routes', controller, total: rows.length, rows: rows.slice(0, MOST_ROWS) }
}
