import type { Cluster } from '../../../cluster/cluster.ts'
import type { PathTest, ProxyRule, RuleBook } from '../../../userspace/http/rules.ts'
import { ingressesOf, keyOf } from '../controller.ts'
import type { Log } from '../nginx/log.ts'
import { certificatesOf, customOf, fieldsOf, listOf, type ReadPath, rulesOf, targetsOf, textOf } from '../rules.ts'

/** internal/dag/ingress_processor.go: a free text with one of these is a pattern. */
const PATTERN = /[\^+*[\]%]/

/** Prefix by elements; ImplementationSpecific the beginning of the text, or a pattern. */
export const contourPath: ReadPath = (path, type) => {
  if (type === 'Exact') return { test: { is: 'exact', text: path }, text: `exact ${path}` }
  if (type === 'Prefix') return { test: { is: 'elements', text: path }, text: `prefix ${path}` }
  if (PATTERN.test(path)) return { test: { is: 'regex', text: path.startsWith('^') ? path.slice(1) : path }, text: `regex ${path}` }
  return { test: { is: 'prefix', text: path }, text: `string prefix ${path}` }
}

const RANK: Readonly<Record<PathTest['is'], number>> = { exact: 0, regex: 1, elements: 2, prefix: 2, begin: 2 }

/** internal/sorter: exact, then patterns, then prefixes, each the longest first. */
const bySorter = (a: ProxyRule, b: ProxyRule): number => RANK[a.path.is] - RANK[b.path.is] || b.path.text.length - a.path.text.length

function httpProxies(cluster: Cluster): readonly ProxyRule[] {
  return customOf(cluster, 'projectcontour.io', 'HTTPProxy').flatMap(({ namespace, name, spec }) => {
    const host = textOf(fieldsOf(spec['virtualhost'])['fqdn'])
    if (host === '') return []
    return listOf(spec['routes']).map((route): ProxyRule => {
      const conditions = listOf(route['conditions'])
      const prefix = conditions.map((c) => textOf(c['prefix'])).join('') || '/'
      const services = listOf(route['services'])
      const service = textOf(services[0]?.['name'])
      const port = textOf(services[0]?.['port'])
      const odd = conditions.find((c) => Object.keys(c).some((k) => k !== 'prefix'))
      const what = odd
        ? Object.keys(odd).join()
        : services.length > 1
          ? 'weights'
          : ['pathRewritePolicy', 'requestRedirectPolicy'].find((k) => k in route)
      return {
        host,
        path: { is: 'elements', text: prefix },
        text: `prefix ${prefix}`,
        object: `${namespace}/${name}`,
        namespace,
        service,
        port,
        targets: targetsOf(cluster, namespace, service, Number(port)),
        ...(what === undefined ? {} : { unmodelled: `HTTPProxy ${namespace}/${name}: ${what}` }),
      }
    })
  })
}

/** Contour writes virtual hosts for Envoy, which knows endpoints and no ClusterIPs. */
export function contour(cluster: Cluster, log: Log): RuleBook {
  const list = ingressesOf(cluster, 'contour')
  for (const one of list)
    for (const name of Object.keys(one.meta.annotations))
      if (/^projectcontour\.io\/|^ingress\.kubernetes\.io\//.test(name) && !/force-ssl-redirect$|timeout$|tls-minimum/.test(name))
        log('ingress-annotation', { ingress: keyOf(one), annotation: name, controller: 'contour' }, 'warning', one.because)
  const own = list.flatMap((one) => {
    const forced = one.meta.annotations['ingress.kubernetes.io/force-ssl-redirect'] === 'true'
    return rulesOf(cluster, [one], contourPath).map((rule) => (forced ? Object.assign(rule, { redirect: { code: 301 } }) : rule))
  })
  const rules = [...own, ...httpProxies(cluster)].sort(bySorter)
  return { controller: 'contour', tlsPorts: [443, 8443], rules, virtualHosts: true, certificates: certificatesOf(cluster, list) }
}
