import type { Cluster, ClusterHost, ClusterNode } from '../../cluster/cluster.ts'
import { madeUpMac } from '../../kernel/mac.ts'
import type { Link } from '../../kernel/machine.ts'
import type { Op } from '../../kernel/op.ts'
import { familyOf, type Mac } from '../../net/ip.ts'
import type { Agent } from '../agent.ts'
import { writtenBy } from '../why.ts'
import { defaultRoutes, pluggedIn, UPLINK, uplink, uplinkAddresses } from './underlay.ts'

/** Interfaces as a lab lists them. Names alone do not tell what they are: all but lo are taken for cards, one of them plugged in. */
function givenLinks(node: ClusterNode, because: number): readonly Omit<Link, 'ifindex'>[] {
  const plugged = pluggedIn(node)?.name
  return (node.interfaces ?? []).map(({ name, addresses }) => {
    if (name === plugged) return uplink(node.meta.name, name, addresses, because)
    const lo = name === 'lo'
    const mac = lo ? ('00:00:00:00:00:00' as Mac) : madeUpMac(node.meta.name, name)
    return { dev: name, kind: lo ? 'loopback' : 'physical', mac, addrs: addresses, mtu: lo ? 65536 : 1500, up: true, because } as const
  })
}

/** What the node has before Kubernetes comes: interfaces, the way out, and the settings that kubeadm asks for. */
export function nodeOps(cluster: Cluster, node: ClusterNode): readonly Op[] {
  const because = writtenBy(cluster, 'linux', 'address', [node.causeOf(node.interfaces === undefined ? 'status.addresses' : 'interfaces')])
  const forwarding = writtenBy(cluster, 'linux', 'forwarding', [node.because])
  const out = writtenBy(cluster, 'linux', 'default-route', [node.because])
  const links = node.interfaces === undefined ? [uplink(node.meta.name, UPLINK, uplinkAddresses(node), because)] : givenLinks(node, because)
  const v6 = [...node.addresses, ...node.podCIDRs].some((a) => familyOf(a) === 6)
  return [
    { do: 'sysctl', name: 'net/ipv4/ip_forward', value: 1, because: forwarding },
    { do: 'sysctl', name: 'net/bridge/bridge-nf-call-iptables', value: 1, because: forwarding },
    ...(v6 ? [{ do: 'sysctl', name: 'net/ipv6/conf/all/forwarding', value: 1, because: forwarding } as const] : []),
    ...links.map((link): Op => ({ do: 'link', link })),
    ...defaultRoutes(cluster, uplinkAddresses(node), out),
    ...Object.entries(node.sysctls).map(([name, value]): Op => ({ do: 'sysctl', name, value, because: node.causeOf('sysctls') })),
  ]
}

/** A machine outside the cluster: one card on the underlay. */
export function hostOps(cluster: Cluster, host: ClusterHost): readonly Op[] {
  const because = writtenBy(cluster, 'linux', 'address', [host.causeOf('addresses')])
  const addrs = uplinkAddresses(host)
  return [
    { do: 'link', link: uplink(`host/${host.meta.name}`, UPLINK, addrs, because) },
    ...defaultRoutes(cluster, addrs, writtenBy(cluster, 'linux', 'default-route', [host.because]), host.gateway),
  ]
}

export const machineAgent: Agent<undefined> = {
  id: 'machine',
  program: (_was, cluster, node) => ({ state: undefined, ops: [{ netns: node.meta.name, ops: nodeOps(cluster, node) }] }),
}
