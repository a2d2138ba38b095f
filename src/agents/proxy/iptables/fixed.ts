import type { Call, Part, Written } from '../../../kernel/iptables/ast.ts'
import type { Cidr, Ip } from '../../../net/ip.ts'
import { comment, dstType, jump, maybeComment, notFrom, notStates, notTo, states, target, to } from '../../write.ts'
import { acceptRules, fixedRule } from '../marks.ts'
import type { Sync } from './sync.ts'

/** Calls made one at a time before the restore: chains, and jumps to them at the head of the built-in chains. */
export function jumpCalls(sync: Sync): readonly Call[] {
  const made = new Set<string>()
  return sync.version.jumps.flatMap((j): readonly Call[] => {
    const key = `${j.table} ${j.to}`
    const first = !made.has(key)
    made.add(key)
    const parts = [...(j.states === undefined ? [] : [states(...j.states)]), ...maybeComment(j.comment), jump(j.to)]
    const call: Call = { call: '-I', table: j.table, chain: j.from, rule: fixedRule(sync, parts, 'service-jump') }
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
  return [fixedRule(sync, parts, 'localhost-node-ports')]
}

/** INVALID is dropped unless the node's conntrack is liberal: kube-proxy reads the sysctl once, at start. */
export function forwardRules(sync: Sync): readonly Written[] {
  const liberal = (sync.node.sysctls['net/netfilter/nf_conntrack_tcp_be_liberal'] ?? 0) !== 0
  return [...(liberal ? [] : [fixedRule(sync, [states('INVALID'), target({ kind: 'drop' })])]), ...acceptRules(sync, sync.mark)]
}

/** The last rules of KUBE-SERVICES: what goes to an address of the node may be for a node port. */
export function nodePortJumps(sync: Sync, ips: () => readonly Ip[]): readonly Written[] {
  const text = comment(sync.version.texts.nodePorts)
  const next = jump('KUBE-NODEPORTS')
  const write = (...parts: readonly Part[]): Written => fixedRule(sync, [text, ...parts, next], 'node-port')
  if (sync.nodePorts.all) {
    if (sync.family === 6) return [write(dstType('LOCAL'), notTo('::1/128' as Cidr))]
    return [sync.localhost ? write(dstType('LOCAL')) : write(dstType('LOCAL'), notTo('127.0.0.0/8' as Cidr))]
  }
  return ips()
    .filter((a) => sync.localhost || !(a === '::1' || a.startsWith('127.')))
    .map((a) => write(to(a)))
}
