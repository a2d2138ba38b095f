import type { Cluster, ClusterIngress, ClusterSecret } from '../../cluster/cluster.ts'
import type { Certificate } from '../../net/message.ts'
import type { Log } from './nginx/log.ts'
import { certificateNames, fromBase64 } from './x509.ts'

/** What the controller makes for itself when it starts (internal/net/ssl, GetFakeSSLCert). */
export const FAKE_CERTIFICATE: Certificate = { from: 'Kubernetes Ingress Controller Fake Certificate', names: ['ingress.local'] }

/** The certificate of a TLS Secret; undefined when it has none that can be read. */
export function certificateOf(secret: ClusterSecret): Certificate | undefined {
  const bytes = fromBase64(secret.data['tls.crt'] ?? '')
  const names = bytes && certificateNames(String.fromCharCode(...bytes))
  return names && { from: `Secret ${secret.meta.namespace}/${secret.meta.name}`, names }
}

/** x509.Certificate.VerifyHostname: the whole name, or one label in the place of a star. A wildcard host is compared as it is written. */
const coversHost = (names: readonly string[], host: string): boolean =>
  names.some((name) => {
    const has = name.toLowerCase()
    return (
      has === host.toLowerCase() ||
      (has.startsWith('*.') && host.includes('.') && has.slice(1) === host.slice(host.indexOf('.')).toLowerCase())
    )
  })

/** extractTLSSecretName: the entry that lists the host, else the first whose certificate covers it. */
function secretFor(cluster: Cluster, ingress: ClusterIngress, host: string): string {
  const { tls } = ingress.spec
  const listed = tls.find((t) => t.hosts.some((h) => h.toLowerCase() === host.toLowerCase()))
  if (listed) return listed.secretName
  return tls.find((t) => coversHost(find(cluster, ingress, t.secretName)?.names ?? [], host))?.secretName ?? ''
}

function find(cluster: Cluster, ingress: ClusterIngress, name: string): Certificate | undefined {
  const secret = cluster.secrets.find((s) => s.meta.namespace === ingress.meta.namespace && s.meta.name === name)
  return secret && certificateOf(secret)
}

/** The certificate of a server whose Ingress has a tls section (createServers of controller.go); the fake one where its own is missing or wrong. */
export function certificateFor(cluster: Cluster, ingress: ClusterIngress, host: string, log: Log): Certificate {
  const name = secretFor(cluster, ingress, host)
  if (name === '') return FAKE_CERTIFICATE
  const key = `${ingress.meta.namespace}/${name}`
  const at = ingress.causeOf(
    `spec.tls[${Math.max(
      0,
      ingress.spec.tls.findIndex((t) => t.secretName === name),
    )}].secretName`,
  )
  const certificate = find(cluster, ingress, name)
  if (!certificate) {
    const text = `Error getting SSL certificate "${key}": local SSL certificate ${key} was not found. Using default certificate`
    log('ingress-log', { text }, 'warning', at)
    return FAKE_CERTIFICATE
  }
  if (coversHost(certificate.names, host)) return certificate
  const valid = certificate.names.join(', ')
  const why = `x509: certificate is valid for ${valid}, not ${host}`
  log(
    'ingress-log',
    {
      text: `SSL certificate "${key}" does not contain a Common Name or Subject Alternative Name for server "${host}": ${why}. Using default certificate`,
    },
    'warning',
    at,
  )
  return FAKE_CERTIFICATE
}
