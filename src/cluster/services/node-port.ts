import type { PortProtocol, ServiceObject, ServicePort } from '../../manifest/kinds.ts'
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

export function nodePorts(s: Settling): NodePortAllocator {
  const taken = new Set<number>()
  const pick = (key: string): number => {
    const dynamic = FIRST + STATIC_BAND
    const upper = LAST - dynamic + 1
    const start = mix(0, `node port ${key}`) % upper
    for (let i = 0; i < upper; i++) {
      const port = dynamic + ((start + i) % upper)
      if (!taken.has(port)) return port
    }
    for (let port = FIRST; port < dynamic; port++) if (!taken.has(port)) return port
    return 0
  }
  const claim = (object: ServiceObject, path: string, port: number, own: ReadonlySet<number>): void => {
    const place = { object, path }
    if (port < FIRST || port > LAST) {
      refuse(s, place, `Invalid value: ${port}: provided port is not in the valid range. The range of valid ports is ${FIRST}-${LAST}`)
    } else if (taken.has(port) && !own.has(port)) refuse(s, place, `Invalid value: ${port}: provided port is already allocated`)
    taken.add(port)
  }
  return {
    reserve(object) {
      if (!hasNodePorts(object)) return
      const own = new Set<number>()
      for (const [i, { nodePort }] of object.is.spec.ports.entries()) {
        if (nodePort === 0) continue
        claim(object, `spec.ports[${i}].nodePort`, nodePort, own)
        own.add(nodePort)
      }
      if (object.is.spec.healthCheckNodePort !== 0) claim(object, 'spec.healthCheckNodePort', object.is.spec.healthCheckNodePort, new Set())
    },
    assign(object) {
      const { spec } = object.is
      if (!hasNodePorts(object)) return spec.ports
      const wanted = spec.type !== 'LoadBalancer' || spec.allocateLoadBalancerNodePorts
      const used = new Set<string>()
      const slot = (protocol: PortProtocol, port: number): string => `${protocol} ${port}`
      for (const one of spec.ports) if (one.nodePort !== 0) used.add(slot(one.protocol, one.nodePort))
      const byPort = new Map<number, number>()
      for (const one of spec.ports) if (one.nodePort !== 0) byPort.set(one.port, one.nodePort)
      return spec.ports.map((one) => {
        if (one.nodePort !== 0 || !wanted) return one
        // TCP and UDP with the same `port` share one number (alloc.go, initNodePorts).
        const shared = byPort.get(one.port)
        const nodePort =
          shared !== undefined && !used.has(slot(one.protocol, shared))
            ? shared
            : pick(`${keyOf(object.metadata)}:${one.name}/${one.port}/${one.protocol}`)
        taken.add(nodePort)
        used.add(slot(one.protocol, nodePort))
        byPort.set(one.port, nodePort)
        return { ...one, nodePort }
      })
    },
    healthCheck(object) {
      const { spec } = object.is
      if (spec.type !== 'LoadBalancer' || spec.externalTrafficPolicy !== 'Local') return 0
      if (spec.healthCheckNodePort !== 0) return spec.healthCheckNodePort
      const port = pick(`${keyOf(object.metadata)} health check`)
      taken.add(port)
      return port
    },
  }
}
