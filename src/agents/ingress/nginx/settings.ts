import type { Cluster } from '../../../cluster/cluster.ts'

/** The keys of the controller's ConfigMap that decide who answers (internal/ingress/controller/config/config.go). */
export interface Settings {
  readonly sslRedirect: boolean
  readonly forceSslRedirect: boolean
  readonly redirectCode: number
  readonly trusts: boolean
  readonly appends: boolean
  readonly allowed: string
  readonly denied: string
  /** strict-validate-path-type */
  readonly strictPaths: boolean
}

/** ConfigMaps by the name that the manifests and the chart give them. */
export function settingsOf(cluster: Cluster): Settings {
  const map = cluster.configMaps.find(({ metadata: m }) => m.name === 'ingress-nginx-controller' || m.name === 'nginx-configuration')
  const data = map?.is.data ?? {}
  const bool = (key: string, otherwise: boolean): boolean => (data[key] === 'true' ? true : data[key] === 'false' ? false : otherwise)
  return {
    sslRedirect: bool('ssl-redirect', true),
    forceSslRedirect: bool('force-ssl-redirect', false),
    redirectCode: /^30[1278]$/.test(data['http-redirect-code'] ?? '') ? Number(data['http-redirect-code']) : 308,
    trusts: bool('use-forwarded-headers', false),
    appends: bool('compute-full-forwarded-for', false),
    allowed: data['whitelist-source-range'] ?? '',
    denied: data['denylist-source-range'] ?? '',
    strictPaths: bool('strict-validate-path-type', true),
  }
}
