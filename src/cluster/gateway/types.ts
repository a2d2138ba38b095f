import type { BackendRefFields, GatewayListenerFields, HttpRouteFields, ObjectReference } from '../../manifest/kinds/gateway/types.ts'
import type { Made } from '../cluster.ts'

/** A condition of the status, as the controller writes it: type, status False, reason out of the API's own lists. */
export interface Condition {
  readonly type: 'Accepted' | 'Programmed' | 'ResolvedRefs'
  readonly status: boolean
  readonly reason: string
}

export interface ClusterHttpRoute extends Made {
  readonly is: HttpRouteFields
  /** creationTimestamp, or ''. */
  readonly created: string
  /** By parentRef, in their order. */
  readonly parents: readonly { readonly conditions: readonly Condition[] }[]
  /** A reference that its rule may follow. */
  allowed(ref: BackendRefFields): boolean
}

/** A route at a listener, with the host names that both agree on; '' stands for all. */
export interface Attached {
  readonly route: ClusterHttpRoute
  readonly hostnames: readonly string[]
}

export interface ClusterListener extends GatewayListenerFields {
  /** Secrets that it may show. */
  readonly certificates: readonly ObjectReference[]
  readonly conditions: readonly Condition[]
  readonly attached: readonly Attached[]
  readonly index: number
}

export interface ClusterGateway extends Made {
  readonly className: string
  readonly listeners: readonly ClusterListener[]
  readonly conditions: readonly Condition[]
  readonly created: string
  /** Of its Service's load balancer. */
  readonly addresses: readonly string[]
}

/** Objects of Gateway API with the status that a controller gives them. */
export interface GatewayApi {
  readonly classes: readonly (Made & { readonly controllerName: string })[]
  readonly gateways: readonly ClusterGateway[]
  readonly routes: readonly ClusterHttpRoute[]
}

/** The label by which the Pods and the Service of a Gateway's data plane are told (GEP-1762). */
export const GATEWAY_NAME = 'gateway.networking.k8s.io/gateway-name'
