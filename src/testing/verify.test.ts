import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { verifiable } from '../engine/verify.ts'
import { build } from '../engine/world.ts'
import { labFilesOf } from './gallery.ts'
import { onThisKernel } from './thiskernel.ts'

/**
 * The labs of the gallery, built from network namespaces on the kernel of this machine and walked there: rules, links, routes and tables
 * are those that our agents wrote. Needs root (or the right to make namespaces) and the tools that e2e/kernel/scenario.py names.
 */
const root = join(import.meta.dirname, '../..')
const lab = (slug: string) => build(labFilesOf(slug), { wants: { everything: true, dns: true } })

const scenario = (slug: string, from: string, to: string): unknown => {
  const found = verifiable(lab(slug), { from, to }, 1)
  if ('problem' in found) throw new Error(JSON.stringify(found.problem))
  return found.scenario
}

const first = await onThisKernel(scenario('no-endpoints', 'default/client', 'http://nginx-service/'))
const why = first.result === 'not checked' ? first.why : undefined
if (why !== undefined) console.warn(`NOT CHECKED against the real kernel: ${why}`)

test.runIf(why === undefined)('no-endpoints: the kernel of this machine walks the same way', { retry: 2 }, async () => {
  const found =
    first.result === 'identical' ? first : await onThisKernel(scenario('no-endpoints', 'default/client', 'http://nginx-service/'))
  expect(found).toMatchObject({ result: 'identical' })
})

/** The core; verified.heavy.test.ts and verify.heavy.test.ts have the others. */
test.runIf(why === undefined).each([['clusterip-cross-node', 'default/client', 'http://nginx-service/']])(
  '%s, %s → %s: the kernel of this machine walks the same way',
  { concurrent: true, retry: 2, timeout: 60_000 },
  async (slug, from, to) => {
    const found = await onThisKernel(scenario(slug, from, to))
    expect(found).toMatchObject({ result: 'identical' })
    expect('steps' in found ? found.steps : 0).toBeGreaterThan(5)
  },
)

/** What the tools of a recorded node printed, as a lab. */
function dumped(): ReturnType<typeof build> {
  const folder = join(import.meta.dirname, 'captured/dumps/flannel-node')
  const names = ['iptables-save', 'ip-addr', 'ip-d-link', 'ip-route', 'ip-neigh', 'bridge-fdb', 'bridge-link']
  const entries = names.map((n) => `    - {node: node-1, file: ${n}.txt}\n`).join('')
  const files = [
    { name: 'cluster.yaml', text: readFileSync(join(root, 'e2e/kernel/dumps.yaml'), 'utf8') },
    { name: 'lab.yaml', text: `apiVersion: packetwalk.dev/v1alpha1\nkind: Lab\nspec:\n  dumps:\n${entries}` },
    ...names.map((n) => ({ name: `${n}.txt`, text: readFileSync(join(folder, `${n}.txt`), 'utf8') })),
  ]
  return build(files, { wants: { everything: false, dns: false } })
}

test.runIf(why === undefined)('a node as its own dump describes it', { concurrent: true, retry: 2, timeout: 60_000 }, async () => {
  const found = verifiable(dumped(), { from: 'default/web-b', to: 'tcp://10.96.10.10:80' }, 1)
  if ('problem' in found) throw new Error(JSON.stringify(found.problem))
  const ran = await onThisKernel(found.scenario)
  expect(ran).toMatchObject({ result: 'identical' })
  // both sides of a handshake may speak at once: how many packets there are is the kernel's affair
  expect('steps' in ran ? ran.steps : 0).toBeGreaterThan(50)
})

test('every scenario is a recording without what happened', () => {
  expect(scenario('nodeport', 'host/client', 'http://192.168.10.12:31080/')).toMatchObject({
    format: 'packetwalk-kernel-golden/1',
    probe: { from: 'host_client', dport: 31080 },
  })
})
