import type { FdbEntry, Link, Netns } from '../../kernel/machine.ts'
import { addressOf } from '../../net/cidr.ts'
import { familyOf, type Mac, toBigInt } from '../../net/ip.ts'

/** The group that a node of IPv6 joins for each address: 33:33, then the last four bytes of ff02::1:ffXX:XXXX (RFC 4291, 2.7.1). */
function solicited(link: Link): readonly string[] {
  const ends = link.addrs.map(addressOf).flatMap((a) => (familyOf(a) === 6 ? [toBigInt(a) & 0xffffffn] : []))
  return ends.map(
    (end) =>
      `33:33:ff:${end
        .toString(16)
        .padStart(6, '0')
        .replace(/(..)(?!$)/g, '$1:')}`,
  )
}

/**
 * Multicast MACs that a device of Ethernet listens to, which the kernel tells with the FDB (ndo_dflt_fdb_dump): all nodes of IPv6 as soon as the
 * device is there, all hosts of IPv4 and the groups of its addresses once it is up; a bridge that is up also all snoopers (224.0.0.106 and
 * ff02::6a). A VXLAN device tells its own table instead, and a tunnel of layer 3 has none; of a dummy it is not modelled. Automatic link-local
 * addresses are not modelled, so their groups are not here. A listing that came with the node has its own lines.
 */
export function groupsOf(netns: Netns, link: Link): readonly FdbEntry[] {
  if (!['veth', 'bridge', 'physical'].includes(link.kind)) return []
  if (netns.fdb.some(({ mac }) => /^(33:33|01:00:5e):/.test(mac))) return []
  const snoopers = link.kind === 'bridge' ? ['01:00:5e:00:00:6a', '33:33:00:00:00:6a'] : []
  const macs = ['33:33:00:00:00:01', ...(link.up ? [...snoopers, '01:00:5e:00:00:01', ...solicited(link)] : [])]
  const off = netns.sysctls['net/ipv6/conf/all/disable_ipv6'] === 1
  return [...new Set(macs)]
    .filter((mac) => !off || !mac.startsWith('33:'))
    .map((mac) => ({ mac: mac as Mac, dev: link.dev, flags: ['self', 'permanent'] }))
}
