import { expect, test } from 'vitest'
import { explain } from '../../src/explain.ts'
import { labFiles } from '../learn/labs/list.ts'
import { beatsOf } from './beats.ts'

test('a datapath between bridge and tunnel is one stop with the tunnel, and no pair inside a machine is a wire', () => {
  const { answer } = explain({ v: 1, files: labFiles('clusterip-cross-node') ?? [], seed: 1, cni: 'weave' })
  const beats = beatsOf(answer)
  const syn = beats.find((b) => b.phase === 'connect')?.journey
  const stops = beats
    .filter((b) => b.journey === syn)
    .map((b) => `${b.place} ${b.outer ? 'outer ' : ''}${b.kind} ${b.hook ?? b.device ?? ''}`)
  const at = stops.findIndex((one) => one.includes(' wire'))
  expect(stops.filter((one) => one.includes(' wire')).length).toBe(1)
  expect(stops.slice(at - 5, at + 7)).toEqual([
    'node-1 hook postrouting',
    'node-1 tunnel vethwe-bridge',
    'node-1 outer hook output',
    'node-1 outer hook postrouting',
    'node-1 outer device eth0',
    'underlay outer wire ',
    'node-2 outer device eth0',
    'node-2 outer hook prerouting',
    'node-2 outer hook input',
    'node-2 tunnel vxlan-6784',
    'node-2 bridge prerouting',
    'node-2 hook prerouting',
  ])
})
