import { hostNetns, podNetns } from '../agents/agent.ts'
import { balancerPart } from '../agents/balancer/late.ts'
import { cniOf } from '../agents/cni/list.ts'
import { UNDERLAY, underlayOf } from '../agents/machine/underlay.ts'
import type { Stage, StageDevice, StageNetns } from '../answer.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { Bpf } from '../kernel/bpf/ast.ts'
import type { Link, Machines } from '../kernel/machine.ts'
import { inCidr } from '../net/cidr.ts'
import type { Cidr } from '../net/ip.ts'

/** More than this many are listed by name only: nobody can look at their devices. */
const MOST_DRAWN = 120

const namesOf = (programs: readonly { readonly name: string }[] = []): { readonly bpf?: string } =>
  programs.length === 0 ? {} : { bpf: programs.map((p) => p.name).join(', ') }

function deviceOf(link: Link, bpf: Bpf | undefined): StageDevice {
  const { dev, kind, mac, addrs, mtu, ifindex, master, peer, hairpin, isolated } = link
  return {
    ...{ dev, kind, mac, addrs, mtu, ifindex },
    ...(master === undefined ? {} : { master }),
    ...(peer === undefined ? {} : { peer }),
    ...(hairpin === true ? { hairpin } : {}),
    ...(isolated === true ? { isolated } : {}),
    ...namesOf(bpf?.tc.filter((p) => p.dev === dev)),
  }
}

/** The subnets that the nodes stand in, by their first addresses: a router joins those of one underlay. */
function netsOf({ nodes }: Cluster, nets: readonly Cidr[]): string {
  const used = nets.filter((net) => nodes.some(({ addresses: [first] }) => first !== undefined && inCidr(first, net)))
  const [a, b, ...more] = used.length === 0 ? nets.slice(0, 1) : used
  return [a ?? '', ...(b === undefined ? [] : more.length === 0 ? [b] : [`+${more.length + 1}`])].join(' · ')
}

/** What the stage draws: machines with their devices, the underlay, and the Services beside them. */
export function stageOf(cluster: Cluster, machines: Machines, touched: ReadonlySet<string>): Stage {
  const devices = (name: string): readonly StageDevice[] =>
    machines
      .netns(name)
      ?.links.filter((l) => l.kind !== 'loopback')
      .map((l) => deviceOf(l, machines.netns(name)?.bpf)) ?? []
  const netns: StageNetns[] = []
  const balances = cluster.balancers ? balancerPart.get().leaders(cluster) : new Set<string>()
  for (const node of cluster.nodes)
    netns.push({
      name: node.meta.name,
      kind: 'node',
      title: node.meta.name,
      addresses: node.addresses,
      devices: devices(node.meta.name),
      madeUp: node.madeUp,
      ...(balances.has(node.meta.name) ? { balances: true } : {}),
    })
  const pods = cluster.pods.filter((p) => !p.spec.hostNetwork)
  const shown = pods.length <= MOST_DRAWN ? pods : pods.filter((p, i) => i < MOST_DRAWN || touched.has(podNetns(p)))
  for (const pod of shown) {
    const name = podNetns(pod)
    netns.push({
      name,
      kind: 'pod',
      title: pod.meta.name,
      node: pod.nodeName,
      addresses: pod.podIPs,
      devices: devices(name),
      ...namesOf(machines.netns(name)?.bpf?.sock),
      ready: pod.ready,
      madeUp: pod.madeUp,
    })
  }
  for (const host of cluster.hosts) {
    const name = hostNetns(host)
    const vips = host.balancer?.serves.flatMap((one) => one.vips) ?? []
    netns.push({
      name,
      kind: 'host',
      title: host.meta.name,
      // a balancer is known by the addresses that it takes traffic for
      addresses: [...vips, ...host.addresses],
      devices: devices(name),
      madeUp: host.madeUp,
      ...(host.balancer ? { balances: true } : {}),
    })
  }
  if (touched.has(UNDERLAY))
    netns.push({ name: UNDERLAY, kind: 'underlay', title: UNDERLAY, addresses: [], devices: devices(UNDERLAY), madeUp: true })
  const services = cluster.services.slice(0, MOST_DRAWN).map((s) => ({
    name: `${s.meta.namespace}/${s.meta.name}`,
    type: s.spec.type,
    clusterIP: s.spec.clusterIPs[0] ?? '',
    ports: s.spec.ports.map((p) => `${p.port}/${p.protocol}`),
    endpoints: cluster.slices
      .filter((e) => e.meta.namespace === s.meta.namespace && e.service === s.meta.name)
      .reduce((n, e) => n + e.is.endpoints.length, 0),
  }))
  const { wire, gateways } = underlayOf(cluster)
  const bgp = cniOf(cluster)?.bgp?.(cluster)
  return { netns, underlay: { name: wire.name, net: netsOf(cluster, [...gateways.keys()]), ...(bgp && { bgp }) }, services }
}
