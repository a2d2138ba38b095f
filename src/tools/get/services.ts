import type { ClusterService } from '../../cluster/cluster.ts'
import type { Json } from '../../manifest/object.ts'
import { metadataOf } from './json.ts'
import type { Kind } from './kind.ts'
import { AGE, labelsText, NONE } from './table.ts'

/** Longer texts of addresses are cut where -o wide is not asked for (printers.go, loadBalancerStatusStringer). */
const MAX_INGRESS = 16

function externalOf(service: ClusterService, wide: boolean): string {
  const { spec, ingress } = service
  const external = spec.externalIPs.join(',')
  switch (spec.type) {
    case 'ExternalName':
      return spec.externalName ?? NONE
    case 'ClusterIP':
    case 'NodePort':
      return external === '' ? NONE : external
    case 'LoadBalancer': {
      const addresses = [...new Set(ingress.flatMap((one) => one.ip ?? one.hostname ?? []))].sort().join(',')
      const shown = !wide && addresses.length > MAX_INGRESS ? `${addresses.slice(0, MAX_INGRESS - 3)}...` : addresses
      const all = [shown, external].filter((one) => one !== '').join(',')
      return all === '' ? '<pending>' : all
    }
  }
}

const portsOf = ({ spec }: ClusterService): string =>
  spec.ports.map(({ port, nodePort, protocol }) => (nodePort > 0 ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`)).join(',') ||
  NONE

function jsonOf({ meta, spec, ingress }: ClusterService): Json {
  const named = spec.type !== 'ExternalName'
  const outside = spec.type === 'NodePort' || spec.type === 'LoadBalancer' || spec.externalIPs.length > 0
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf(meta),
    spec: {
      ...(spec.type === 'LoadBalancer' && { allocateLoadBalancerNodePorts: spec.allocateLoadBalancerNodePorts }),
      ...(spec.clusterIPs[0] !== undefined && { clusterIP: spec.clusterIPs[0], clusterIPs: spec.clusterIPs }),
      ...(spec.externalIPs.length > 0 && { externalIPs: spec.externalIPs }),
      ...(spec.externalName !== undefined && { externalName: spec.externalName }),
      ...(outside && { externalTrafficPolicy: spec.externalTrafficPolicy }),
      ...(spec.healthCheckNodePort > 0 && { healthCheckNodePort: spec.healthCheckNodePort }),
      ...(named && { internalTrafficPolicy: spec.internalTrafficPolicy, ipFamilies: spec.ipFamilies }),
      ...(named && spec.ipFamilyPolicy !== undefined && { ipFamilyPolicy: spec.ipFamilyPolicy }),
      ...(spec.loadBalancerSourceRanges.length > 0 && { loadBalancerSourceRanges: spec.loadBalancerSourceRanges }),
      ...(spec.ports.length > 0 && {
        ports: spec.ports.map((one) => ({
          ...(one.name !== '' && { name: one.name }),
          ...(one.nodePort > 0 && { nodePort: one.nodePort }),
          port: one.port,
          protocol: one.protocol,
          targetPort: one.targetPort,
        })),
      }),
      ...(spec.publishNotReadyAddresses && { publishNotReadyAddresses: true }),
      ...(spec.selector && { selector: spec.selector }),
      sessionAffinity: spec.sessionAffinity,
      ...(spec.sessionAffinity === 'ClientIP' && { sessionAffinityConfig: { clientIP: { timeoutSeconds: spec.affinityTimeout } } }),
      type: spec.type,
    },
    status: {
      loadBalancer: ingress.length > 0 ? { ingress: ingress.map((one) => ({ ...one })) } : {},
    },
  }
}

export const services: Kind<ClusterService> = {
  names: ['services', 'service', 'svc'],
  all: (cluster) => cluster.services,
  columns: ['NAME', 'TYPE', 'CLUSTER-IP', 'EXTERNAL-IP', 'PORT(S)', 'AGE'],
  wide: ['SELECTOR'],
  cells: (one, wide) => [one.meta.name, one.spec.type, one.spec.clusterIPs[0] ?? NONE, externalOf(one, wide), portsOf(one), AGE],
  wideCells: (one) => [labelsText(one.spec.selector)],
  json: jsonOf,
}
