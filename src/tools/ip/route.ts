import type { Netns, Route } from '../../kernel/machine.ts'
import { lookup, sourceFor } from '../../kernel/route.ts'
import { addressOf, lastOf, lengthOf, networkOf, parseCidr } from '../../net/cidr.ts'
import { bitsOf, type Cidr, compareIp, type Family, familyOf, parseIp } from '../../net/ip.ts'
import { failed, notModelled, printed, type ToolContext, type ToolResult } from '../tool.ts'
import { carrier } from './link.ts'

/** The destination as ip prints it: hosts without a length. */
function dstText(dst: Cidr): string {
  if (lengthOf(dst) === 0) return 'default'
  return lengthOf(dst) === bitsOf(familyOf(dst)) ? addressOf(dst) : dst
}

interface Shown {
  /** Under `dev X` and `table X` the words are left out. */
  readonly hideDev: boolean
  readonly hideTable: boolean
  /** The route's device has no carrier. */
  readonly linkDown: boolean
}

/** One route as `ip route` prints it; IPv4 lines end in a blank. */
function routeLine(r: Route, { hideDev, hideTable, linkDown }: Shown): string {
  const v6 = familyOf(r.dst) === 6
  const dev = r.dev ?? (v6 ? 'lo' : undefined) // IPv6 keeps blackholes on lo
  const words = [
    ...(r.type === 'unicast' ? [] : [r.type]),
    dstText(r.dst),
    ...(r.via === undefined ? [] : ['via', r.via]),
    ...(dev === undefined || hideDev ? [] : ['dev', dev]),
    ...(hideTable || r.table === 'main' ? [] : ['table', r.table]),
    ...(r.protocol === 'boot' ? [] : ['proto', r.protocol]),
    ...(r.scope === 'global' || v6 ? [] : ['scope', r.scope]),
    ...(r.src === undefined ? [] : ['src', r.src]),
    ...(r.metric === 0 && !v6 ? [] : ['metric', `${r.metric}`]),
    ...(r.onlink ? ['onlink'] : []),
    ...(linkDown && r.type !== 'local' ? ['linkdown'] : []),
    ...(r.mtu === undefined ? [] : ['mtu', `${r.mtu}`]),
  ]
  return v6 ? `${words.join(' ')} pref medium` : `${words.join(' ')} `
}

/** The order of the kernel's dump: IPv4 by address, longer nets first; IPv6 more special nets before those that hold them. */
function inOrder(a: Route, b: Route): number {
  const longer = lengthOf(b.dst) - lengthOf(a.dst)
  const end = familyOf(a.dst) === 4 ? compareIp(networkOf(a.dst), networkOf(b.dst)) : compareIp(lastOf(a.dst), lastOf(b.dst))
  return end || longer || a.metric - b.metric
}

const sorted = (netns: Netns, family: Family): readonly Route[] => netns.routes.filter((r) => familyOf(r.dst) === family).sort(inOrder)

/** `ip route show [PREFIX] [table T] [dev D]`; `table all` shows both families, local tables last. */
export function showRoutes(ctx: ToolContext, words: readonly string[], family: Family | undefined): ToolResult {
  const { netns } = ctx
  const rest = [...words]
  let table = 'main'
  let dev: string | undefined
  let prefix: string | undefined
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === 'table') table = rest.shift() ?? ''
    else if (word === 'dev' || word === 'oif') dev = rest.shift() ?? ''
    else if (
      ['root', 'match', 'via', 'proto', 'protocol', 'scope', 'type', 'src', 'from', 'vrf', 'metric', 'cache', 'cached'].includes(word)
    )
      return notModelled('ip', `route show ${word}`)
    else prefix = word === 'exact' || word === 'to' ? rest.shift() : word
  }
  if (table === '254') table = 'main'
  if (table === '255') table = 'local'
  const known = new Set(['main', 'local', 'default', 'all', ...netns.routes.map((r) => r.table)])
  if (!known.has(table) && !/^\d+$/.test(table)) return failed(255, `Error: argument "${table}" is wrong: table id value is invalid`, '')
  if (dev !== undefined && !netns.links.some((l) => l.dev === dev)) return failed(1, `Cannot find device "${dev}"`)
  const address = prefix === undefined ? undefined : parseIp(prefix)
  const dst =
    prefix === undefined || prefix === 'default'
      ? prefix
      : address === undefined
        ? parseCidr(prefix)
        : `${address}/${bitsOf(familyOf(address))}`
  if (prefix !== undefined && dst === undefined) return failed(1, `Error: any valid prefix is expected rather than "${prefix}".`)
  const families =
    family !== undefined
      ? [family]
      : dst !== undefined && dst !== 'default'
        ? [familyOf(dst as Cidr)]
        : table === 'all'
          ? ([4, 6] as const)
          : ([4] as const)
  const lines = families.flatMap((f) => {
    const all = sorted(netns, f).filter((r) => (table === 'all' || r.table === table) && (dev === undefined || r.dev === dev))
    const main = [...all.filter((r) => r.table !== 'local'), ...all.filter((r) => r.table === 'local')]
    const wanted = main.filter((r) => dst === undefined || (dst === 'default' ? lengthOf(r.dst) === 0 : r.dst === dst))
    return wanted.map((r) => {
      const link = netns.links.find((l) => l.dev === r.dev)
      return routeLine(r, { hideDev: dev !== undefined, hideTable: table !== 'all', linkDown: link !== undefined && !carrier(ctx, link) })
    })
  })
  return printed(lines)
}

/** `ip route get ADDRESS`: what a process of this namespace would take. */
export function getRoute({ netns }: ToolContext, words: readonly string[]): ToolResult {
  const [text = '', ...more] = words[0] === 'to' ? words.slice(1) : words
  const dst = parseIp(text)
  if (text === '') return failed(1, 'need at least a destination address')
  if (dst === undefined) return failed(1, `Error: any valid prefix is expected rather than "${text}".`)
  if (more.length > 0) return notModelled('ip', `route get ADDRESS ${more[0]}`)
  const route = lookup(netns, dst)
  if (route === undefined) return failed(2, 'RTNETLINK answers: Network is unreachable')
  if (route.type === 'unreachable') return failed(2, 'RTNETLINK answers: No route to host')
  if (route.type === 'prohibit') return failed(2, 'RTNETLINK answers: Permission denied')
  if (route.type === 'blackhole') return failed(2, 'RTNETLINK answers: Invalid argument')
  const src = sourceFor(netns, route, dst)
  const v6 = familyOf(dst) === 6
  const head = [
    ...(route.type === 'unicast' ? [] : [route.type]),
    dst,
    ...(v6 ? ['from', '::'] : []),
    ...(route.via === undefined ? [] : ['via', route.via]),
    ...['dev', route.type === 'local' ? 'lo' : (route.dev ?? 'lo')],
    ...(v6 && route.table !== 'main' ? ['table', route.table] : []),
    ...(v6 && route.protocol !== 'boot' ? ['proto', route.protocol] : []),
    ...(src === undefined ? [] : ['src', src]),
  ].join(' ')
  if (v6) return printed([`${head} metric ${route.metric} pref medium`])
  return printed([`${head} uid 0 `, `    cache ${route.type === 'local' ? '<local> ' : ''}`])
}
