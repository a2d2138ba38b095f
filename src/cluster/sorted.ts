import type { GatewayApiObject } from '../manifest/kinds/gateway/types.ts'
import type { NetworkPolicyObject } from '../manifest/kinds/policyTypes.ts'
import type {
  ClusterConfigurationObject,
  ConfigMapObject,
  EndpointSliceObject,
  EndpointsObject,
  IngressClassObject,
  IngressObject,
  KubeProxyObject,
  LabObject,
  ManifestObject,
  NamespaceObject,
  NodeObject,
  OtherObject,
  PodObject,
  SecretObject,
  ServiceObject,
  WorkloadObject,
} from '../manifest/kinds.ts'

/** The objects by kind, in the order of the files. */
export interface Sorted {
  readonly services: readonly ServiceObject[]
  readonly slices: readonly EndpointSliceObject[]
  readonly endpoints: readonly EndpointsObject[]
  readonly pods: readonly PodObject[]
  readonly workloads: readonly WorkloadObject[]
  readonly nodes: readonly NodeObject[]
  readonly namespaces: readonly NamespaceObject[]
  readonly policies: readonly NetworkPolicyObject[]
  readonly configMaps: readonly ConfigMapObject[]
  readonly proxies: readonly KubeProxyObject[]
  readonly clusters: readonly ClusterConfigurationObject[]
  readonly labs: readonly LabObject[]
  readonly ingresses: readonly IngressObject[]
  readonly ingressClasses: readonly IngressClassObject[]
  readonly secrets: readonly SecretObject[]
  /** Gateway API, in the order of the files. */
  readonly gatewayApi: readonly GatewayApiObject[]
  readonly others: readonly OtherObject[]
}

export function sortByKind(objects: readonly ManifestObject[]): Sorted {
  const services: ServiceObject[] = []
  const slices: EndpointSliceObject[] = []
  const endpoints: EndpointsObject[] = []
  const pods: PodObject[] = []
  const workloads: WorkloadObject[] = []
  const nodes: NodeObject[] = []
  const namespaces: NamespaceObject[] = []
  const policies: NetworkPolicyObject[] = []
  const configMaps: ConfigMapObject[] = []
  const proxies: KubeProxyObject[] = []
  const clusters: ClusterConfigurationObject[] = []
  const labs: LabObject[] = []
  const ingresses: IngressObject[] = []
  const ingressClasses: IngressClassObject[] = []
  const secrets: SecretObject[] = []
  const gatewayApi: GatewayApiObject[] = []
  const others: OtherObject[] = []
  for (const object of objects) {
    switch (object.kind) {
      case 'Service':
        services.push(object)
        break
      case 'EndpointSlice':
        slices.push(object)
        break
      case 'Endpoints':
        endpoints.push(object)
        break
      case 'Pod':
        pods.push(object)
        break
      case 'Deployment':
      case 'ReplicaSet':
      case 'StatefulSet':
      case 'DaemonSet':
        workloads.push(object)
        break
      case 'Node':
        nodes.push(object)
        break
      case 'Namespace':
        namespaces.push(object)
        break
      case 'NetworkPolicy':
        policies.push(object)
        break
      case 'ConfigMap':
        configMaps.push(object)
        break
      case 'KubeProxyConfiguration':
        proxies.push(object)
        break
      case 'ClusterConfiguration':
        clusters.push(object)
        break
      case 'Lab':
        labs.push(object)
        break
      case 'Ingress':
        ingresses.push(object)
        break
      case 'IngressClass':
        ingressClasses.push(object)
        break
      case 'Secret':
        secrets.push(object)
        break
      case 'GatewayClass':
      case 'Gateway':
      case 'HTTPRoute':
      case 'ReferenceGrant':
        gatewayApi.push(object)
        break
      case 'Other':
        others.push(object)
        break
    }
  }
  return {
    services,
    slices,
    endpoints,
    pods,
    workloads,
    nodes,
    namespaces,
    policies,
    configMaps,
    proxies,
    clusters,
    labs,
    ingresses,
    ingressClasses,
    secrets,
    gatewayApi,
    others,
  }
}
