import type { Json, Metadata } from '../../manifest/object.ts'

/** metadata as an API server returns it, as far as a lab knows it. */
export function metadataOf(meta: Metadata): Json {
  const filled = (map: Readonly<Record<string, string>>): boolean => Object.keys(map).length > 0
  return {
    ...(filled(meta.annotations) && { annotations: meta.annotations }),
    ...(meta.creationTimestamp !== undefined && { creationTimestamp: meta.creationTimestamp }),
    ...(meta.deletionTimestamp !== undefined && { deletionTimestamp: meta.deletionTimestamp }),
    ...(filled(meta.labels) && { labels: meta.labels }),
    name: meta.name,
    ...(meta.namespace !== '' && { namespace: meta.namespace }),
    ...(meta.uid !== undefined && { uid: meta.uid }),
  }
}
