import type { Call, Part, Written } from '../../../kernel/iptables/ast.ts'
import type { Cidr, Ip } from '../../../net/ip.ts'
import type { Why } from '../../why.ts'
import { comment, dstType, jump, maybeComment, notFrom, notStates, notTo, states, target, to } from '../../write.ts'
import { hex8 } from '../view.ts'
import type { Sync } from './sync.ts'

/** Rules that do not depend on any Service. */
const fixed = (sync: Sync, parts: readonly Part[], why: Why = 'fixed-rule'): Written => ({
  parts,
  because: sync.because(why, [sync.cluster.proxy.because]),
})

const setMark = (option: 'or-mark' | 'xor-mark', mark: number): Part =>
  target({ kind: 'mark', value: mark, mask: option === 'or-mark' ? mark : 0, written: { option, text: hex8(mark) } })
const marked = (mark: number): Part => ({ part: 'match', match: { kind: 'mark', value: mark, mask: mark, digits: 8 } })
const notMarked = (mark: number): Part => ({ part: 'match', match: { kind: 'mark', value: mark, mask: mark, digits: 8, not: true } })

/** Calls made one at a time before the restore: chains, and jumps to them at the head of the built-in chains. */
export function jumpCalls(sync: Sync): readonly Call[] {
  const made = new Set<string>()
  return sync.version.jumps.flatMap((j): readonly Call[] => {
    const key = `${j.table} ${j.to}`
    const first = !made.has(key)
    made.add(key)
    const parts = [...(j.states === undefined ? [] : [states(...j.states)]), ...maybeComment(j.comment), jump(j.to)]
    const call: Call = { call: '-I', table: j.table, chain: j.from, rule: fixed(sync, parts, 'service-jump') }
    return first ? [{ call: '-N', table: j.table, chain: j.to }, call] : [call]
  })
}

/** Outside packets for 127.0.0.0/8, which route_localnet would let in, are dropped. */
export const localhostRules = (sync: Sync): readonly Written[] => {
  const net = '127.0.0.0/8' as Cidr
  const parts = [
    comment(sync.version.texts.localnet),
    to(net),
    notFrom(net),
    notStates('RELATED', 'ESTABLISHED', 'DNAT'),
    target({ kind: 'drop' }),
  ]
  return [fixed(sync, parts, 'localhost-node-ports')]
}

/** INVALID is dropped unless the node's conntrack is liberal: kube-proxy reads the sysctl once, at start. */
export function forwardRules(sync: Sync): readonly Written[] {
  const { texts } = sync.version
  const liberal = (sync.node.sysctls['net/netfilter/nf_conntrack_tcp_be_liberal'] ?? 0) !== 0
  return [
    ...(liberal ? [] : [fixed(sync, [states('INVALID'), target({ kind: 'drop' })])]),
    fixed(sync, [comment(texts.forwardMarked), marked(sync.mark), target({ kind: 'accept' })]),
    fixed(sync, [comment(texts.forwardKnown), states('RELATED', 'ESTABLISHED'), target({ kind: 'accept' })]),
  ]
}

/** The mark is taken off before MASQUERADE: a packet that comes through again, encapsulated, is not masqueraded twice. */
export const postroutingRules = (sync: Sync): readonly Written[] => [
  fixed(sync, [notMarked(sync.mark), target({ kind: 'return' })]),
  fixed(sync, [setMark('xor-mark', sync.mark)]),
  fixed(sync, [
    comment(sync.version.texts.masquerade),
    target({ kind: 'masquerade', ...(sync.node.iptablesRandomFully ? { randomFully: true } : {}) }),
  ]),
]

export const markRules = (sync: Sync): readonly Written[] => [fixed(sync, [setMark('or-mark', sync.mark)])]

/** The last rules of KUBE-SERVICES: what goes to an address of the node may be for a node port. */
export function nodePortJumps(sync: Sync, ips: () => readonly Ip[]): readonly Written[] {
  const text = comment(sync.version.texts.nodePorts)
  const next = jump('KUBE-NODEPORTS')
  const write = (...parts: readonly Part[]): Written => fixed(sync, [text, ...parts, next], 'node-port')
  if (sync.nodePorts.all) {
    if (sync.family === 6) return [write(dstType('LOCAL'), notTo('::1/128' as Cidr))]
    return [sync.localhost ? write(dstType('LOCAL')) : write(dstType('LOCAL'), notTo('127.0.0.0/8' as Cidr))]
  }
  return ips()
    .filter((a) => sync.localhost || !(a === '::1' || a.startsWith('127.')))
    .map((a) => write(to(a)))
}
