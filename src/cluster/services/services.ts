import type { ServiceObject, ServiceSpec } from '../../manifest/kinds.ts'
import type { AddressGiver } from '../balancer/addresses.ts'
import type { ClusterService } from '../cluster.ts'
import type { Networks } from '../config/networks.ts'
import { made, type Origin, withFields } from '../made.ts'
import type { Settling } from '../settling.ts'
import { type ClusterIpAllocator, clusterIps } from './cluster-ip.ts'
import { type FamilyName, familyName, settleFamilies } from './families.ts'
import { type NodePortAllocator, nodePorts } from './node-port.ts'

function originOf(s: Settling, object: ServiceObject, spec: ServiceSpec): Origin {
  const own = s.originOf(object)
  return {
    causeOf(path) {
      if (/^spec\.clusterIPs?\b/.test(path) && object.is.spec.clusterIPs.length === 0 && spec.clusterIPs.length > 0) {
        return s.causes.add({ kind: 'by', by: 'kube-apiserver', why: 'cluster-ip' }, [own.causeOf('')])
      }
      const port = /^spec\.ports\[(\d+)\]\.nodePort$/.exec(path)?.[1]
      if (port !== undefined && object.is.spec.ports[Number(port)]?.nodePort === 0) {
        return s.causes.add({ kind: 'by', by: 'kube-apiserver', why: 'node-port' }, [own.causeOf(`spec.ports[${port}]`)])
      }
      if (path.startsWith('status.loadBalancer.ingress') && object.is.ingress.length === 0)
        return s.causes.add({ kind: 'by', by: 'service-controller', why: 'load-balancer-address' }, [own.causeOf('spec.type')])
      return own.causeOf(path)
    },
  }
}

function specOf(
  s: Settling,
  object: ServiceObject,
  ips: ClusterIpAllocator,
  ports: NodePortAllocator,
  cluster: readonly FamilyName[],
  told: boolean,
): ServiceSpec {
  const { spec } = object.is
  if (spec.type === 'ExternalName') return { ...spec, clusterIPs: [] }
  const { policy, families } = settleFamilies(s, object, cluster, told)
  const headless = spec.clusterIPs[0] === 'None'
  return {
    ...spec,
    clusterIPs: headless ? ['None'] : ips.assign(object, families),
    ports: ports.assign(object),
    ipFamilies: families,
    ipFamilyPolicy: policy,
    healthCheckNodePort: ports.healthCheck(object),
  }
}

/** What was allocated for the Services of the files: wishes first, the rest by name. */
export interface SettledServices {
  readonly services: readonly ClusterService[]
  readonly objectOf: ReadonlyMap<ClusterService, ServiceObject>
  readonly ips: ClusterIpAllocator
}

export function settleServices(s: Settling, objects: readonly ServiceObject[], nets: Networks, addresses?: AddressGiver): SettledServices {
  const ips = clusterIps(s, nets.serviceSubnets, nets.serviceSubnetsTold)
  const ports = nodePorts(s)
  const cluster = [...new Set(nets.serviceSubnets.map(familyName))]
  for (const object of objects) {
    if (object.is.spec.type === 'ExternalName') continue
    ips.reserve(object)
    ports.reserve(object)
  }
  const objectOf = new Map<ClusterService, ServiceObject>()
  const services = objects.map((object) => {
    const spec = specOf(s, object, ips, ports, cluster, nets.serviceSubnetsTold)
    const base = made(object.metadata, originOf(s, object, spec), s.isMadeUp(object))
    const service = withFields(base, { spec, ingress: addresses?.(object, spec.ipFamilies) ?? object.is.ingress })
    objectOf.set(service, object)
    return service
  })
  return { services, objectOf, ips }
}
