import type { CauseId } from '../../../trace/cause.ts'
import type { Problem } from '../../../trace/problem.ts'

/** Codes of what the controller says or leaves out; words/problems/ingress.ts has a sentence for each. */
export type IngressCode =
  /** {text}: what the admission webhook answers. */
  | 'ingress-denied'
  /** {ingress} {path} {why} */
  | 'ingress-pattern'
  /** {ingress} {path}: a backend that is no Service. */
  | 'ingress-resource'
  /** {ingress} {host} {path} {first} */
  | 'ingress-taken'
  /** {ingress} {service} */
  | 'ingress-no-service'
  /** {ingress} {service} {port} {ports} */
  | 'ingress-no-port'
  /** {ingress} {service} */
  | 'ingress-no-endpoints'
  /** {ingress} {service} {namespace}: the Service stands in another namespace. */
  | 'ingress-other-namespace'
  /** {ingress} {class} */
  | 'ingress-no-class'
  /** {ingress} */
  | 'ingress-classless'
  /** {class} {controller}: nobody in the lab is that controller. */
  | 'ingress-no-controller'
  /** {text}: what the controller logs. */
  | 'ingress-log'
  /** {ingress} {annotation} {controller} */
  | 'ingress-annotation'
  /** {ingress} {host} {path}: a canary without a main Ingress. */
  | 'ingress-canary-alone'
  /** {kind} {controller} */
  | 'ingress-unread'
  /** {ingress} {what} {controller} */
  | 'ingress-ignored'

export type Log = (code: IngressCode, params: Problem['params'], severity: Problem['severity'], because: CauseId) => void
