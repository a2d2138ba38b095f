import type { Cluster } from '../../cluster/cluster.ts'
import type { Json, Metadata } from '../../manifest/object.ts'
import type { Problem } from '../../trace/problem.ts'
import { endpoints } from './endpoints.ts'
import { endpointslices } from './endpointslices.ts'
import { events } from './events.ts'
import { gatewayClasses, gateways, httpRoutes } from './gateways.ts'
import { ingressClasses, ingresses } from './ingresses.ts'
import type { Kind } from './kind.ts'
import { namespaces } from './namespaces.ts'
import { networkPolicies } from './networkpolicies.ts'
import { nodes } from './nodes.ts'
import { pods } from './pods.ts'
import { services } from './services.ts'
import { printTable } from './table.ts'
import { printYaml } from './yaml.ts'

export interface GetOptions {
  /** Default `default`; no meaning for nodes. */
  readonly namespace?: string
  /** -A: all namespaces, with a column in front. */
  readonly allNamespaces?: boolean
  readonly output?: 'wide' | 'yaml'
}

type Asked = { readonly meta: Metadata }
type Of<T extends Asked> = { readonly kind: Kind<T>; readonly list: readonly T[] }

const byName = (a: Asked, b: Asked): number => {
  const [x, y] = [`${a.meta.namespace}/${a.meta.name}`, `${b.meta.namespace}/${b.meta.name}`]
  return x < y ? -1 : x > y ? 1 : 0
}

function print<T extends Asked>({ kind, list }: Of<T>, { allNamespaces = false, output, namespace = 'default' }: GetOptions): string {
  const all = [...list].sort(byName)
  const scoped = all.some((one) => one.meta.namespace !== '') || list.length === 0
  if (output === 'yaml') {
    const items: readonly Json[] = all.map((one) => kind.json(one))
    return printYaml({ apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } })
  }
  // kubectl says this on standard error and succeeds.
  if (all.length === 0) return `No resources found${allNamespaces ? '' : ` in ${namespace} namespace`}${allNamespaces ? '' : '.'}\n`
  const wide = output === 'wide'
  const front = allNamespaces && scoped
  return printTable({
    columns: [...(front ? ['NAMESPACE'] : []), ...kind.columns, ...(wide ? kind.wide : [])],
    rows: all.map((one) => [...(front ? [one.meta.namespace] : []), ...kind.cells(one, wide), ...(wide ? kind.wideCells(one) : [])]),
  })
}

function ask<T extends Asked>(kind: Kind<T>, cluster: Cluster, options: GetOptions): string {
  const namespace = options.namespace ?? 'default'
  const list = kind
    .all(cluster)
    .filter(({ meta }) => meta.namespace === '' || options.allNamespaces === true || meta.namespace === namespace)
  return print({ kind, list }, options)
}

const askers = [
  pods,
  services,
  endpoints,
  endpointslices,
  nodes,
  namespaces,
  ingresses,
  ingressClasses,
  networkPolicies,
  gatewayClasses,
  gateways,
  httpRoutes,
  events,
].map(<T extends Asked>(kind: Kind<T>) => ({
  names: kind.names,
  ask: (cluster: Cluster, options: GetOptions) => ask(kind, cluster, options),
}))

/** Names that `get` understands, plural first. */
export const getKinds: readonly (readonly string[])[] = askers.map((one) => one.names)

/** What `kubectl get KIND` prints for the cluster after its controllers ran. A kind that the server does not have is a problem in kubectl's words. */
export function getTable(cluster: Cluster, kind: string, options: GetOptions = {}): string | Problem {
  const found = askers.find((one) => one.names.includes(kind.toLowerCase()))
  if (found) return found.ask(cluster, options)
  return { code: 'api', params: { text: `the server doesn't have a resource type "${kind}"` }, severity: 'error' }
}
