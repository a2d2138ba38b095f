import type { ManifestObject } from '../../manifest/kinds.ts'
import { refOf } from '../../manifest/object.ts'
import type { LabStep } from '../../manifest/past/steps.ts'

/** `kubectl apply`: an object takes the place of the one of its name. A kube-proxy reads one configuration: the newest. */
export function appliedTo(objects: readonly ManifestObject[], added: readonly ManifestObject[]): readonly ManifestObject[] {
  const refs = new Set(added.map(refOf))
  const configured = added.some((o) => o.kind === 'KubeProxyConfiguration')
  return [...objects.filter((o) => !refs.has(refOf(o)) && !(configured && o.kind === 'KubeProxyConfiguration')), ...added]
}

/** `kubectl delete`: the namespace is `default` unless told, where the kind has one. */
export function deletedFrom(objects: readonly ManifestObject[], gone: NonNullable<LabStep['delete']>): readonly ManifestObject[] {
  const { kind, name, namespace = 'default' } = gone
  return objects.filter((o) => {
    const { metadata } = o
    const is = o.kind === 'Other' ? o.is.kind : o.kind
    return is !== kind || metadata.name !== name || (metadata.namespace !== '' && metadata.namespace !== namespace)
  })
}
