import { maskedCidr } from '../../net/cidr.ts'
import type { Cidr } from '../../net/ip.ts'
import { familyOf, type Ip } from '../../net/ip.ts'
import { ipOf } from '../../net/packet.ts'
import type { Match } from './ast.ts'
import type { Sight } from './match.ts'

type Recent = Extract<Match, { kind: 'recent' }>

/** Prefix length of a dotted or colon mask: 255.255.255.255 → 32. */
function prefixOf(mask: string): number {
  if (mask.includes(':'))
    return mask.split(':').reduce((n, g) => n + (g === '' ? 0 : Number.parseInt(g, 16).toString(2).replaceAll('0', '').length), 0)
  return mask.split('.').reduce((n, b) => n + Number(b).toString(2).replaceAll('0', '').length, 0)
}

function keyOf(match: Recent, sight: Sight): string {
  const ip = ipOf(sight.skb.packet)
  const address = (match.side === 'rsource' ? ip?.src : ip?.dst) as Ip
  return maskedCidr(`${address}/${match.mask === '' ? (familyOf(address) === 4 ? 32 : 128) : prefixOf(match.mask)}` as Cidr)
}

/** xt_recent: lists of addresses with the times of their packets. `--set` always matches; the others ask and may refresh. */
export function recentMatches(match: Recent, sight: Sight): boolean {
  const { moment, netns } = sight
  const list = `${netns.name} ${match.name}`
  const entries = moment.recent.get(list) ?? new Map<string, number[]>()
  moment.recent.set(list, entries)
  const key = keyOf(match, sight)
  if (match.op === 'set') {
    entries.set(key, [...(entries.get(key) ?? []), moment.clock])
    return true
  }
  if (match.op === 'remove') return entries.delete(key)
  const limit = match.seconds === undefined ? Number.NEGATIVE_INFINITY : moment.clock - match.seconds * 1e9
  const hits = (entries.get(key) ?? []).filter((t) => t >= limit)
  const hit = hits.length >= (match.hitcount ?? 1)
  if (match.reap === true && hits.length === 0) entries.delete(key)
  if (hit && match.op === 'update') entries.set(key, [...(entries.get(key) ?? []), moment.clock])
  return hit
}
