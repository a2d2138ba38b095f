import type { Cluster } from '../../../cluster/cluster.ts'
import type { Call, Part, Target } from '../../../kernel/iptables/ast.ts'
import type { Op } from '../../../kernel/op.ts'
import type { Ip } from '../../../net/ip.ts'
import { writtenBy } from '../../why.ts'
import { comment, from, jump, notFrom, notTo, target } from '../../write.ts'
import type { CiliumConfig } from './config.ts'
import { CILIUM_HOST, CILIUM_NET } from './devices.ts'
import type { Site } from './site.ts'

const POST = 'CILIUM_POST_nat'
const FORWARD = 'CILIUM_FORWARD'
const LOOPBACK = '127.0.0.1' as Ip

const into = (dev: string): Part => ({ part: 'in', dev })
const outOf = (dev: string): Part => ({ part: 'out', dev })
const mark = (value: number, mask: number): Part => ({ part: 'match', match: { kind: 'mark', value, mask } })
const accept: Target = { kind: 'accept' }
const snat = (address: Ip): Target => ({ kind: 'snat', to: address, address })

/**
 * The rules that decide about packets of the model, in the words of pkg/datapath/iptables/iptables.go and of public dumps that agree with it. Those
 * for the L7 proxy, IPsec and marks of the agent's own are left out: nothing here carries their marks.
 */
export function ruleOps(cluster: Cluster, config: CiliumConfig, self: Site): readonly Op[] {
  const origin = [self.node.causeOf('spec.podCIDR'), cluster.cni.because]
  const pass = writtenBy(cluster, 'cilium-agent', 'forward-pods', origin)
  const hide = writtenBy(cluster, 'cilium-agent', 'masquerade-pods', origin)
  const forward = (part: Part, words: string): Call => ({
    call: '-A',
    table: 'filter',
    chain: FORWARD,
    rule: { parts: [part, comment(`cilium: ${words}`), target(accept)], because: pass },
  })
  const post = (...parts: readonly Part[]): Call => ({ call: '-A', table: 'nat', chain: POST, rule: { parts, because: hide } })
  const feeder = (table: 'filter' | 'nat', chain: string, to: string, because: number): Call => ({
    call: '-I',
    table,
    chain,
    rule: { parts: [comment(`cilium-feeder: ${to}`), jump(to)], because },
  })
  const net = self.subnet
  const outside = config.nativeCidr ?? net
  const nat: readonly Call[] =
    config.masquerade !== 'iptables'
      ? []
      : [
          { call: '-N', table: 'nat', chain: POST },
          post(
            from(net),
            notTo(outside),
            { part: 'out', dev: 'cilium_+', not: true },
            comment('cilium masquerade non-cluster'),
            target({ kind: 'masquerade' }),
          ),
          post(mark(0xa00, 0xe00), comment('exclude proxy return traffic from masquerade'), target(accept)),
          ...(config.routing === 'tunnel'
            ? [post(notFrom(net), notTo(net), outOf(CILIUM_HOST), comment('cilium host->cluster masquerade'), target(snat(self.router)))]
            : []),
          post(from(LOOPBACK), outOf(CILIUM_HOST), comment('cilium host->cluster from 127.0.0.1 masquerade'), target(snat(self.router))),
          feeder('nat', 'POSTROUTING', POST, hide),
        ]
  const filter: readonly Call[] = [
    { call: '-N', table: 'filter', chain: FORWARD },
    forward(outOf(CILIUM_HOST), `any->cluster on ${CILIUM_HOST} forward accept`),
    forward(into(CILIUM_HOST), `cluster->any on ${CILIUM_HOST} forward accept (nodeport)`),
    forward(into('lxc+'), 'cluster->any on lxc+ forward accept'),
    forward(into(CILIUM_NET), `cluster->any on ${CILIUM_NET} forward accept (nodeport)`),
    feeder('filter', 'FORWARD', FORWARD, pass),
  ]
  return [{ do: 'iptables', family: 4, calls: [...nat, ...filter] }]
}
