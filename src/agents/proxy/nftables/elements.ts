import type { Element, NftVerdict } from '../../../kernel/nft/ast.ts'
import { keyText } from '../../../kernel/nft/lookup.ts'
import type { Ip } from '../../../net/ip.ts'
import type { CauseId } from '../../../trace/cause.ts'
import type { Why } from '../../why.ts'
import type { Plan } from '../plan.ts'
import { usesFirewall } from './chains.ts'
import { internalChain, portChain } from './names.ts'
import type { Sync } from './sync.ts'
import { element } from './write.ts'

const goto = (chain: string): NftVerdict => ({ verdict: 'goto', chain })

/** Addresses from outside that lead to a service port, with the field each stands in. */
const outside = ({ port }: Plan): readonly { readonly address: Ip; readonly why: Why; readonly cause: CauseId }[] => [
  ...port.externalIPs.map((e) => ({ address: e.value, why: 'external-ip' as const, cause: port.service.causeOf(e.path) })),
  ...port.vips.map((v) => ({ address: v.value, why: 'load-balancer-ip' as const, cause: port.service.causeOf(v.path) })),
]

/** What one service port adds to the sets and maps that all share. */
export function adds(sync: Sync, plan: Plan, set: string): readonly Element[] {
  const { port, any } = plan
  const at = (address: Ip): readonly (string | number)[] => [address, port.proto, port.port]
  const none = any ? 'no-local-endpoints' : 'no-endpoints'
  // With endpoints somewhere, a policy is what keeps them out of reach: dropped. Without any: rejected.
  const end: NftVerdict = any ? { verdict: 'drop' } : goto('reject-chain')
  switch (set) {
    case 'cluster-ips':
      return [element([port.clusterIP], undefined, sync.because('cluster-ip', [port.service.causeOf('spec.clusterIP')]))]
    case 'service-ips':
      return [
        ...(plan.hasInternal
          ? [element(at(port.clusterIP), goto(internalChain(port)), sync.because('cluster-ip', [port.portCause('port')]))]
          : []),
        ...(any ? outside(plan).map((o) => element(at(o.address), goto(portChain('external', port)), sync.because(o.why, [o.cause]))) : []),
      ]
    case 'service-nodeports': {
      const because = sync.because('node-port', [port.portCause('nodePort')])
      return any && port.nodePort !== 0 ? [element([port.proto, port.nodePort], goto(portChain('external', port)), because)] : []
    }
    case 'no-endpoint-services':
      return [
        ...(plan.hasInternal ? [] : [element(at(port.clusterIP), end, sync.because(none, [port.portCause('port')]), port.name)]),
        ...(plan.hasExternal ? [] : outside(plan).map((o) => element(at(o.address), end, sync.because(none, [o.cause]), port.name))),
      ]
    case 'no-endpoint-nodeports':
      return plan.hasExternal || port.nodePort === 0
        ? []
        : [element([port.proto, port.nodePort], end, sync.because(none, [port.portCause('nodePort')]), port.name)]
    case 'firewall-ips': {
      const because = (): CauseId => sync.because('source-ranges', [port.service.causeOf('spec.loadBalancerSourceRanges')])
      return usesFirewall(plan) ? port.vips.map((v) => element(at(v.value), goto(portChain('firewall', port)), because(), port.name)) : []
    }
    default:
      throw new Error(`no set ${set}`)
  }
}

/** Elements of a set or map, each key once, in the order of service ports; `ips`: the node's addresses that take node ports. */
export function elementsOf(sync: Sync, set: string, ips: () => readonly Ip[]): readonly Element[] {
  if (set === 'nodeport-ips') {
    const because = sync.because('node-port', [sync.cluster.proxy.because])
    return ips().map((ip) => element([ip], undefined, because))
  }
  const out = new Map<string, Element>()
  for (const port of sync.ports) {
    for (const e of adds(sync, sync.plan(port), set)) {
      const key = keyText(e.key)
      if (!out.has(key)) out.set(key, e)
    }
  }
  return [...out.values()]
}
