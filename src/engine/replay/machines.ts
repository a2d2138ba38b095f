import { parseIpset } from '../../kernel/ipset/parse.ts'
import { noSets, withIpsets } from '../../kernel/ipset/sets.ts'
import type { Ruleset } from '../../kernel/iptables/ast.ts'
import { emptyRuleset } from '../../kernel/iptables/ruleset.ts'
import { readRestoreText } from '../../kernel/iptables/ruleset-read.ts'
import { parseIpvs } from '../../kernel/ipvs/parse.ts'
import { noVirtuals, withIpvs } from '../../kernel/ipvs/table.ts'
import type { Listener, Machines, Netns } from '../../kernel/machine.ts'
import type { NftRuleset } from '../../kernel/nft/ast.ts'
import { parseNft } from '../../kernel/nft/parse.ts'
import { emptyNft, withNft } from '../../kernel/nft/ruleset.ts'
import { readTopology } from '../../kernel/topology.ts'
import { ip } from '../../net/ip.ts'
import type { Golden, GoldenRules } from './golden.ts'

/** kube-proxy's single calls as one restore text for each table: -N first, then the rest in order, as the recorder loads them. */
function callsText(calls: readonly string[]): string {
  const lines: string[] = []
  for (const table of ['filter', 'nat']) {
    const mine = calls.filter((c) => c.startsWith(`-t ${table} `)).map((c) => c.slice(`-t ${table} `.length))
    if (mine.length > 0)
      lines.push(`*${table}`, ...mine.filter((c) => c.startsWith('-N')), ...mine.filter((c) => !c.startsWith('-N')), 'COMMIT')
  }
  return `${lines.join('\n')}\n`
}

/** The ruleset after a node's texts were loaded in their order. Throws when a line is refused: a file of ours is damaged. */
export function load(netns: string, rules: GoldenRules, before: Ruleset = emptyRuleset()): Ruleset {
  const texts: [string, boolean][] = []
  if (rules.calls) texts.push([callsText(rules.calls), false])
  if (rules.text && rules.text.length > 0) texts.push([`${rules.text.join('\n')}\n`, !rules.calls])
  if (rules.extra) texts.push([`${rules.extra.join('\n')}\n`, false])
  let ruleset = before
  for (const [text, flush] of texts) {
    const read = readRestoreText(ruleset, text, { flush, file: `${netns} rules`, family: rules.family === 'IPv6' ? 6 : 4 })
    const bad = read.problems.find((p) => p.severity === 'error')
    if (bad) throw new Error(`rules of ${netns}: ${bad.code} ${JSON.stringify(bad.params)} line ${bad.where?.line}`)
    ruleset = read.ruleset
  }
  return ruleset
}

/** The nft tables after `nft -f` of a node's text. Throws when a line is refused, as above. */
export function loadNft(netns: string, rules: GoldenRules, before: NftRuleset = emptyNft()): NftRuleset {
  const text = rules.nft ?? [...(rules.text ?? []), ...(rules.extra ?? [])]
  const { commands, problems } = parseNft(`${text.join('\n')}\n`, `${netns} rules`)
  const bad = problems.find((p) => p.severity === 'error')
  if (bad) throw new Error(`rules of ${netns}: ${bad.code} ${JSON.stringify(bad.params)} line ${bad.where?.line}`)
  return withNft(before, commands)
}

/** Sets and virtual servers after a node's calls of ipset and ipvsadm. Throws when a line is refused, as above. */
export function loadSets(netns: string, rules: GoldenRules): Pick<Netns, 'ipsets' | 'ipvs'> {
  const sets = parseIpset((rules.ipset ?? []).join('\n'), `${netns} ipset`)
  const virtuals = parseIpvs((rules.ipvs ?? []).join('\n'), `${netns} ipvsadm`)
  const [bad] = [...sets.problems, ...virtuals.problems]
  if (bad) throw new Error(`rules of ${netns}: ${bad.code} ${JSON.stringify(bad.params)}`)
  return {
    ...(rules.ipset ? { ipsets: withIpsets(noSets, sets.commands) } : {}),
    ...(rules.ipvs ? { ipvs: withIpvs(noVirtuals, virtuals.commands) } : {}),
  }
}

/** Name of the process behind a recorded server. */
export const serverName = (ns: string, proto: string, address: string, port: number): string => `${ns} ${proto} ${address}:${port}`

/** The recorded namespaces with their rules and listening sockets. */
export function machinesOf(golden: Golden): Machines {
  const { netns, wires } = readTopology(golden.topology)
  const table = new Map<string, Netns>()
  for (const one of netns) {
    const rules = golden.rules[one.name]
    const family = rules?.family === 'IPv6' ? 6 : 4
    const nft = rules && (rules.backend === 'nft' || rules.nft) ? { nft: loadNft(one.name, rules) } : {}
    const ruleset = rules && rules.backend !== 'nft' ? load(one.name, rules) : undefined
    const listeners: readonly Listener[] = golden.servers
      .filter((s) => s.ns === one.name)
      .map((s) => ({ proto: s.proto, address: ip(s.ip), port: s.port, process: serverName(s.ns, s.proto, s.ip, s.port) }))
    const sets = rules ? loadSets(one.name, rules) : {}
    table.set(one.name, { ...one, ...nft, ...sets, listeners, rules: ruleset ? { ...one.rules, [family]: ruleset } : one.rules })
  }
  return { names: [...table.keys()], netns: (name) => table.get(name), wires }
}
