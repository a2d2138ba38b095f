import type { Cluster } from '../../../cluster/cluster.ts'
import type { ProxyRule, RuleBook } from '../../../userspace/http/rules.ts'
import { ingressesOf, keyOf } from '../controller.ts'
import type { Log } from '../nginx/log.ts'
import { clusterTarget, customOf, fieldsOf, textOf } from '../rules.ts'

/** `name`, `name.namespace`, each with `:port`; http:// may stand in front. */
function serviceRef(text: string, namespace: string): { readonly name: string; readonly namespace: string; readonly port: number } {
  const m = /^(?:\w+:\/\/)?([^.:/]+)(?:\.([^.:/]+))?[^:/]*(?::(\d+))?/.exec(text)
  return { name: m?.[1] ?? '', namespace: m?.[2] ?? namespace, port: Number(m?.[3] ?? 80) }
}

/**
 * Mappings (python/ambassador/src/ambassador/ir): prefix is the beginning of the text and is replaced by `/` unless rewrite says otherwise; the usual
 * resolver names the Service, so that kube-proxy chooses the endpoint.
 */
function mappings(cluster: Cluster): readonly (ProxyRule & { readonly precedence: number })[] {
  return customOf(cluster, 'getambassador.io', 'Mapping').map(({ namespace, name, spec }) => {
    const prefix = textOf(spec['prefix']) || '/'
    const is = spec['prefix_regex'] === true ? 'regex' : spec['prefix_exact'] === true ? 'exact' : 'prefix'
    const ref = serviceRef(textOf(spec['service']), namespace)
    const headers = Object.entries(fieldsOf(spec['headers'])).map(([header, value]) => ({ name: header, value: textOf(value) }))
    const method = textOf(spec['method'])
    const odd = ['weight', 'host_redirect', 'regex_rewrite', 'regex_headers', 'host_regex', 'method_regex', 'query_parameters'].find(
      (k) => k in spec,
    )
    const rewrite = 'rewrite' in spec ? textOf(spec['rewrite']) : '/'
    const host = textOf(spec['hostname']) || textOf(spec['host'])
    return {
      host: host === '*' ? '' : host,
      path: { is, text: prefix },
      ...(headers.length > 0 ? { headers } : {}),
      ...(method === '' ? {} : { method }),
      text: `${is} ${prefix}`,
      object: `${namespace}/${name}`,
      namespace: ref.namespace,
      service: ref.name,
      port: `${ref.port}`,
      targets: clusterTarget(cluster, ref.namespace, ref.name, ref.port),
      ...(rewrite === '' || is === 'regex' ? {} : { rewrite }),
      ...(odd === undefined ? {} : { unmodelled: `Mapping ${namespace}/${name}: ${odd}` }),
      precedence: Number(textOf(spec['precedence'])) || 0,
    }
  })
}

/** precedence, then the longest prefix, then the most headers. */
export function emissary(cluster: Cluster, log: Log): RuleBook {
  // The converter of Ingresses reads serviceName and servicePort, which v1 has no more: such an Ingress leads nowhere.
  for (const one of ingressesOf(cluster, 'emissary-ingress'))
    log(
      'ingress-ignored',
      { ingress: keyOf(one), what: 'backend.service (serviceName, v1beta1)', controller: 'emissary-ingress' },
      'warning',
      one.because,
    )
  const rules = [...mappings(cluster)].sort(
    (a, b) => b.precedence - a.precedence || b.path.text.length - a.path.text.length || (b.headers?.length ?? 0) - (a.headers?.length ?? 0),
  )
  return { controller: 'emissary-ingress', tlsPorts: [443, 8443], rules, virtualHosts: false, certificates: [] }
}
