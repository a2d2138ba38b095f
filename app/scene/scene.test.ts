import { describe, expect, it } from 'vitest'
import { type Beat, beatsOf } from '../timeline/beats.ts'
import { all } from './hard-walks.ts'
import { layoutOf } from './layout.ts'
import { fittedPod } from './measure.ts'
import { shifted } from './path.ts'
import { way } from './rails.ts'
import { wideScene } from './scene.ts'
import type { Scene } from './shapes.ts'
import { spotOf } from './spots.ts'
import { fromNode, hairpin, nodePort, noEndpoints, otherNode } from './walks.ts'

const size = { width: 800, height: 560 }
const options = { size, lang: 'en' as const }

const at = (walk: ReturnType<typeof otherNode>, find: (b: Beat) => boolean): Scene => {
  const beats = beatsOf(walk)
  const found = beats.find(find)
  if (found === undefined) throw new Error('no such stop')
  return wideScene(walk, beats, { beat: found.index }, options)
}

describe('the stage', () => {
  it('never moves a place during a walk', () => {
    for (const make of Object.values(all)) {
      const answer = make()
      const beats = beatsOf(answer)
      const fixed = (s: Scene): unknown => [s.boxes, s.rails, s.stations.map((p) => [p.id, p.x, p.y]), s.pills.map((p) => [p.id, p.x, p.y])]
      const first = fixed(wideScene(answer, beats, { beat: 0 }, options))
      for (const b of beats) expect(fixed(wideScene(answer, beats, { beat: b.index }, options))).toEqual(first)
    }
  })

  it('joins every stop to the next along rails, without a leap', () => {
    for (const make of Object.values(all)) {
      const answer = make()
      const beats = beatsOf(answer)
      const layout = layoutOf(answer, beats, size, 'en')
      if (layout === undefined) throw new Error('no layout')
      for (const b of beats) {
        const next = beats[b.index + 1]
        const spot = spotOf(layout, beats, b)
        expect(layout.draft.rails.points.has(spot), spot).toBe(true)
        if (next === undefined || next.journey !== b.journey) continue
        const points = way(layout.draft.rails, spot, spotOf(layout, beats, next))
        for (const [i, p] of points.entries()) {
          const before = points[i - 1]
          if (before !== undefined) expect(before.x === p.x || before.y === p.y, `${spot} → ${spotOf(layout, beats, next)}`).toBe(true)
        }
      }
    }
  })

  it('shows all five hooks in every whole node', () => {
    const names = at(nodePort(), () => true)
      .stations.filter((s) => s.netns === 'node-1' && s.shape === 'ring')
      .map((s) => s.name)
    expect(names.sort()).toEqual(['node-1 FORWARD', 'node-1 INPUT', 'node-1 OUTPUT', 'node-1 POSTROUTING', 'node-1 PREROUTING'])
  })

  it('strikes the old destination at the DNAT and shows the new one', () => {
    const scene = at(otherNode(), (b) => b.phase === 'connect' && b.marks.includes('nat'))
    expect(scene.card?.rewritten).toBe(true)
    expect(scene.card?.rows.filter((r) => r.struck).map((r) => r.text)).toEqual(['10.96.100.5:80'])
    expect(scene.card?.rows.find((r) => r.ink === 'rewrite-text')?.text).toBe('10.244.2.2:8080')
    expect(scene.tags.map((t) => t.text)).toEqual(['DNAT'])
  })

  it('before the rewrite, when stepping by rules, shows the old destination alone', () => {
    const answer = otherNode()
    const beats = beatsOf(answer)
    const b = beats.find((x) => x.phase === 'connect' && x.marks.includes('nat'))
    const scene = wideScene(answer, beats, { beat: b?.index ?? 0, event: b?.from ?? 0 }, options)
    expect(scene.card?.rewritten).toBe(false)
    expect(scene.card?.rows.map((r) => r.text)).toContain('10.96.100.5:80')
  })

  it('puts the way between the tunnel devices into a tube, and the outer packet on its own track', () => {
    const scene = at(otherNode(), (b) => b.phase === 'connect' && b.outer && b.hook === 'output')
    expect(scene.tubes).toHaveLength(1)
    expect(scene.packet?.wrapped).toBe(true)
    expect(scene.stations.find((s) => s.state === 'here')).toMatchObject({ id: 'node-1/oout', shape: 'small' })
    expect(scene.card?.rows[0]?.text).toBe('VXLAN 1 192.168.10.11 → 192.168.10.12:8472')
  })

  it('lights the small stop on the bridge while br_netfilter has the packet', () => {
    const scene = at(hairpin(), (b) => b.kind === 'bridge' && b.hook === 'forward')
    expect(scene.stations.filter((s) => s.state === 'here').map((s) => s.id)).toEqual(['node-1/b.fwd'])
    expect(scene.packet?.y).toBe(scene.stations.find((s) => s.id === 'node-1/pre')?.y)
  })

  it('ends a refused packet at its hook and keeps the mark while the error goes back', () => {
    const walk = noEndpoints()
    const end = at(walk, (b) => b.marks.includes('reject'))
    expect(end.marks.map((m) => m.mark)).toEqual(['reject'])
    expect(end.packet?.gone).toBe(true)
    const back = at(walk, (b) => b.tone === 'drop' && b.hook === 'postrouting')
    expect(back.marks.map((m) => m.mark)).toEqual(['reject'])
    expect(back.lines.map((l) => `${l.style} ${l.tone}`)).toContain('parent request')
  })

  it('begins at the processes when a node asks, and ends there', () => {
    const walk = fromNode()
    const beats = beatsOf(walk)
    const layout = layoutOf(walk, beats, size, 'en')
    if (layout === undefined) throw new Error('no layout')
    const spots = beats.filter((b) => b.place === 'node-1' && !b.outer).map((b) => spotOf(layout, beats, b))
    expect(spots.slice(0, 4)).toEqual(['node-1/procOut', 'node-1/out', 'node-1/post', 'node-1/tun'])
    expect(spots.slice(-4)).toEqual(['node-1/pre', 'node-1/route', 'node-1/in', 'node-1/procIn'])
  })

  it('finds the same stop by a click as by stepping', () => {
    const walk = otherNode()
    const beats = beatsOf(walk)
    const scene = wideScene(walk, beats, { beat: beats.find((b) => b.journey === 2)?.index ?? 0 }, options)
    const forward = scene.stations.find((s) => s.id === 'node-2/fwd')
    expect(beats[forward?.beat ?? -1]).toMatchObject({ place: 'node-2', hook: 'forward', journey: 2 })
  })
})

it('a line is moved aside at right angles, round corners and at turns on the spot', () => {
  const there = [
    { x: 0, y: 0 },
    { x: 50, y: 0 },
    { x: 50, y: 40 },
    { x: 50, y: 0 },
  ]
  expect(shifted(there, -5)).toEqual([
    { x: 0, y: 5 },
    { x: 45, y: 5 },
    { x: 45, y: 40 },
    { x: 55, y: 40 },
    { x: 55, y: 0 },
  ])
})

it.each([
  ['nginx-bsqfxp662j-js6ll', 400, 'nginx-bsqfxp662j-js6ll'],
  ['nginx-bsqfxp662j-js6ll', 100, 'nginx-…-js6ll'],
  ['kube-flannel-ds-x7k2p', 105, 'kube-flan…x7k2p'],
  ['a-name-of-nobodys-deployment', 90, 'a-nam…yment'],
])('the name %s in %d px is %s', (name, width, shown) => {
  expect(fittedPod(name, width, 12)).toBe(shown)
})
