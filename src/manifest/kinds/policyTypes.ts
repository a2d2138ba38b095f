import type { Cidr } from '../../net/ip.ts'
import type { LabelSelector, PortProtocol } from '../kinds.ts'
import type { ObjectOf } from '../object.ts'

/** Whom a rule of a NetworkPolicy names. Both selectors together: Pods that one of them selects in namespaces that the other selects. */
export interface PolicyPeer {
  readonly podSelector?: LabelSelector
  readonly namespaceSelector?: LabelSelector
  readonly ipBlock?: { readonly cidr: Cidr; readonly except: readonly Cidr[] }
}

export interface PolicyPort {
  readonly protocol: PortProtocol
  /** A number, or the name of a container port of the Pod that is called. undefined: all ports of the protocol. */
  readonly port?: number | string
  readonly endPort?: number
}

/** peers: `from` of an ingress rule, `to` of an egress rule. [] means any, in both lists. */
export interface PolicyRule {
  readonly peers: readonly PolicyPeer[]
  readonly ports: readonly PolicyPort[]
}

export interface PolicyFields {
  readonly podSelector: LabelSelector
  /** Defaulted: Ingress always, Egress where there are egress rules (SetDefaults_NetworkPolicy). */
  readonly policyTypes: readonly ('Ingress' | 'Egress')[]
  readonly ingress: readonly PolicyRule[]
  readonly egress: readonly PolicyRule[]
}

export type NetworkPolicyObject = ObjectOf<'NetworkPolicy', PolicyFields>
