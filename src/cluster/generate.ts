import type { Container, EndpointAddress, ServicePort } from '../manifest/kinds.ts'
import type { ClusterNode, ClusterPod, ClusterService, ClusterSlice } from './cluster.ts'
import { made, madeBy, type Origin, withFields } from './made.ts'
import type { PodDraft } from './pod-draft.ts'
import type { ClusterIpAllocator } from './services/cluster-ip.ts'
import { servingSpec } from './serving.ts'
import type { Place, Settling } from './settling.ts'
import { sliceMeta } from './slices/controller.ts'
import type { Sorted } from './sorted.ts'

/** The kubelet runs at most 110 Pods; as many of the generated ones stand on each node, and the Services share them. */
const PODS_A_NODE = 100
const PORT = 8080

const CONTAINER: Container = {
  name: 'server',
  image: '',
  ports: [{ name: '', containerPort: PORT, hostPort: 0, protocol: 'TCP' }],
  env: [],
}

/** One entry of Lab.spec.generate. */
export interface Generation {
  readonly services: number
  readonly endpoints: number
  readonly namespace: string
  /** Begins the names; differs between entries. */
  readonly prefix: string
  readonly place: Place
}

export function generations(sorted: Sorted): readonly Generation[] {
  let n = 0
  return sorted.labs.flatMap((object) =>
    object.is.generate.map((one, i) => {
      n++
      return { ...one, prefix: n === 1 ? 'gen' : `gen${n}`, place: { object, path: `spec.generate[${i}]` } }
    }),
  )
}

const number = (n: number): string => `${n}`.padStart(5, '0')

const originOf = (s: Settling, { place }: Generation): Origin =>
  madeBy(s.causes, 'packetwalk', 'generated', () => [s.originOf(place.object).causeOf(place.path)])

/** The Pods behind generated Services. They come after all others: they take no address that another Pod would have. */
export function generatedDrafts(s: Settling, all: readonly Generation[], nodes: readonly ClusterNode[]): readonly PodDraft[] {
  const spec = servingSpec([CONTAINER])
  return all.flatMap((one) => {
    const origin = originOf(s, one)
    const count = Math.min(
      Math.max(one.endpoints, Math.min(one.services * one.endpoints, nodes.length * PODS_A_NODE)),
      nodes.length * PODS_A_NODE,
    )
    return Array.from(
      { length: count },
      (_, i): PodDraft => ({
        meta: { name: `${one.prefix}-pod-${number(i + 1)}`, namespace: one.namespace, labels: {}, annotations: {} },
        spec,
        status: { podIPs: [] },
        origin,
        specPlace: one.place,
        madeUp: false,
        group: `generate ${one.prefix}`,
        index: 1_000_000 + i,
        tolerations: [{ key: '', operator: 'Exists', value: '', effect: '' }],
        standIn: true,
      }),
    )
  })
}

const SERVICE_PORT: ServicePort = { name: '', protocol: 'TCP', port: 80, targetPort: PORT, nodePort: 0 }

/** The endpoint at index i of an entry's Pods. */
const endpointOf = (pod: ClusterPod): EndpointAddress => ({
  addresses: [pod.podIPs[0] as string],
  ready: true,
  serving: true,
  terminating: false,
  nodeName: pod.nodeName,
  targetRef: { kind: 'Pod', namespace: pod.meta.namespace, name: pod.meta.name },
})

/** What generated objects say. While their Pods stay, they are the very same from one settling to the next: who compares them need not look inside. */
interface Said {
  readonly shared: readonly EndpointAddress[]
  readonly specs: Map<string, ClusterService['spec']>
  readonly slices: Map<string, ClusterSlice['is']>
}
const said = new Map<string, Said>()
const MOST_SAID = 4

const isSame = (a: EndpointAddress, b: EndpointAddress | undefined): boolean =>
  a.addresses[0] === b?.addresses[0] && a.nodeName === b?.nodeName && a.targetRef?.name === b?.targetRef?.name

function saidOf(one: Generation, shared: readonly EndpointAddress[]): Said {
  const key = JSON.stringify([one.prefix, one.namespace, one.services, one.endpoints])
  const old = said.get(key)
  const now =
    old !== undefined && old.shared.length === shared.length && shared.every((e, i) => isSame(e, old.shared[i]))
      ? old
      : { shared, specs: new Map(), slices: new Map() }
  said.delete(key)
  if (said.size >= MOST_SAID) said.delete(said.keys().next().value as string)
  said.set(key, now)
  return now
}

function keep<T>(map: Map<string, T>, key: string, make: () => T): T {
  const old = map.get(key)
  if (old !== undefined) return old
  const made = make()
  map.set(key, made)
  return made
}

/** The Services and their slices, without text and without selectors; endpoints are shared objects. */
export function generate(
  s: Settling,
  all: readonly Generation[],
  pods: readonly ClusterPod[],
  ips: ClusterIpAllocator,
): { readonly services: readonly ClusterService[]; readonly slices: readonly ClusterSlice[] } {
  const services: ClusterService[] = []
  const slices: ClusterSlice[] = []
  for (const one of all) {
    const origin = originOf(s, one)
    const own = pods.filter(
      ({ meta, podIPs }) => meta.namespace === one.namespace && meta.name.startsWith(`${one.prefix}-pod-`) && podIPs.length > 0,
    )
    const { shared, specs, slices: lists } = saidOf(one, own.map(endpointOf))
    const because = (): number => origin.causeOf('')
    const want = Math.min(one.endpoints, shared.length)
    for (let i = 0; i < one.services; i++) {
      const name = `${one.prefix}-${number(i + 1)}`
      const address = ips.pick(`${one.namespace}/${name}`, 'IPv4') ?? ips.pick(`${one.namespace}/${name}`, 'IPv6')
      if (address === undefined) break
      const family = address.includes(':') ? ('IPv6' as const) : ('IPv4' as const)
      const service = withFields(made({ name, namespace: one.namespace, labels: {}, annotations: NO_ANNOTATIONS }, origin, false), {
        spec: keep(specs, address, () => ({ ...SPEC, clusterIPs: [address], ipFamilies: [family] })),
        ingress: NO_INGRESS,
      })
      services.push(service)
      for (let at = 0; at < Math.max(want, 1); at += 100) {
        const is = keep(lists, `${i} ${at} ${family}`, () => {
          const endpoints: EndpointAddress[] = []
          for (let j = at; j < Math.min(want, at + 100); j++) endpoints.push(shared[(i * want + j) % shared.length] as EndpointAddress)
          return { addressType: family, ports: PORTS, endpoints }
        })
        const meta = sliceMeta(service, `${name}-${number(at / 100)}`)
        slices.push(withFields(made(meta, origin, false), { is, service: name, endpointCause: because }))
      }
    }
  }
  return { services, slices }
}

const NO_ANNOTATIONS = {}
const NO_INGRESS: ClusterService['ingress'] = []
const PORTS: ClusterSlice['is']['ports'] = [{ name: '', protocol: 'TCP', port: PORT }]
const SPEC: ClusterService['spec'] = {
  type: 'ClusterIP',
  clusterIPs: [],
  ports: [SERVICE_PORT],
  externalIPs: [],
  sessionAffinity: 'None',
  affinityTimeout: 10800,
  externalTrafficPolicy: 'Cluster',
  internalTrafficPolicy: 'Cluster',
  healthCheckNodePort: 0,
  loadBalancerSourceRanges: [],
  allocateLoadBalancerNodePorts: true,
  publishNotReadyAddresses: false,
  ipFamilies: [],
}
