import { expect, test } from 'vitest'
import { verifiable } from '../engine/verify.ts'
import { build } from '../engine/world.ts'
import { labFilesOf } from './gallery.ts'
import { onThisKernel } from './thiskernel.ts'

/** Probes of the gallery's labs that are not their own first one, on the kernel of this machine. */
test.each([
  ['clusterip-cross-node', 'default/client', 'udp://10.96.0.10:53'],
  ['minikube-three-nginx', 'default/client', 'icmp://10.101.57.97'],
])('%s, %s → %s', { concurrent: true, retry: 2, timeout: 60_000 }, async (slug, from, to) => {
  const made = verifiable(build(labFilesOf(slug), { wants: { everything: true, dns: true } }), { from, to }, 1)
  if ('problem' in made) throw new Error(JSON.stringify(made.problem))
  const found = await onThisKernel(made.scenario)
  if (found.result === 'not checked') console.warn(`NOT CHECKED against the real kernel: ${found.why}`)
  else expect(found).toMatchObject({ result: 'identical' })
})
