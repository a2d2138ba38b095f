import { lengthOf, parseCidr } from '../../net/cidr.ts'
import { type Cidr, familyOf } from '../../net/ip.ts'
import type { Place } from '../settling.ts'
import type { Sorted } from '../sorted.ts'
import { asText } from './json.ts'
import { poolTexts } from './pool-texts.ts'

/** What Calico's pools say of the Pod subnets. */
export interface PooledNets {
  /** There are pools of both families. */
  readonly dual: boolean
  readonly nets: readonly Cidr[]
  readonly from?: Place
}

/** calico-ipam cuts its pools itself: one that is too small for the nodes' podCIDRs is no Pod subnet. */
export function podNets(sorted: Sorted): PooledNets {
  const all = (poolTexts(sorted) ?? []).flatMap(({ spec, at }) => {
    const net = parseCidr(asText(spec['cidr']))
    return net === undefined ? [] : [{ at, net }]
  })
  const nodes = Math.max(1, sorted.nodes.length + sorted.labs.reduce((n, lab) => n + lab.is.nodes.length, 0))
  const fit = all.filter(({ net }) => 2 ** ((familyOf(net) === 4 ? 24 : 64) - lengthOf(net)) >= nodes)
  const [first] = fit
  const other = fit.find(({ net }) => first && familyOf(net) !== familyOf(first.net))
  return {
    dual: new Set(all.map(({ net }) => familyOf(net))).size === 2,
    nets: [first, other].flatMap((one) => one?.net ?? []),
    ...(first && { from: first.at('cidr') }),
  }
}
