import type { BalancedService, Balancer, Cluster, ClusterHost, ClusterNode } from '../../cluster/cluster.ts'
import type { Call, Part, Target } from '../../kernel/iptables/ast.ts'
import type { IpvsCommand } from '../../kernel/ipvs/ast.ts'
import type { Op } from '../../kernel/op.ts'
import type { ServicePort } from '../../manifest/kinds.ts'
import { hostCidr } from '../../net/cidr.ts'
import { type Family, familyOf, type Ip } from '../../net/ip.ts'
import { endpointText } from '../../net/message.ts'
import type { CauseId } from '../../trace/cause.ts'
import { fraction } from '../../trace/luck.ts'
import { UPLINK, uplink, uplinkAddresses } from '../machine/underlay.ts'
import { nameHash } from '../proxy/hash.ts'
import { writtenBy } from '../why.ts'
import { comment, dport, from, jump, proto, states, target, to } from '../write.ts'

/** One port of one address of one Service, and the nodes that are healthy. */
interface Front {
  readonly one: BalancedService
  readonly vip: Ip
  readonly port: ServicePort
  readonly index: number
  readonly healthy: readonly { readonly node: ClusterNode; readonly address: Ip }[]
}

function frontsOf(cluster: Cluster, { serves }: Balancer, family: Family): readonly Front[] {
  return serves.flatMap((one) => {
    const good = new Set(one.health().flatMap(({ node, healthy }) => (healthy ? node : [])))
    const healthy = cluster.nodes.flatMap((node) => {
      const address = node.addresses.find((a) => familyOf(a) === family)
      return good.has(node.meta.name) && address !== undefined ? { node, address } : []
    })
    return one.vips
      .filter((vip) => familyOf(vip) === family)
      .flatMap((vip) => one.service.spec.ports.map((port, index): Front => ({ one, vip, port, index, healthy })))
  })
}

const protoOf = ({ port }: Front): 'tcp' | 'udp' | 'sctp' => port.protocol.toLowerCase() as 'tcp' | 'udp' | 'sctp'
const nameOf = ({ one: { service }, port }: Front): string =>
  `${service.meta.namespace}/${service.meta.name}${port.name === '' ? '' : `:${port.name}`}`
const chainOf = (front: Front): string => `LB-${nameHash(`${nameOf(front)} ${protoOf(front)} ${front.vip}`)}`
const match = (front: Front): readonly Part[] => [to(hostCidr(front.vip)), ...proto(protoOf(front)), dport(front.port.port)]

const because = (cluster: Cluster, front: Front): CauseId =>
  writtenBy(cluster, 'load balancer', 'balancer-address', [front.one.service.causeOf(`spec.ports[${front.index}].port`)])
const nodeCause = (cluster: Cluster, front: Front, node: ClusterNode): CauseId =>
  writtenBy(cluster, 'load balancer', 'balancer-node', [front.one.service.causeOf(`spec.ports[${front.index}].port`), node.because])

/** The sources that may come in: the Service's ranges of this family, or everybody. */
function sourcesOf({ one: { service }, vip }: Front): readonly (readonly Part[])[] {
  const ranges = service.spec.loadBalancerSourceRanges
  return ranges.length === 0 ? [[]] : ranges.filter((net) => familyOf(net) === familyOf(vip)).map((net) => [from(net)])
}

/** `nat`: each new connection goes to a node port, with the balancer's own address as its source. */
function natCalls(cluster: Cluster, fronts: readonly Front[]): readonly Call[] {
  const rules = fronts.flatMap((front): readonly Call[] => {
    const nodes = front.healthy.filter(() => front.port.nodePort !== 0)
    if (nodes.length === 0) return []
    const chain = chainOf(front)
    const why = because(cluster, front)
    const enter = sourcesOf(front).map((source): Call => {
      const parts = [...source, ...match(front), comment(nameOf(front)), jump(chain)]
      return { call: '-A', table: 'nat', chain: 'PREROUTING', rule: { parts, because: why } }
    })
    const choose = nodes.map(({ node, address }, i): Call => {
      const end: Target = {
        kind: 'dnat',
        to: endpointText(address, front.port.nodePort),
        address,
        ports: { from: front.port.nodePort, to: front.port.nodePort },
      }
      const left = nodes.length - i
      const dice: readonly Part[] = left > 1 ? [{ part: 'match', match: { kind: 'statistic', probability: fraction(1, left) } }] : []
      const parts = [...proto(protoOf(front)), comment(`${node.meta.name} is healthy`), ...dice, target(end)]
      return { call: '-A', table: 'nat', chain, rule: { parts, because: nodeCause(cluster, front, node) } }
    })
    return [{ call: '-N', table: 'nat', chain }, ...enter, ...choose]
  })
  if (rules.length === 0) return []
  const why = writtenBy(cluster, 'load balancer', 'balancer-address', [])
  const hide: Call = {
    call: '-A',
    table: 'nat',
    chain: 'POSTROUTING',
    rule: { parts: [states('DNAT'), target({ kind: 'masquerade' })], because: why },
  }
  return [...rules, hide]
}

/** What is not for a port and a source of the Service is left lying, as providers do. `open`: the balancer takes it itself, behind INPUT. */
function guardCalls(cluster: Cluster, balancer: Balancer, fronts: readonly Front[], open: boolean): readonly Call[] {
  const rule = (parts: readonly Part[], why: CauseId): Call => ({
    call: '-A',
    table: 'filter',
    chain: 'INPUT',
    rule: { parts, because: why },
  })
  const pass = fronts
    .filter((front) => open && front.healthy.length > 0)
    .flatMap((front) =>
      sourcesOf(front).map((source) =>
        rule([...source, ...match(front), comment(nameOf(front)), target({ kind: 'accept' })], because(cluster, front)),
      ),
    )
  const vips = [...new Set(fronts.map(({ vip }) => vip))]
  const why = writtenBy(cluster, 'load balancer', 'balancer-address', [balancer.because])
  return [...pass, ...vips.map((vip) => rule([to(hostCidr(vip)), target({ kind: 'drop' })], why))]
}

/** `passthrough`: IPVS with direct routing, so that packets reach the nodes as they are, and answers pass the balancer by. */
function directCommands(cluster: Cluster, fronts: readonly Front[]): readonly IpvsCommand[] {
  return fronts.flatMap((front): readonly IpvsCommand[] => {
    const name = { proto: protoOf(front), address: front.vip, port: front.port.port }
    const service = { name, scheduler: 'rr', flags: [], because: because(cluster, front) }
    return [
      { do: 'add-service', service },
      // the one added last is asked first (list_add_rcu)
      ...[...front.healthy].reverse().map(
        ({ node, address }): IpvsCommand => ({
          do: 'add-server',
          name,
          dest: {
            address,
            port: front.port.port,
            forward: 'route',
            weight: 1,
            lastWeight: 1,
            upper: 0,
            lower: 0,
            because: nodeCause(cluster, front, node),
          },
        }),
      ),
    ]
  })
}

/** What makes a machine outside a load balancer: its Services' addresses, and where packets for them go. */
export function balancerOps(cluster: Cluster, host: ClusterHost): readonly Op[] {
  const { balancer } = host
  if (balancer === undefined) return []
  const why = writtenBy(cluster, 'load balancer', 'balancer-address', [balancer.because])
  const vips = balancer.serves.flatMap((one) => one.vips.map(hostCidr))
  const sysctl = (name: string, value: number): Op => ({ do: 'sysctl', name, value, because: why })
  const families = [4, 6] as const
  const fronts = families.map((family) => ({ family, list: frontsOf(cluster, balancer, family) })).filter(({ list }) => list.length > 0)
  return [
    { do: 'link', link: uplink(`host/${host.meta.name}`, UPLINK, [...uplinkAddresses(host), ...vips], why) },
    sysctl('net/ipv4/ip_forward', 1),
    sysctl('net/ipv6/conf/all/forwarding', 1),
    sysctl('net/ipv4/conf/all/send_redirects', 0),
    sysctl('net/ipv4/conf/default/send_redirects', 0),
    sysctl(`net/ipv4/conf/${UPLINK}/send_redirects`, 0),
    ...fronts.flatMap(({ family, list }): readonly Op[] => {
      const nat = balancer.kind === 'nat'
      const calls = [...(nat ? natCalls(cluster, list) : []), ...guardCalls(cluster, balancer, list, !nat)]
      return [{ do: 'iptables', family, calls }, ...(nat ? [] : [{ do: 'ipvs', commands: directCommands(cluster, list) } as const])]
    }),
  ]
}
