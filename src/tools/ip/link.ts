import { runtimeName } from '../../agents/cni/sandbox.ts'
import type { Link } from '../../kernel/machine.ts'
import type { ToolContext } from '../tool.ts'
import { details } from './late.ts'

/** The device at the other end of a veth pair. */
function peerOf(ctx: ToolContext, link: Link): Link | undefined {
  if (link.peer === undefined) return undefined
  const [netns, dev] = link.peer
  return (netns === ctx.netns.name ? ctx.netns : ctx.machines?.netns(netns))?.links.find((l) => l.dev === dev)
}

/** IFLA_LINK: the peer's index, 0 of a tunnel (`tunl0@NONE`), none of other devices. */
export function linkIndex(ctx: ToolContext, link: Link): number | undefined {
  return link.kind === 'ipip' ? 0 : peerOf(ctx, link)?.ifindex
}

/** Whether there is anything at the other end; a bridge has one while a port of it has. */
export function carrier(ctx: ToolContext, link: Link): boolean {
  if (!link.up) return false
  if (link.kind === 'bridge') return ctx.netns.links.some((l) => l.master === link.dev && carrier(ctx, l))
  return peerOf(ctx, link)?.up ?? true
}

export function flags(ctx: ToolContext, link: Link): string {
  const own: Readonly<Record<Link['kind'], readonly string[]>> = {
    loopback: ['LOOPBACK'],
    dummy: ['BROADCAST', 'NOARP'],
    ipip: ['NOARP'],
    veth: ['BROADCAST', 'MULTICAST'],
    bridge: ['BROADCAST', 'MULTICAST'],
    openvswitch: ['BROADCAST', 'MULTICAST'],
    vxlan: ['BROADCAST', 'MULTICAST'],
    physical: ['BROADCAST', 'MULTICAST'],
  }
  const up = link.up ? (carrier(ctx, link) ? ['UP', 'LOWER_UP'] : ['UP']) : []
  return `<${[...(link.up && !carrier(ctx, link) ? ['NO-CARRIER'] : []), ...own[link.kind], ...up].join(',')}>`
}

/** operstate: UNKNOWN where the driver does not tell. */
export function operState(ctx: ToolContext, link: Link): string {
  if (!link.up) return 'DOWN'
  if (!carrier(ctx, link)) return link.kind === 'bridge' ? 'DOWN' : 'LOWERLAYERDOWN'
  return link.kind === 'veth' || link.kind === 'physical' || link.kind === 'bridge' ? 'UP' : 'UNKNOWN'
}

/** Virtual devices have no queue; a network card has systemd's default. */
const qdisc = (link: Link): string => (!link.up ? 'noop' : link.kind === 'physical' ? 'fq_codel' : 'noqueue')

export function otherNetns(ctx: ToolContext, link: Link): string {
  if (link.peer === undefined || link.peer[0] === ctx.netns.name) return ''
  if (ctx.netns.kind === 'pod') return ' link-netnsid 0' // a pod has no names for namespaces
  return ` link-netns ${ctx.machines?.netns(link.peer[0])?.kind === 'pod' ? runtimeName(link.peer[0]) : link.peer[0]}`
}

/** `eth0@if5`: the index counts in the other namespace. In IPv6 listings the kernel leaves that out, and ip takes it for one of its own. */
export function deviceName(ctx: ToolContext, link: Link, unaware = false): string {
  const index = linkIndex(ctx, link)
  if (index === undefined || (unaware && index === link.ifindex)) return link.dev
  if (index === 0) return `${link.dev}@NONE`
  const own = unaware || link.peer?.[0] === ctx.netns.name ? ctx.netns.links.find((l) => l.ifindex === index)?.dev : undefined
  return `${link.dev}@${own ?? `if${index}`}`
}

/** First line of `ip link` (`mode`) and `ip addr`. */
export function headLine(ctx: ToolContext, link: Link, mode: boolean): string {
  const master = link.master === undefined ? '' : ` master ${link.master}`
  const state = `state ${operState(ctx, link)}${mode ? ' mode DEFAULT' : ''} group default qlen 1000`
  return `${link.ifindex}: ${deviceName(ctx, link)}: ${flags(ctx, link)} mtu ${link.mtu} qdisc ${qdisc(link)}${master} ${state}`
}

/** Link-layer line. */
function macLine(ctx: ToolContext, link: Link): string {
  if (link.kind === 'loopback') return '    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00'
  if (link.kind === 'ipip') return `    link/ipip ${link.local ?? '0.0.0.0'} brd 0.0.0.0`
  return `    link/ether ${link.mac} brd ff:ff:ff:ff:ff:ff${otherNetns(ctx, link)}`
}

/** The link-layer line, with `-d` and what follows it. */
export const macLines = (ctx: ToolContext, link: Link, more: boolean, mode: boolean): readonly string[] =>
  more ? details.get().detailed(ctx, link, macLine(ctx, link), mode) : [macLine(ctx, link)]

export const briefHead = (ctx: ToolContext, link: Link): string => `${deviceName(ctx, link).padEnd(16)} ${operState(ctx, link).padEnd(14)} `

/** `ip link show`. */
export function linkLines(ctx: ToolContext, links: readonly Link[], brief: boolean, more: boolean): readonly string[] {
  if (!brief) return links.flatMap((l) => [headLine(ctx, l, true), ...macLines(ctx, l, more, true)])
  return links.map((l) => `${briefHead(ctx, l)}${l.kind === 'ipip' ? (l.local ?? '0.0.0.0') : l.mac} ${flags(ctx, l)} `)
}
