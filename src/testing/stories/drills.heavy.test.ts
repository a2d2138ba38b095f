import { describe, expect, test } from 'vitest'
import { ask, broken, codes, worldOf } from './drill.ts'
import { type Drill, networkDrills } from './drills.ts'
import { policyDrills, unenforcedDrills } from './drills-policy.ts'

describe.each([...networkDrills, ...policyDrills])('$cni: $name', (drill) => {
  test('what the caller sees, what is said of it, and what works all the same', () => {
    broken(drill)
  })

  test('mended', () => {
    const { cni, mended, from, to, expect: want } = drill
    // an IPPool of the files says which mode Calico has
    const world = worldOf(mended, mended.includes('kind: IPPool') ? undefined : cni)
    const { outcome } = ask(world, from, to)
    const opened = want.kind !== 'ok' || want.seen === '10.244.1.0'
    expect(outcome.kind).toBe(opened ? 'ok' : 'timeout')
    if (want.kind === 'ok' && opened) expect(outcome.sourceSeen).toMatch(/^10\.244\.1\.2:/)
    for (const code of want.told ?? []) expect(codes(world)).not.toContain(code)
  })
})

test.each(unenforcedDrills)('$cni: $name', (drill) => {
  broken(drill)
  for (const cni of ['calico', 'canal', 'cilium']) {
    const { outcome } = ask(worldOf(drill.broken, cni), drill.from, drill.to)
    expect([outcome.kind, outcome.reason]).toEqual(['timeout', cni === 'cilium' ? 'bpf' : 'rule'])
  }
})

test('Flannel’s MTU too large, and ICMP comes back: the sender learns, and the answer arrives in smaller pieces', () => {
  const drill = networkDrills[0] as Drill
  const world = worldOf(drill.broken.replace(/, dumps: .*\}/, '}'), 'flannel')
  const { outcome, endings, journeys } = ask(world, drill.from, drill.to)
  expect([outcome.kind, outcome.backend]).toEqual(['ok', 'default/web'])
  expect(endings.filter((e) => e === 'dropped: mtu at node-2').length).toBeGreaterThan(1)
  const lost = journeys.flatMap((j) => j.events.flatMap((e) => (e.kind === 'drop' ? [e.tooBig] : [])))
  expect(lost[0]).toEqual({ device: 'flannel.1', mtu: 1450, size: 1500 })
})
