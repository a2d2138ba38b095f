import type { Match, Part, Restore, RestoreTable, Target, Written } from '../../../kernel/iptables/ast.ts'
import { hostCidr } from '../../../net/cidr.ts'
import type { Cidr } from '../../../net/ip.ts'
import type { TableName } from '../../../trace/event.ts'
import { comment, dstType, from, jump, states, target } from '../../write.ts'
import { podPart } from '../detectlocal.ts'
import { acceptRules, fixedRule, markRules, postroutingRules } from '../marks.ts'
import type { SetRule } from './data/v1.30.ts'
import { admitsNode, type ProxySet, setName } from './sets.ts'
import type { Sync } from './sync.ts'

type Line = readonly [chain: string, rule: Written]

const LOOPBACK = { 4: '127.0.0.0/8', 6: '::1/128' } as const

const accept = target({ kind: 'accept' })
const back = target({ kind: 'return' })

/** `-m set --match-set NAME SIDES`. */
const inSet = (sync: Sync, base: string, sides: string): Part => ({
  part: 'match',
  match: { kind: 'set', name: setName(base, sync.family), dirs: sides.split(',') as ('src' | 'dst')[] },
})

const WORDS: Readonly<Record<string, Target>> = { RETURN: { kind: 'return' }, MASQUERADE: { kind: 'masquerade' } }
const targetPart = (does: string): Part => {
  const own = WORDS[does]
  return own ? target(own) : jump(does)
}

/** Rules for sets that hold something. */
interface Filled {
  readonly sync: Sync
  has(base: string): boolean
  text(base: string): Part
}

function filled(sync: Sync, sets: readonly ProxySet[]): Filled {
  const some = new Set(sets.filter((s) => s.entries.length > 0).map((s) => s.base))
  const texts = new Map(sync.version.sets.map(([name, , text]) => [name, text]))
  return { sync, has: (base) => some.has(base), text: (base) => comment(texts.get(base) ?? '') }
}

const setLines = ({ sync, has, text }: Filled, table: TableName): readonly Line[] =>
  sync.version.setRules
    .filter((r) => r.table === table && has(r.set))
    .map((r: SetRule): Line => {
      const proto: readonly Part[] = r.proto === undefined ? [] : [{ part: 'proto', proto: r.proto }]
      return [r.chain, fixedRule(sync, [...proto, text(r.set), inSet(sync, r.set, r.sides), targetPart(r.does)], 'service-jump')]
    })

/** Traffic to a cluster IP from where the answer would not come back is masqueraded; without local detection: from a virtual address. */
function clusterIpLines({ sync, has, text }: Filled): readonly Line[] {
  const set = 'KUBE-CLUSTER-IP'
  if (!has(set)) return []
  const when: readonly Part[] =
    !sync.masqueradeAll && sync.detector === undefined
      ? [inSet(sync, set, 'src,dst')]
      : [inSet(sync, set, 'dst,dst'), ...(sync.masqueradeAll || sync.detector === undefined ? [] : [podPart(sync.detector, true)])]
  return [['KUBE-SERVICES', fixedRule(sync, [text(set), ...when, jump('KUBE-MARK-MASQ')], 'masquerade-cluster-ip')]]
}

/** External addresses are served for what comes from outside and for the node itself, not for what a bridge passes on. */
function externalLines({ sync, has, text }: Filled, set: string, mark: boolean): readonly Line[] {
  if (!has(set)) return []
  const line = (...parts: readonly Part[]): Line => [
    'KUBE-SERVICES',
    fixedRule(sync, [text(set), inSet(sync, set, 'dst,dst'), ...parts], 'external-ip'),
  ]
  const notBridged: Part = { part: 'match', match: { kind: 'physdev', isIn: true, not: true } }
  const notOwn: Part = { part: 'match', match: { kind: 'addrtype', src: 'LOCAL', notSrc: true } }
  return [...(mark ? [line(jump('KUBE-MARK-MASQ'))] : []), line(notBridged, notOwn, accept), line(dstType('LOCAL'), accept)]
}

function natLines(f: Filled): readonly Line[] {
  const { sync, has } = f
  const line = (chain: string, ...parts: readonly Part[]): Line => [chain, fixedRule(sync, parts)]
  return [
    line('KUBE-SERVICES', from(LOOPBACK[sync.family] as Cidr), back),
    ...setLines(f, 'nat'),
    ...clusterIpLines(f),
    ...externalLines(f, 'KUBE-EXTERNAL-IP', true),
    ...externalLines(f, 'KUBE-EXTERNAL-IP-LOCAL', false),
    ['KUBE-SERVICES', fixedRule(sync, [dstType('LOCAL'), jump('KUBE-NODE-PORT')], 'node-port')],
    ['KUBE-LOAD-BALANCER', fixedRule(sync, [jump('KUBE-MARK-MASQ')], 'external-traffic')],
    ...['KUBE-CLUSTER-IP', 'KUBE-LOAD-BALANCER'].filter(has).map((s) => line('KUBE-SERVICES', inSet(sync, s, 'dst,dst'), accept)),
    ...postroutingRules(sync, sync.mark).map((r): Line => ['KUBE-POSTROUTING', r]),
    ...markRules(sync, sync.mark).map((r): Line => ['KUBE-MARK-MASQ', r]),
  ]
}

/** A load balancer's address whose source ranges leave this node out does not go out of it as a source either. */
function outLines(sync: Sync): readonly Line[] {
  return sync.ports.flatMap((port): readonly Line[] => {
    if (port.ranges.length === 0 || admitsNode(sync, port)) return []
    return port.vips.map((v): Line => {
      const virtual: Match = {
        kind: 'ipvs',
        vproto: { proto: port.proto },
        vaddr: { net: hostCidr(v.value) },
        vport: { port: port.port },
        written: `--vaddr ${v.value} --vproto ${port.proto} --vport ${port.port}`,
      }
      const parts: readonly Part[] = [from(v.value), { part: 'match', match: virtual }, target({ kind: 'drop' })]
      return ['KUBE-IPVS-OUT-FILTER', { parts, because: sync.because('source-ranges', [port.service.causeOf(v.path)]) }]
    })
  })
}

function filterLines(f: Filled): readonly Line[] {
  const { sync } = f
  const line = (chain: string, ...parts: readonly Part[]): Line => [chain, fixedRule(sync, parts)]
  const reject = target({ kind: 'reject', with: sync.family === 4 ? 'icmp-port-unreachable' : 'icmp6-port-unreachable', short: true })
  const health = 'KUBE-HEALTH-CHECK-NODE-PORT'
  return [
    ...setLines(f, 'filter'),
    ['KUBE-SOURCE-RANGES-FIREWALL', fixedRule(sync, [target({ kind: 'drop' })], 'source-ranges')],
    ...outLines(sync),
    ...acceptRules(sync, sync.mark).map((r): Line => ['KUBE-FORWARD', r]),
    ['KUBE-NODE-PORT', fixedRule(sync, [f.text(health), inSet(sync, health, 'dst'), accept], 'health-check')],
    ...sync.version.passes.map(([set, sides]) => line('KUBE-IPVS-FILTER', inSet(sync, set, sides), back)),
    line('KUBE-IPVS-FILTER', states('NEW'), inSet(sync, 'KUBE-IPVS-IPS', 'dst'), reject),
  ]
}

function tableOf(table: TableName, chains: readonly string[], lines: readonly Line[]): RestoreTable {
  return {
    table,
    declared: () => chains,
    lines: () => lines,
    chain: (name) => (chains.includes(name) ? lines.filter(([chain]) => chain === name).map(([, rule]) => rule) : undefined),
  }
}

/** What kube-proxy writes to `iptables-restore`: rules about sets, which do not grow with the number of Services. */
export function restoreOf(sync: Sync, sets: readonly ProxySet[]): Restore {
  const f = filled(sync, sets)
  const { natChains, filterChains } = sync.version
  return { tables: [tableOf('nat', natChains, natLines(f)), tableOf('filter', filterChains, filterLines(f))] }
}
