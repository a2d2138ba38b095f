import type { Cluster, ClusterIngress, ClusterIngressClass } from '../../cluster/cluster.ts'
import { controllerOf } from '../../cluster/data/controllers.ts'
import type { IngressBackend } from '../../manifest/kinds.ts'
import type { Json } from '../../manifest/object.ts'
import { metadataOf } from './json.ts'
import type { Kind } from './kind.ts'
import { AGE } from './table.ts'

// Columns of pkg/printers/internalversion/printers.go, v1.30.

const API = 'networking.k8s.io/v1'
type Listed = Pick<ClusterIngress, 'meta' | 'spec'> & { readonly addresses: readonly string[] }

/** formatIngressHosts: three of them, then how many more. */
function hostsText({ spec }: Listed): string {
  const hosts = spec.rules.map(({ host }) => host).filter((host) => host !== '')
  if (hosts.length === 0) return '*'
  return hosts.length <= 3 ? hosts.join(',') : `${hosts.slice(0, 3).join(',')} + ${hosts.length - 3} more...`
}

/** What ingress-nginx writes into the status: its load balancer's address, without one the addresses of the nodes that it runs on. */
function addressesOf(cluster: Cluster): readonly string[] {
  const pods = cluster.pods.filter(
    (p) => p.ready && controllerOf({ labels: p.meta.labels, images: p.spec.containers.map((c) => c.image) }) === 'ingress-nginx',
  )
  const own = new Set<string>(pods.flatMap((p) => p.podIPs))
  const slices = cluster.slices.filter(({ is }) => is.endpoints.some((e) => e.addresses.some((a) => own.has(a))))
  const balanced = cluster.services
    .filter((s) => s.spec.type === 'LoadBalancer' && slices.some((l) => l.service === s.meta.name && l.meta.namespace === s.meta.namespace))
    .flatMap((s) => s.ingress.flatMap((i) => i.ip ?? i.hostname ?? []))
  if (balanced.length > 0) return balanced
  const nodes = new Set(pods.map((p) => p.nodeName))
  return cluster.nodes.flatMap((n) => (nodes.has(n.meta.name) ? n.addresses.slice(0, 1) : []))
}

/** Ingresses that name no class, or one that ingress-nginx does not serve, have no address. */
function listed(cluster: Cluster): readonly Listed[] {
  const classes = cluster.ingressClasses.filter((c) => c.controller === 'k8s.io/ingress-nginx').map((c) => c.meta.name)
  const addresses = addressesOf(cluster)
  return cluster.ingresses.map(({ meta, spec }) => ({
    meta,
    spec,
    addresses: classes.includes(spec.ingressClassName ?? '') ? addresses : [],
  }))
}

const backendJson = (backend: IngressBackend): Json =>
  'service' in backend
    ? {
        service: {
          name: backend.service.name,
          port: typeof backend.service.port === 'number' ? { number: backend.service.port } : { name: backend.service.port },
        },
      }
    : { resource: { ...backend.resource } }

export const ingresses: Kind<Listed> = {
  names: ['ingresses', 'ingress', 'ing'],
  all: listed,
  columns: ['NAME', 'CLASS', 'HOSTS', 'ADDRESS', 'PORTS', 'AGE'],
  wide: [],
  cells: (one) => [
    one.meta.name,
    one.spec.ingressClassName ?? '<none>',
    hostsText(one),
    one.addresses.join(','),
    one.spec.tls.length > 0 ? '80, 443' : '80',
    AGE,
  ],
  wideCells: () => [],
  json: ({ meta, spec, addresses }) => ({
    apiVersion: API,
    kind: 'Ingress',
    metadata: metadataOf(meta),
    spec: {
      ...(spec.defaultBackend && { defaultBackend: backendJson(spec.defaultBackend) }),
      ...(spec.ingressClassName !== undefined && { ingressClassName: spec.ingressClassName }),
      ...(spec.rules.length > 0 && {
        rules: spec.rules.map(({ host, paths }) => ({
          ...(host !== '' && { host }),
          ...(paths && {
            http: {
              paths: paths.map((p) => ({ backend: backendJson(p.backend), ...(p.path !== '' && { path: p.path }), pathType: p.pathType })),
            },
          }),
        })),
      }),
      ...(spec.tls.length > 0 && {
        tls: spec.tls.map(({ hosts, secretName }) => ({ hosts: [...hosts], ...(secretName !== '' && { secretName }) })),
      }),
    },
    status: { loadBalancer: addresses.length > 0 ? { ingress: addresses.map((ip) => ({ ip })) } : {} },
  }),
}

export const ingressClasses: Kind<ClusterIngressClass> = {
  names: ['ingressclasses', 'ingressclass'],
  all: (cluster) => cluster.ingressClasses,
  columns: ['NAME', 'CONTROLLER', 'PARAMETERS', 'AGE'],
  wide: [],
  cells: (one) => [one.meta.name, one.controller, '<none>', AGE],
  wideCells: () => [],
  json: ({ meta, controller }) => ({ apiVersion: API, kind: 'IngressClass', metadata: metadataOf(meta), spec: { controller } }),
}
