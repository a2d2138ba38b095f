import type { Cluster } from '../../../cluster/cluster.ts'
import type { ControllerName } from '../../../cluster/data/controllers.ts'
import type { PathTest, ProxyRule, RuleBook } from '../../../userspace/http/rules.ts'
import { FAKE_CERTIFICATE } from '../certificates.ts'
import { ingressesOf, keyOf } from '../controller.ts'
import type { Log } from '../nginx/log.ts'
import { certificatesOf, type ReadPath, rulesOf } from '../rules.ts'

/** haproxy-ingress (jcmoraisjr): ImplementationSpecific is `begin`, in any case, unless the key path-type says otherwise (docs, keys.md). */
export const haproxyIngressPath: ReadPath = (path, type, _, { meta }) => {
  const asked = meta.annotations['haproxy-ingress.github.io/path-type'] ?? meta.annotations['ingress.kubernetes.io/path-type'] ?? 'begin'
  const free: PathTest['is'] = asked === 'regex' || asked === 'exact' ? asked : asked === 'prefix' ? 'elements' : 'begin'
  const is = type === 'Exact' ? 'exact' : type === 'Prefix' ? 'elements' : free
  return { test: { is, text: path }, text: `${is === 'elements' ? 'prefix' : is} ${path}` }
}

/** HAProxy Technologies (pkg/route/route.go): an exact map, then prefix maps; free text is the beginning of the text. */
export const haproxytechPath: ReadPath = (path, type) => {
  const is = type === 'Exact' ? 'exact' : type === 'Prefix' ? 'elements' : 'prefix'
  return { test: { is, text: path }, text: `${is === 'elements' ? 'prefix' : is} ${path}` }
}

const ORDER: Readonly<Record<PathTest['is'], number>> = { exact: 0, elements: 1, prefix: 1, begin: 2, regex: 3 }
const longest = (a: ProxyRule, b: ProxyRule): number => b.path.text.length - a.path.text.length || ORDER[a.path.is] - ORDER[b.path.is]
const exactFirst = (a: ProxyRule, b: ProxyRule): number =>
  Number(b.path.is === 'exact') - Number(a.path.is === 'exact') || b.path.text.length - a.path.text.length

function book(cluster: Cluster, log: Log, controller: ControllerName, read: ReadPath, order: typeof longest, own: RegExp): RuleBook {
  const list = ingressesOf(cluster, controller)
  for (const one of list)
    for (const name of Object.keys(one.meta.annotations))
      if (own.test(name) && !name.endsWith('/path-type'))
        log('ingress-annotation', { ingress: keyOf(one), annotation: name, controller }, 'warning', one.because)
  const rules = [...rulesOf(cluster, list, read)].sort(order)
  return {
    controller,
    tlsPorts: [443, 8443],
    rules,
    virtualHosts: true,
    certificates: certificatesOf(cluster, list),
    fallback: FAKE_CERTIFICATE,
  }
}

export const haproxyIngress = (cluster: Cluster, log: Log): RuleBook =>
  book(cluster, log, 'haproxy-ingress', haproxyIngressPath, longest, /^(haproxy-)?ingress\.(github\.io|kubernetes\.io)\//)
export const haproxytech = (cluster: Cluster, log: Log): RuleBook =>
  book(cluster, log, 'haproxytech', haproxytechPath, exactFirst, /^haproxy\.(org|com)\//)
