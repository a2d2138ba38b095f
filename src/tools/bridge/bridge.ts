import type { FdbEntry, Link, Netns } from '../../kernel/machine.ts'
import { pick } from '../ip/args.ts'
import { flags, linkIndex } from '../ip/link.ts'
import { failed, notModelled, printed, type Tool, type ToolContext, type ToolResult } from '../tool.ts'
import { learntFdb } from '../warm.ts'
import { groupsOf } from './groups.ts'

const OBJECTS = ['link', 'fdb', 'mdb', 'vlan', 'vni', 'monitor'] as const

/** `permanent` ends a line; a line that ends otherwise ends in a blank. */
function fdbLine(entry: FdbEntry, hideDev: boolean): string {
  const words = [entry.mac, ...(hideDev ? [] : ['dev', entry.dev]), ...(entry.dst === undefined ? [] : ['dst', entry.dst]), ...entry.flags]
  return words.join(' ') + (words.at(-1) === 'permanent' ? '' : ' ')
}

/** `bridge fdb [show] [br BRIDGE] [dev|brport DEV]`, other words are passed over, as there: the kernel goes device by device. */
function fdb(ctx: ToolContext, words: readonly string[]): ToolResult {
  const { netns } = ctx
  const rest = [...words]
  let bridge: string | undefined
  let dev: string | undefined
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === 'br') bridge = rest.shift() ?? ''
    else if (word === 'dev' || word === 'brport') dev = rest.shift() ?? ''
    else if (['vlan', 'state', 'dynamic'].includes(word)) return notModelled('bridge', `fdb show ${word}`)
  }
  const index = new Map(netns.links.map((l) => [l.dev, l.ifindex]))
  if (dev !== undefined && !index.has(dev)) return failed(255, `Cannot find device "${dev}"`)
  if (bridge !== undefined && !index.has(bridge)) return failed(255, `Cannot find bridge device "${bridge}"`)
  const ports = new Set(netns.links.filter((l) => l.dev === bridge || l.master === bridge).map((l) => l.dev))
  const known = [...learntFdb(ctx), ...netns.fdb]
  const inOrder = [...netns.links].sort((a, b) => a.ifindex - b.ifindex)
  const shown = inOrder
    .filter((l) => (dev === undefined || l.dev === dev) && (bridge === undefined || ports.has(l.dev)))
    .flatMap((l) => {
      const own = known.filter((f) => f.dev === l.dev)
      const groups = groupsOf(netns, l)
      // of a port its bridge's entries are told first
      return l.kind === 'bridge' ? [...groups, ...own] : [...own, ...groups]
    })
  return printed(shown.map((f) => fdbLine(f, dev !== undefined)))
}

const onOff = (flag: boolean | undefined): string => (flag ? 'on' : 'off')

/** The second line of `bridge -d link`. */
const settings = (l: Link): string =>
  `    hairpin ${onOff(l.hairpin)} guard off root_block off fastleave off learning on flood on mcast_flood on bcast_flood on mcast_router 1 mcast_to_unicast off neigh_suppress off vlan_tunnel off isolated ${onOff(l.isolated)} locked off `

/** `bridge link`: it takes the peer's index for one of this namespace (`veth1@eth0`), as the real one does. */
function links(ctx: ToolContext, netns: Netns, details: boolean): ToolResult {
  const ports = netns.links
    .filter((l) => l.master !== undefined && !netns.links.some((m) => m.dev === l.master && m.datapath))
    .sort((a, b) => a.ifindex - b.ifindex)
  return printed(
    ports.flatMap((l) => {
      const at = linkIndex(ctx, l)
      const name = at === undefined ? l.dev : `${l.dev}@${netns.links.find((o) => o.ifindex === at)?.dev ?? `if${at}`}`
      const line = `${l.ifindex}: ${name}: ${flags(ctx, l)} mtu ${l.mtu} master ${l.master} state ${l.up ? 'forwarding' : 'disabled'} priority 32 cost 2 `
      return details ? [line, settings(l)] : [line]
    }),
  )
}

/** bridge of iproute2 6.1: `bridge fdb|link [show] …`, `bridge -d link`. */
export const bridge: Tool = {
  name: 'bridge',
  run(ctx, argv) {
    const details = /^-(d|de|det|deta|detai|detail|details)$/.test(argv[0] ?? '')
    const [word = '', command, ...rest] = details ? argv.slice(1) : argv
    if (word.startsWith('-')) return notModelled('bridge', word)
    const object = word === '' ? undefined : pick(word, OBJECTS)
    if (object === undefined) return failed(255, `Object "${word}" is unknown, try "bridge help".`)
    if (object !== 'fdb' && object !== 'link') return notModelled('bridge', object)
    if (command !== undefined && pick(command, ['show', 'lst', 'list']) === undefined) {
      if (/^(add|append|replace|del|delete|flush|get|set)$/.test(command)) return notModelled('bridge', `${object} ${command}`)
      return failed(255, `Command "${command}" is unknown, try "bridge ${object} help".`)
    }
    if (object === 'fdb') return details ? notModelled('bridge', '-d fdb') : fdb(ctx, rest)
    return rest.length > 0 ? notModelled('bridge', `link show ${rest.join(' ')}`) : links(ctx, ctx.netns, details)
  },
}
