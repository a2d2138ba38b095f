import { describe, expect, test } from 'vitest'
import { build, hasErrors, probe } from '../../explain.ts'
import { ipOf, l4Of } from '../../net/packet.ts'
import type { TraceEvent } from '../../trace/event.ts'
import type { Journey } from '../../trace/journey.ts'
import { gapsOf } from './joined.ts'
import { stories } from './list.ts'
import { type Story, type StoryMode, storyModes } from './story.ts'

const ask = ({ lab, probe: question }: Story, mode: StoryMode) => {
  const host = /^host\/(.+)$/.exec(question.from)?.[1]
  const dns = !/\/\/[\d.]+[:/]/.test(question.to)
  const world = build([{ name: 'story.yaml', text: lab }], {
    wants: { everything: false, dns, ...(host === undefined ? {} : { host }) },
    proxy: mode,
  })
  return { world, probed: probe(world, question, { seed: 1 }) }
}

/** Random ports as *. */
const natText = (e: Extract<TraceEvent, { kind: 'nat' }>): string => {
  const to = e.manip === 'src' ? e.to.replace(/:\d+$/, ':*') : e.to
  return `${e.manip} ${e.from} -> ${to}`
}

const visits = (journey: Journey): readonly string[] => {
  const places = journey.events.flatMap((e) => (e.kind === 'cross' ? [e.from.netns, e.to.netns] : [e.at.netns]))
  return places.filter((place, i) => place !== places[i - 1])
}

const addressOf = (endpoint: string | null): string | undefined => endpoint?.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')

describe.each(stories.flatMap((story) => storyModes.map((mode) => ({ name: story.name, mode, story }))))(
  '$name, $mode',
  ({ story, mode }) => {
    const { world, probed } = ask(story, mode)
    const { outcome, journeys, problems } = probed
    const want = { ...story.expect, ...story.differs?.[mode] }
    const first = journeys.find((j) => j.phase === story.about)

    test('the lab has no errors, and the question is understood', () => {
      expect(world.problems.filter((p) => p.severity === 'error')).toEqual([])
      expect(hasErrors(world.problems)).toBe(false)
      expect(problems).toEqual([])
    })

    test('what the caller sees', () => {
      const { kind, status, backend, backendAddress, sourceSeen, reason, errno } = outcome
      expect({ kind, errno, status, backend, backendAddress, source: addressOf(sourceSeen) }).toEqual({
        kind: want.outcome,
        errno: want.errno,
        status: want.status,
        backend: want.backend ?? null,
        backendAddress: want.backendAddress ?? null,
        source: want.sourceSeen,
      })
      if (want.outcome === 'ok') expect(reason).toBeNull()
      if (want.reason !== undefined) expect(reason).toBe(want.reason)
    })

    test('the way of the first packet, its NAT and its ending', () => {
      if (!first) throw new Error(`no packet of the phase ${story.about}`)
      expect(first.ending.kind).toBe(want.ending)
      expect(visits(first)).toEqual(want.through)
      const nat = first.events.filter((e) => e.kind === 'nat').map(natText)
      expect(nat).toEqual(want.nat)
      const tunnels = first.events.flatMap((e) => (e.kind === 'encap' ? [`${e.tunnel} to ${e.remote}`] : []))
      expect(tunnels).toEqual(want.tunnels)
    })

    test('every journey is joined and ends once', () => {
      expect(journeys.length).toBeGreaterThan(0)
      expect(journeys.flatMap((j) => gapsOf(j).map((gap) => `#${j.id} ${j.title}: ${gap}`))).toEqual([])
      expect(journeys.map((j) => j.id)).toEqual(journeys.map((_, i) => i))
      for (const { id, parent } of journeys) if (parent) expect(parent.journey).toBeLessThan(id)
    })

    test('every answer comes from the address that was asked', () => {
      const ends = (event: TraceEvent | undefined) => {
        const packet = event?.after.kind === 'skb' ? event.after.skb.packet : undefined
        const ip = packet && ipOf(packet)
        const l4 = packet && l4Of(packet)
        const ports = l4 && l4.kind !== 'icmp' ? [l4.sport, l4.dport] : []
        return { src: ip?.src, dst: ip?.dst, sport: ports[0], dport: ports[1] }
      }
      const lastPacket = (j: Journey) => j.events.filter((e) => e.after.kind === 'skb').at(-1)
      let answers = 0
      for (const reply of journeys) {
        const asked = reply.parent?.as === 'reply' ? journeys[reply.parent.journey] : undefined
        if (!asked || reply.ending.kind !== 'delivered') continue
        const [there, back] = [ends(asked.events[0]), ends(lastPacket(reply))]
        expect(back).toEqual({ src: there.dst, dst: there.src, sport: there.dport, dport: there.sport })
        answers++
      }
      if (want.outcome === 'ok' || want.outcome === 'dns-error') expect(answers).toBeGreaterThan(0)
    })

    test('asked twice, answered alike', () => {
      const again = ask(story, mode).probed
      expect(again.outcome).toEqual(outcome)
      expect(again.counts).toEqual(probed.counts)
      expect(again.journeys).toEqual(journeys)
    })
  },
)
