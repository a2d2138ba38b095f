import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { printSave } from '../../../kernel/iptables/print.ts'
import { emptyRuleset, withCalls } from '../../../kernel/iptables/ruleset.ts'
import { staticCalls } from './static.ts'

/** A node of Calico with VXLAN and no Pod, as its own iptables-save printed it. */
const DUMP = 'src/testing/captured/felix/iptables-save.txt'

const byTable = (lines: readonly string[]): ReadonlyMap<string, readonly string[]> => {
  const out = new Map<string, string[]>()
  let table = ''
  for (const line of lines) {
    if (line.startsWith('*')) table = line
    // a rule that asks a set is not in the listing
    if (line.startsWith('-A ') && !/match-set/.test(line) && !/wl-dispatch -m comment --comment "cali:(zTj|7KN)/.test(line))
      out.set(table, [...(out.get(table) ?? []), line])
  }
  return out
}

test('the chains of a node without Pods are those of a real one, ids and all', () => {
  const config = {
    family: 4,
    hostsExcluded: false,
    ipvs: false,
    ipip: false,
    vxlan: true,
    vxlanPort: 4789,
    natOutgoing: false,
    randomFully: true,
    toHost: 'Accept',
    because: 0,
    masquerade: 0,
  } as const
  const dispatch = (['cali-from-wl-dispatch', 'cali-to-wl-dispatch'] as const).map(
    (chain) => ({ call: '-N', table: 'filter', chain }) as const,
  )
  const rules = withCalls(emptyRuleset(), [...dispatch, ...staticCalls(config)])
  const real = byTable(
    readFileSync(DUMP, 'utf8')
      .split('\n')
      .filter((line) => /cali/.test(line) || line.startsWith('*')),
  )
  expect(byTable([...printSave(rules)])).toEqual(real)
})
