import type { GatewayObject } from '../../manifest/kinds/gateway/types.ts'
import type { Sorted } from '../sorted.ts'
import { GATEWAY_NAME } from './types.ts'

/** Gateways of a class that the files have: another one's controller is nobody of this lab. */
function servedGateways({ gatewayApi }: Sorted): readonly GatewayObject[] {
  const classes = new Set(gatewayApi.flatMap((one) => (one.kind === 'GatewayClass' ? one.metadata.name : [])))
  return gatewayApi.flatMap((one) => (one.kind === 'Gateway' && classes.has(one.is.gatewayClassName) ? [one] : []))
}

const isHttp = (protocol: string): boolean => protocol === 'HTTP' || protocol === 'HTTPS'

function textOf({ metadata, is }: GatewayObject): string {
  const ports = [...new Set(is.listeners.filter(({ protocol }) => isHttp(protocol)).map(({ port }) => port))]
  const meta = `metadata:
  name: ${metadata.name}-${is.gatewayClassName}
  namespace: ${metadata.namespace}
  labels:
    ${GATEWAY_NAME}: ${metadata.name}
`
  return `apiVersion: apps/v1
kind: Deployment
${meta}spec:
  selector:
    matchLabels:
      ${GATEWAY_NAME}: ${metadata.name}
  template:
    metadata:
      labels:
        ${GATEWAY_NAME}: ${metadata.name}
    spec:
      containers:
        - name: gateway
          image: gateway
          ports:
${ports.map((port) => `            - containerPort: ${port}\n`).join('')}---
apiVersion: v1
kind: Service
${meta}spec:
  type: LoadBalancer
  selector:
    ${GATEWAY_NAME}: ${metadata.name}
  ports:
${ports.map((port) => `    - name: port-${port}\n      port: ${port}\n`).join('')}`
}

/**
 * The data planes that a controller makes: a proxy in a Deployment, and a Service in front of it, named and labelled as GEP-1762 says.
 * Not for a Gateway whose Service or Pods stand in the files.
 */
export function planeTexts(sorted: Sorted): readonly string[] {
  const named = new Set<string>()
  const note = (namespace: string, labels: Readonly<Record<string, string>>): void => {
    const name = labels[GATEWAY_NAME]
    if (name !== undefined) named.add(`${namespace}/${name}`)
  }
  for (const one of sorted.services) note(one.metadata.namespace, { ...one.metadata.labels, ...one.is.spec.selector })
  for (const one of sorted.pods) note(one.metadata.namespace, one.metadata.labels)
  for (const one of sorted.workloads) note(one.metadata.namespace, one.is.template.labels)
  return servedGateways(sorted)
    .filter(({ metadata, is }) => !named.has(`${metadata.namespace}/${metadata.name}`) && is.listeners.some((l) => isHttp(l.protocol)))
    .map(textOf)
}
