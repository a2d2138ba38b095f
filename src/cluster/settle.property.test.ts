import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readManifests } from '../manifest/read.ts'
import { settle } from './settle.ts'

const name = fc.constantFrom('a', 'b', 'c', 'd')
const label = fc.constantFrom('one', 'two')
const workload = fc.record({
  kind: fc.constantFrom('Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet'),
  name,
  label,
  replicas: fc.nat({ max: 5 }),
  port: fc.constantFrom('[{name: http, containerPort: 8080}]', '[{name: http, containerPort: 9090}]', '[]'),
})
const service = fc.record({
  name,
  label,
  type: fc.constantFrom('ClusterIP', 'NodePort', 'LoadBalancer'),
  target: fc.constantFrom('8080', 'http', 'nope'),
  ip: fc.constantFrom('', 'clusterIP: 10.96.0.5, ', 'clusterIP: None, '),
})
const pod = fc.record({
  name,
  label,
  node: fc.constantFrom('', 'nodeName: node-1, ', 'nodeName: lost, '),
  ip: fc.constantFrom('', 'podIP: 10.244.0.2'),
})

const text = fc
  .record({
    workloads: fc.array(workload, { maxLength: 4 }),
    services: fc.array(service, { maxLength: 4 }),
    pods: fc.array(pod, { maxLength: 4 }),
  })
  .map(({ workloads, services, pods }) =>
    [
      ...workloads.map(
        (w) => `apiVersion: apps/v1
kind: ${w.kind}
metadata: {name: w-${w.name}}
spec:
  ${w.kind === 'DaemonSet' ? '' : `replicas: ${w.replicas}`}
  selector: {matchLabels: {app: ${w.label}}}
  template: {metadata: {labels: {app: ${w.label}}}, spec: {containers: [{name: c, image: x, ports: ${w.port}}]}}
`,
      ),
      ...services.map(
        (s) => `apiVersion: v1
kind: Service
metadata: {name: s-${s.name}}
spec: {${s.ip === 'clusterIP: None, ' ? '' : `type: ${s.type}, `}${s.ip}selector: {app: ${s.label}}, ports: [{port: 80, targetPort: ${s.target}}]}
`,
      ),
      ...pods.map(
        (p) => `apiVersion: v1
kind: Pod
metadata: {name: p-${p.name}, labels: {app: ${p.label}}}
spec: {${p.node}containers: [{name: c, image: nginx}]}
status: {${p.ip}}
`,
      ),
    ].join('---\n'),
  )

const ask = (yaml: string) => settle(readManifests([{ name: 'lab.yaml', text: yaml }]).objects, { wants: { everything: true, dns: false } })

test('whatever the lab: no crash, one answer, nobody shares an address by our doing', () => {
  fc.assert(
    fc.property(text, (yaml) => {
      const { cluster, problems } = ask(yaml)
      const again = ask(yaml)
      expect(JSON.stringify([again.cluster.pods, again.cluster.slices, again.problems])).toBe(
        JSON.stringify([cluster.pods, cluster.slices, problems]),
      )

      const given = cluster.pods.filter((one) => one.meta.name.startsWith('p-'))
      const handed = cluster.pods.filter((one) => !given.includes(one)).flatMap((one) => one.podIPs)
      expect(new Set([...handed, ...given.flatMap((one) => one.podIPs)]).size).toBe(
        handed.length + new Set(given.flatMap((one) => one.podIPs)).size,
      )
      const names = cluster.pods.map((one) => `${one.meta.namespace}/${one.meta.name}`)
      expect(new Set(names).size).toBe(names.length)

      const clusterIPs = cluster.services.flatMap((one) => one.spec.clusterIPs.filter((ip) => ip !== 'None'))
      const clash = problems.some((one) => String(one.params['text'] ?? '').includes('already allocated'))
      if (!clash) expect(new Set(clusterIPs).size).toBe(clusterIPs.length)
      const ports = cluster.services.flatMap((one) => one.spec.ports.map((port) => port.nodePort)).filter((port) => port > 0)
      expect(new Set(ports).size).toBe(ports.length)

      const known = new Set(
        cluster.pods.flatMap((one) => one.podIPs as readonly string[]).concat(cluster.nodes.flatMap((one) => one.addresses)),
      )
      for (const slice of cluster.slices) {
        for (const [i, one] of slice.is.endpoints.entries()) {
          expect(known.has(one.addresses[0] ?? '')).toBe(true)
          expect(slice.endpointCause(i)).toBeGreaterThan(0)
        }
      }
    }),
    { numRuns: 60, seed: 1 },
  )
})
