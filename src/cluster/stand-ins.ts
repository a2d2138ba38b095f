import type { ContainerPort, EndpointAddress, SlicePort } from '../manifest/kinds.ts'
import type { Metadata } from '../manifest/object.ts'
import { type Ip, isLoopback, parseIp } from '../net/ip.ts'
import type { CauseId } from '../trace/cause.ts'
import type { ClusterHost, ClusterNode, ClusterPod, ClusterService, ClusterSlice, NodeListener, PodListener } from './cluster.ts'
import { inPodCidr } from './ipam.ts'
import { type LabPodRule, labRuleOf, parseListen, protoOf } from './listening.ts'
import { made, madeBy, type Origin, withFields } from './made.ts'
import { servingSpec } from './serving.ts'
import { causeAt, type Settling } from './settling.ts'

/** The process of a stand-in. */
const PROCESS = 'server'

/** An endpoint address behind which the lab has nothing, with all the ports that slices send there. */
interface Gap {
  readonly address: Ip
  readonly endpoint: EndpointAddress
  readonly namespace: string
  readonly service: string
  readonly origin: Origin
  readonly ports: { readonly port: SlicePort; readonly cause: () => CauseId }[]
}

function gapsOf(s: Settling, slices: readonly ClusterSlice[], known: ReadonlySet<string>): readonly Gap[] {
  const gaps = new Map<string, Gap>()
  for (const slice of slices) {
    if (slice.is.addressType === 'FQDN') continue
    for (const [i, endpoint] of slice.is.endpoints.entries()) {
      const address = parseIp(endpoint.addresses[0] ?? '')
      if (address === undefined || known.has(address) || isLoopback(address)) continue
      const cause = (): CauseId => slice.endpointCause(i)
      let gap = gaps.get(address)
      if (!gap) {
        const origin = madeBy(s.causes, 'packetwalk', 'stand-in', () => [cause()])
        gap = { address, endpoint, namespace: slice.meta.namespace, service: slice.service, origin, ports: [] }
        gaps.set(address, gap)
      }
      for (const port of slice.is.ports) {
        if (!gap.ports.some((one) => one.port.port === port.port && one.port.protocol === port.protocol)) gap.ports.push({ port, cause })
      }
    }
  }
  return [...gaps.values()]
}

function listenersOf(s: Settling, gap: Gap, lab?: LabPodRule): readonly PodListener[] {
  const listener = (proto: PodListener['proto'], port: number, cause: () => CauseId): PodListener => ({
    proto,
    port,
    process: PROCESS,
    get because() {
      return s.causes.add({ kind: 'by', by: 'packetwalk', why: 'stand-in' }, [cause()])
    },
  })
  if (lab?.rule.listen) {
    return lab.rule.listen.flatMap((text) => {
      const at = parseListen(text)
      return at ? listener(at.proto, at.port, () => causeAt(s, lab.place)) : []
    })
  }
  return gap.ports.flatMap(({ port, cause }) => (port.port === undefined ? [] : listener(protoOf(port.protocol), port.port, cause)))
}

const dashed = (address: Ip): string => address.replace(/[.:]+/g, '-').replace(/^-|-$/g, '')
const nameOf = ({ endpoint, service, address }: Gap): string =>
  endpoint.targetRef?.kind === 'Pod' && endpoint.targetRef.name !== ''
    ? endpoint.targetRef.name
    : `${service === '' ? 'endpoint' : service}-${dashed(address)}`

const isDns = (gap: Gap): boolean => gap.namespace === 'kube-system' && gap.service === 'kube-dns'

function podOf(s: Settling, gap: Gap, node: ClusterNode, taken: Set<string>, rules: readonly LabPodRule[]): ClusterPod {
  let name = nameOf(gap)
  if (taken.has(`${gap.namespace}/${name}`)) name = `${name}-${dashed(gap.address)}`
  taken.add(`${gap.namespace}/${name}`)
  const dns = isDns(gap)
  const meta: Metadata = { name, namespace: gap.namespace, labels: dns ? { 'k8s-app': 'kube-dns' } : {}, annotations: {} }
  const ports = gap.ports.flatMap(({ port: { name, protocol, port } }): readonly ContainerPort[] =>
    port === undefined ? [] : [{ name, protocol, containerPort: port, hostPort: 0 }],
  )
  const spec = servingSpec([{ name: PROCESS, image: '', ports, env: [] }])
  const lab = labRuleOf(rules, gap.namespace, name)
  return withFields(made(meta, gap.origin, true), {
    spec: dns ? { ...spec, dnsPolicy: 'Default' as const } : spec,
    nodeName: node.meta.name,
    podIPs: [gap.address],
    ready: lab?.rule.ready ?? gap.endpoint.ready ?? true,
    terminating: gap.endpoint.terminating ?? false,
    listens: listenersOf(s, gap, lab),
    role: dns ? ('coredns' as const) : ('stand-in' as const),
    restarts: 0,
    phase: 'Running' as const,
  })
}

export interface StandIns {
  readonly pods: readonly ClusterPod[]
  readonly hosts: readonly ClusterHost[]
  readonly nodeListeners: readonly NodeListener[]
}

/**
 * Endpoints of slices that no Pod of the lab stands behind. Each becomes a Pod on its node when the address fits one of that node's podCIDRs
 * (without nodeName: on the node whose podCIDR it fits), a process of the node that has the address, else a host on the underlay.
 */
export function standIns(
  s: Settling,
  slices: readonly ClusterSlice[],
  pods: readonly ClusterPod[],
  nodes: readonly ClusterNode[],
  hosts: readonly ClusterHost[],
  rules: readonly LabPodRule[],
  services: readonly ClusterService[],
): StandIns {
  const known = new Set<string>([
    // Nobody has a ClusterIP: a packet sent on to one is on its own.
    ...services.flatMap((service) => service.spec.clusterIPs),
    ...pods.filter((pod) => !pod.spec.hostNetwork).flatMap((pod) => pod.podIPs),
    ...hosts.flatMap((host) => host.addresses),
  ])
  const names = new Set(pods.map(({ meta }) => `${meta.namespace}/${meta.name}`))
  const hostNames = new Set(hosts.map(({ meta }) => meta.name))
  const onNode = new Set(
    pods.filter((pod) => pod.spec.hostNetwork).flatMap((pod) => pod.listens.map((one) => `${pod.nodeName} ${one.proto} ${one.port}`)),
  )
  const out = { pods: [] as ClusterPod[], hosts: [] as ClusterHost[], nodeListeners: [] as NodeListener[] }
  for (const gap of gapsOf(s, slices, known)) {
    const owner = nodes.find((node) => node.addresses.includes(gap.address))
    if (owner) {
      const free = listenersOf(s, gap).filter((one) => !onNode.has(`${owner.meta.name} ${one.proto} ${one.port}`))
      out.nodeListeners.push(
        ...free.map((one) => Object.assign(one, { node: owner.meta.name, process: gap.service === '' ? PROCESS : gap.service })),
      )
      continue
    }
    const { nodeName } = gap.endpoint
    const node = nodes.find((one) => (nodeName === undefined || one.meta.name === nodeName) && inPodCidr(one, gap.address))
    if (node) {
      out.pods.push(podOf(s, gap, node, names, rules))
      continue
    }
    let name = nameOf(gap)
    if (hostNames.has(name)) name = `${name}-${dashed(gap.address)}`
    hostNames.add(name)
    const meta: Metadata = { name, namespace: '', labels: {}, annotations: {} }
    out.hosts.push(withFields(made(meta, gap.origin, true), { addresses: [gap.address], listens: listenersOf(s, gap), dns: [] }))
  }
  return out
}
