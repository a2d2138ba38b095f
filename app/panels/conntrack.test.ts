import { expect, it } from 'vitest'
import { explain } from '../../src/explain.ts'
import { labFiles } from '../learn/labs/list.ts'
import { lookAt, stepsOf } from '../play/steps.ts'
import { entryAfter } from './conntrack.ts'

it.each([
  ['clusterip-cross-node', 'prerouting', /^src=10\.244\.2\.\d+ dst=10\.244\.1\.\d+ sport=8080/],
  ['nodeport', 'prerouting', /^src=10\.244\.2\.\d+ dst=192\.168\.10\.100 sport=8080/],
  ['nodeport', 'postrouting', /^src=10\.244\.2\.\d+ dst=10\.244\.1\.0 sport=8080/],
])('%s: at the rewrite in %s the entry knows the answer’s addresses', (slug, hook, reply) => {
  const steps = stepsOf(explain({ v: 1, files: labFiles(slug) ?? [], seed: 1 }).answer)
  const stop = steps.stations.find((s) => s.journey.phase === 'connect' && s.beat.hook === hook && s.beat.marks.includes('nat'))
  const look = lookAt(steps, stop?.first ?? -1)
  const entry = entryAfter(look?.station.events ?? [])
  expect(entry && `src=${entry.reply.src} dst=${entry.reply.dst} sport=${entry.reply.sport}`).toMatch(reply)
  expect(entry?.status).toContain(hook === 'prerouting' ? 'DST_NAT' : 'SRC_NAT')
})
