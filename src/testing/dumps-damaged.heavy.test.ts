import fc from 'fast-check'
import { expect, test } from 'vitest'
import { runTool } from '../engine/tool.ts'
import { build, probe } from '../explain.ts'
import { damaged } from './dumps-damage.ts'

test('whatever could be read is a node: its tools print, and a packet comes to an end', () => {
  fc.assert(
    fc.property(damaged, (text) => {
      const world = build([{ name: 'd.txt', text }], { wants: { everything: false, dns: false } })
      if (world.problems.some((p) => p.severity === 'error')) return
      for (const argv of [
        ['iptables-save'],
        ['ip', 'addr'],
        ['ip', 'route'],
        ['ip', 'rule'],
        ['bridge', 'fdb'],
        ['conntrack', '-L'],
        ['nft', 'list', 'ruleset'],
      ])
        expect(runTool(world, 'node-1', argv)).toHaveProperty('code')
      const { journeys } = probe(world, { from: 'node/node-1', to: 'tcp://10.96.10.10:80' }, { seed: 1 })
      for (const j of journeys) expect(j.ending.kind).toBeTruthy()
    }),
    { numRuns: 500, seed: 7 },
  )
}, 300_000)
