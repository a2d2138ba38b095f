import { callsText } from '../../agents/cni/add/rules.ts'
import { applyOps } from '../../kernel/apply.ts'
import type { Link, Netns, Route } from '../../kernel/machine.ts'
import type { Op } from '../../kernel/op.ts'
import { lengthOf } from '../../net/cidr.ts'
import { familyOf } from '../../net/ip.ts'

const family = (address: string): string => (address.includes(':') ? 'ip -6' : 'ip')

/** What brings a device from the one state to the other, by hand. `peerIn`: the namespace of a pair's other end, unless it is there already. */
function linkCommands(old: Link | undefined, link: Link, peerIn: string | undefined): readonly string[] {
  const { dev } = link
  const out: string[] = []
  if (old === undefined) {
    if (link.kind === 'bridge') out.push(`ip link add ${dev} type bridge`)
    else if (link.kind === 'veth' && peerIn !== undefined && link.peer)
      out.push(`ip link add ${dev} type veth peer name ${link.peer[1]} netns ${peerIn}`)
    if (link.kind !== 'loopback') out.push(`ip link set ${dev} address ${link.mac} mtu ${link.mtu}`)
  }
  if (link.master !== undefined && old?.master !== link.master) out.push(`ip link set ${dev} master ${link.master}`)
  if (link.hairpin && !old?.hairpin) out.push(`bridge link set dev ${dev} hairpin on`)
  if (link.up && !old?.up) out.push(`ip link set ${dev} up`)
  const had = old?.addrs ?? []
  if (link.kind === 'loopback') return out
  return [...out, ...link.addrs.filter((one) => !had.includes(one)).map((one) => `${family(one)} addr add ${one} dev ${dev}`)]
}

function routeCommand(route: Partial<Route> & Pick<Route, 'dst'>): string {
  const dst = lengthOf(route.dst) === 0 ? 'default' : route.dst
  const words = [
    ...(route.via === undefined ? [] : ['via', route.via]),
    ...(route.dev === undefined ? [] : ['dev', route.dev]),
    ...(route.scope === 'link' || (route.via === undefined && route.dev !== undefined) ? ['scope', 'link'] : []),
    ...(route.mtu === undefined ? [] : ['mtu', `${route.mtu}`]),
  ]
  return `${familyOf(route.dst) === 6 ? 'ip -6' : 'ip'} route add ${dst} ${words.join(' ')}`
}

/**
 * Ops as commands that a reader could type, each in the namespace as it stands by then. `peerIn`: where the other end of a pair goes that
 * is made here; undefined: it has been made. What no command of iproute2, sysctl or iptables does is left out.
 */
export function commandsOf(netns: Netns, ops: readonly Op[], peerIn: string | undefined): readonly string[] {
  const out: string[] = []
  let at = netns
  for (const op of ops) {
    const was = at
    at = applyOps(was, [op])
    out.push(...commandOf(was, at, op, peerIn))
  }
  return out
}

function commandOf(was: Netns, at: Netns, op: Op, peerIn: string | undefined): readonly string[] {
  switch (op.do) {
    case 'link': {
      const link = at.links.find((one) => one.dev === op.link.dev)
      return link === undefined
        ? []
        : linkCommands(
            was.links.find((one) => one.dev === link.dev),
            link,
            peerIn,
          )
    }
    case 'route':
      return [routeCommand(op.route)]
    case 'sysctl':
      return [`sysctl -w ${op.name.includes('.') ? op.name : op.name.replaceAll('/', '.')}=${op.value}`]
    case 'iptables':
      return callsText([op])
    case 'rule':
    case 'neigh':
    case 'fdb':
    case 'iptables-restore':
    case 'nft':
    case 'nft-table':
    case 'ipset':
    case 'ipvs':
    case 'bpf':
    case 'listen':
    case 'file':
      return []
  }
}
