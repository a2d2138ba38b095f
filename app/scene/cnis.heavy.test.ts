import { describe, expect, it } from 'vitest'
import { explain } from '../../src/explain.ts'
import { labFiles, labs } from '../learn/labs/list.ts'
import { stages, sweep } from './sweep.ts'

/** CNIs other than the labs' own: bridges without a tunnel, and Pods on pairs of their own. */
const cnis = [
  'bridge',
  'flannel-host-gw',
  'flannel-ipip',
  'calico',
  'calico-ipip',
  'calico-vxlan',
  'canal',
  'cilium',
  'cilium-native',
  'weave',
] as const

describe.each(cnis)('%s', (cni) => {
  it.each(labs.map((l) => l.slug))(
    'the lab %s is drawn without faults, both languages',
    (slug) => {
      const { answer } = explain({ v: 1, files: labFiles(slug) ?? [], seed: 1, cni })
      expect(sweep(answer, stages, ['en', 'zh'])).toEqual([])
    },
    120_000,
  )
})
