import type { ClusterHost, PodListener } from './cluster.ts'
import { parseListen } from './listening.ts'
import { made, type Origin, withFields } from './made.ts'
import type { Settling } from './settling.ts'
import type { Sorted } from './sorted.ts'

/** The machines outside the cluster that Lab.spec.hosts lists. What they listen on answers. */
export function settleHosts(s: Settling, sorted: Sorted): readonly ClusterHost[] {
  return sorted.labs.flatMap((object) =>
    object.is.hosts.map((host, i) => {
      const own = s.originOf(object)
      const path = `spec.hosts[${i}]`
      const origin: Origin = { causeOf: (field) => own.causeOf(field === '' ? path : `${path}.${field}`) }
      const listens = host.listen.flatMap((text, j): readonly PodListener[] => {
        const at = parseListen(text)
        if (!at) return []
        return [
          {
            ...at,
            process: 'server',
            get because() {
              return own.causeOf(`${path}.listen[${j}]`)
            },
          },
        ]
      })
      const meta = { name: host.name, namespace: '', labels: {}, annotations: {} }
      return withFields(made(meta, origin, s.isMadeUp(object)), {
        addresses: host.addresses,
        ...(host.gateway !== undefined && { gateway: host.gateway }),
        listens,
        dns: host.dns,
      })
    }),
  )
}
