import type { Neighbour } from '../../kernel/machine.ts'
import { type Family, familyOf } from '../../net/ip.ts'
import { failed, notModelled, printed, type ToolContext, type ToolResult } from '../tool.ts'
import { learntNeighbours } from '../warm.ts'

const line = (n: Neighbour, hideDev: boolean): string =>
  `${n.address}${hideDev ? '' : ` dev ${n.dev}`}${n.mac === undefined ? '' : ` lladdr ${n.mac}`} ${n.state} `

/** `ip neigh show [dev D]`, IPv4 before IPv6; lines end in a blank. Within a family the kernel's order is that of its hash table. */
export function showNeighbours(ctx: ToolContext, words: readonly string[], family: Family | undefined): ToolResult {
  const { netns } = ctx
  const rest = [...words]
  let dev: string | undefined
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word !== 'dev') return notModelled('ip', `neigh show ${word}`)
    dev = rest.shift() ?? ''
  }
  if (dev !== undefined && !netns.links.some((l) => l.dev === dev)) return failed(1, `Cannot find device "${dev}"`)
  const all = [...netns.neigh, ...learntNeighbours(ctx)].filter((n) => (dev === undefined || n.dev === dev) && n.state !== 'NOARP')
  const families = family === undefined ? ([4, 6] as const) : [family]
  return printed(families.flatMap((f) => all.filter((n) => familyOf(n.address) === f).map((n) => line(n, dev !== undefined))))
}
