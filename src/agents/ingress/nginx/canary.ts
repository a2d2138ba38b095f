import type { ClusterIngress } from '../../../cluster/cluster.ts'
import type { NginxUpstream } from '../../../userspace/nginx/conf.ts'
import { keyOf } from '../controller.ts'
import { annotationsOf } from './annotations.ts'
import type { Build } from './build.ts'
import { refOf } from './build.ts'
import { upstreamName } from './upstreams.ts'

const typeOf = (type: string): string => (type === 'ImplementationSpecific' ? 'Prefix' : type)

/** A canary joins the upstream of the main rule with its host, path and type (mergeAlternativeBackends); without one it is deleted. */
export function mergeCanaries(b: Build, one: ClusterIngress): void {
  one.spec.rules.forEach((rule, i) => {
    const server = b.servers.get(rule.host || '_')
    rule.paths?.forEach((p, j) => {
      const ref = refOf(p.backend)
      const canary = ref && b.upstreams.get(upstreamName(one, ref))
      if (!canary) return
      const path = p.path === '' ? '/' : p.path
      const main = server?.locations.find(
        (l) => l.path === path && l.pathType === typeOf(p.pathType) && joins(b.upstreams.get(l.upstream ?? ''), canary),
      )
      const primary = b.upstreams.get(main?.upstream ?? '')
      if (primary) {
        if (!primary.alternatives.includes(canary.name))
          b.upstreams.set(primary.name, { ...primary, alternatives: [...primary.alternatives, canary.name] })
        // a client stays with the canary as it would with the main one, unless affinity-canary-behavior is legacy
        if (primary.affinity && annotationsOf(one.meta.annotations).text('affinity-canary-behavior') !== 'legacy')
          b.upstreams.set(canary.name, { ...canary, affinity: primary.affinity })
        return
      }
      b.log(
        'ingress-canary-alone',
        { ingress: keyOf(one), host: rule.host || '_', path },
        'warning',
        one.causeOf(`spec.rules[${i}].http.paths[${j}]`),
      )
      if (server) b.upstreams.delete(canary.name)
    })
  })
}

/** canMergeBackend: not itself, not the default backend, and a main one. */
const joins = (primary: NginxUpstream | undefined, canary: NginxUpstream): boolean =>
  primary !== undefined && primary.name !== canary.name && primary.shaping === undefined
