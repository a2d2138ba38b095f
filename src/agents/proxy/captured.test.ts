import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Cluster, ClusterNode } from '../../cluster/cluster.ts'
import { settle } from '../../cluster/settle.ts'
import { printSave } from '../../kernel/iptables/print.ts'
import { readManifests } from '../../manifest/read.ts'
import { familyOf } from '../../net/ip.ts'
import { program } from '../program.ts'
import { rulesText } from './list.ts'

const dir = new URL('../../testing/captured/kube-proxy/', import.meta.url)
const cases = readdirSync(dir, { withFileTypes: true })
  .filter((d) => d.isDirectory())
  .map((d) => d.name)
const text = (name: string, file: string): string => readFileSync(new URL(`${name}/${file}`, dir), 'utf8')

/** The case's cluster and the node that its configuration speaks of. */
function caseOf(name: string): { readonly cluster: Cluster; readonly node: ClusterNode } {
  const files = ['input.yaml', 'config.yaml'].map((file) => ({ name: file, text: text(name, file) }))
  const { cluster } = settle(readManifests(files).objects, { wants: { everything: false, dns: false } })
  const node = cluster.nodes.find((n) => n.meta.name === cluster.proxy.config.hostnameOverride)
  if (node === undefined) throw new Error(`${name}: no node ${cluster.proxy.config.hostnameOverride}`)
  return { cluster, node }
}

function savedText(cluster: Cluster, node: ClusterNode): string {
  const { rules } = program(cluster).netns(node.meta.name) ?? {}
  const families = ([4, 6] as const).filter((f) => node.addresses.some((a) => familyOf(a) === f))
  return families
    .flatMap((f) => [`### family IPv${f}`, '### iptables-save', ...(rules ? printSave(rules[f]) : [])].map((l) => `${l}\n`))
    .join('')
}

describe('kube-proxy v1.30.5 as recorded', () => {
  test('all cases are there', () => expect(cases.length).toBeGreaterThanOrEqual(20))

  test.each(cases)('%s: what it writes', (name) => {
    const { cluster, node } = caseOf(name)
    expect(rulesText(cluster, node)).toBe(text(name, 'iptables.txt'))
  })

  test.each(cases)('%s: what iptables-save shows afterwards', (name) => {
    const { cluster, node } = caseOf(name)
    expect(savedText(cluster, node)).toBe(text(name, 'iptables-save.txt'))
  })

  test.each(cases)('%s: a chain asked for alone is the chain of the text', (name) => {
    const { cluster, node } = caseOf(name)
    const lines = [...printSave(program(cluster).netns(node.meta.name)?.rules[4] ?? fail())]
    // a second, equal cluster, of which single chains are asked for in another order
    const other = program(caseOf(name).cluster).netns(node.meta.name)?.rules[4] ?? fail()
    for (const table of other.tables) {
      for (const chain of [...other.chainNames(table)].reverse()) {
        const at = lines.indexOf(`*${table}`)
        const own = lines.slice(at, lines.indexOf('COMMIT', at)).filter((l) => l.startsWith(`-A ${chain} `))
        expect(other.chain(table, chain)?.rules.length, `${table} ${chain}`).toBe(own.length)
      }
    }
  })
})

function fail(): never {
  throw new Error('no such node')
}
