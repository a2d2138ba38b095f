import type { ClusterEndpoints } from '../../cluster/cluster.ts'
import type { EndpointsSubset } from '../../manifest/kinds.ts'
import type { Json } from '../../manifest/object.ts'
import { metadataOf } from './json.ts'
import type { Kind } from './kind.ts'
import { AGE, NONE, threeOf } from './table.ts'

const joined = (address: string, port: number): string => (address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`)

/** Ready addresses only, port by port (printers.go, formatEndpoints). Subsets without ready ones leave the cell empty. */
function cellOf({ subsets }: ClusterEndpoints): string {
  if (subsets.length === 0) return NONE
  return threeOf(
    subsets.flatMap(({ ports, addresses }) =>
      ports.length === 0 ? addresses.map((one) => one.ip) : ports.flatMap(({ port }) => addresses.map((one) => joined(one.ip, port))),
    ),
  )
}

const addressJson = (one: EndpointsSubset['addresses'][number]): Json => ({
  ...(one.hostname !== undefined && { hostname: one.hostname }),
  ip: one.ip,
  ...(one.nodeName !== undefined && { nodeName: one.nodeName }),
  ...(one.targetRef && { targetRef: { ...one.targetRef } }),
})

const subsetJson = ({ addresses, notReadyAddresses, ports }: EndpointsSubset): Json => ({
  ...(addresses.length > 0 && { addresses: addresses.map(addressJson) }),
  ...(notReadyAddresses.length > 0 && { notReadyAddresses: notReadyAddresses.map(addressJson) }),
  ...(ports.length > 0 && { ports: ports.map(({ name, port, protocol }) => ({ ...(name !== '' && { name }), port, protocol })) }),
})

export const endpoints: Kind<ClusterEndpoints> = {
  names: ['endpoints', 'ep'],
  all: (cluster) => cluster.endpoints,
  columns: ['NAME', 'ENDPOINTS', 'AGE'],
  wide: [],
  cells: (one) => [one.meta.name, cellOf(one), AGE],
  wideCells: () => [],
  json: (one) => ({
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: metadataOf(one.meta),
    ...(one.subsets.length > 0 && { subsets: one.subsets.map(subsetJson) }),
  }),
}
