import { build, type World } from '../explain.ts'
import type { SourceFile } from '../manifest/object.ts'

/** A cluster of one node that the benchmarks are asked about. */
export interface BigLab {
  readonly services: number
  readonly endpoints: number
  readonly namespace?: string
  /** kube-proxy's mode; iptables unless told. */
  readonly proxy?: string
  readonly cni?: string
  /** More documents in front. */
  readonly more?: string
}

const CLIENT = `apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {nodeName: node-1, containers: [{name: c, image: curl}]}
---
`

export const filesOf = ({ services, endpoints, namespace = 'default', more = CLIENT }: BigLab): readonly SourceFile[] => [
  {
    name: 'big.yaml',
    text: `apiVersion: v1
kind: Node
metadata: {name: node-1}
spec: {podCIDR: 10.244.0.0/20}
status: {addresses: [{type: InternalIP, address: 192.168.10.11}]}
---
${more}apiVersion: packetwalk.dev/v1alpha1
kind: Lab
metadata: {name: big}
spec: {v: 1, generate: [{services: ${services}, endpoints: ${endpoints}, namespace: ${namespace}}]}
`,
  },
]

/** The lab's world: its text read, its cluster settled; no rule is made yet. */
export function worldOf(lab: BigLab): World {
  const { proxy, cni } = lab
  return build(filesOf(lab), {
    wants: { everything: false, dns: false },
    ...(proxy === undefined ? {} : { proxy }),
    ...(cni === undefined ? {} : { cni }),
  })
}
