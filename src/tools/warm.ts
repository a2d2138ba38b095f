import type { FdbEntry, Link, Neighbour } from '../kernel/machine.ts'
import { resolve, segment } from '../kernel/neighbour.ts'
import { linkOf, lookup } from '../kernel/route.ts'
import { addressOf } from '../net/cidr.ts'
import type { Ip } from '../net/ip.ts'
import type { ToolContext } from './tool.ts'

/**
 * What a machine has learnt by the time somebody looks: walks start with warm tables, so the tools show them warm too.
 * The devices behind a port or on a segment are those that hear a frame sent there.
 */
function heard(ctx: ToolContext, dev: string): readonly Link[] {
  if (ctx.machines === undefined) return []
  const { machines } = ctx
  return segment(machines, { netns: ctx.netns.name, dev }).flatMap((plug) => {
    const netns = machines.netns(plug.netns)
    const link = netns && linkOf(netns, plug.dev)
    return link === undefined ? [] : [link]
  })
}

/** MAC addresses that a bridge has learnt behind its ports, with `master BRIDGE` as their only word. */
export function learntFdb(ctx: ToolContext): readonly FdbEntry[] {
  return ctx.netns.links.flatMap((port) => {
    if (port.master === undefined || !port.up || linkOf(ctx.netns, port.master)?.datapath) return []
    const fixed = new Set(ctx.netns.fdb.filter((f) => f.dev === port.dev).map((f) => f.mac))
    const flags = ['master', port.master]
    return heard(ctx, port.dev).flatMap((l) => (fixed.has(l.mac) ? [] : [{ mac: l.mac, dev: port.dev, flags }]))
  })
}

/** Neighbours on the link that this machine talks to: a node all of them (kubelet, flanneld), others their gateways. */
export function learntNeighbours(ctx: ToolContext): readonly Neighbour[] {
  const { netns } = ctx
  const gateways = new Set(netns.routes.flatMap((r) => (r.via === undefined ? [] : [r.via])))
  const known = new Set(netns.neigh.map((n) => `${n.dev} ${n.address}`))
  const onLink = (address: Ip, dev: string): boolean => {
    const route = lookup(netns, address)
    return route?.type === 'unicast' && route.via === undefined && route.dev === dev
  }
  // a gateway that is nobody's address: 169.254.1.1 of Calico, for which the node answers, or cilium_host's, for which a program does
  const answered = netns.routes.flatMap(({ via, dev }): readonly Neighbour[] => {
    if (netns.kind === 'node' || via === undefined || dev === undefined || ctx.machines === undefined) return []
    const { mac, found } = resolve(ctx.machines, netns, dev, via)
    return found === 'asked' && mac !== undefined ? [{ address: via, dev, mac, state: 'REACHABLE' }] : []
  })
  const heardOf = netns.links.flatMap((link) => {
    if (!link.up || link.master !== undefined || !['veth', 'bridge', 'physical'].includes(link.kind)) return []
    return heard(ctx, link.dev).flatMap((other) =>
      other.addrs.map(addressOf).flatMap((address): readonly Neighbour[] => {
        const wanted = netns.kind === 'node' || gateways.has(address)
        if (!wanted || known.has(`${link.dev} ${address}`) || !onLink(address, link.dev)) return []
        return [{ address, dev: link.dev, mac: other.mac, state: 'REACHABLE' }]
      }),
    )
  })
  const seen = new Set(heardOf.map((one) => `${one.dev} ${one.address}`))
  return [...heardOf, ...answered.filter((one) => !seen.has(`${one.dev} ${one.address}`) && seen.add(`${one.dev} ${one.address}`))]
}
