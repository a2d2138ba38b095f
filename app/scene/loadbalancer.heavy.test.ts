import { expect, it } from 'vitest'
import { explain } from '../../src/explain.ts'
import { stages, sweep } from './sweep.ts'

/** A Service behind a load balancer, and a Gateway behind one. */
const lab = (kind: string, policy: string): string => `
apiVersion: packetwalk.dev/v1alpha1
kind: Lab
metadata: {name: lab}
spec:
  loadBalancers: [{name: load-balancer, kind: ${kind}}]
  hosts: [{name: laptop, addresses: [198.51.100.7]}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: nginx, image: nginx, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: LoadBalancer, externalTrafficPolicy: ${policy}, selector: {app: web}, ports: [{port: 80}]}
`

const gateway = `${lab('passthrough', 'Cluster').replace('type: LoadBalancer, externalTrafficPolicy: Cluster, ', '')}---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: edge}
spec: {controllerName: example.com/edge}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: front}
spec: {gatewayClassName: edge, listeners: [{name: http, port: 80, protocol: HTTP}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec:
  parentRefs: [{name: front}]
  rules: [{backendRefs: [{name: web, port: 80}]}]
`

it.each([
  ['passed through, policy Cluster', lab('passthrough', 'Cluster'), '203.0.113.10'],
  ['passed through, policy Local', lab('passthrough', 'Local'), '203.0.113.10'],
  ['sent to node ports', lab('nat', 'Cluster'), '203.0.113.10'],
  ['announced by a node', lab('l2', 'Local'), '192.168.56.240'],
  ['a Gateway', gateway, '203.0.113.10'],
])(
  '%s: drawn without faults, both languages',
  (_, text, to) => {
    const { answer } = explain({ v: 1, files: [{ name: 'lab.yaml', text }], seed: 1, probe: { from: 'host/laptop', to: `http://${to}/` } })
    expect(answer.walk?.outcome).toMatchObject({ kind: 'ok', status: 200 })
    expect(sweep(answer, stages, ['en', 'zh'])).toEqual([])
  },
  120_000,
)
