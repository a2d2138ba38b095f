import type { TraceEvent } from '../../../../src/trace/event.ts'
import type { Pair } from './facts.ts'

/** Does a line of a table hold what the packet's steps asked it for? */
export interface Used {
  readonly podRoute: (line: string) => boolean
  readonly podNeighbour: (line: string) => boolean
  readonly nodeRoute: (line: string) => boolean
  readonly fdb: (line: string) => boolean
  /** The bridge found its own address: the frame goes up. */
  readonly up: boolean
}

const plain = (line: string): string =>
  line
    .trim()
    .replace(/ table \S+/, '')
    .replace(/ linkdown\b/, '')
const hasWord = (line: string, word: string): boolean => line.split(/\s+/).includes(word)

/** What a packet asked the tables of a pair's namespaces, by its events so far. */
export function usedBy(pair: Pair, events: readonly TraceEvent[]): Used {
  const routes = (netns: string): ReadonlySet<string> =>
    new Set(events.flatMap((e) => (e.kind === 'route' && e.at.netns === netns && e.route !== undefined ? [plain(e.route.text)] : [])))
  const [inPod, inNode] = [routes(pair.pod.name), routes(pair.node.name)]
  const asked = events.flatMap((e) => (e.kind === 'neighbour' && e.at.netns === pair.pod.name ? [e.address] : []))
  const macs = events.flatMap((e) =>
    e.kind === 'fdb' && e.at.netns === pair.node.name && e.bridge === pair.bridge?.dev ? [{ mac: e.mac, port: e.port }] : [],
  )
  return {
    podRoute: (line) => inPod.has(plain(line)),
    podNeighbour: (line) => asked.some((a) => hasWord(line, a)),
    nodeRoute: (line) => inNode.has(plain(line)),
    fdb: (line) => macs.some(({ mac, port }) => hasWord(line, mac) && (port === undefined || hasWord(line, port))),
    up: macs.at(-1)?.mac !== undefined && macs.at(-1)?.mac === pair.bridge?.mac,
  }
}
