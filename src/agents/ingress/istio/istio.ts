import type { Cluster, ClusterIngress } from '../../../cluster/cluster.ts'
import type { PathTest, ProxyRule, RuleBook } from '../../../userspace/http/rules.ts'
import { ingressesOf, keyOf } from '../controller.ts'
import type { Log } from '../nginx/log.ts'
import { certificatesOf, customOf, fieldsOf, listOf, type ReadPath, rulesOf, targetsOf, textOf, textsOf } from '../rules.ts'

/** pilot/pkg/config/kube/ingress/virtualservices.go: of ImplementationSpecific `x.*` and `x/*` are prefixes, all else is exact. */
const istioPath: ReadPath = (path, type) => {
  if (type === 'Prefix') return { test: { is: 'elements', text: path }, text: `prefix ${path}` }
  const star = type === 'ImplementationSpecific' ? /^(.*)(\.\*|\/\*)$/.exec(path) : null
  if (star) return { test: { is: 'prefix', text: `${star[1]}${star[2] === '/*' ? '/' : ''}` }, text: `prefix ${path}` }
  return { test: { is: 'exact', text: path }, text: `exact ${path}` }
}

const byLength = (a: ProxyRule, b: ProxyRule): number =>
  b.path.text.length - a.path.text.length || Number(b.path.is === 'exact') - Number(a.path.is === 'exact')

const oldest = (list: readonly ClusterIngress[]): readonly ClusterIngress[] =>
  [...list].sort((a, b) => (a.created < b.created ? -1 : a.created > b.created ? 1 : 0))

function testOf(uri: Readonly<Record<string, unknown>>): PathTest | undefined {
  const [kind, value] = Object.entries(uri)[0] ?? []
  if (typeof value !== 'string') return undefined
  return kind === 'exact' || kind === 'prefix' || kind === 'regex' ? { is: kind, text: value } : undefined
}

/** First match in the order of the list; prefix is the beginning of the text. */
function virtualServices(cluster: Cluster): readonly ProxyRule[] {
  return customOf(cluster, 'networking.istio.io', 'VirtualService').flatMap(({ namespace, name, spec }) =>
    textsOf(spec['hosts']).flatMap((host) =>
      listOf(spec['http']).flatMap((http) => {
        const matches = listOf(http['match'])
        return (matches.length === 0 ? [{}] : matches).map((match): ProxyRule => {
          const routes = listOf(http['route'])
          const to = fieldsOf(routes[0]?.['destination'])
          const [service = '', elsewhere] = textOf(to['host']).split('.')
          const port = textOf(fieldsOf(to['port'])['number'])
          const uri = fieldsOf((match as Readonly<Record<string, never>>)['uri'])
          const test = 'uri' in match ? testOf(uri) : ({ is: 'prefix', text: '/' } as const)
          const odd = !test ? 'match' : Object.keys(match).find((k) => k !== 'uri' && k !== 'name')
          const what = odd ?? (routes.length > 1 ? 'weights' : ['redirect', 'rewrite', 'fault', 'delegate'].find((k) => k in http))
          return {
            host: host === '*' ? '' : host,
            path: test ?? { is: 'prefix', text: '/' },
            text: `${test?.is ?? 'prefix'} ${test?.text ?? '/'}`,
            object: `${namespace}/${name}`,
            namespace: elsewhere ?? namespace,
            service,
            port,
            targets: targetsOf(cluster, elsewhere ?? namespace, service, Number(port)),
            ...(what === undefined ? {} : { unmodelled: `VirtualService ${namespace}/${name}: ${what}` }),
          }
        })
      }),
    ),
  )
}

/** Istio's gateway: Envoy's virtual hosts, with the endpoints that the control plane sends. */
export function istio(cluster: Cluster, log: Log): RuleBook {
  const list = oldest(ingressesOf(cluster, 'istio'))
  for (const one of list)
    for (const name of Object.keys(one.meta.annotations))
      if (name !== 'kubernetes.io/ingress.class' && name.includes('ingress'))
        log('ingress-annotation', { ingress: keyOf(one), annotation: name, controller: 'istio' }, 'warning', one.because)
  const rules = [...[...rulesOf(cluster, list, istioPath)].sort(byLength), ...virtualServices(cluster)]
  return {
    controller: 'istio',
    tlsPorts: [443, 8443],
    rules,
    virtualHosts: true,
    labels: 'more',
    certificates: certificatesOf(cluster, list),
  }
}
