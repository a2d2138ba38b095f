import { ipOf } from '../../net/packet.ts'
import type { Skb } from '../../trace/event.ts'
import type { Netns } from '../machine.ts'
import { lookup } from '../route.ts'

interface Options {
  readonly loose?: true
  readonly validmark?: true
  readonly acceptLocal?: true
}

/**
 * `-m rpfilter` (ipt_rpfilter.c, ip6t_rpfilter.c): whether an answer to the packet's source would leave by the device that it came by; loose:
 * by any. The mark counts with --validmark. What comes by loopback always does.
 */
export function comesBack(netns: Netns, skb: Skb, iif: string | undefined, { loose, validmark, acceptLocal }: Options): boolean {
  const ip = ipOf(skb.packet)
  if (!ip || iif === 'lo') return true
  const back = lookup(netns, ip.src, { src: ip.dst, mark: validmark ? skb.mark : 0 })
  if (back?.type !== 'unicast' && !(back?.type === 'local' && acceptLocal)) return false
  return loose === true || back.dev === iif
}
