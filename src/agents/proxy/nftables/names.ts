import type { Endpoint } from '../endpoints.ts'
import { freshNameHash, nameHash } from '../hash.ts'
import type { ServicePort } from '../serviceport.ts'

/** Prefixes of a service port's chains: `service` and `local` choose among endpoints, `external` is where outside traffic enters, `firewall` checks source ranges. */
export type ChainKind = 'service' | 'local' | 'external' | 'firewall'

/** nft takes longer names; kube-proxy does not write them. */
const LONGEST = 240

const hashed = (base: string, hash = nameHash): string => {
  const whole = `${hash(base).slice(0, 8)}-${base}`
  return whole.length > LONGEST ? `${whole.slice(0, LONGEST - 3)}...` : whole
}

const bases = new WeakMap<ServicePort, string>()
const baseOf = (port: ServicePort): string => {
  const old = bases.get(port)
  if (old !== undefined) return old
  const made = `${port.service.meta.namespace}/${port.service.meta.name}/${port.proto}/${port.portName}`
  bases.set(port, made)
  return made
}

/** `service-ULMVA6XW-ns1/svc1/tcp/p80`. */
export const portChain = (kind: ChainKind, port: ServicePort): string => `${kind}-${hashed(baseOf(port))}`

const endpoints = new WeakMap<Endpoint, string>()

/** What the chain and the affinity set of an endpoint share: `5OJB2KTY-ns1/svc1/tcp/p80__10.180.0.1/80`; colons of IPv6 become dots. */
function endpointBase(port: ServicePort, e: Endpoint): string {
  const old = endpoints.get(e)
  if (old !== undefined) return old
  const made = hashed(endpointText(port, e))
  endpoints.set(e, made)
  return made
}
const endpointText = (port: ServicePort, e: Endpoint): string =>
  `${baseOf(port)}__${e.ip.includes(':') ? e.ip.replaceAll(':', '.') : e.ip}/${e.port}`

/** For who needs the name once, and a hundred thousand of them. */
export const freshEndpointBase = (port: ServicePort, e: Endpoint): string => hashed(endpointText(port, e), freshNameHash)

export const endpointChain = (port: ServicePort, e: Endpoint): string => `endpoint-${endpointBase(port, e)}`
export const affinitySet = (port: ServicePort, e: Endpoint): string => `affinity-${endpointBase(port, e)}`

/** The chains of the endpoints that traffic to the cluster IP may reach, and traffic from outside. */
export const internalChain = (port: ServicePort): string => portChain(port.internalLocal ? 'local' : 'service', port)
export const externalChain = (port: ServicePort): string => portChain(port.externalLocal ? 'local' : 'service', port)
