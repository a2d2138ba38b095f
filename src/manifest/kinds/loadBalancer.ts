import { poolRange } from '../../net/cidr.ts'
import { type Ip, parseIp } from '../../net/ip.ts'
import { shown } from '../schema/fault.ts'
import { choice, ip } from '../schema/own.ts'
import { fields, listOf, type Shape, text } from '../schema/shape.ts'
import { maybeText, optional, textIn, textsIn, type View } from '../schema/view.ts'

/** Who gives Services of type LoadBalancer an address, and takes traffic for it. */
export interface LabLoadBalancer {
  readonly name: string
  /** passthrough: packets reach the nodes as they are. nat: they reach a node port, from the balancer's address. l2: a node answers ARP. */
  readonly kind: 'passthrough' | 'nat' | 'l2'
  /** It acts on Services of this loadBalancerClass alone; undefined: on those without one. */
  readonly class?: string
  /** `203.0.113.0/24`, `192.168.56.240-192.168.56.250`, one address; [] leaves the choice to us. */
  readonly pool: readonly string[]
  /** Its own address; undefined: one beside the nodes. */
  readonly address?: Ip
  /** What it asks nodes of Services with externalTrafficPolicy Cluster: kube-proxy's own :10256/healthz, or a connection to the node port. */
  readonly healthCheck: 'healthz' | 'nodePort'
}

export const balancerShape: Shape = fields({
  name: text,
  kind: choice('passthrough', 'nat', 'l2'),
  class: text,
  pool: listOf({
    is: 'text',
    own: (value) => (poolRange(value) === undefined ? { code: 'not-cidr', params: { value: shown(value) } } : undefined),
  }),
  address: ip,
  healthCheck: choice('healthz', 'nodePort'),
})

const KINDS = ['passthrough', 'nat', 'l2'] as const

export const balancerOf = (one: View): LabLoadBalancer => ({
  name: textIn(one, 'name', 'load-balancer'),
  kind: KINDS.find((kind) => kind === textIn(one, 'kind')) ?? 'passthrough',
  ...optional('class', maybeText(one, 'class')),
  pool: textsIn(one, 'pool'),
  ...optional('address', parseIp(textIn(one, 'address'))),
  healthCheck: textIn(one, 'healthCheck') === 'nodePort' ? 'nodePort' : 'healthz',
})
