import type { Cluster, ClusterIngress } from '../../cluster/cluster.ts'
import { CLASSES, type ControllerName } from '../../cluster/data/controllers.ts'

/** NS/NAME. */
export const keyOf = (one: { readonly meta: { readonly namespace: string; readonly name: string } }): string =>
  `${one.meta.namespace}/${one.meta.name}`

const OLD_CLASS = 'kubernetes.io/ingress.class'

/**
 * The Ingresses that a controller serves: those whose class names it (spec.controller), or by the old annotation the class' own name. The name
 * that its own class has in its manifests counts where the files have no such IngressClass.
 */
export function ingressesOf(cluster: Cluster, name: ControllerName): readonly ClusterIngress[] {
  const { id, className: usual } = CLASSES[name]
  const classes = new Set(cluster.ingressClasses.filter((c) => c.controller === id).map((c) => c.meta.name))
  const known = new Set(cluster.ingressClasses.map((c) => c.meta.name))
  const mine = (one: string): boolean => classes.has(one) || (one === usual && !known.has(one))
  return cluster.ingresses.filter(({ meta, spec }) => {
    const old = meta.annotations[OLD_CLASS]
    if (old !== undefined) return old === usual || classes.has(old)
    return spec.ingressClassName !== undefined && mine(spec.ingressClassName)
  })
}
