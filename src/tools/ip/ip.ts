import type { Link } from '../../kernel/machine.ts'
import { type IpRule, ownRules } from '../../kernel/rules.ts'
import { printIpRule } from '../../kernel/rules-text.ts'
import { failed, notModelled, printed, type Tool, type ToolContext, type ToolResult } from '../tool.ts'
import { addrLines } from './addr.ts'
import { type IpOptions, pick, readOptions } from './args.ts'
import { linkLines } from './link.ts'
import { showNeighbours } from './neigh.ts'
import { getRoute, showRoutes } from './route.ts'

/** In the order in which ip.c tries them. */
const OBJECTS = ['address', 'addrlabel', 'maddress', 'route', 'rule', 'neighbour', 'neighbor', 'ntable', 'ntbl', 'link'] as const
const SHOW = ['show', 'lst', 'list'] as const

const unknown = (command: string, object: string): ToolResult => failed(255, `Command "${command}" is unknown, try "ip ${object} help".`)
const isShow = (word: string | undefined): boolean => word === undefined || pick(word, SHOW) !== undefined

/** `[dev] NAME`, `up` and `master NAME` of `ip addr show` and `ip link show`. */
function selected(ctx: ToolContext, object: string, words: readonly string[]): readonly Link[] | ToolResult {
  const rest = [...words]
  let links = [...ctx.netns.links].sort((a, b) => a.ifindex - b.ifindex)
  let named = false
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === 'up') links = links.filter((l) => l.up)
    else if (word === 'master') {
      const master = rest.shift() ?? ''
      if (!ctx.netns.links.some((l) => l.dev === master))
        return failed(255, `Error: argument "${master}" is wrong: Device does not exist`, '')
      links = links.filter((l) => l.master === master)
    } else if (['type', 'to', 'scope', 'label', 'group', 'vrf', 'dynamic', 'permanent', 'primary', 'secondary'].includes(word))
      return notModelled('ip', `${object} show ${word}`)
    else {
      const name = word === 'dev' ? (rest.shift() ?? '') : word
      if (named) return failed(255, `Error: either "dev" is duplicate, or "${name}" is a garbage.`)
      named = true
      links = links.filter((l) => l.dev === name)
      if (!ctx.netns.links.some((l) => l.dev === name)) return failed(1, `Device "${name}" does not exist.`)
    }
  }
  return links
}

function devices(ctx: ToolContext, object: 'address' | 'link', [command, ...words]: readonly string[], options: IpOptions): ToolResult {
  if (!isShow(command)) {
    if (/^(add|change|replace|del|delete|set|flush|save|restore)$/.test(command ?? '')) return notModelled('ip', `${object} ${command}`)
    return unknown(command ?? '', object)
  }
  const links = selected(ctx, object, words)
  if ('code' in links) return links
  return printed(object === 'link' ? linkLines(ctx, links, options.brief, options.details) : addrLines(ctx, links, options))
}

function routes(ctx: ToolContext, [command, ...words]: readonly string[], { family }: IpOptions): ToolResult {
  if (command === 'get') return getRoute(ctx, words)
  if (isShow(command)) return showRoutes(ctx, words, family)
  return /^(add|append|chg|change|replace|del|delete|flush|save|restore|test|prepend)$/.test(command ?? '')
    ? notModelled('ip', `route ${command}`)
    : unknown(command ?? '', 'route')
}

function neighbours(ctx: ToolContext, [command, ...words]: readonly string[], { family }: IpOptions): ToolResult {
  if (isShow(command)) return showNeighbours(ctx, words, family)
  return /^(add|change|chg|replace|del|delete|flush|get)$/.test(command ?? '')
    ? notModelled('ip', `neigh ${command}`)
    : unknown(command ?? '', 'neigh')
}

const rulesOf = (ctx: ToolContext, family: 4 | 6): readonly IpRule[] =>
  ctx.netns.ipRules?.filter((r) => r.family === family) ?? ownRules(family)

/** iproute2 6.1: `ip [-4|-6] [-br|-d] addr|link|route|neigh|rule [show] …`, `ip route get ADDRESS`. */
export const ip: Tool = {
  name: 'ip',
  run(ctx, argv) {
    const read = readOptions(argv)
    if ('code' in read) return read
    const [word, ...rest] = read.rest
    if (word === undefined) return notModelled('ip', 'the usage text')
    const object = pick(word, OBJECTS)
    if (read.options.details && object !== 'link' && object !== 'address') return notModelled('ip', `-d ${word}`)
    switch (object) {
      case 'address':
      case 'link':
        return devices(ctx, object, rest, read.options)
      case 'route':
        return routes(ctx, rest, read.options)
      case 'neighbour':
      case 'neighbor':
        return neighbours(ctx, rest, read.options)
      case 'rule':
        if (!isShow(rest[0]) || rest.length > 1) return notModelled('ip', `rule ${rest.join(' ')}`)
        return printed(rulesOf(ctx, read.options.family === 6 ? 6 : 4).map(printIpRule))
      case 'addrlabel':
      case 'maddress':
      case 'ntable':
      case 'ntbl':
        return notModelled('ip', word)
      case undefined:
        return failed(1, `Object "${word}" is unknown, try "ip help".`)
    }
  },
}
