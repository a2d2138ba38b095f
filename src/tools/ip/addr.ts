import type { Link } from '../../kernel/machine.ts'
import { addressOf, inCidr, lastOf, lengthOf } from '../../net/cidr.ts'
import { type Cidr, familyOf, isLinkLocal, isLoopback } from '../../net/ip.ts'
import type { ToolContext } from '../tool.ts'
import type { IpOptions } from './args.ts'
import { briefHead, deviceName, flags, headLine, macLines, operState, otherNetns } from './link.ts'

function scopeOf(net: Cidr): string {
  const address = addressOf(net)
  if (isLoopback(address)) return 'host'
  return isLinkLocal(address) ? 'link' : 'global'
}

/** The CNI plugins and DHCP clients set a broadcast address wherever there is one; lo has none. */
function inet(link: Link, net: Cidr): string {
  const broadcast = link.kind === 'loopback' || lengthOf(net) > 30 ? '' : ` brd ${lastOf(net)}`
  const first = link.addrs.find((a) => lengthOf(a) === lengthOf(net) && inCidr(addressOf(net), a))
  return `    inet ${net}${broadcast} scope ${scopeOf(net)} ${first !== undefined && first !== net ? 'secondary ' : ''}${link.dev}`
}

/** `ip addr show`; automatic link-local IPv6 addresses are not modelled and so not shown. */
export function addrLines(ctx: ToolContext, links: readonly Link[], { family, brief, details }: IpOptions): readonly string[] {
  const lines: string[] = []
  for (const link of links) {
    const v4 = family === 6 ? [] : link.addrs.filter((a) => familyOf(a) === 4)
    const v6 = family === 4 ? [] : link.addrs.filter((a) => familyOf(a) === 6)
    if (family !== undefined && v4.length + v6.length === 0) continue
    if (brief) {
      lines.push(briefHead(ctx, link) + [...v4, ...v6].map((a) => `${a} `).join(''))
      continue
    }
    if (family === 6)
      lines.push(
        `${link.ifindex}: ${deviceName(ctx, link, true)}: ${flags(ctx, link)} mtu ${link.mtu} state ${operState(ctx, link)} qlen 1000`,
      )
    else lines.push(headLine(ctx, link, false) + (family === 4 ? otherNetns(ctx, link) : ''))
    if (family === undefined) lines.push(...macLines(ctx, link, details, false))
    for (const net of v4) lines.push(inet(link, net), '       valid_lft forever preferred_lft forever')
    for (const net of v6) lines.push(`    inet6 ${net} scope ${scopeOf(net)} `, '       valid_lft forever preferred_lft forever')
  }
  return lines
}
