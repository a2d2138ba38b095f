import type { Cidr } from '../../net/ip.ts'
import { MODES_OF } from './read.ts'

/** The pool that calico-node makes when there is none, for the cluster's own Pod subnet. */
export function poolText(name: string, net: Cidr): string {
  const [ipip, vxlan] = MODES_OF[name] ?? ['Always', 'Never']
  return `apiVersion: projectcalico.org/v3
kind: IPPool
metadata:
  name: default-ipv4-ippool
spec:
  cidr: ${net}
  blockSize: 26
  ipipMode: ${ipip}
  vxlanMode: ${vxlan}
  natOutgoing: true
  nodeSelector: all()
`
}
