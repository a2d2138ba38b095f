import { describe, expect, it } from 'vitest'
import { explain } from '../../../../src/explain.ts'
import { view } from '../../../../src/view.ts'
import { labFiles } from '../../../learn/labs/list.ts'
import { type Beat, beatsOf } from '../../../timeline/beats.ts'
import type { Scene } from '../../shapes.ts'
import { wrapped } from './cards.ts'
import { factsOf } from './facts.ts'
import { filled } from './note.ts'
import { pairScene } from './pair.ts'

const { answer, world } = explain({ v: 1, files: labFiles('clusterip-cross-node') ?? [], seed: 1 })
const beats = beatsOf(answer)
const pod = 'default/client'
const facts = await factsOf(answer, pod, (asked) => Promise.resolve(asked.kind === 'tool' ? view(world, asked) : undefined))
const size = { width: 820, height: 600 }

function at(find: (b: Beat) => boolean): Scene {
  const beat = beats.findIndex((b) => b.phase === 'connect' && find(b))
  const scene = pairScene({ answer, beats, head: { beat }, size, lang: 'en', pod, facts })
  if (beat < 0 || scene === undefined) throw new Error('no such stop')
  return scene
}
const said = (s: Scene): string => s.texts.map((t) => t.text).join('\n')
const rows = (s: Scene): readonly string[] => s.boxes.filter((b) => b.role === 'row' && b.id.startsWith('used ')).map((b) => b.id)

describe('the veth pair of a Pod', () => {
  const first = at((b) => b.place === 'node-1' && b.kind === 'hook' && b.hook === 'prerouting')

  it('names both ends with index, MTU, MAC and address, as the world has them', () => {
    const inner = answer.stage?.netns.find((n) => n.name === pod)?.devices.find((d) => d.dev === 'eth0')
    const outer = answer.stage?.netns.find((n) => n.name === 'node-1')?.devices.find((d) => d.dev === inner?.peer?.[1])
    if (inner === undefined || outer === undefined) throw new Error('no pair')
    for (const text of [
      `eth0@if${outer.ifindex}`,
      `${outer.dev}@if${inner.ifindex}`,
      inner.mac,
      outer.mac,
      inner.addrs[0] ?? '?',
      'master cni0',
    ])
      expect(said(first)).toContain(text)
    expect(outer.hairpin).toBe(true)
    expect(first.tags.map((t) => t.text)).toContain('hairpin on')
  })

  it('lights the route, the neighbour and the FDB row that this packet asked for', () => {
    const lit = rows(first).join('\n')
    expect(lit).toMatch(/used default via 10\.244\.1\.1 dev eth0/)
    expect(lit).toMatch(/used 10\.244\.1\.1 dev eth0 lladdr/)
    expect(lit).toMatch(/dev cni0 master cni0 permanent/)
    expect(said(first)).toContain('own MAC: up to the IP layer')
    const begin = at((b) => b.place === pod && b.kind === 'process')
    expect(rows(begin).length).toBeLessThan(rows(first).length)
  })

  it('tells what becomes of each header, and draws no packet that is on another node', () => {
    expect(first.packet).toBeDefined()
    const bars = first.boxes.filter((b) => b.role === 'bar')
    expect(bars.length).toBeGreaterThanOrEqual(2)
    const change = at((b) => b.place === 'node-1' && b.kind === 'bridge')
    expect(change.boxes.some((b) => b.role === 'bar' && b.fate === 'changes')).toBe(true)
    const away = at((b) => b.place === 'node-2' && b.kind === 'hook' && b.hook === 'forward')
    expect(away.packet).toBeUndefined()
    expect(away.tags.filter((t) => t.look === undefined).length).toBe(1)
  })

  it('says which socket the packet is of, and what ARP was asked', () => {
    expect(said(first)).toMatch(/^socket 10\.244\.1\.2:\d+$/m)
    expect(said(first).replaceAll('\n', ' ')).toMatch(/ARP gave the MAC of cni0: 10\.\d+\.\d+\.\d+ is not on this link/)
    const begin = at((b) => b.place === pod && b.kind === 'process')
    expect(said(begin)).not.toContain('ARP gave')
  })

  it('without the engine’s word says so', () => {
    const scene = pairScene({ answer, beats, head: { beat: 0 }, size, lang: 'en', pod, facts: {} })
    expect(scene === undefined ? '' : said(scene)).toContain('The engine has no word of it now.')
  })
})

it('a sentence breaks between words, and in Chinese anywhere but before a stop', () => {
  expect(filled('one two three', 50, 12)).toEqual(['one two', 'three'])
  const lines = filled('帧先交给网关，再走。', 60, 12)
  expect(lines.join('')).toBe('帧先交给网关，再走。')
  expect(lines.every((line) => !/^[，。]/.test(line))).toBe(true)
})

it('a line is put on as many lines as it takes, and a word that is too long is shortened', () => {
  expect(wrapped('default via 10.244.1.1 dev eth0', 110)).toEqual(['default via', '10.244.1.1 dev', 'eth0'])
  expect(wrapped('fd00:10:244:1:abcd:ef01:2345:6789', 110)[0]).toContain('…')
})
