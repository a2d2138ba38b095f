import type { Cluster } from '../../cluster.ts'
import { made, withFields } from '../../made.ts'
import type { Settling } from '../../settling.ts'
import type { Sorted } from '../../sorted.ts'

const OLD_CLASS = 'kubernetes.io/ingress.class'

/**
 * Ingresses, classes and Secrets as the API server holds them. An Ingress without class gets the default one when it is made (plugin/pkg/admission/
 * network/defaultingressclass: the newest default, then the name), unless the old annotation is there.
 */
export function settleIngress(s: Settling, sorted: Sorted): Pick<Cluster, 'ingresses' | 'ingressClasses' | 'secrets'> {
  const ageOf = (one: { readonly metadata: { readonly creationTimestamp?: string } }): string => one.metadata.creationTimestamp ?? ''
  const [usual] = sorted.ingressClasses
    .filter(({ is }) => is.isDefault)
    .sort((a, b) => (ageOf(a) === ageOf(b) ? (a.metadata.name < b.metadata.name ? -1 : 1) : ageOf(a) > ageOf(b) ? -1 : 1))
  return {
    ingresses: sorted.ingresses.map((one) => {
      const classed = one.is.ingressClassName !== undefined || OLD_CLASS in one.metadata.annotations || usual === undefined
      return withFields(made(one.metadata, s.originOf(one), s.isMadeUp(one)), {
        spec: classed ? one.is : { ...one.is, ingressClassName: usual.metadata.name },
        created: ageOf(one),
      })
    }),
    ingressClasses: sorted.ingressClasses.map((one) => withFields(made(one.metadata, s.originOf(one), s.isMadeUp(one)), one.is)),
    secrets: sorted.secrets.map((one) => withFields(made(one.metadata, s.originOf(one), s.isMadeUp(one)), one.is)),
  }
}
