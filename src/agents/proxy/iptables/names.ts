import { freshNameHash, nameHash } from '../hash.ts'
import type { ServicePort } from '../serviceport.ts'

type Named = { readonly name: string; readonly proto: string }

/** SVC and SVL choose among endpoints, EXT is where outside traffic enters, FW checks source ranges, SEP is one endpoint. */
export type ChainKind = 'SVC' | 'SVL' | 'EXT' | 'FW' | 'SEP'
export const serviceChain = (kind: Exclude<ChainKind, 'SEP'>, port: Named): string => `KUBE-${kind}-${nameHash(port.name + port.proto)}`
export const endpointChain = (port: Named, endpoint: string): string => `KUBE-SEP-${nameHash(port.name + port.proto + endpoint)}`
/** For who needs the name once, and a hundred thousand of them. */
export const freshEndpointChain = (port: Named, endpoint: string): string => `KUBE-SEP-${freshNameHash(port.name + port.proto + endpoint)}`

/** The chain of the endpoints that traffic to the cluster IP may reach, and that of traffic from outside. */
export const internalChain = (port: ServicePort): string => serviceChain(port.internalLocal ? 'SVL' : 'SVC', port)
export const externalChain = (port: ServicePort): string => serviceChain(port.externalLocal ? 'SVL' : 'SVC', port)
