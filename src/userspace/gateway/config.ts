import type { Certificate } from '../../net/message.ts'
import type { CauseId } from '../../trace/cause.ts'
import type { Target } from '../http/router.ts'

/** What a Gateway's proxy is told by its controller. Matches and filters have the API's own fields (apis/v1/httproute_types.go). */
export interface ValueMatch {
  readonly type: string
  /** Of a header: in lower case. */
  readonly name: string
  readonly value: string
}
export interface Match {
  readonly path: { readonly type: string; readonly value: string }
  readonly method?: string
  readonly headers: readonly ValueMatch[]
  readonly query: readonly ValueMatch[]
}
export interface PathChange {
  readonly type: 'ReplaceFullPath' | 'ReplacePrefixMatch'
  readonly value: string
}
export interface HeaderChange {
  readonly set: readonly (readonly [name: string, value: string])[]
  readonly add: readonly (readonly [name: string, value: string])[]
  readonly remove: readonly string[]
}
export type Filter =
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

export interface Backend {
  /** NS/NAME */
  readonly service: string
  readonly port: string
  readonly weight: number
  readonly filters: readonly Filter[]
  /** undefined: a reference that leads nowhere or is not allowed. */
  readonly targets?: readonly Target[]
}
export interface Rule {
  readonly matches: readonly Match[]
  readonly filters: readonly Filter[]
  readonly backends: readonly Backend[]
  readonly because?: CauseId
}
export interface Route {
  /** NS/NAME */
  readonly object: string
  /** RFC 3339 or '': the older first. */
  readonly created: string
  /** '' stands for every host. */
  readonly hostnames: readonly string[]
  readonly rules: readonly Rule[]
}
export interface Listener {
  readonly name: string
  readonly port: number
  readonly tls: boolean
  readonly hostname: string
  readonly certificates: readonly Certificate[]
  readonly routes: readonly Route[]
}
