import { ipOf, l4Of, outerIpAt, type TcpHeader } from '../../net/packet.ts'
import type { Hook, Skb } from '../../trace/event.ts'
import { tokenTaken } from '../bucket.ts'
import type { Netns } from '../machine.ts'
import type { Moment } from '../moment.ts'
import { mtuTo } from '../pmtu.ts'
import { lookup } from '../route.ts'
import type { Run } from '../run.ts'

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

interface Asked {
  readonly moment: Moment
  readonly netns: Netns
  readonly skb: Skb
  readonly place: string
  readonly index?: number
}

/** `-m limit`: xt_limit counts in ten thousandths of a second. Undefined: words that are not understood. */
export function limited(words: string, { moment, netns, skb, place, index }: Asked): boolean | undefined {
  const m = /^-m limit(?: --limit (\d+)(?:\/([a-z]+))?)?(?: --limit-burst (\d+))?$/.exec(words)
  if (!m) return undefined
  const [, count = '3', unit = m[1] === undefined ? 'hour' : 'second', burst = '5'] = m
  const seconds = SECONDS[unit[0] ?? '']
  if (seconds === undefined || Number(count) === 0) return undefined
  const period = Math.floor((10_000 * seconds) / Number(count)) * 100_000
  const where = `limit ${netns.name} ${ipOf(skb.packet)?.family} ${place} ${index ?? ''}`
  return tokenTaken(moment, where, period, Number(burst))
}

interface Visiting {
  readonly run: Pick<Run, 'moment'>
  readonly netns: Netns
  readonly hook: Hook
}

/** tcpmss_mangle_packet: the MSS of a SYN is never made greater. Undefined: words that are not understood. */
export function clamped(words: string, { run, netns, hook }: Visiting, skb: Skb): Skb | undefined {
  const set = /^-j TCPMSS --set-mss (\d+)$/.exec(words)?.[1]
  if (set === undefined && words !== '-j TCPMSS --clamp-mss-to-pmtu') return undefined
  const [ip, tcp] = [ipOf(skb.packet), l4Of(skb.packet)]
  // a way is known in FORWARD, OUTPUT and POSTROUTING alone: iptables refuses --clamp-mss-to-pmtu elsewhere
  if (set === undefined && (hook === 'prerouting' || hook === 'input')) return undefined
  if (!ip || tcp?.kind !== 'tcp' || !tcp.flags.includes('S') || ip.frag) return skb
  const headers = ip.family === 4 ? 40 : 60
  const way = (to: typeof ip.dst, src?: typeof ip.src): number => {
    const route = lookup(netns, to, { ...(src === undefined ? {} : { src }), mark: skb.mark })
    return route ? mtuTo(run.moment, netns, route, to) : 65_535
  }
  const most = set === undefined ? Math.min(way(ip.dst), way(ip.src)) - headers : Number(set)
  const mss = tcp.mss === undefined ? Math.min(most, 536) : Math.min(most, tcp.mss)
  if (mss === tcp.mss) return skb
  const at = outerIpAt(skb.packet) + 1
  const changed: TcpHeader = { ...tcp, mss }
  return { ...skb, packet: { ...skb.packet, headers: skb.packet.headers.map((h, i) => (i === at ? changed : h)) } }
}
