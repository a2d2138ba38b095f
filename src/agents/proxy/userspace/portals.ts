import type { Cluster, ClusterNode } from '../../../cluster/cluster.ts'
import type { Portal } from '../../../userspace/proxy/roundrobin.ts'
import { endpointsOf } from '../endpoints.ts'
import { nameHash } from '../hash.ts'
import { once } from '../plan.ts'
import type { ServicePort } from '../serviceport.ts'
import { familiesOf, type ProxyView, viewOf } from '../view.ts'

/** A service port and the port on which the proxy listens for it. */
export interface OwnPort {
  readonly port: ServicePort
  readonly proxyPort: number
}

const [FIRST, LAST] = [32768, 60999] as const

/** The real one takes whatever port is free; ours comes from the name, and the next one where it is taken. */
function freePort(text: string, taken: ReadonlySet<number>): number {
  let n = 0
  for (const c of nameHash(text)) n = (n * 32 + (c.codePointAt(0) ?? 0)) % (LAST - FIRST + 1)
  while (taken.has(FIRST + n)) n = (n + 1) % (LAST - FIRST + 1)
  return FIRST + n
}

/** The mode knows one family, the node's first. */
export const viewOfNode = (cluster: Cluster, node: ClusterNode): ProxyView => viewOf(cluster, node, familiesOf(node)[0] ?? 4)

export function ownPorts(view: ProxyView): readonly OwnPort[] {
  const taken = new Set<number>(view.ports.map((p) => p.nodePort))
  return view.ports.map((port) => {
    const proxyPort = freePort(`${port.name}${port.proto}`, taken)
    taken.add(proxyPort)
    return { port, proxyPort }
  })
}

const known = new WeakMap<Cluster, Map<string, () => readonly Portal[]>>()

/**
 * What the proxy process of a node knows: ready endpoints of each service port, whatever node they are on (the mode knows neither
 * traffic policies nor hints), in an order that was shuffled once.
 */
export function portalsOf(cluster: Cluster, node: ClusterNode): readonly Portal[] {
  const of = known.get(cluster) ?? new Map<string, () => readonly Portal[]>()
  known.set(cluster, of)
  const old = of.get(node.meta.name)
  if (old !== undefined) return old()
  const view = viewOfNode(cluster, node)
  const made = once(() =>
    ownPorts(view).map(({ port, proxyPort }): Portal => {
      const ready = endpointsOf(cluster, port, node).filter((e) => e.ready)
      const shuffled = ready
        .map((e) => ({ e, by: nameHash(`${node.meta.name} ${port.name} ${e.text}`) }))
        .sort((a, b) => (a.by < b.by ? -1 : 1))
      const endpoints = shuffled.map(({ e }) => ({ address: e.ip, port: e.port, because: view.because('endpoint', [e.because()]) }))
      return {
        name: port.name,
        proto: port.proto,
        port: proxyPort,
        endpoints,
        ...(port.affinity === undefined ? {} : { affinity: port.affinity }),
      }
    }),
  )
  of.set(node.meta.name, made)
  return made()
}
