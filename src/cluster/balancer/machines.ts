import { inCidr, nthOf } from '../../net/cidr.ts'
import { type Family, familyOf, type Ip } from '../../net/ip.ts'
import type { CauseId } from '../../trace/cause.ts'
import type { BalancedService, Balancer, ClusterHost, ClusterNode, ClusterService, NodeHealth } from '../cluster.ts'
import { made, madeBy, withFields } from '../made.ts'
import { causeAt, report, type Settling } from '../settling.ts'
import type { Sorted } from '../sorted.ts'
import { netBeside, type Provider, providersOf } from './providers.ts'

/** Asks the nodes as the balancer does; the engine walks the requests. */
export type CheckHealth = (balancer: Balancer, one: BalancedService) => readonly NodeHealth[]

interface Given {
  readonly name: string
  readonly kind: Balancer['kind']
  readonly healthCheck: Balancer['healthCheck']
  readonly address?: Ip
  readonly because: () => CauseId
  readonly madeUp: boolean
  readonly provider?: Provider
}

/** A status that names an address nobody in the lab gives: a balancer is made up, of the kind that the status and the address tell of. */
function guessed(s: Settling, service: ClusterService, vip: Ip, proxied: boolean, nodes: readonly ClusterNode[]): Given {
  const beside = nodes.some((node) => node.addresses.some((a) => familyOf(a) === familyOf(vip) && inCidr(vip, netBeside(a))))
  const kind = proxied ? 'nat' : beside ? 'l2' : 'passthrough'
  const origin = madeBy(s.causes, 'packetwalk', 'balancer', () => [service.causeOf('status.loadBalancer.ingress')])
  const name = { passthrough: 'load-balancer', nat: 'load-balancer-nat', l2: 'speaker' }[kind]
  return { name, kind, healthCheck: 'healthz', because: () => origin.causeOf(''), madeUp: true }
}

const given = (s: Settling, provider: Provider): Given => ({
  name: provider.lab.name,
  kind: provider.lab.kind,
  healthCheck: provider.lab.healthCheck,
  ...(provider.lab.address === undefined ? {} : { address: provider.lab.address }),
  because: () => causeAt(s, provider.place),
  madeUp: s.isMadeUp(provider.place.object),
  provider,
})

/** Beside the nodes, from the end of their net, where nobody is. */
function ownAddresses(one: Given, nodes: readonly ClusterNode[], taken: Set<string>): readonly Ip[] {
  const all = nodes.flatMap((node) => node.addresses)
  return ([4, 6] as const).flatMap((family: Family) => {
    if (one.address !== undefined && familyOf(one.address) === family) return one.address
    const beside = all.find((address) => familyOf(address) === family)
    if (beside === undefined) return []
    for (let n = 253; n > 1; n--) {
      const address = nthOf(netBeside(beside), n)
      if (taken.has(address)) continue
      taken.add(address)
      return address
    }
    return []
  })
}

export interface SettledBalancers {
  readonly balancers: readonly Balancer[]
  /** Their machines; a balancer of kind l2 has none, the nodes themselves answer. */
  readonly hosts: readonly ClusterHost[]
}

/** Who serves which Service, once all have their addresses. */
export function settleBalancers(
  s: Settling,
  sorted: Sorted,
  services: readonly ClusterService[],
  nodes: readonly ClusterNode[],
  hosts: readonly ClusterHost[],
  ipvs: { readonly on: boolean; readonly strictARP: boolean },
  check: CheckHealth | undefined,
): SettledBalancers {
  const providers = providersOf(sorted)
  const known = new Set<string>([...nodes, ...hosts].flatMap((machine) => machine.addresses))
  const found = new Map<string, { readonly is: Given; readonly serves: { readonly service: ClusterService; readonly vips: Ip[] }[] }>()
  for (const provider of providers) found.set(provider.lab.name, { is: given(s, provider), serves: [] })
  for (const service of services) {
    if (service.spec.type !== 'LoadBalancer') continue
    const vips = service.ingress.flatMap(({ ip, ipMode }) =>
      ip === undefined || known.has(ip) ? [] : [{ ip, proxied: ipMode === 'Proxy' }],
    )
    const first = vips[0]
    if (first === undefined) continue
    const provider = providers.find(({ lab }) => lab.class === service.spec.loadBalancerClass)
    const is = provider ? given(s, provider) : guessed(s, service, first.ip, first.proxied, nodes)
    const entry = found.get(is.name) ?? { is, serves: [] }
    found.set(is.name, entry)
    entry.serves.push({ service, vips: vips.map(({ ip }) => ip) })
    if (is.kind === 'nat' && service.spec.ports.some((port) => port.nodePort === 0))
      report(s, 'warning', 'balancer-needs-node-ports', { service: `${service.meta.namespace}/${service.meta.name}`, name: is.name })
    if (is.kind === 'l2' && ipvs.on && !ipvs.strictARP) report(s, 'warning', 'strict-arp', { address: first.ip }, provider?.place)
  }
  const taken = new Set<string>([...known, ...services.flatMap((one) => one.ingress.flatMap(({ ip }) => ip ?? []))])
  const balancers: Balancer[] = []
  const machines: ClusterHost[] = []
  for (const { is, serves } of found.values()) {
    const balancer: Balancer = {
      name: is.name,
      kind: is.kind,
      healthCheck: is.healthCheck,
      get because() {
        return is.because()
      },
      serves: serves.map(({ service, vips }) => {
        let asked: readonly NodeHealth[] | undefined
        const one: BalancedService = {
          service,
          vips,
          health() {
            asked ??= check?.(balancer, one) ?? []
            return asked
          },
        }
        return one
      }),
    }
    balancers.push(balancer)
    if (is.kind === 'l2') continue
    const meta = { name: is.name, namespace: '', labels: {}, annotations: {} }
    const base = made(meta, { causeOf: () => is.because() }, is.madeUp)
    machines.push(withFields(base, { addresses: ownAddresses(is, nodes, taken), listens: [], dns: [], balancer }))
  }
  return { balancers, hosts: machines }
}
