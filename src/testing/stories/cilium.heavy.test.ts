import { describe, expect, test } from 'vitest'
import { ask, BPF, endpoint, NATIVE, type Setup, seenBy, worldOf } from './cilium-lab.ts'

describe('the Kubernetes network model', () => {
  const setups: readonly Setup[] = [
    {},
    { cni: 'cilium-native' },
    { config: BPF },
    { config: [...NATIVE, ...BPF] },
    { proxy: 'iptables' },
    { proxy: 'ipvs', config: NATIVE },
  ]
  test.each(setups)('Pods reach each other, and Pods of the node, without NAT: %j', (setup) => {
    const world = worldOf(setup)
    const names = ['a2', 'b1', 'b2'] as const
    for (const from of ['a1', ...names])
      for (const to of names) {
        const { outcome, journeys } = ask(world, `default/${from}`, `http://${endpoint(world, to).ip}:8080/`)
        expect(seenBy(outcome)).toBe(`default/${to} < ${endpoint(world, from).ip}`)
        expect(journeys.flatMap((j) => j.events.filter((e) => e.kind === 'nat'))).toEqual([])
      }
    expect(ask(world, 'node/node-a', 'http://10.0.1.21:8080/').outcome.kind).toBe('ok')
    expect(ask(world, 'node/node-a', 'http://10.0.2.30:8080/').outcome.kind).toBe('ok')
  })
})
