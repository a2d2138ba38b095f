import type { ClusterIngress } from '../../../cluster/cluster.ts'
import { keyOf } from '../controller.ts'
import { annotationsOf } from './annotations.ts'
import type { Log } from './log.ts'
import { patternFault } from './pattern.ts'
import type { Settings } from './settings.ts'

/** internal/ingress/inspector: what Exact and Prefix may hold with strict-validate-path-type. */
const PLAIN = /^\/[A-Za-z0-9._/-]*$/

/**
 * What the admission webhook lets in. It refuses paths that look like patterns where the type is not ImplementationSpecific, and by running
 * `nginx -t` patterns that PCRE cannot read; a refused Ingress is not in the cluster.
 */
export function admitted(settings: Settings, one: ClusterIngress, log: Log): boolean {
  const a = annotationsOf(one.meta.annotations)
  const patterns = a.bool('use-regex') || a.text('rewrite-target') !== ''
  let fine = true
  one.spec.rules.forEach((rule, i) => {
    rule.paths?.forEach((p, j) => {
      const because = one.causeOf(`spec.rules[${i}].http.paths[${j}].path`)
      if (p.pathType !== 'ImplementationSpecific' && settings.strictPaths && p.path !== '' && !PLAIN.test(p.path)) {
        log('ingress-denied', { text: `path ${p.path} cannot be used with pathType ${p.pathType}` }, 'warning', because)
        fine = false
      }
      const fault = patterns ? patternFault(p.path) : undefined
      if (fault === undefined) return
      log('ingress-pattern', { ingress: keyOf(one), path: p.path, why: fault }, 'warning', because)
      fine = false
    })
  })
  return fine
}
