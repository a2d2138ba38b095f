import { describe, expect, it } from 'vitest'
import { all } from '../scene/hard-walks.ts'
import { hairpin, noEndpoints, otherNode } from '../scene/walks.ts'
import { type Beat, beatsOf, durationOf, phases } from './beats.ts'
import { stepHop, stepRule, stepStation } from './steps.ts'

const short = (b: Beat): string =>
  `${b.place} ${b.outer ? 'outer ' : ''}${b.kind}${b.hook ? ` ${b.hook}` : ''}${b.device ? ` ${b.device}` : ''}`

describe('stops of a walk', () => {
  it('takes the SYN to another node through these stops', () => {
    const beats = beatsOf(otherNode()).filter((b) => b.journey === 2)
    expect(beats.map(short)).toEqual([
      'default/client process',
      'default/client device eth0',
      'node-1 bridge prerouting vethltclient',
      'node-1 hook prerouting',
      'node-1 bridge input',
      'node-1 route',
      'node-1 hook forward',
      'node-1 hook postrouting',
      'node-1 tunnel flannel.1',
      'node-1 outer hook output',
      'node-1 outer hook postrouting',
      'node-1 outer device eth0',
      'underlay outer wire',
      'node-2 outer device eth0',
      'node-2 outer hook prerouting',
      'node-2 outer hook input',
      'node-2 tunnel flannel.1',
      'node-2 hook prerouting',
      'node-2 route',
      'node-2 hook forward',
      'node-2 hook postrouting',
      'node-2 bridge output cni0',
      'node-2 bridge postrouting',
      'default/nginx-5d59d67564-wfw84 device eth0',
      'default/nginx-5d59d67564-wfw84 process',
    ])
  })

  it('covers every event of every journey once, in order', () => {
    for (const make of Object.values(all)) {
      const answer = make()
      const beats = beatsOf(answer)
      for (const [j, journey] of (answer.walk?.journeys ?? []).entries()) {
        const own = beats.filter((b) => b.journey === j)
        expect(own[0]?.from).toBe(0)
        expect(own.at(-1)?.to).toBe(journey.events.length)
        for (const [i, b] of own.entries()) expect(b.from).toBe(own[i - 1]?.to ?? 0)
      }
    }
  })

  it('tells lines apart', () => {
    expect([...new Set(beatsOf(otherNode()).map((b) => `${b.phase} ${b.tone}`))]).toEqual([
      'dns dns',
      'connect request',
      'connect reply',
      'request request',
      'reply reply',
    ])
    const no = beatsOf(noEndpoints())
    expect(no.filter((b) => b.marks.includes('reject')).map(short)).toEqual(['node-1 hook forward'])
    expect(no.at(-1)?.tone).toBe('drop')
  })

  it('plays in 20 to 30 seconds and stays longer at NAT', () => {
    const beats = beatsOf(otherNode())
    const total = beats.reduce((sum, b) => sum + durationOf(b, 1), 0)
    expect(total).toBeGreaterThan(20_000)
    expect(total).toBeLessThanOrEqual(30_001)
    const nat = beats.find((b) => b.journey === 2 && b.marks.includes('nat'))
    expect(nat && durationOf(nat, 1)).toBe(1600)
    expect(nat && durationOf(nat, 2)).toBe(800)
  })

  it('bands follow the phases', () => {
    expect(phases(beatsOf(otherNode())).map((p) => p.phase)).toEqual(['dns', 'connect', 'request', 'reply'])
  })
})

describe('steps', () => {
  it('by hops goes to the next place, and back to where a place began', () => {
    const beats = beatsOf(otherNode())
    const start = { beat: beats.findIndex((b) => b.journey === 2) }
    const node = stepHop(beats, start, 1)
    expect(beats[node.beat]?.place).toBe('node-1')
    expect(stepHop(beats, { beat: node.beat + 3 }, -1)).toEqual(node)
    expect(stepHop(beats, node, -1)).toEqual(start)
    expect(stepStation(beats, { beat: 0 }, -1)).toEqual({ beat: 0 })
  })

  it('by rules visits rules and rewrites, also backwards', () => {
    const answer = hairpin()
    const beats = beatsOf(answer)
    const kind = (p: { beat: number; event?: number }): string | undefined => answer.walk?.journeys[0]?.events[p.event ?? -1]?.kind
    let at = stepRule(answer, beats, { beat: 0 }, 1)
    const seen: (string | undefined)[] = []
    for (let i = 0; i < 3; i++) {
      seen.push(kind(at))
      at = stepRule(answer, beats, at, 1)
    }
    expect(seen).toEqual(['nat', 'rule', 'nat'])
    expect(kind(stepRule(answer, beats, at, -1))).toBe('rule')
    expect(stepRule(answer, beats, at, 1)).toEqual(at)
  })
})
