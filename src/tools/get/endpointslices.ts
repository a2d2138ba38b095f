import type { ClusterSlice } from '../../cluster/cluster.ts'
import type { EndpointAddress } from '../../manifest/kinds.ts'
import type { Json } from '../../manifest/object.ts'
import { metadataOf } from './json.ts'
import type { Kind } from './kind.ts'
import { AGE, threeOf } from './table.ts'

const orUnset = (text: string): string => (text === '' ? '<unset>' : text)

const endpointJson = (one: EndpointAddress): Json => ({
  addresses: one.addresses,
  conditions: {
    ...(one.ready !== undefined && { ready: one.ready }),
    ...(one.serving !== undefined && { serving: one.serving }),
    ...(one.terminating !== undefined && { terminating: one.terminating }),
  },
  ...(one.hints !== undefined && { hints: { forZones: one.hints.map((name) => ({ name })) } }),
  ...(one.hostname !== undefined && { hostname: one.hostname }),
  ...(one.nodeName !== undefined && { nodeName: one.nodeName }),
  ...(one.targetRef && { targetRef: { ...one.targetRef } }),
  ...(one.zone !== undefined && { zone: one.zone }),
})

export const endpointslices: Kind<ClusterSlice> = {
  names: ['endpointslices', 'endpointslice', 'eps', 'endpointslices.discovery.k8s.io'],
  all: (cluster) => cluster.slices,
  columns: ['NAME', 'ADDRESSTYPE', 'PORTS', 'ENDPOINTS', 'AGE'],
  wide: [],
  cells: ({ meta, is }) => [
    meta.name,
    is.addressType,
    orUnset(threeOf(is.ports.map(({ port }) => (port === undefined ? '*' : `${port}`)))),
    orUnset(threeOf(is.endpoints.flatMap((one) => one.addresses))),
    AGE,
  ],
  wideCells: () => [],
  json: ({ meta, is }) => ({
    addressType: is.addressType,
    apiVersion: 'discovery.k8s.io/v1',
    endpoints: is.endpoints.map(endpointJson),
    kind: 'EndpointSlice',
    metadata: metadataOf(meta),
    ports: is.ports.map(({ name, port, protocol }) => ({ name, ...(port !== undefined && { port }), protocol })),
  }),
}
