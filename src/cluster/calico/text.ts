import { type Cidr, familyOf } from '../../net/ip.ts'
import { MODES_OF } from './read.ts'

/** The pool that calico-node makes when there is none, for the cluster's own Pod subnet of a family. */
export function poolText(name: string, net: Cidr): string {
  const family = familyOf(net)
  const [ipip, vxlan] = MODES_OF[name] ?? ['Always', 'Never']
  return `apiVersion: projectcalico.org/v3
kind: IPPool
metadata:
  name: default-ipv${family}-ippool
spec:
  cidr: ${net}
  blockSize: ${family === 4 ? 26 : 122}
  ipipMode: ${family === 4 ? ipip : 'Never'}
  vxlanMode: ${vxlan}
  natOutgoing: ${family === 4}
  nodeSelector: all()
`
}
