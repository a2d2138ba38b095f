import type { Cluster, ClusterIngress } from '../../cluster/cluster.ts'
import type { IngressBackend, PathType } from '../../manifest/kinds.ts'
import type { Json } from '../../manifest/object.ts'
import type { CauseId } from '../../trace/cause.ts'
import type { Target } from '../../userspace/http/router.ts'
import type { PathTest, ProxyRule, RuleBook } from '../../userspace/http/rules.ts'
import { endpointsOf, serviceOf } from './backends.ts'
import { certificateOf } from './certificates.ts'
import { keyOf } from './controller.ts'

/** Endpoints of a Service's port by its number or name; none where there is no such thing. */
export function targetsOf(cluster: Cluster, namespace: string, name: string, wanted: number | string): readonly Target[] {
  const service = serviceOf(cluster, namespace, name)
  const port = service?.spec.ports.find((p) => p.port === wanted || p.name === wanted || `${p.port}` === wanted)
  return service && port ? endpointsOf(cluster, service, port.name) : []
}

/** The Service's own address: for controllers that leave the choice of an endpoint to kube-proxy. */
export function clusterTarget(cluster: Cluster, namespace: string, name: string, port: number): readonly Target[] {
  const address = serviceOf(cluster, namespace, name)?.spec.clusterIPs[0]
  return address === undefined || address === 'None' ? [] : [{ address, port }]
}

/** How one controller reads a path of an Ingress: the test, and the text of the rule in its own words. */
export type ReadPath = (
  path: string,
  type: PathType,
  host: string,
  ingress: ClusterIngress,
) => { readonly test: PathTest; readonly text: string }

const backendRule = (cluster: Cluster, one: ClusterIngress, backend: IngressBackend, at: string) => {
  if (!('service' in backend)) return undefined
  const { name, port } = backend.service
  return {
    object: keyOf(one),
    namespace: one.meta.namespace,
    service: name,
    port: `${port}`,
    targets: targetsOf(cluster, one.meta.namespace, name, port),
    get because(): CauseId {
      return one.causeOf(at)
    },
  }
}

/** The rules of Ingresses, in the order of the objects: what a controller makes of a path is its own affair, the rest is the same for all. */
export function rulesOf(cluster: Cluster, list: readonly ClusterIngress[], read: ReadPath): readonly ProxyRule[] {
  return list.flatMap((one) => {
    const rules = one.spec.rules.flatMap((rule, i) =>
      (rule.paths ?? []).flatMap((p, j): readonly ProxyRule[] => {
        const backend = backendRule(cluster, one, p.backend, `spec.rules[${i}].http.paths[${j}].path`)
        if (!backend) return []
        const { test, text } = read(p.path === '' ? '/' : p.path, p.pathType, rule.host, one)
        return [Object.assign(backend, { host: rule.host, path: test, text })]
      }),
    )
    const usual = one.spec.defaultBackend && backendRule(cluster, one, one.spec.defaultBackend, 'spec.defaultBackend')
    return usual
      ? [...rules, Object.assign(usual, { host: '', path: { is: 'prefix' as const, text: '/' }, text: 'defaultBackend' })]
      : rules
  })
}

/** Certificates of the tls sections whose Secrets can be read. */
export function certificatesOf(cluster: Cluster, list: readonly ClusterIngress[]): RuleBook['certificates'] {
  return list.flatMap((one) =>
    one.spec.tls.flatMap(({ hosts, secretName }) => {
      const secret = cluster.secrets.find((s) => s.meta.name === secretName && s.meta.namespace === one.meta.namespace)
      const certificate = secret && certificateOf(secret)
      return certificate ? hosts.map((host) => ({ host, certificate })) : []
    }),
  )
}

/** Objects of a kind that only one controller knows, with their spec as it was written. */
export function customOf(
  cluster: Cluster,
  group: string,
  kind: string,
): readonly {
  readonly namespace: string
  readonly name: string
  readonly spec: Fields
  readonly annotations: Readonly<Record<string, string>>
}[] {
  return cluster.others.flatMap((o) => {
    if (o.is.kind !== kind || !o.apiVersion.startsWith(`${group}/`)) return []
    const { namespace, name, annotations } = o.metadata
    return [{ namespace: namespace === '' ? 'default' : namespace, name, annotations, spec: fieldsOf((o.raw as Fields)['spec']) }]
  })
}

export type Fields = Readonly<Record<string, Json>>
/** Readers for what no schema has checked. */
export const fieldsOf = (value: Json | undefined): Fields =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : {}
export const listOf = (value: Json | undefined): readonly Fields[] => (Array.isArray(value) ? value.map((v) => fieldsOf(v as Json)) : [])
export const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : typeof value === 'number' ? `${value}` : '')
export const textsOf = (value: Json | undefined): readonly string[] => (Array.isArray(value) ? value.map((v) => textOf(v as Json)) : [])
