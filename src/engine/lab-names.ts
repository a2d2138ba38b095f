import { cniNames } from '../agents/cni/list.ts'
import { IMAGE_PORTS } from '../cluster/data/images.ts'
import type { LabNames } from '../manifest/complete/lab-names.ts'
import { NO_NAMES } from '../manifest/complete/lab-names.ts'
import { targetsOf } from './answering.ts'
import { sourcesOf } from './source.ts'
import type { World } from './world.ts'

/** More of a kind are not offered: a list that long is typed into, not read. */
const MOST = 500

/** The names of a world that a manifest can refer to. */
export function labNamesOf(world: World | undefined): LabNames {
  if (!world) return NO_NAMES
  const { cluster } = world
  const named = (o: { readonly meta: { readonly namespace: string; readonly name: string } }) => ({
    namespace: o.meta.namespace,
    name: o.meta.name,
  })
  return {
    services: cluster.services.slice(0, MOST).map(named),
    workloads: [
      ...new Map(
        cluster.pods
          .slice(0, MOST)
          .flatMap(({ owner, meta }) =>
            owner
              ? [
                  [
                    `${owner.kind}/${meta.namespace}/${owner.name}`,
                    { kind: owner.kind, namespace: meta.namespace, name: owner.name },
                  ] as const,
                ]
              : [],
          ),
      ).values(),
    ].map((o) => (o.kind === 'ReplicaSet' ? { ...o, kind: 'Deployment', name: o.name.replace(/-[a-z0-9]+$/, '') } : o)),
    configMaps: cluster.configMaps.slice(0, MOST).map(({ metadata }) => ({ namespace: metadata.namespace, name: metadata.name })),
    nodes: cluster.nodes.slice(0, MOST).map(({ meta }) => ({ name: meta.name, labels: meta.labels })),
    namespaces: [...new Set(['default', ...cluster.namespaces, ...cluster.pods.slice(0, MOST).map((p) => p.meta.namespace)])],
    pods: cluster.pods.slice(0, MOST).map(({ meta, spec }) => ({
      namespace: meta.namespace,
      name: meta.name,
      labels: meta.labels,
      ports: spec.containers.flatMap((c) => c.ports.map((p) => ({ name: p.name, port: p.containerPort }))),
    })),
    sources: sourcesOf(world).slice(0, MOST),
    targets: targetsOf(world).slice(0, MOST),
    images: Object.keys(IMAGE_PORTS),
    cnis: cniNames,
  }
}
