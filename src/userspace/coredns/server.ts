import type { DnsType } from '../../net/message.ts'
import { emptyFound } from '../dns/message.ts'
import { longestZone } from '../dns/name.ts'
import { answer, type ChainRun, type Handler, type Query, type Result, type SetUpError } from './chain.ts'
import { type Block, type CorefileError, type Directive, type Key, parseCorefile } from './corefile.ts'
import type { CoreDnsHome } from './home.ts'
import { orderOf } from './order.ts'
import { plugins } from './plugins/list.ts'

interface Link {
  readonly plugin: string
  readonly handler: Handler
}

interface ServedBlock {
  readonly keys: readonly Key[]
  readonly links: readonly Link[]
}

/** A Corefile made ready to answer. */
export interface DnsServer {
  /** As it was written; directives in file order. */
  readonly blocks: readonly Block[]
  /** Names of each block's links, in the order in which a query meets them. */
  readonly chains: readonly (readonly string[])[]
  /** What it finds out on a port, and the plugins that the question passed, the one that answered last. */
  ask(query: Query, port: number, run: Omit<ChainRun, 'lookup'>): { readonly result: Result; readonly via: readonly string[] }
}

/** plugin/pkg/upstream: how deep CNAMEs may lead before the server gives up. */
const MOST_CHAIN = 10

/** As CoreDNS prints it: `plugin/NAME: FILE:LINE - Error during parsing: …`, the place only for errors that know theirs. */
function refusal(plugin: string, { error, at }: SetUpError, line: Directive): CorefileError {
  const words = at ? `${at.file}:${at.line} - Error during parsing: ${error}` : error
  return { error, file: (at ?? line).file, line: (at ?? line).line, printed: `plugin/${plugin}: ${words}` }
}

/** The links of a block in the order of plugin.cfg. A plugin that is not modelled is a link that says so. */
function linksOf({ keys, directives }: Block, number: number, home: CoreDnsHome): readonly Link[] | CorefileError {
  const names = [...new Set(directives.map((d) => d.name))].sort((a, b) => orderOf(a) - orderOf(b))
  const place = { zones: keys.map((k) => k.zone), block: number, directives, home }
  const links: Link[] = []
  for (const name of names) {
    const [first, ...more] = directives.filter((d) => d.name === name)
    if (!first) continue
    const setUp = plugins.find((p) => p.name === name)?.setup([first, ...more], place) ?? { unmodelled: name }
    if ('error' in setUp) return refusal(name, setUp, first)
    if ('unmodelled' in setUp)
      links.push({ plugin: name, handler: () => ({ kind: 'unmodelled', what: `CoreDNS plugin ${setUp.unmodelled}` }) })
    else if (setUp.handler) links.push({ plugin: name, handler: setUp.handler })
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

/** Reads a Corefile; what would stop CoreDNS comes back in its words. Only plain DNS is answered. */
export function dnsServer(home: CoreDnsHome): DnsServer | CorefileError {
  const parsed = parseCorefile(home)
  if ('error' in parsed) return parsed
  const served: ServedBlock[] = []
  for (const [i, block] of parsed.blocks.entries()) {
    const links = linksOf(block, i, home)
    if ('error' in links) return links
    served.push({ keys: block.keys, links })
  }
  const dispatch = (query: Query, port: number, run: Omit<ChainRun, 'lookup'>, via: string[], depth: number): Result => {
    const here = served.map((b) => ({ ...b, zones: b.keys.flatMap((k) => (k.transport === 'dns' && k.port === port ? [k.zone] : [])) }))
    const zone = longestZone(
      query.name,
      here.flatMap((b) => b.zones),
    )
    const block = here.find((b) => zone !== undefined && b.zones.includes(zone))
    if (!block) return answer(emptyFound('REFUSED'))
    const lookup = (name: string, type: DnsType): Result =>
      depth >= MOST_CHAIN ? answer(emptyFound('SERVFAIL')) : dispatch({ ...query, name, type }, port, run, [], depth + 1)
    return runLinks(block.links, query, { ...run, lookup }, via)
  }
  return {
    blocks: parsed.blocks,
    chains: served.map((b) => b.links.map((l) => l.plugin)),
    ask(query, port, run) {
      const via: string[] = []
      return { result: dispatch(query, port, run, via, 0), via: distinct(via) }
    },
  }
}

/** autopath goes through the rest of the chain several times: each plugin is told once, the last one where it spoke. */
function distinct(via: readonly string[]): readonly string[] {
  const last = via[via.length - 1]
  const seen = [...new Set(via)]
  return last === undefined || seen[seen.length - 1] === last ? seen : [...seen.filter((p) => p !== last), last]
}
