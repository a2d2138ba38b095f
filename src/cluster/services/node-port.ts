import type { ServiceObject, ServicePort } from '../../manifest/kinds.ts'
import { mix } from '../../trace/luck.ts'
import { keyOf } from '../pod-draft.ts'
import { refuse, type Settling } from '../settling.ts'

/** --service-node-port-range. Bands: min(max(16, size / 32), 128) = 86 for choice by hand (KEP-3668). */
const FIRST = 30000
const LAST = 32767
const STATIC_BAND = 86

export interface NodePortAllocator {
  reserve(object: ServiceObject): void
  /** The Service's ports with their node ports, 0 where its type has none. */
  assign(object: ServiceObject): readonly ServicePort[]
  healthCheck(object: ServiceObject): number
}

/** Whether this type of Service has node ports of its own. */
export const hasNodePorts = (object: ServiceObject): boolean => {
  const { type } = object.is.spec
  return type === 'NodePort' || type === 'LoadBalancer'
}

const TAKEN = 'provided port is already allocated'
const OUTSIDE = `provided port is not in the valid range. The range of valid ports is ${FIRST}-${LAST}`

/**
 * pkg/registry/core/service/storage/alloc.go, initNodePorts: ports of one Service with the same `port` share a number unless told
 * otherwise. Whatever else asks for a number that is taken is refused, be it another protocol or the same Service.
 */
export function nodePorts(s: Settling): NodePortAllocator {
  const taken = new Set<number>()
  const pick = (key: string): number | undefined => {
    const dynamic = FIRST + STATIC_BAND
    const upper = LAST - dynamic + 1
    const start = mix(0, `node port ${key}`) % upper
    for (let i = 0; i < upper; i++) {
      const port = dynamic + ((start + i) % upper)
      if (!taken.has(port)) return port
    }
    for (let port = FIRST; port < dynamic; port++) if (!taken.has(port)) return port
    return undefined
  }
  /** What stands against this number; none: it is now taken. */
  const claim = (port: number): string | undefined => {
    if (port < FIRST || port > LAST) return OUTSIDE
    if (taken.has(port)) return TAKEN
    taken.add(port)
    return undefined
  }
  const full = (object: ServiceObject, path: string, what: string): void =>
    refuse(s, { object, path }, `Internal error occurred: failed to allocate a ${what}: range is full`)
  return {
    reserve(object) {
      if (!hasNodePorts(object)) return
      const byPort = new Map<number, number>()
      for (const [i, { port, nodePort }] of object.is.spec.ports.entries()) {
        if (nodePort === 0 || byPort.get(port) === nodePort) continue
        if (!byPort.has(port)) byPort.set(port, nodePort)
        const fault = claim(nodePort)
        if (fault !== undefined) refuse(s, { object, path: `spec.ports[${i}].nodePort` }, `Invalid value: ${nodePort}: ${fault}`)
      }
      const health = object.is.spec.healthCheckNodePort
      const fault = health === 0 ? undefined : claim(health)
      if (fault === undefined) return
      const words = `Internal error occurred: failed to allocate requested HealthCheck NodePort ${health}: ${fault}`
      refuse(s, { object, path: 'spec.healthCheckNodePort' }, words)
    },
    assign(object) {
      const { spec } = object.is
      if (!hasNodePorts(object)) return spec.ports
      const wanted = spec.type !== 'LoadBalancer' || spec.allocateLoadBalancerNodePorts
      const byPort = new Map<number, number>()
      for (const { port, nodePort } of spec.ports) if (nodePort !== 0 && !byPort.has(port)) byPort.set(port, nodePort)
      let isFull = false
      return spec.ports.map((one, i) => {
        if (one.nodePort !== 0 || !wanted || isFull) return one
        const nodePort = byPort.get(one.port) ?? pick(`${keyOf(object.metadata)}:${one.name}/${one.port}/${one.protocol}`)
        if (nodePort === undefined) {
          isFull = true
          full(object, `spec.ports[${i}]`, 'nodePort')
          return one
        }
        taken.add(nodePort)
        byPort.set(one.port, nodePort)
        return { ...one, nodePort }
      })
    },
    healthCheck(object) {
      const { spec } = object.is
      if (spec.type !== 'LoadBalancer' || spec.externalTrafficPolicy !== 'Local') return 0
      if (spec.healthCheckNodePort !== 0) return spec.healthCheckNodePort
      const port = pick(`${keyOf(object.metadata)} health check`)
      if (port === undefined) full(object, 'spec', 'HealthCheck NodePort 0')
      else taken.add(port)
      return port ?? 0
    },
  }
}
