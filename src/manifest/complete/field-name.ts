import type { Path } from '../text/path.ts'

const WORKLOADS = /^(Deployment|ReplicaSet|StatefulSet|DaemonSet)$/

/**
 * The name under which words/fields.ts speaks of a field: `Service.spec.type`. What several kinds share has one name:
 * `metadata.labels`, `PodSpec.containers.image`, `Workload.spec.replicas`.
 */
export function fieldName(kind: string, path: Path): string {
  const names = path.filter((step) => typeof step === 'string')
  const text = names.join('.')
  if (names[0] === 'apiVersion' || names[0] === 'kind' || (names.length === 1 && /^(metadata|spec|status)$/.test(text))) return text
  if (names[0] === 'metadata') return `metadata.${names[1]}`
  if (WORKLOADS.test(kind)) {
    if (text.startsWith('spec.template.metadata.')) return `metadata.${names[3]}`
    if (text.startsWith('spec.template.spec.')) return podField(names.slice(3))
    return kind === 'StatefulSet' && names[1] === 'serviceName' ? 'StatefulSet.spec.serviceName' : `Workload.${text}`
  }
  if (kind === 'Pod' && names[0] === 'spec') return podField(names.slice(1))
  return `${kind}.${text}`
}

const PROBES = /^(liveness|startup)Probe$/
const podField = (names: readonly string[]): string =>
  `PodSpec.${names.map((name) => (name === 'initContainers' ? 'containers' : PROBES.test(name) ? 'readinessProbe' : name)).join('.')}`
