import type { ClusterGateway, ClusterHttpRoute, Condition, GatewayApi } from '../../cluster/gateway/types.ts'
import type { Json } from '../../manifest/object.ts'
import { metadataOf } from './json.ts'
import type { Kind } from './kind.ts'
import { AGE } from './table.ts'

// Columns are those of the CRDs (additionalPrinterColumns of gateway-api config/crd). A CRD's table has no word for nothing.

const API = 'gateway.networking.k8s.io/v1'
type Class = GatewayApi['classes'][number]

const conditionsOf = (list: readonly Condition[]): Json =>
  list.map(({ type, status, reason }) => ({ reason, status: status ? 'True' : 'False', type }))
const statusOf = (list: readonly Condition[], type: Condition['type']): string => {
  const found = list.find((one) => one.type === type)
  return found === undefined ? 'Unknown' : found.status ? 'True' : 'False'
}

export const gatewayClasses: Kind<Class> = {
  names: ['gatewayclasses', 'gatewayclass', 'gc'],
  all: ({ gatewayApi }) => gatewayApi?.classes ?? [],
  columns: ['NAME', 'CONTROLLER', 'ACCEPTED', 'AGE'],
  wide: [],
  cells: (one) => [one.meta.name, one.controllerName, 'True', AGE],
  wideCells: () => [],
  json: ({ meta, controllerName }) => ({
    apiVersion: API,
    kind: 'GatewayClass',
    metadata: metadataOf(meta),
    spec: { controllerName },
    status: { conditions: conditionsOf([{ type: 'Accepted', status: true, reason: 'Accepted' }]) },
  }),
}

export const gateways: Kind<ClusterGateway> = {
  names: ['gateways', 'gateway', 'gtw'],
  all: ({ gatewayApi }) => gatewayApi?.gateways ?? [],
  columns: ['NAME', 'CLASS', 'ADDRESS', 'PROGRAMMED', 'AGE'],
  wide: [],
  cells: (one) => [one.meta.name, one.className, one.addresses[0] ?? '', statusOf(one.conditions, 'Programmed'), AGE],
  wideCells: () => [],
  json: ({ meta, className, listeners, conditions, addresses }) => ({
    apiVersion: API,
    kind: 'Gateway',
    metadata: metadataOf(meta),
    spec: {
      gatewayClassName: className,
      listeners: listeners.map(({ name, port, protocol, hostname, allowedRoutes }) => ({
        allowedRoutes: { namespaces: { from: allowedRoutes.from } },
        ...(hostname !== undefined && { hostname }),
        name,
        port,
        protocol,
      })),
    },
    status: {
      ...(addresses.length > 0 && { addresses: addresses.map((value) => ({ type: 'IPAddress', value })) }),
      conditions: conditionsOf(conditions),
      listeners: listeners.map(({ name, attached, conditions: own }) => ({
        attachedRoutes: attached.length,
        conditions: conditionsOf(own),
        name,
      })),
    },
  }),
}

export const httpRoutes: Kind<ClusterHttpRoute> = {
  names: ['httproutes', 'httproute'],
  all: ({ gatewayApi }) => gatewayApi?.routes ?? [],
  columns: ['NAME', 'HOSTNAMES', 'AGE'],
  wide: [],
  cells: ({ meta, is }) => [meta.name, is.hostnames.length === 0 ? '' : JSON.stringify(is.hostnames), AGE],
  wideCells: () => [],
  json: ({ meta, is, parents }) => ({
    apiVersion: API,
    kind: 'HTTPRoute',
    metadata: metadataOf(meta),
    spec: {
      ...(is.hostnames.length > 0 && { hostnames: is.hostnames }),
      parentRefs: is.parentRefs.map(({ group, kind, name, namespace, sectionName, port }) => ({
        group,
        kind,
        name,
        ...(namespace !== undefined && { namespace }),
        ...(port !== undefined && { port }),
        ...(sectionName !== undefined && { sectionName }),
      })),
    },
    status: {
      parents: parents.map(({ conditions }, i) => ({
        conditions: conditionsOf(conditions),
        parentRef: { name: is.parentRefs[i]?.name ?? '' },
      })),
    },
  }),
}
