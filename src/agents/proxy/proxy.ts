import type { Cluster, ClusterNode } from '../../cluster/cluster.ts'
import type { Restore } from '../../kernel/iptables/ast.ts'
import { printWritten } from '../../kernel/iptables/print.ts'
import type { Op } from '../../kernel/op.ts'

/** One mode of kube-proxy on one node. */
export interface ProxyMode {
  readonly mode: Cluster['proxy']['mode']
  /** What it changes in the node's namespace on its first sync. */
  ops(cluster: Cluster, node: ClusterNode): readonly Op[]
  /** The same as text, in the sections of `packetwalk rules`. */
  sections(cluster: Cluster, node: ClusterNode): readonly Section[]
}

/** `### NAME` and its lines; a piece may be several lines. */
export interface Section {
  readonly name: string
  readonly lines: Iterable<string>
}

/** Sections without lines are left out, but for the `family` ones, which only head what follows. */
export function printSections(sections: readonly Section[]): string {
  const out: string[] = []
  for (const { name, lines } of sections) {
    const head = out.push(`### ${name}`)
    for (const line of lines) out.push(line)
    if (out.length === head && !name.startsWith('family ')) out.pop()
  }
  return out.length === 0 ? '' : `${out.join('\n')}\n`
}

/** The text that goes to `iptables-restore`, line by line. */
export function* restoreLines(given: Restore): Generator<string> {
  for (const table of given.tables) {
    yield `*${table.table}`
    for (const chain of table.declared()) yield `:${chain} - [0:0]`
    for (const [chain, rule] of table.lines()) yield printWritten(chain, rule)
    yield 'COMMIT'
  }
}
