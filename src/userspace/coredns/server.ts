import type { DnsType } from '../../net/message.ts'
import { emptyFound } from '../dns/message.ts'
import { longestZone } from '../dns/name.ts'
import { answer, type ChainRun, type Handler, type Query, type Result } from './chain.ts'
import { type Block, type CorefileError, parseCorefile } from './corefile.ts'
import { orderOf } from './order.ts'
import { plugins } from './plugins/list.ts'

interface Link {
  readonly plugin: string
  readonly handler: Handler
}

interface ServedBlock {
  readonly zones: readonly string[]
  readonly links: readonly Link[]
}

/** A Corefile made ready to answer on port 53. */
export interface DnsServer {
  /** What it finds out, and the plugins that the question passed, the one that answered last. */
  ask(query: Query, run: Omit<ChainRun, 'lookup'>): { readonly result: Result; readonly via: readonly string[] }
}

const DNS_PORT = 53
/** plugin/pkg/upstream: how deep CNAMEs may lead before the server gives up. */
const MOST_CHAIN = 10

/** The links of a block in the order of plugin.cfg. A plugin that is not modelled is a link that says so. */
function linksOf(block: Block, number: number, zones: readonly string[]): readonly Link[] | CorefileError {
  const ordered = [...block.directives].sort((a, b) => orderOf(a.name) - orderOf(b.name))
  const links: Link[] = []
  for (const d of ordered) {
    const setUp = plugins.find((p) => p.name === d.name)?.setup(d, { zones, block: number }) ?? { unmodelled: d.name }
    if ('error' in setUp) return { error: setUp.error, line: d.line }
    if ('unmodelled' in setUp)
      links.push({ plugin: d.name, handler: () => ({ kind: 'unmodelled', what: `CoreDNS plugin ${setUp.unmodelled}` }) })
    else if (setUp.handler) links.push({ plugin: d.name, handler: setUp.handler })
  }
  return links
}

function runLinks(links: readonly Link[], query: Query, run: ChainRun, via: string[]): Result {
  const from =
    (i: number) =>
    (q: Query): Result => {
      const link = links[i]
      // The chain has run out: the server answers SERVFAIL (core/dnsserver/server.go).
      if (!link) return answer(emptyFound('SERVFAIL'))
      via.push(link.plugin)
      return link.handler(q, from(i + 1), run)
    }
  return links.length === 0 ? answer(emptyFound('REFUSED')) : from(0)(query)
}

/** Reads a Corefile; what would stop CoreDNS comes back in its words. Only plain DNS on port 53 is served. */
export function dnsServer(corefile: string): DnsServer | CorefileError {
  const parsed = parseCorefile(corefile)
  if ('error' in parsed) return parsed
  const blocks: ServedBlock[] = []
  for (const [i, block] of parsed.blocks.entries()) {
    const zones = block.keys.filter((k) => k.transport === 'dns' && k.port === DNS_PORT).map((k) => k.zone)
    const links = linksOf(
      block,
      i,
      block.keys.map((k) => k.zone),
    )
    if ('error' in links) return links
    blocks.push({ zones, links })
  }
  const dispatch = (query: Query, run: Omit<ChainRun, 'lookup'>, via: string[], depth: number): Result => {
    const zone = longestZone(
      query.name,
      blocks.flatMap((b) => b.zones),
    )
    const block = blocks.find((b) => zone !== undefined && b.zones.includes(zone))
    if (!block) return answer(emptyFound('REFUSED'))
    const lookup = (name: string, type: DnsType): Result =>
      depth >= MOST_CHAIN ? answer(emptyFound('SERVFAIL')) : dispatch({ ...query, name, type }, run, [], depth + 1)
    return runLinks(block.links, query, { ...run, lookup }, via)
  }
  return {
    ask(query, run) {
      const via: string[] = []
      return { result: dispatch(query, run, via, 0), via }
    },
  }
}
