import type { LabelSelector } from '../../kinds.ts'
import type { ObjectOf } from '../../object.ts'

/** A group of Gateway API: '' is the core group. */
export interface ObjectReference {
  readonly group: string
  readonly kind: string
  readonly name: string
  /** undefined: that of the object that refers. */
  readonly namespace?: string
}

export interface GatewayListenerFields {
  readonly name: string
  readonly port: number
  /** HTTP, HTTPS, TLS, TCP, UDP. */
  readonly protocol: string
  readonly hostname?: string
  readonly tls?: { readonly mode: 'Terminate' | 'Passthrough'; readonly certificateRefs: readonly ObjectReference[] }
  readonly allowedRoutes: {
    readonly from: 'All' | 'Same' | 'Selector'
    readonly selector?: LabelSelector
    /** [] leaves it to the protocol. */
    readonly kinds: readonly string[]
  }
}
export type GatewayClassObject = ObjectOf<'GatewayClass', { readonly controllerName: string }>
export type GatewayObject = ObjectOf<
  'Gateway',
  { readonly gatewayClassName: string; readonly listeners: readonly GatewayListenerFields[]; readonly addresses: readonly string[] }
>

/** type: Exact or RegularExpression; for paths PathPrefix too. */
export interface ValueMatch {
  readonly type: string
  readonly name: string
  readonly value: string
}
export interface HttpRouteMatch {
  readonly path: { readonly type: string; readonly value: string }
  readonly method?: string
  readonly headers: readonly ValueMatch[]
  readonly query: readonly ValueMatch[]
}
export interface HeaderChange {
  readonly set: readonly (readonly [name: string, value: string])[]
  readonly add: readonly (readonly [name: string, value: string])[]
  readonly remove: readonly string[]
}
/** ReplacePrefixMatch replaces the part that the match has taken. */
export interface PathChange {
  readonly type: 'ReplaceFullPath' | 'ReplacePrefixMatch'
  readonly value: string
}
export type RouteFilter =
  | { readonly type: 'RequestHeaderModifier' | 'ResponseHeaderModifier'; readonly headers: HeaderChange }
  | { readonly type: 'URLRewrite'; readonly hostname?: string; readonly path?: PathChange }
  | {
      readonly type: 'RequestRedirect'
      readonly scheme?: string
      readonly hostname?: string
      readonly path?: PathChange
      readonly port?: number
      readonly statusCode: number
    }
  | { readonly type: 'unmodelled'; readonly name: string }
export interface BackendRefFields extends ObjectReference {
  readonly port?: number
  readonly weight: number
  readonly filters: readonly RouteFilter[]
}
export interface HttpRouteRule {
  readonly matches: readonly HttpRouteMatch[]
  readonly filters: readonly RouteFilter[]
  readonly backendRefs: readonly BackendRefFields[]
}
export interface ParentRef extends ObjectReference {
  readonly sectionName?: string
  readonly port?: number
}
export interface HttpRouteFields {
  readonly parentRefs: readonly ParentRef[]
  readonly hostnames: readonly string[]
  readonly rules: readonly HttpRouteRule[]
}
export type HttpRouteObject = ObjectOf<'HTTPRoute', HttpRouteFields>

export interface GrantFields {
  readonly from: readonly { readonly group: string; readonly kind: string; readonly namespace: string }[]
  readonly to: readonly { readonly group: string; readonly kind: string; readonly name?: string }[]
}
export type ReferenceGrantObject = ObjectOf<'ReferenceGrant', GrantFields>

export type GatewayApiObject = GatewayClassObject | GatewayObject | HttpRouteObject | ReferenceGrantObject
