import type { LabNode, NodeObject } from '../manifest/kinds.ts'
import type { Metadata } from '../manifest/object.ts'
import { lengthOf } from '../net/cidr.ts'
import { addToIp, type Cidr, type Ip, ip, parseIp } from '../net/ip.ts'
import type { ClusterNode } from './cluster.ts'
import type { Networks } from './config/networks.ts'
import { made, madeBy, type Origin, withFields } from './made.ts'
import { nextPodCidr, nodeMask } from './pod-cidr.ts'
import { type Place, report, type Settling } from './settling.ts'
import type { Sorted } from './sorted.ts'

/** Machines without an address get one here, as virtual machines on a host-only network do. */
export const FIRST_NODE_ADDRESS = ip('192.168.56.11')
const ZONE = 'topology.kubernetes.io/zone'

interface Machine {
  readonly name: string
  readonly node?: NodeObject
  readonly lab?: LabNode
  readonly place: Place
  readonly labPlace?: Place
}

/** Nodes of the files in their order, then the machines that only a Lab names. */
function machines(sorted: Sorted): readonly Machine[] {
  const labs = new Map<string, { readonly lab: LabNode; readonly labPlace: Place }>()
  for (const object of sorted.labs) {
    for (const [i, lab] of object.is.nodes.entries()) labs.set(lab.name, { lab, labPlace: { object, path: `spec.nodes[${i}]` } })
  }
  const own = sorted.nodes.map((node) => ({
    name: node.metadata.name,
    node,
    place: { object: node, path: '' },
    ...labs.get(node.metadata.name),
  }))
  const known = new Set(own.map((one) => one.name))
  const extra = [...labs].filter(([name]) => !known.has(name)).map(([name, one]) => ({ name, place: one.labPlace, ...one }))
  return [...own, ...extra]
}

function givenAddresses({ node, lab }: Machine): readonly Ip[] {
  if (lab && lab.addresses.length > 0) return lab.addresses
  return (node?.is.addresses ?? []).flatMap(({ type, address }) => (type === 'InternalIP' ? (parseIp(address) ?? []) : []))
}

/** Labels that the kubelet puts on its own Node (pkg/kubelet/kubelet_node_status.go). */
const kubeletLabels = (name: string): Metadata['labels'] => ({
  'kubernetes.io/arch': 'amd64',
  'kubernetes.io/hostname': name,
  'kubernetes.io/os': 'linux',
})

function metaOf({ name, node }: Machine): Metadata {
  if (!node) return { name, namespace: '', labels: kubeletLabels(name), annotations: {} }
  return { ...node.metadata, labels: { ...kubeletLabels(name), ...node.metadata.labels } }
}

/** podCIDRs as the node IPAM controller hands them out: given ones are kept, the rest follow in node order. */
function podCidrs(
  s: Settling,
  all: readonly Machine[],
  { podSubnets: subnets, podsFrom }: Networks,
): ReadonlyMap<Machine, readonly Cidr[]> {
  const taken = all.flatMap((one) => one.node?.is.podCIDRs ?? [])
  const out = new Map<Machine, readonly Cidr[]>()
  for (const subnet of subnets) {
    if (lengthOf(subnet) > nodeMask(subnet)) report(s, 'error', 'pod-subnet-small', { net: subnet, length: nodeMask(subnet) }, podsFrom)
  }
  for (const one of all) {
    const given = one.node?.is.podCIDRs ?? []
    if (given.length > 0) {
      out.set(one, given)
      continue
    }
    const found: Cidr[] = []
    for (const subnet of subnets) {
      const net = nextPodCidr(subnet, taken)
      if (net === undefined) {
        if (lengthOf(subnet) <= nodeMask(subnet))
          report(s, 'error', 'pod-subnet-full', { net: subnet, node: one.name }, podsFrom ?? one.place)
        continue
      }
      taken.push(net)
      found.push(net)
    }
    out.set(one, found)
  }
  return out
}

function originOf(s: Settling, one: Machine, subnetCause: () => number): Origin {
  const own = s.originOf(one.place.object)
  const prefix = one.node ? '' : one.place.path
  const lab = one.labPlace
  return {
    causeOf(path) {
      if (/^spec\.podCIDRs?\b/.test(path) && (one.node?.is.podCIDRs ?? []).length === 0) {
        return madeBy(s.causes, 'node-ipam-controller', 'pod-cidr', () => [own.causeOf(prefix), subnetCause()]).causeOf('')
      }
      if (lab && /^(sysctls|interfaces|addresses|iptablesRandomFully|resolvConf)\b/.test(path)) {
        return s.originOf(lab.object).causeOf(`${lab.path}.${path}`)
      }
      return own.causeOf(one.node ? path : prefix)
    },
  }
}

/** A Node whose status says that it is not ready: its Pods run here, and that is said. */
function tellNotReady(s: Settling, nodes: readonly NodeObject[]): void {
  for (const object of nodes) {
    const { conditions } = (object.raw['status'] ?? {}) as { readonly conditions?: unknown }
    const of = Array.isArray(conditions) ? conditions : []
    const i = of.findIndex((one) => one?.type === 'Ready' && one.status !== 'True')
    if (i >= 0) report(s, 'warning', 'node-not-ready', { node: object.metadata.name }, { object, path: `status.conditions[${i}].status` })
  }
}

export function settleNodes(s: Settling, sorted: Sorted, networks: Networks): readonly ClusterNode[] {
  const all = machines(sorted)
  tellNotReady(s, sorted.nodes)
  const nets = podCidrs(s, all, networks)
  const used = new Set<string>(all.flatMap(givenAddresses))
  let free = FIRST_NODE_ADDRESS
  const someAddress = (): Ip => {
    while (used.has(free)) free = addToIp(free, 1)
    used.add(free)
    return free
  }
  const config = sorted.clusters[0]
  const subnetCause = (): number => (config ? s.originOf(config).causeOf('networking.podSubnet') : 0)
  return all.map((one) => {
    const given = givenAddresses(one)
    const meta = metaOf(one)
    const zone = meta.labels[ZONE]
    const { lab, node } = one
    return withFields(made(meta, originOf(s, one, subnetCause), s.isMadeUp(one.place.object)), {
      podCIDRs: nets.get(one) ?? [],
      addresses: given.length > 0 ? given : [someAddress()],
      ...(zone !== undefined && { zone }),
      unschedulable: node?.is.unschedulable ?? false,
      taints: node?.is.taints ?? [],
      ...(lab?.interfaces && { interfaces: lab.interfaces }),
      ...(lab?.missingPlugins && { missingPlugins: lab.missingPlugins }),
      sysctls: lab?.sysctls ?? {},
      iptablesRandomFully: lab?.iptablesRandomFully ?? true,
      ...(lab?.resolvConf !== undefined && { resolvConf: lab.resolvConf }),
    })
  })
}
