import type { WeavePlan } from '../../../cluster/weave/types.ts'
import type { Call, Part } from '../../../kernel/iptables/ast.ts'
import type { Op } from '../../../kernel/op.ts'
import type { Cidr } from '../../../net/ip.ts'
import type { CauseId } from '../../../trace/cause.ts'
import { comment, dport, from, jump, notFrom, notStates, notTo, states, target, to } from '../../write.ts'
import { BRIDGE, NO_MASQ_LOCAL, PORT } from './names.ts'

/** Why each kind of rule is there. */
export interface RuleCauses {
  readonly masquerade: CauseId
  readonly forward: CauseId
}

const CHAIN = 'WEAVE'
const MULTICAST = '224.0.0.0/4' as Cidr
const FIRST = "NOTE: this must go before '-j KUBE-FORWARD'"
const inBridge: Part = { part: 'in', dev: BRIDGE }
const outBridge: Part = { part: 'out', dev: BRIDGE }
const isNew: Part = { part: 'match', match: { kind: 'conntrack', states: ['NEW'], module: 'state' } }
const nflog: Part = target({ kind: 'log', words: '--nflog-group 86', group: true })
const accept: Part = target({ kind: 'accept' })
const drop: Part = target({ kind: 'drop' })

/** Rules of FORWARD, which are put at its head in this order (net/bridge.go, ConfigureIPTables). */
const FORWARD: readonly (readonly Part[])[] = [
  [inBridge, comment(FIRST), jump('WEAVE-NPC-EGRESS')],
  [outBridge, comment(FIRST), jump('WEAVE-NPC')],
  [outBridge, isNew, nflog],
  [outBridge, drop],
  [inBridge, { ...outBridge, not: true }, accept],
  [outBridge, states('RELATED', 'ESTABLISHED'), accept],
]

/** The control port answers at 127.0.0.1 alone. */
const CONTROL: readonly Part[] = [
  { part: 'proto', proto: 'tcp' },
  to('127.0.0.1/32' as Cidr),
  dport(PORT),
  { part: 'match', match: { kind: 'addrtype', src: 'LOCAL', notSrc: true } },
  notStates('RELATED', 'ESTABLISHED'),
  comment('Block non-local access to Weave Net control port'),
  drop,
]

/** Masquerading of weaver 2.8: chain WEAVE at the end of POSTROUTING. */
function nat({ range, noMasqLocal }: WeavePlan): readonly (readonly Part[])[] {
  const local: Part = { part: 'match', match: { kind: 'set', name: NO_MASQ_LOCAL, dirs: ['dst'] } }
  const hide = target({ kind: 'masquerade' })
  const leave = target({ kind: 'return' })
  return [
    ...(noMasqLocal ? [[local, comment('Prevent SNAT to locally running containers'), leave]] : []),
    [from(range), to(MULTICAST), leave],
    [to(range), notFrom(range), hide],
    [from(range), notTo(range), hide],
  ]
}

/** What weaver writes on its node; the chains of WEAVE-NPC are weave-npc's. */
export function ruleOps(plan: WeavePlan, slice: Cidr, { masquerade, forward }: RuleCauses): readonly Op[] {
  const calls: readonly Call[] = [
    // weaver looks for this chain every few seconds: gone, somebody has flushed the rules
    { call: '-N', table: 'filter', chain: 'WEAVE-CANARY' },
    { call: '-A', table: 'filter', chain: 'INPUT', rule: { parts: CONTROL, because: forward } },
    { call: '-N', table: 'filter', chain: 'WEAVE-NPC' },
    { call: '-N', table: 'filter', chain: 'WEAVE-NPC-EGRESS' },
    { call: '-A', table: 'filter', chain: 'INPUT', rule: { parts: [inBridge, jump('WEAVE-NPC-EGRESS')], because: forward } },
    ...[...FORWARD].reverse().map((parts): Call => ({ call: '-I', table: 'filter', chain: 'FORWARD', rule: { parts, because: forward } })),
    { call: '-N', table: 'nat', chain: CHAIN },
    { call: '-A', table: 'nat', chain: 'POSTROUTING', rule: { parts: [jump(CHAIN)], because: masquerade } },
    ...nat(plan).map((parts): Call => ({ call: '-A', table: 'nat', chain: CHAIN, rule: { parts, because: masquerade } })),
  ]
  const head = {
    name: NO_MASQ_LOCAL,
    type: 'hash:net',
    family: 4,
    kept: [['hashsize', '1024'], ['maxelem', '65536'], ['comment']],
    because: masquerade,
  } as const
  return [
    ...(plan.noMasqLocal
      ? [
          {
            do: 'ipset' as const,
            commands: [
              { do: 'create' as const, head },
              { do: 'add' as const, set: NO_MASQ_LOCAL, entries: [{ values: [slice], because: masquerade }] },
            ],
          },
        ]
      : []),
    { do: 'iptables', family: 4, calls },
  ]
}
