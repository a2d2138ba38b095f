import type { Late } from '../../trace/late.ts'
import type { ManifestObject } from '../kinds.ts'
import { configMap } from './configMap.ts'
import { endpoints } from './endpoints.ts'
import { gatewayKinds } from './gateway/late.ts'
import { ingressKinds } from './ingress/late.ts'
import { clusterConfiguration, kubeProxy } from './kubeProxy.ts'
import { lab } from './lab.ts'
import { networkPolicy } from './networkPolicy.ts'
import { namespace, node } from './node.ts'
import { pod } from './pod.ts'
import type { KindReader } from './reader.ts'
import { service } from './service.ts'
import { endpointSlice } from './slice.ts'
import { workloads } from './workload.ts'

/** Every kind that is read. Anything else is an object of kind Other. */
export const kindReaders: readonly KindReader[] = [
  service,
  endpointSlice,
  endpoints,
  pod,
  ...workloads,
  networkPolicy,
  node,
  namespace,
  configMap,
  kubeProxy,
  clusterConfiguration,
  lab,
] as readonly KindReader<ManifestObject>[]

/** Kinds that few labs have: their readers come when a file has one. One line a group. */
const lateReaders: readonly { readonly kinds: readonly string[]; readonly readers: Late<readonly KindReader[]> }[] = [
  ingressKinds,
  gatewayKinds,
]

/** For who loads all parts. */
export const kindParts: readonly Late<unknown>[] = lateReaders.map(({ readers }) => readers)

const byKind: ReadonlyMap<string, KindReader> = new Map(kindReaders.map((r) => [r.kind, r]))

/** The reader of a kind. Throws `Missing` while its part is not loaded. */
export const readerOf = (kind: string): KindReader | undefined =>
  byKind.get(kind) ??
  lateReaders
    .find(({ kinds }) => kinds.includes(kind))
    ?.readers.get()
    .find((r) => r.kind === kind)

/** All readers. Throws `Missing` while a part is not loaded. */
export const allReaders = (): readonly KindReader[] => [...kindReaders, ...lateReaders.flatMap(({ readers }) => readers.get())]

/** Names of all kinds that are read. */
export const readKinds: readonly string[] = [...byKind.keys(), ...lateReaders.flatMap(({ kinds }) => kinds)]

/** Kinds that bear on traffic and that the engine does not act on yet: said aloud, so that nobody takes silence for an answer. */
export const notYet: ReadonlySet<string> = new Set([
  'AdminNetworkPolicy', 'BaselineAdminNetworkPolicy',
  'GRPCRoute', 'TCPRoute', 'TLSRoute', 'UDPRoute', 'BackendTLSPolicy', 'IPAddressPool', 'L2Advertisement', 'BGPAdvertisement',
  'Job', 'CronJob', 'ReplicationController', 'ServiceCIDR', 'IPAddress',
  'DestinationRule',
]) // biome-ignore format: a table

/** Other kinds of Kubernetes that are often met, so that they are not taken for misspelt ones. */
export const otherKinds: ReadonlySet<string> = new Set([
  'APIService', 'Binding', 'CertificateSigningRequest', 'ClusterRole', 'ClusterRoleBinding', 'ComponentStatus', 'ControllerRevision',
  'CSIDriver', 'CSINode', 'CustomResourceDefinition', 'Event', 'FlowSchema', 'HorizontalPodAutoscaler', 'InitConfiguration',
  'JoinConfiguration', 'KubeletConfiguration', 'Kustomization', 'Lease', 'LimitRange', 'LocalSubjectAccessReview',
  'MutatingWebhookConfiguration', 'PersistentVolume', 'PersistentVolumeClaim', 'PodDisruptionBudget', 'PodMonitor', 'PodTemplate',
  'PriorityClass', 'ResourceQuota', 'Role', 'RoleBinding', 'RuntimeClass', 'ServiceAccount', 'ServiceMonitor',
  'StorageClass', 'ValidatingWebhookConfiguration', 'VolumeAttachment',
]) // biome-ignore format: a table

/** Groups of the CNIs' own objects, and the versions that they are served in. */
const CNI_GROUPS: Readonly<Record<string, readonly string[]>> = {
  'crd.projectcalico.org': ['v1'],
  'projectcalico.org': ['v3'],
  'cilium.io': ['v2', 'v2alpha1'],
  'operator.tigera.io': ['v1'],
}

/** The apiVersions of a CNI's group; undefined: of another group. */
export function cniVersions(apiVersion: string): readonly string[] | undefined {
  const [group = ''] = apiVersion.split('/')
  return CNI_GROUPS[group]?.map((version) => `${group}/${version}`)
}

/** Of those, what is read, and what a CNI or its operator writes down for itself: no wish that anybody would miss. */
const CNI_KINDS =
  /^(IPPool|BGP(Configuration|Peer)|FelixConfiguration|BlockAffinity|IPAM\w+|ClusterInformation|WorkloadEndpoint|Profile|KubeControllersConfiguration|CalicoNodeStatus|Cilium(Node|Identity|Endpoint(Slice)?))$/
export const isCniKind = (kind: string, apiVersion: string): boolean => apiVersion.startsWith('operator.') || CNI_KINDS.test(kind)

/** Groups that the API server itself serves: a kind of ours in one of their other versions is a mistake, in any other group another kind. */
const builtinGroups: ReadonlySet<string> = new Set([
  '',
  'apps',
  'extensions',
  'batch',
  'discovery.k8s.io',
  'networking.k8s.io',
  'packetwalk.dev',
  'kubeproxy.config.k8s.io',
])
export const isBuiltinGroup = (apiVersion: string): boolean =>
  builtinGroups.has(apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '')
