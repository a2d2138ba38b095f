import type { PodSpec, ServicePort, SlicePort } from '../../manifest/kinds.ts'

/** The number behind a targetPort in one Pod: a name is looked up by name and protocol, in container order. */
export function targetOf(port: ServicePort, spec: PodSpec): number | undefined {
  if (typeof port.targetPort === 'number') return port.targetPort
  for (const container of spec.containers) {
    const found = container.ports.find((one) => one.name === port.targetPort && one.protocol === port.protocol)
    if (found) return found.containerPort
  }
  return undefined
}

/** The ports that a Pod's slice has; a name that the Pod lacks is missing for that Pod only. */
export function slicePorts(ports: readonly ServicePort[], spec: PodSpec): readonly SlicePort[] {
  return ports.flatMap((port) => {
    const target = targetOf(port, spec)
    return target === undefined ? [] : { name: port.name, protocol: port.protocol, port: target }
  })
}
