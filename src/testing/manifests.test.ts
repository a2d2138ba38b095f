import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { proxyOf } from '../agents/proxy/list.ts'
import type { Section } from '../agents/proxy/proxy.ts'
import type { Cluster, ClusterNode } from '../cluster/cluster.ts'
import { settle } from '../cluster/settle.ts'
import type { Golden, GoldenRules } from '../engine/replay/golden.ts'
import { machinesOf } from '../engine/replay/machines.ts'
import { replay } from '../engine/replay.ts'
import { applyOps } from '../kernel/apply.ts'
import { emptyRuleset } from '../kernel/iptables/ruleset.ts'
import { readRestoreText } from '../kernel/iptables/ruleset-read.ts'
import type { Machines, Netns } from '../kernel/machine.ts'
import type { Op } from '../kernel/op.ts'
import { readManifests } from '../manifest/read.ts'

/** The recorded walks that carry the manifests behind their rules, unchanged by hand. */
type FromManifests = Golden & {
  readonly cluster: readonly unknown[]
  readonly kube_proxy: Readonly<Record<string, readonly unknown[]>>
  readonly edited?: readonly string[]
}

/** PACKETWALK_WALKS names another folder of recordings. */
const folder = process.env['PACKETWALK_WALKS'] ?? `${import.meta.dirname}/captured/kernel`
const all = readdirSync(folder)
  .filter((f) => f.endsWith('.json'))
  .map((file) => [file, JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as FromManifests] as const)
const walks = all.filter(([, g]) => g.cluster !== undefined && g.edited === undefined && proxied(g))

/** Modes that the model writes. */
function proxied(golden: FromManifests): boolean {
  return Object.keys(golden.kube_proxy).every((name) => sectionsOf(golden, name) !== undefined)
}

function seenBy(golden: FromManifests, name: string): { readonly cluster: Cluster; readonly node: ClusterNode } {
  const text = [...golden.cluster, ...(golden.kube_proxy[name] ?? [])].map((o) => JSON.stringify(o)).join('\n---\n')
  const { cluster } = settle(readManifests([{ name: 'cluster.yaml', text }]).objects, { wants: { everything: false, dns: false } })
  const node = cluster.nodes.find((n) => n.meta.name === name)
  if (node === undefined) throw new Error(`no node ${name}`)
  return { cluster, node }
}

function sectionsOf(golden: FromManifests, name: string): readonly Section[] | undefined {
  const { cluster, node } = seenBy(golden, name)
  return proxyOf(cluster)?.sections(cluster, node)
}

/** What changes rules; the recorded topology has its own addresses and sysctls. */
const RULES: ReadonlySet<Op['do']> = new Set(['iptables', 'iptables-restore', 'nft-table', 'ipset', 'ipvs'])

/** The recorded machines, with the rules that our kube-proxy writes for the manifests, and what the recorder added to them. */
function fromManifests(golden: Golden): Machines {
  const file = golden as FromManifests
  const recorded = machinesOf(golden)
  const table = new Map<string, Netns>()
  for (const name of recorded.names) {
    const netns = recorded.netns(name)
    if (netns === undefined) continue
    if (file.kube_proxy[name] === undefined) {
      table.set(name, netns)
      continue
    }
    const { cluster, node } = seenBy(file, name)
    const ops = (proxyOf(cluster)?.ops(cluster, node) ?? []).filter((op) => RULES.has(op.do))
    const { nft: _texts, ipsets: _sets, ipvs: _servers, ...bare } = netns
    const made = applyOps({ ...bare, rules: { 4: emptyRuleset(), 6: emptyRuleset() } }, ops)
    table.set(name, { ...made, rules: withExtra(made.rules, golden.rules[name]) })
  }
  return { ...recorded, names: [...table.keys()], netns: (name) => table.get(name) }
}

/** Rules of others that the recorder loaded afterwards: the CNI's. */
function withExtra(rules: Netns['rules'], recorded: GoldenRules | undefined): Netns['rules'] {
  if (recorded?.extra === undefined || recorded.backend === 'nft') return rules
  const family = recorded.family === 'IPv6' ? 6 : 4
  const { ruleset, problems } = readRestoreText(rules[family], `${recorded.extra.join('\n')}\n`, { flush: false, file: 'extra', family })
  expect(problems).toEqual([])
  return { ...rules, [family]: ruleset }
}

test('there are walks from manifests in each mode', () => {
  const modes = new Set(walks.map(([, g]) => seenBy(g, Object.keys(g.kube_proxy)[0] ?? '').cluster.proxy.mode))
  expect([...modes].sort()).toEqual(['iptables', 'ipvs', 'nftables'])
  expect(walks.length).toBeGreaterThanOrEqual(43)
})

describe.each(walks)('%s', (_file, golden) => {
  test.each(Object.keys(golden.kube_proxy))('%s: the rules are those that the real kube-proxy wrote', (name) => {
    const family = `family ${golden.rules[name]?.family ?? 'IPv4'}`
    const sections = sectionsOf(golden, name) ?? []
    const from = sections.findIndex((s) => s.name === family)
    const lines = (section: string): readonly string[] | undefined => {
      const found = sections.slice(from).find((s) => s.name === section)
      return found && [...found.lines].flatMap((piece) => piece.split('\n'))
    }
    const recorded = golden.rules[name]
    if (recorded?.backend === 'nft') expect(lines('nft')).toEqual(recorded.text)
    else {
      expect(lines('ipset') ?? []).toEqual(recorded?.ipset ?? [])
      expect(lines('iptables')).toEqual(recorded?.calls)
      expect(lines('iptables-restore')).toEqual(recorded?.text)
    }
  })

  test('the walk over them is the recorded one', () => {
    const { skipped, differences, same } = replay(golden, fromManifests)
    expect(skipped).toBeUndefined()
    expect(differences).toEqual([])
    expect(same).toBe(true)
  })
})
