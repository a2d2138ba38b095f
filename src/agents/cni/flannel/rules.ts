import type { Call, Part, Target, Written } from '../../../kernel/iptables/ast.ts'
import type { Cidr, Family } from '../../../net/ip.ts'
import type { CauseId } from '../../../trace/cause.ts'
import { comment, from, jump, notFrom, notTo, target, to } from '../../write.ts'

/** Rule texts of flanneld 0.28 (pkg/trafficmngr/iptables/iptables.go). */
const MASQ = 'FLANNEL-POSTRTG'
const FORWARD = 'FLANNEL-FWD'
const MASQ_TEXT = 'flanneld masq'
const FORWARD_TEXT = 'flanneld forward'
const MULTICAST: Readonly<Record<Family, Cidr>> = { 4: '224.0.0.0/4' as Cidr, 6: 'ff00::/8' as Cidr }
/** kube-proxy's own mark: what it will masquerade is left to it. */
const PROXY_MARK: Part = { part: 'match', match: { kind: 'mark', value: 0x4000, mask: 0x4000 } }

/** What flanneld's rules of one family on one node depend on. */
export interface FlannelRules {
  readonly family: Family
  /** The whole pod network and this node's part of it. */
  readonly net: Cidr
  readonly subnet: Cidr
  readonly randomFully: boolean
  readonly masquerade: CauseId
  readonly forward: CauseId
}

function masqueradeRules({ family, net, subnet, randomFully, masquerade }: FlannelRules): readonly Written[] {
  const rule = (parts: readonly Part[], end: Target): Written => ({
    parts: [...parts, comment(MASQ_TEXT), target(end)],
    because: masquerade,
  })
  const leave: Target = { kind: 'return' }
  const hide: Target = { kind: 'masquerade', ...(randomFully ? { randomFully: true } : {}) }
  return [
    rule([PROXY_MARK], leave),
    rule([from(subnet), to(net)], leave),
    rule([from(net), to(subnet)], leave),
    // keeps the client's address for node ports with policy Local
    rule([notFrom(net), to(subnet)], leave),
    rule([from(net), notTo(MULTICAST[family])], hide),
    // a process of this node that calls a pod elsewhere: the answer has to come back through the tunnel
    rule([notFrom(net), to(net)], hide),
  ]
}

/** Calls of iptables that flanneld makes: chains, their rules, and jumps at the end of the built-in chains. */
export function flannelCalls(given: FlannelRules): readonly Call[] {
  const { net, forward, masquerade } = given
  const pass = (part: Part): Written => ({ parts: [part, comment(FORWARD_TEXT), target({ kind: 'accept' })], because: forward })
  return [
    { call: '-N', table: 'nat', chain: MASQ },
    ...masqueradeRules(given).map((rule): Call => ({ call: '-A', table: 'nat', chain: MASQ, rule })),
    { call: '-A', table: 'nat', chain: 'POSTROUTING', rule: { parts: [comment(MASQ_TEXT), jump(MASQ)], because: masquerade } },
    { call: '-N', table: 'filter', chain: FORWARD },
    ...[from(net), to(net)].map((part): Call => ({ call: '-A', table: 'filter', chain: FORWARD, rule: pass(part) })),
    { call: '-A', table: 'filter', chain: 'FORWARD', rule: { parts: [comment(FORWARD_TEXT), jump(FORWARD)], because: forward } },
  ]
}
