import type { Answer, StageDevice, StageNetns, View, Viewed } from '../../../../src/answer.ts'
import { mainDevice } from '../../pods.ts'

/** The two namespaces of a veth pair, and the devices between them. */
export interface Pair {
  readonly pod: StageNetns
  readonly node: StageNetns
  /** The Pod's end and the node's. */
  readonly inner: StageDevice
  readonly outer: StageDevice
  /** The bridge that the node's end is a port of. */
  readonly bridge: StageDevice | undefined
}

/** What the tools print in both namespaces, a line each; absent where the engine has no word of it. */
export interface PairFacts {
  readonly podRoutes?: readonly string[]
  readonly podNeighbours?: readonly string[]
  readonly nodeRoutes?: readonly string[]
  readonly fdb?: readonly string[]
}

export function pairOf(answer: Answer, name: string): Pair | undefined {
  const all = answer.stage?.netns ?? []
  const pod = all.find((n) => n.name === name)
  const inner = pod?.devices.find((d) => d.dev === mainDevice(pod))
  const node = all.find((n) => n.name === inner?.peer?.[0])
  const outer = node?.devices.find((d) => d.dev === inner?.peer?.[1])
  if (pod === undefined || inner === undefined || node === undefined || outer === undefined) return undefined
  return { pod, node, inner, outer, bridge: node.devices.find((d) => d.dev === outer.master) }
}

/** Asks the tools of both namespaces. A Pod with IPv6 alone is asked for its IPv6 routes. */
export async function factsOf(answer: Answer, name: string, look: (view: View) => Promise<Viewed | undefined>): Promise<PairFacts> {
  const pair = pairOf(answer, name)
  if (pair === undefined) return {}
  const lines = async (netns: string, ...argv: readonly string[]): Promise<readonly string[] | undefined> => {
    const viewed = await look({ kind: 'tool', netns, argv })
    return viewed?.kind === 'text' ? viewed.text.split('\n').flatMap((l) => (l.trim() === '' ? [] : [l.trim()])) : undefined
  }
  const six = pair.pod.addresses[0]?.includes(':') === true ? ['-6'] : []
  const [podRoutes, podNeighbours, nodeRoutes, fdb] = await Promise.all([
    lines(name, 'ip', ...six, 'route'),
    lines(name, 'ip', 'neigh'),
    lines(pair.node.name, 'ip', ...six, 'route'),
    pair.bridge === undefined ? undefined : lines(pair.node.name, 'bridge', 'fdb', 'show', 'br', pair.bridge.dev),
  ])
  return {
    ...(podRoutes === undefined ? {} : { podRoutes }),
    ...(podNeighbours === undefined ? {} : { podNeighbours }),
    ...(nodeRoutes === undefined ? {} : { nodeRoutes }),
    ...(fdb === undefined ? {} : { fdb }),
  }
}
