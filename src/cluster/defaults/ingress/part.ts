import { controllerOf } from '../../data/controllers.ts'
import type { Sorted } from '../../sorted.ts'

export { settleIngress } from './settle.ts'

/** Somebody in the files takes traffic for Ingresses. */
function isThere(sorted: Sorted): boolean {
  const images = (spec: { readonly containers: readonly { readonly image: string }[] }): readonly string[] =>
    spec.containers.map((c) => c.image)
  return (
    sorted.pods.some(({ metadata, is }) => controllerOf({ labels: metadata.labels, images: images(is.spec) }) !== undefined) ||
    sorted.workloads.some(({ is }) => controllerOf({ labels: is.template.labels, images: images(is.template.spec) }) !== undefined)
  )
}

/** The first of two node ports that nobody in the files has. */
function freePorts(sorted: Sorted): readonly [number, number] {
  const taken = new Set(sorted.services.flatMap((s) => s.is.spec.ports.map((p) => p.nodePort)))
  const from = (first: number): number => (taken.has(first) ? from(first + 1) : first)
  return [from(30080), from(30443)]
}

const classText = `apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata:
  name: nginx
spec:
  controller: k8s.io/ingress-nginx
`

/** ingress-nginx as its manifest for bare metal has it: a Deployment behind node ports. */
const controllerText = ([http, https]: readonly [number, number]): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ingress-nginx-controller
  namespace: ingress-nginx
spec:
  selector:
    matchLabels:
      app.kubernetes.io/name: ingress-nginx
      app.kubernetes.io/component: controller
  template:
    metadata:
      labels:
        app.kubernetes.io/name: ingress-nginx
        app.kubernetes.io/component: controller
    spec:
      containers:
        - name: controller
          image: registry.k8s.io/ingress-nginx/controller:v1.15.1
          ports:
            - name: http
              containerPort: 80
            - name: https
              containerPort: 443
---
apiVersion: v1
kind: Service
metadata:
  name: ingress-nginx-controller
  namespace: ingress-nginx
spec:
  type: NodePort
  selector:
    app.kubernetes.io/name: ingress-nginx
    app.kubernetes.io/component: controller
  ports:
    - name: http
      port: 80
      targetPort: http
      nodePort: ${http}
    - name: https
      port: 443
      targetPort: https
      nodePort: ${https}
`

/** What the files lack for their Ingresses to be served. */
export function ingressTexts(sorted: Sorted): readonly string[] {
  if (isThere(sorted)) return []
  const classed = sorted.ingressClasses.some(({ metadata, is }) => metadata.name === 'nginx' || is.controller === 'k8s.io/ingress-nginx')
  return [...(classed ? [] : [classText]), controllerText(freePorts(sorted))]
}

/** Hosts of the rules, for the resolver that is made up beside the controller: what an operator would have written into the zone. */
export function ingressNames(sorted: Sorted): readonly string[] {
  if (isThere(sorted)) return []
  const hosts = sorted.ingresses.flatMap(({ is }) => is.rules.flatMap(({ host }) => (host === '' || host.includes('*') ? [] : [host])))
  return [...new Set(hosts)]
}
