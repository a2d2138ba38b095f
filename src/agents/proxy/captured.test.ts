import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Cluster } from '../../cluster/cluster.ts'
import { settle } from '../../cluster/settle.ts'
import { printSave } from '../../kernel/iptables/print.ts'
import type { Netns } from '../../kernel/machine.ts'
import { printNftRule } from '../../kernel/nft/print-rule.ts'
import { readManifests } from '../../manifest/read.ts'
import { program } from '../program.ts'
import { rulesText } from './list.ts'

const dir = new URL('../../testing/captured/kube-proxy/', import.meta.url)
/** One of each kind; the texts of all are compared through the command. */
const cases = [
  ...['affinity-clientip', 'both-policies-local', 'detect-local-interface-prefix', 'dual-stack', 'kube-system-basics'],
  ...['lb-source-ranges-node-allowed', 'multiport-named', 'no-endpoints-everywhere', 'terminating-local-only'],
]
const text = (name: string, file: string): string => readFileSync(new URL(`${name}/${file}`, dir), 'utf8')

/** The case's cluster, made anew each time: nothing of it was asked for yet. */
function clusterOf(name: string, proxy: string): Cluster {
  const files = ['input.yaml', 'config.yaml'].map((file) => ({ name: file, text: text(name, file) }))
  return settle(readManifests(files).objects, { wants: { everything: false, dns: false }, proxy }).cluster
}

function nodeOf(cluster: Cluster): Netns {
  const netns = program(cluster).netns(cluster.proxy.config.hostnameOverride)
  if (netns === undefined) throw new Error(`no node ${cluster.proxy.config.hostnameOverride}`)
  return netns
}

// What kube-proxy writes, and what is read back, is compared through the command: src/testing/golden.test.ts.
describe('a chain asked for alone is the chain of the whole', () => {
  test.each([...cases, 'large-cluster-mode'])('%s: iptables', (name) => {
    const whole = new Map<string, number>()
    let table = ''
    for (const line of printSave(nodeOf(clusterOf(name, 'iptables')).rules[4])) {
      if (line.startsWith('*')) table = line.slice(1)
      const chain = /^-A (\S+)/.exec(line)?.[1]
      if (chain !== undefined) whole.set(`${table} ${chain}`, (whole.get(`${table} ${chain}`) ?? 0) + 1)
    }
    const other = nodeOf(clusterOf(name, 'iptables')).rules[4]
    for (const t of other.tables) {
      for (const chain of [...other.chainNames(t)].reverse())
        expect(other.chain(t, chain)?.rules.length, `${t} ${chain}`).toBe(whole.get(`${t} ${chain}`) ?? 0)
    }
  })

  test.each(cases)('%s: nftables', (name) => {
    const [table] = nodeOf(clusterOf(name, 'nftables')).nft?.tables ?? []
    if (name === 'detect-local-interface-prefix') {
      expect(table).toBeUndefined()
      return
    }
    const [other] = nodeOf(clusterOf(name, 'nftables')).nft?.tables ?? []
    for (const [chain, { rules }] of [...(table?.chains ?? [])].reverse())
      expect(other?.chains.get(chain)?.rules.map(printNftRule), chain).toEqual(rules.map(printNftRule))
    for (const [set, { elements }] of table?.sets ?? []) expect(other?.sets.get(set)?.elements, set).toEqual(elements)
    expect(other?.chains.get('service-AAAAAAAA-no/such/tcp/')).toBeUndefined()
    expect(other?.sets.get('affinity-AAAAAAAA-no/such/tcp/__10.0.0.1/80')).toBeUndefined()
  })
})

test('the order of asking does not change the text', () => {
  const cluster = clusterOf('kube-system-basics', 'nftables')
  const node = cluster.nodes.find((n) => n.meta.name === cluster.proxy.config.hostnameOverride)
  if (node === undefined) throw new Error('no such node')
  for (const set of nodeOf(cluster).nft?.tables[0]?.sets.values() ?? []) expect(set.elements).toBeDefined()
  expect(rulesText(cluster, node)).toBe(text('kube-system-basics', 'nftables.txt'))
})
