import type { Cluster } from '../../cluster/cluster.ts'
import { labelsOf } from '../../cluster/namespaces.ts'
import type { Metadata } from '../../manifest/object.ts'
import { metadataOf } from './json.ts'
import type { Kind } from './kind.ts'
import { AGE } from './table.ts'

const all = (cluster: Cluster): readonly { readonly meta: Metadata }[] =>
  cluster.namespaces.map((name) => ({ meta: { name, namespace: '', labels: labelsOf(cluster.namespaceLabels, name), annotations: {} } }))

export const namespaces: Kind<{ readonly meta: Metadata }> = {
  names: ['namespaces', 'namespace', 'ns'],
  all,
  columns: ['NAME', 'STATUS', 'AGE'],
  wide: [],
  cells: ({ meta }) => [meta.name, 'Active', AGE],
  wideCells: () => [],
  json: ({ meta }) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: metadataOf(meta), status: { phase: 'Active' } }),
}
