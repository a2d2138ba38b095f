import { describe, expect, it } from 'vitest'
import { explain } from '../../src/explain.ts'
import { labFiles, labs } from '../learn/labs/list.ts'
import { beatsOf } from '../timeline/beats.ts'
import { wideScene } from './scene.ts'
import { stages, sweep } from './sweep.ts'

/** Modes of kube-proxy other than the labs' own. */
const modes = ['ipvs', 'nftables', 'userspace'] as const

describe.each(modes)('%s', (proxy) => {
  it.each(labs.map((l) => l.slug))(
    'the lab %s is drawn without faults, both languages',
    (slug) => {
      const { answer } = explain({ v: 1, files: labFiles(slug) ?? [], seed: 1, proxy })
      expect(sweep(answer, stages, ['en', 'zh'])).toEqual([])
    },
    120_000,
  )
})

/** The scene at the last stop of a lab. */
function lastScene(slug: string, proxy: string) {
  const { answer } = explain({ v: 1, files: labFiles(slug) ?? [], seed: 1, proxy })
  const beats = beatsOf(answer)
  const beat = beats.findIndex((b) => b.journey === beats.find((x) => x.tone === 'request')?.journey && b.kind === 'wire')
  return wideScene(answer, beats, { beat: beat < 0 ? beats.length - 1 : beat }, { size: { width: 1180, height: 780 }, lang: 'en' })
}

it('IPVS is named where it rewrites, and the line of what it sends on steps under FORWARD', () => {
  const scene = lastScene('clusterip-cross-node', 'ipvs')
  expect(scene.tags.map((t) => t.text)).toContain('IPVS')
  const forward = scene.stations.find((s) => s.id === 'node-1/fwd')
  if (!forward) throw new Error('no FORWARD')
  const through = scene.lines.filter((l) => l.points.some((p) => p.x === forward.x && p.y === forward.y))
  expect(through.map((l) => l.id)).toEqual([])
})

it('the proxy of the userspace mode has its name among the processes', () => {
  const { texts } = lastScene('clusterip-cross-node', 'userspace')
  expect(texts.find((t) => t.id === 'node-1/processes:label')?.text).toBe('kube-proxy')
  expect(texts.find((t) => t.id === 'node-2/processes:label')?.text).toBe('processes')
})
