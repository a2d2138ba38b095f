import { expect, test } from 'vitest'
import { verifiable } from '../engine/verify.ts'
import { build } from '../engine/world.ts'
import type { SourceFile } from '../manifest/object.ts'
import { labFilesOf } from './gallery.ts'
import { host, pod, together, twoNodes } from './stories/lab.ts'
import { onThisKernel } from './thiskernel.ts'

async function sameHere(files: readonly SourceFile[], from: string, to: string, proxy?: string): Promise<void> {
  const world = build(files, { wants: { everything: true, dns: true }, ...(proxy === undefined ? {} : { proxy }) })
  const made = verifiable(world, { from, to }, 1)
  if ('problem' in made) throw new Error(JSON.stringify(made.problem))
  const found = await onThisKernel(made.scenario)
  if (found.result === 'not checked') console.warn(`NOT CHECKED against the real kernel: ${found.why}`)
  else expect(found).toMatchObject({ result: 'identical' })
}

/** Probes of the gallery's labs that are not their own first one, on the kernel of this machine. */
test.each([
  ['clusterip-cross-node', 'default/client', 'udp://10.96.0.10:53'],
  ['nodeport', 'host/client', 'http://192.168.10.12:31080/'],
  ['nodeport', 'node/node-1', 'tcp://127.0.0.1:31080'],
  ['minikube-three-nginx', 'default/client', 'icmp://10.101.57.97'],
])('%s, %s → %s', { concurrent: true, retry: 2, timeout: 60_000 }, (slug, from, to) => sameHere(labFilesOf(slug), from, to))

/** A die for each node but the last, on the balancer, and then those of kube-proxy on the node that it chose. */
test.each(['iptables', 'ipvs', 'nftables'])(
  'a balancer that rewrites, three nodes, kube-proxy in mode %s',
  { concurrent: true, retry: 2, timeout: 60_000 },
  (mode) => {
    const rest = `
apiVersion: v1
kind: Node
metadata: {name: node-3}
spec: {podCIDR: 10.244.3.0/24}
status: {addresses: [{type: InternalIP, address: 192.168.10.13}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  type: LoadBalancer
  clusterIP: 10.96.10.10
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080, nodePort: 31080}]
---
apiVersion: packetwalk.dev/v1alpha1
kind: Lab
metadata: {name: providers}
spec: {loadBalancers: [{name: cloud, kind: nat}]}
`
    const pods = ['1', '2'].map((n) => pod({ name: `web-${n}`, app: 'web', node: `node-${n}`, ip: `10.244.${n}.5`, port: 8080 }))
    const text = together(twoNodes, host('laptop', '198.51.100.7'), ...pods, rest)
    return sameHere([{ name: 'lab.yaml', text }], 'host/laptop', 'http://203.0.113.10/', mode)
  },
)
