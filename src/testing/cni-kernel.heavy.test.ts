import { expect, test } from 'vitest'
import { verifiable } from '../engine/verify.ts'
import { build } from '../engine/world.ts'
import { CNIS, cniRecipe } from './fuzz/cni.ts'
import { cniWorld } from './fuzz/cniworld.ts'
import { onThisKernel } from './thiskernel.ts'

/** Two nodes, two Pods on the first, one with a host port, and one Pod on the second. */
const lab = (spec: string): string => `
apiVersion: v1
kind: Node
metadata: {name: node1}
status: {addresses: [{type: InternalIP, address: 192.168.10.11}]}
---
apiVersion: v1
kind: Node
metadata: {name: node2}
status: {addresses: [{type: InternalIP, address: 192.168.10.12}]}
---
${[
  ['web-0', 'node1', 'hostPort: 8080, '],
  ['web-1', 'node1', ''],
  ['web-2', 'node2', ''],
]
  .map(
    ([name, node, host]) =>
      `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: {nodeName: ${node}, containers: [{name: c, image: nginx, ports: [{${host}containerPort: 80}]}]}\n---\n`,
  )
  .join('')}
${spec}
apiVersion: packetwalk.dev/v1alpha1
kind: Lab
metadata: {name: lab}
spec:
  hosts: [{name: out, addresses: [203.0.113.10], listen: ['80']}, {name: client, addresses: [192.168.10.100]}]
`

/** Without natOutgoing no rule asks a set: not every kernel that tests run on has ipset. */
const POOL = 'apiVersion: projectcalico.org/v3\nkind: IPPool\nmetadata: {name: p}\nspec: {cidr: 10.244.0.0/16, natOutgoing: false}\n---'

const PODS: Readonly<Record<string, readonly [own: string, beside: string, away: string]>> = {
  calico: ['10.244.166.128', '10.244.166.129', '10.244.104.0'],
}
const PLAIN = ['10.244.0.2', '10.244.0.3', '10.244.1.2'] as const

/** Every CNI whose devices and matches this machine's kernel may have: to a Pod beside, to one of the other node, to a host port. */
test.each(
  ['flannel', 'flannel-host-gw', 'bridge', 'canal', 'calico', 'calico-vxlan', 'calico-ipip'].flatMap((cni) => {
    const [own, beside, away] = PODS[cni] ?? PLAIN
    const at = cni.startsWith('calico-') ? ['10.244.166.129', '10.244.166.130', '10.244.104.1'] : [own, beside, away]
    return [
      [cni, 'default/web-0', `tcp://${at[1]}:80`],
      [cni, 'default/web-0', `tcp://${at[2]}:80`],
      [cni, 'host/client', 'tcp://192.168.10.11:8080'],
    ] as const
  }),
)('%s: %s → %s', { concurrent: true, retry: 2, timeout: 60_000 }, async (cni, from, to) => {
  const text = lab(cni === 'calico' ? POOL : '')
  const world = build([{ name: 'lab.yaml', text }], { wants: { everything: false, dns: false }, cni })
  const made = verifiable(world, { from, to }, 1)
  if ('problem' in made) throw new Error(JSON.stringify(made.problem))
  const found = await onThisKernel(made.scenario)
  if (found.result === 'not checked') console.warn(`NOT CHECKED against the real kernel: ${found.why}`)
  else expect(found).toMatchObject({ result: 'identical' })
})

/** Seeds of clusters that are drawn for every CNI: Pods, Services, host ports and policies for both directions. */
const DRAWN = [1, 2, 3, 4]

test.each(CNIS.flatMap((cni) => DRAWN.map((seed) => [cni, seed] as const)))(
  '%s: a cluster with policies that is drawn, seed %i',
  { concurrent: true, retry: 2, timeout: 60_000 },
  async (cni, seed) => {
    const { world, from, to } = cniWorld(cniRecipe(seed, [cni]))
    const made = verifiable(world, { from, to: to ?? '' }, 1)
    if ('problem' in made) throw new Error(JSON.stringify(made.problem))
    const found = await onThisKernel(made.scenario)
    if (found.result === 'not checked') console.warn(`NOT CHECKED against the real kernel: ${found.why}`)
    else expect(found).toMatchObject({ result: 'identical' })
  },
)
