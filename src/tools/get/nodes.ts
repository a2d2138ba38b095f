import type { ClusterNode } from '../../cluster/cluster.ts'
import { metadataOf } from './json.ts'
import type { Kind } from './kind.ts'
import { AGE, NONE } from './table.ts'

/** The release that the engine mirrors. */
const VERSION = 'v1.30.5'
const ROLE = 'node-role.kubernetes.io/'

const rolesOf = ({ meta }: ClusterNode): string =>
  Object.keys(meta.labels)
    .flatMap((key) => (key.startsWith(ROLE) ? key.slice(ROLE.length) : []))
    .sort()
    .join(',') || NONE

/** A node whose runtime has no network is not ready (the kubelet's condition Ready, KubeletNotReady). */
type Listed = ClusterNode & { readonly notReady?: true }

const statusOf = ({ notReady, unschedulable }: Listed): string =>
  `${notReady ? 'NotReady' : 'Ready'}${unschedulable ? ',SchedulingDisabled' : ''}`

export const nodes: Kind<Listed> = {
  names: ['nodes', 'node', 'no'],
  all({ nodes, pods }) {
    const lost = new Set(pods.flatMap(({ stuck, nodeName }) => (stuck?.reason === 'NetworkNotReady' ? [nodeName] : [])))
    return nodes.map((node): Listed => (lost.has(node.meta.name) ? Object.assign(Object.create(node), { notReady: true }) : node))
  },
  columns: ['NAME', 'STATUS', 'ROLES', 'AGE', 'VERSION'],
  wide: ['INTERNAL-IP', 'EXTERNAL-IP', 'OS-IMAGE', 'KERNEL-VERSION', 'CONTAINER-RUNTIME'],
  cells: (node) => [node.meta.name, statusOf(node), rolesOf(node), AGE, VERSION],
  // What the node does not tell, kubectl prints as unknown.
  wideCells: (node) => [node.addresses[0] ?? NONE, NONE, '<unknown>', '<unknown>', '<unknown>'],
  json: (node) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: metadataOf(node.meta),
    spec: {
      ...(node.podCIDRs[0] !== undefined && { podCIDR: node.podCIDRs[0], podCIDRs: node.podCIDRs }),
      ...((node.taints ?? []).length > 0 && { taints: (node.taints ?? []).map(({ effect, key }) => ({ effect, key })) }),
      ...(node.unschedulable && { unschedulable: true }),
    },
    status: {
      addresses: [...node.addresses.map((address) => ({ address, type: 'InternalIP' })), { address: node.meta.name, type: 'Hostname' }],
    },
  }),
}
