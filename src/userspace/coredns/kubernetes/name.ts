import { inZone, labelsOf, lower } from '../../dns/name.ts'

/** A name below the zone, taken apart from the right (plugin/kubernetes/parse.go). '' where a part is missing. */
export interface ParsedName {
  readonly kind: 'svc' | 'pod' | ''
  readonly namespace: string
  /** Service, or the dashed address of a pod. */
  readonly service: string
  readonly endpoint: string
  readonly port: string
  readonly protocol: string
}

const EMPTY: ParsedName = { kind: '', namespace: '', service: '', endpoint: '', port: '', protocol: '' }
const plain = (label: string): string => label.replace(/^_/, '')

/** undefined: no name of Kubernetes, NXDOMAIN. Labels come out in lower case. */
export function parseName(name: string, zone: string): ParsedName | undefined {
  if (!inZone(name, zone)) return undefined
  const labels = labelsOf(lower(name))
  const own = [...labels.slice(0, labels.length - labelsOf(zone).length)]
  const kind = own.pop()
  if (kind === undefined) return EMPTY
  if (kind !== 'svc' && kind !== 'pod') return undefined
  const namespace = own.pop() ?? ''
  const service = own.pop() ?? ''
  const [first = '', second] = own
  if (own.length > 2) return undefined
  const rest =
    second === undefined ? { endpoint: first, port: '', protocol: '' } : { endpoint: '', port: plain(first), protocol: plain(second) }
  return { kind, namespace, service, ...rest }
}
