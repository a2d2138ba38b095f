import type { Cluster } from '../../../cluster/cluster.ts'
import type { PathTest, ProxyRule, RuleBook } from '../../../userspace/http/rules.ts'
import { FAKE_CERTIFICATE } from '../certificates.ts'
import { ingressesOf, keyOf } from '../controller.ts'
import type { Log } from '../nginx/log.ts'
import { certificatesOf, customOf, listOf, type ReadPath, rulesOf, targetsOf, textOf } from '../rules.ts'

const PREFIX = 'traefik.ingress.kubernetes.io/'
const MATCHERS: Readonly<Record<string, PathTest['is']>> = { Path: 'exact', PathPrefix: 'prefix', PathRegexp: 'regex' }

const hostText = (host: string): string =>
  host.startsWith('*.') ? `HostRegexp(\`^[a-zA-Z0-9-]+${host.slice(1).replaceAll('.', '\\.')}$\`)` : `Host(\`${host}\`)`

/**
 * Traefik 3 (pkg/provider/kubernetes/ingress/kubernetes.go): Prefix is a PathPrefix, and that is the beginning of the text unless the provider has
 * strictPrefixMatching.
 */
export const traefikPath =
  (strict: boolean): ReadPath =>
  (path, type, host, ingress) => {
    const asked = ingress.meta.annotations[`${PREFIX}router.pathmatcher`] ?? ''
    const matcher = type === 'Exact' ? 'Path' : type === 'ImplementationSpecific' && asked in MATCHERS ? asked : 'PathPrefix'
    const is = matcher === 'PathPrefix' && strict && type === 'Prefix' ? 'elements' : (MATCHERS[matcher] ?? 'prefix')
    const text = `${host === '' ? '' : `${hostText(host)} && `}${matcher}(\`${path}\`)`
    return { test: { is, text: path }, text }
  }

/** `Host(`a`) && PathPrefix(`/b`)`: the matchers that an IngressRoute usually has. undefined: it has others. */
function readMatch(match: string): Pick<ProxyRule, 'host' | 'path'> | undefined {
  let [host, path]: [string, PathTest] = ['', { is: 'prefix', text: '/' }]
  for (const part of match.split('&&')) {
    const m = /^\s*(\w+)\(\s*[`"]([^`"]*)[`"]\s*\)\s*$/.exec(part)
    const is = MATCHERS[m?.[1] ?? '']
    if (m?.[1] === 'Host') host = m[2] ?? ''
    else if (is) path = { is, text: m?.[2] ?? '' }
    else return undefined
  }
  return { host, path }
}

function ingressRoutes(cluster: Cluster): readonly (ProxyRule & { readonly priority: number })[] {
  return customOf(cluster, 'traefik.io', 'IngressRoute').flatMap(({ namespace, name, spec }) =>
    listOf(spec['routes']).map((route) => {
      const text = textOf(route['match'])
      const read = readMatch(text)
      const [first] = listOf(route['services'])
      const port = textOf(first?.['port'])
      const service = textOf(first?.['name'])
      const odd =
        read === undefined
          ? text
          : listOf(route['middlewares']).length > 0
            ? 'middlewares'
            : listOf(route['services']).length > 1
              ? 'weights'
              : ''
      return {
        host: read?.host ?? '',
        path: read?.path ?? { is: 'prefix', text: '/' },
        text,
        object: `${namespace}/${name}`,
        namespace,
        service,
        port,
        targets: targetsOf(cluster, namespace, service, /^\d+$/.test(port) ? Number(port) : port),
        ...(odd === '' ? {} : { unmodelled: `IngressRoute ${namespace}/${name}: ${odd}` }),
        priority: Number(textOf(route['priority'])) || text.length,
      }
    }),
  )
}

/** Longest rule text first, or as router.priority says; one table for all hosts. */
export function traefik(cluster: Cluster, log: Log): RuleBook {
  const list = ingressesOf(cluster, 'traefik')
  for (const one of list)
    for (const name of Object.keys(one.meta.annotations))
      if (name.startsWith(PREFIX) && !/router\.(pathmatcher|priority|entrypoints)$/.test(name))
        log('ingress-annotation', { ingress: keyOf(one), annotation: name, controller: 'traefik' }, 'warning', one.because)
  const own = list.flatMap((one) =>
    rulesOf(cluster, [one], traefikPath(false)).map((rule) => ({
      rule,
      priority: Number(one.meta.annotations[`${PREFIX}router.priority`]) || (rule.text === 'defaultBackend' ? -1 : rule.text.length),
    })),
  )
  const custom = ingressRoutes(cluster).map((rule) => ({ rule, priority: rule.priority }))
  const rules = [...own, ...custom].sort((a, b) => b.priority - a.priority).map(({ rule }) => rule)
  const fallback = { ...FAKE_CERTIFICATE, from: 'TRAEFIK DEFAULT CERT', names: ['traefik.default'] }
  return { controller: 'traefik', tlsPorts: [443, 8443], rules, virtualHosts: false, certificates: certificatesOf(cluster, list), fallback }
}
